using System.Text.Encodings.Web;
using CrmSync.Pipeline.Search;
using CrmSync.Service.Console.Story;
using CrmSync.Storage.Reading;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Search;

public sealed class SearchWordsTests
{
    [Theory]
    [InlineData("Price: 12 % off, NET-60!", "price 12 off net 60")]
    [InlineData("Ünïcode CAFÉ e\u0301te\u0301", "unicode cafe ete")]
    [InlineData("ﬁnal ５０", "final 50")]
    [InlineData("東京の会社", "東 京 の 会 社")]
    [InlineData("\u202E<script>", "script")]
    [InlineData("", "")]
    public void Fold_Text_IsItsWords(string text, string words) => SearchWords.Fold(text).ShouldBe(words);

    [Fact]
    public void Of_AnyText_GivesPlacesInsideItInOrder() => Prop.ForAll<string>(text =>
    {
        text ??= "";
        var end = 0;
        foreach (var word in SearchWords.Of(text, text.Length))
        {
            if (word.Start < end || word.Length < 1 || word.Start + word.Length > text.Length || word.Text.Any(c => c is '\'' or '"' or ' ' or '\\'))
                return false;
            end = word.Start + word.Length;
        }
        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Fold_WordOfAMillionLetters_IsCutAndQuick() => SearchWords.Fold(new string('W', 1_000_000)).ShouldBe(new string('w', SearchWords.Longest));

    [Theory]
    [InlineData("one two", "one|two*")]
    [InlineData("\"one two\" three ", "one two|three*")]
    [InlineData("e-mail", "e mail*")]
    [InlineData("a", "a")]
    [InlineData("\"never closed", "never closed")]
    [InlineData("what?", "what")]
    [InlineData("?? --", "")]
    public void Parse_Typed_IsTerms(string typed, string terms) =>
        string.Join('|', SearchQuery.Parse(typed).Terms.Select(term => string.Join(' ', term.Words) + (term.IsPrefix ? "*" : ""))).ShouldBe(terms);

    [Fact]
    public void FoundText_HostileText_MarksWordsAndEncodesTheRest()
    {
        using var writer = new StringWriter();
        FoundText.Draw("<b>Approval</b> of the approvals screen", SearchQuery.Parse("approv"), 100).WriteTo(writer, HtmlEncoder.Default);

        writer.ToString().ShouldBe("&lt;b&gt;<mark>Approval</mark>&lt;/b&gt; of the <mark>approvals</mark> screen");
    }

    [Fact]
    public void FoundText_PlaceFarBehind_BeginsShortlyBeforeIt()
    {
        using var writer = new StringWriter();
        FoundText.Draw($"{string.Concat(Enumerable.Repeat("word ", 200))}needle and more", SearchQuery.Parse("needle"), 160, around: true).WriteTo(writer, HtmlEncoder.Default);

        writer.ToString().ShouldContain("<mark>needle</mark> and more");
        writer.ToString().Length.ShouldBeLessThan(220);
    }

    [Fact]
    public void ActivityFilter_EverythingSet_RoundTripsThroughTheQueryString()
    {
        var filter = new ActivityFilter
        {
            Text = "\"a b\" c&d", Type = "call", Taxonomy = "stage", Label = "demo", Also = "engagement:nd,x:y", Answer = "decided", By = "person", Connection = "a b", Owner = "7/7",
            State = "decided", From = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), To = new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero), Edited = true, Code = "c",
        };

        var back = ActivityFilter.ParseText(filter.ToQueryString(), out var faults);

        faults.ShouldBeEmpty();
        back.ShouldBe(filter);
    }

    [Theory]
    [InlineData("by=nobody", "is no step")]
    [InlineData("from=soon", "is no time for \"from\"")]
    [InlineData("also=stage", "names no labels")]
    [InlineData("edited=maybe", "knows only yes")]
    public void ActivityFilter_Slip_IsNamed(string text, string sentence)
    {
        ActivityFilter.ParseText(text, out var faults).ShouldBe(ActivityFilter.All);
        faults.ShouldHaveSingleItem().ShouldContain(sentence);
    }
}
