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

    [Theory]
    [InlineData("Don't", "dont")]
    [InlineData("don’t", "dont")]
    [InlineData("Grüße", "grusse")]
    [InlineData("RÉPONDEUR", "repondeur")]
    [InlineData("cœur", "coeur")]
    [InlineData("Łódź", "lodz")]
    [InlineData("sіgnеd", "signed")]
    [InlineData("Lαbel", "label")]
    [InlineData("договор", "договор")]
    [InlineData("συμφωνία", "συμφωνία")]
    public void Fold_Word_LosesCaseAccentsAndApostrophes(string word, string folded) => WordFold.Fold(word).ShouldBe(folded);
}
