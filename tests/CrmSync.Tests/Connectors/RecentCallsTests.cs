using CrmSync.Connectors.Http;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

/// <summary>What an operator may see of a call.</summary>
public sealed class RecentCallsTests
{
    [Theory]
    [InlineData("crm/v3/objects/notes/12345678", "crm/v3/objects/notes/{…}")]
    [InlineData("crm/objects/2026-03/calls/batch/read?archived=false&properties=hs_note_body", "crm/objects/2026-03/calls/batch/read?archived&properties")]
    [InlineData("services/data/v66.0/query?q=SELECT%20Id%20FROM%20Task%20WHERE%20Who='ada@example.com'", "services/data/v66.0/query?q")]
    [InlineData("services/data/v66.0/sobjects/Task/00T8d000001AbCdEAF", "services/data/v66.0/sobjects/Task/{…}")]
    [InlineData("objects/ada@example.com/x", "objects/{…}/x")]
    [InlineData("oauth/v1/access-tokens/pat-na1-11111111-2222-3333-4444-555555555555", "oauth/v1/access-tokens/{…}")]
    public void Path_Call_KeepsWordsAndLosesIdsAndValues(string path, string expected) => CallShape.Path(path).ShouldBe(expected);

    [Theory]
    [InlineData("""{"inputs":[{"body":"Call with Ada"}],"limit":100}""", "inputs limit")]
    [InlineData("""{"Ada Lovelace":1,"after":2}""", "… after")]
    [InlineData("[1,2]", "")]
    [InlineData("""{"cut":""", "cut")]
    [InlineData("", "")]
    public void Fields_Body_GivesOutermostNamesAlone(string body, string expected) =>
        string.Join(' ', CallShape.Fields(System.Text.Encoding.UTF8.GetBytes(body))).ShouldBe(expected);

    [Fact]
    public void Of_ManyCalls_KeepsTheNewestOfEachConnection()
    {
        var sut = new RecentCalls();
        for (var i = 0; i < RecentCalls.Kept + 5; i++)
            sut.Note("a", new RecentCall(DateTimeOffset.UnixEpoch.AddSeconds(i), "GET", $"p{i}", "reading", 200, TimeSpan.Zero, null));

        sut.Of("a").Count.ShouldBe(RecentCalls.Kept);
        sut.Of("a")[0].Path.ShouldBe($"p{RecentCalls.Kept + 4}");
        sut.Of("b").ShouldBeEmpty();
    }
}
