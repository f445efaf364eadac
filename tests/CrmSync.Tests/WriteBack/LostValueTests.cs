using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class LostValueTests
{
    [Theory]
    [InlineData("ours,theirs,before", "before", "theirs")]
    [InlineData("ours,,before", "before", "")]
    [InlineData("ours,before", "before", null)]
    [InlineData("ours", "", null)]
    [InlineData("ours,theirs", "", "theirs")]
    [InlineData("ours,ours,before", "before", null)]
    [InlineData("later,ours,theirs", "", null)]
    [InlineData("ours,sent", "", null)]
    [InlineData("", "", null)]
    public void Find_HistoryNewestFirst_NamesTheValueThatOursCovered(string history, string before, string? lost)
    {
        var entries = history.Length == 0 ? [] : history.Split(',').Select(value => new ValueSetting(value.Length == 0 ? null : value, null, ValueActor.Unknown, null)).ToList();
        var found = LostValue.Find(entries, "ours", before.Length == 0 ? null : before, ["sent"]);
        (found is null ? null : found.Value ?? "").ShouldBe(lost);
    }
}
