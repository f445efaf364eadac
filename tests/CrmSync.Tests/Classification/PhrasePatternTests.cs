using CrmSync.Pipeline.Classification.Rules;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

public sealed class PhrasePatternTests
{
    [Theory]
    [InlineData("left (a|) message", "left a message|left message")]
    [InlineData("40min", "# min")]
    [InlineData("don't", "don't")]
    [InlineData("(a|b) _ # $ % ? ^", "a _ # $ % ? ^|b _ # $ % ? ^")]
    public void Expand_Pattern_GivesItsPhrases(string pattern, string phrases) =>
        string.Join('|', PhrasePattern.Expand(pattern).Select(words => string.Join(' ', words))).ShouldBe(phrases);

    [Theory]
    [InlineData("left (a message")]
    [InlineData("left a) message")]
    [InlineData("")]
    [InlineData("one two three four five six seven eight nine")]
    [InlineData("(a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h) (a|b|c|d|e|f|g|h)")]
    public void Expand_BrokenPattern_IsRefused(string pattern) => Should.Throw<FormatException>(() => PhrasePattern.Expand(pattern));
}
