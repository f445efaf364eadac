using System.Diagnostics;
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

    [Fact]
    public void Matches_HostilePattern_EndsSoon()
    {
        string pattern = string.Concat(Enumerable.Repeat("%a", 1_000)) + "b";
        long start = Stopwatch.GetTimestamp();

        new SoqlPattern(pattern).Matches(new string('a', 5_000)).ShouldBeFalse();

        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(2));
    }
}
