using CrmSync.Pipeline.Classification.Rules;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Classification;

public sealed class WordFoldTests
{
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

    [Theory]
    [InlineData("Signed the order", "signed")]
    [InlineData("Won", "won")]
    [InlineData("NDA2", "nda")]
    [InlineData("call_back", "call")]
    public void FoldPlain_LettersAlone_FoldsAndHashesAsTheSlowWayDoes(string text, string word)
    {
        var folded = new char[WordFold.MaxWord];

        var length = WordFold.FoldPlain(text, folded, out var hash);

        new string(folded, 0, length).ShouldBe(word);
        word.ShouldBe(WordFold.Fold(text[..length]));
        hash.ShouldBe(WordHash.Of(word));
    }

    [Theory]
    [InlineData("don't")]
    [InlineData("naïve")]
    [InlineData("’s")]
    [InlineData("7pm")]
    [InlineData("")]
    [InlineData("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq stop")]
    public void FoldPlain_AnythingElse_IsLeftToTheSlowWay(string text) => WordFold.FoldPlain(text, new char[WordFold.MaxWord], out _).ShouldBe(0);
}
