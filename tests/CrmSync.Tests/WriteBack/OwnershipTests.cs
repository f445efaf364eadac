using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class OwnershipTests
{
    [Theory]
    [InlineData(null, null, OwnershipVerdict.Ours)] // nobody ever wrote
    [InlineData("", "", OwnershipVerdict.Ours)]
    [InlineData("Demo", "Demo", OwnershipVerdict.Ours)] // equals its shadow
    [InlineData("Demo", null, OwnershipVerdict.Theirs)] // set before we came
    [InlineData("Demo", "Discovery", OwnershipVerdict.Theirs)] // changed after us
    [InlineData(null, "Demo", OwnershipVerdict.Theirs)] // cleared by a person: an answer, too
    [InlineData("demo", "Demo", OwnershipVerdict.Theirs)] // compared as the CRM returned it
    public void Judge_WithoutLedger_FollowsTheShadow(string? current, string? shadow, OwnershipVerdict expected) =>
        Ownership.Judge(current, shadow, []).ShouldBe(expected);

    [Fact]
    public void Judge_ValueSentButNeverConfirmed_IsOurs() => Ownership.Judge("Demo", "Discovery", ["Demo"]).ShouldBe(OwnershipVerdict.Ours);

    [Fact]
    public void Judge_ClearedByAPerson_StaysTheirsEvenWhereWeOnceSentBlank() => Ownership.Judge(null, "Demo", [null, "Demo"]).ShouldBe(OwnershipVerdict.Theirs);
}
