using CrmSync.Simulator.Salesforce.Soql;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class SoqlPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("%", "", true)]
    [InlineData("a%", "ABC", true)]
    [InlineData("%c", "abc", true)]
    [InlineData("%b%", "abc", true)]
    [InlineData("a_c", "abc", true)]
    [InlineData("a_c", "ac", false)]
    [InlineData("abc", "abcd", false)]
    [InlineData("100\\%", "100%", true)]
    [InlineData("100\\%", "1000", false)]
    [InlineData("a\\_b", "a_b", true)]
    [InlineData("a\\_b", "axb", false)]
    [InlineData("\\\\", "\\", true)]
    [InlineData("%a%a%b", "aaaaaab", true)]
    public void Matches_Pattern_FollowsTheWildcards(string pattern, string text, bool expected) =>
        new SoqlPattern(pattern).Matches(text).ShouldBe(expected);

    // Backtracking would need more steps here than the age of the universe has seconds: ending at all is the proof.
    [Fact]
    public void Matches_HostilePattern_Ends()
    {
        string pattern = string.Concat(Enumerable.Repeat("%a", 1_000)) + "b";
        new SoqlPattern(pattern).Matches(new string('a', 5_000)).ShouldBeFalse();
    }
}
