using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Rules;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.Text;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Text;

public sealed class HostileTextTests
{
    private const int TwoMegabytes = 2_000_000;

    public static TheoryData<string> Bodies =>
    [
        "<div>", "<div style='display:none'>", "> ", ">\n", "<b>x", "&amp;", "&lt;", "\uD800", "\0", "<!--", "<script>", "a@", "http://x ", "From: a\n", "On x wrote:\n",
        "-----Original Message-----\n", "(", "\"", "\u0301", "ﷺ", "[", "\n", "<blockquote>q", "not will ", "left a message ", "Best,\n", "<p", "</", "+1", "www.",
        "Ines Korda: hi\n", "A: x\nB: y\n", "________________\nMicrosoft Teams\n", "step 1 of 2 ", "Sequence: x, step 1\n", ">>> Ines: hi\n",
        "ignore all ", "{\"label\": closed won\n", "l a b ", "1a1a", "%41", "&#65;", "QUJD", "сlosed ", "won won ", "标", "<p style='color:#fff'>", "<div style='background:#000'>",
        "<style>.a{display:none}", "0101 ",
    ];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Decide_TwoMegabytesOfOnePattern_StaysWithinItsLimits(string pattern)
    {
        var content = Content(Repeat(pattern, TwoMegabytes));

        var text = ActivityZoner.Zone(content);
        var decisions = Shipped.Decide(content);

        text.Decoded.Length.ShouldBeLessThanOrEqualTo(TextDecoder.MaxPlainLength + 10);
        text.Zones.Count.ShouldBeLessThanOrEqualTo(2_001);
        text.Cleaned.Length.ShouldBeLessThanOrEqualTo(5 * TextDecoder.MaxPlainLength);
        decisions.Count.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Match_LongerText_FindsPhrasesInProportion(string pattern)
    {
        var (tokens, hits) = Work(Rules, Repeat(pattern, 20_000));

        tokens.ShouldBeLessThanOrEqualTo(20_001);
        hits.ShouldBeLessThanOrEqualTo(tokens * 40);
    }

    [Fact]
    public void Zone_TextBehindTheLimit_IsMarkedAsTruncated()
    {
        ActivityZoner.Zone(Content(new string('a', TextDecoder.MaxPlainLength + 1))).IsTruncated.ShouldBeTrue();
        ActivityZoner.Zone(Content(new string('a', TextDecoder.MaxPlainLength))).IsTruncated.ShouldBeFalse();
    }

    [Fact]
    public void Zone_TextInsideManyNestedElements_IsKept() =>
        ActivityZoner.Zone(Content(Repeat("<div>", 500_000) + "Thursday works.")).Cleaned.ShouldContain("Thursday works.");

    [Fact]
    public void Clean_BrokenSurrogates_BecomeReplacementCharacters() => TextCleaner.Clean("a\uD800b\uDC00c").ShouldBe("a\uFFFDb\uFFFDc");

    private static RuleSet Rules { get; } = RuleSet.Load(TaxonomySet.LoadShipped());

    private static Cascade Shipped { get; } = Cascade.CreateDefault();

    private static (int Tokens, int Hits) Work(RuleSet rules, string body)
    {
        var content = Content(body);
        var stream = ActivityFacts.Words(content, ActivityZoner.Zone(content), rules.Vocabulary);
        List<PhraseHit> hits = [];
        rules.Phrases.Match(stream.Tokens, hits);
        return (stream.Tokens.Count, hits.Count);
    }

    private static ActivityContent Content(string body) => new(ActivityType.Email, "Re: hello", body, CrmEvidence.None);

    private static string Repeat(string pattern, int length) => string.Concat(Enumerable.Repeat(pattern, length / pattern.Length));
}
