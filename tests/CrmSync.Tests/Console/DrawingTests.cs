using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Story;
using CrmSync.Service.Console.Words;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class DrawingTests
{
    [Fact]
    public void LabelTones_OfAnyColour_ReachAaOnLightAndDarkPages() => Prop.ForAll<byte, byte, byte>((red, green, blue) =>
    {
        var colour = $"#{red:x2}{green:x2}{blue:x2}";
        var (light, dark) = (LabelStyleSheet.Tones.Light(colour), LabelStyleSheet.Tones.Dark(colour));
        return light.Ink.ContrastTo(light.Wash) >= 4.5 && dark.Ink.ContrastTo(dark.Wash) >= 4.5
            && light.Fill.ContrastTo(LabelStyleSheet.LightPanel) >= 3 && dark.Fill.ContrastTo(LabelStyleSheet.DarkPanel) >= 3;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Contrast_OfBlackAndWhite_IsTwentyOne() => Colour.White.ContrastTo(Colour.Black).ShouldBe(21, 0.001);

    [Fact]
    public void LabelStyleSheet_HostileIdsAndColours_LeaveNoTrace()
    {
        var sheet = LabelStyleSheet.Write(new LabelCatalog([new TaxonomyLook("x{}", "X", [new LabelLook("</style>", "v", "n", "d", "url(evil)")])]));

        sheet.ShouldNotContain("evil");
        sheet.ShouldNotContain("style");
        sheet.ShouldContain(".l-0-0 {");
    }

    [Fact]
    public void MarkedText_AnySpansAndZones_KeepEveryVisibleCharacterOnce() => Prop.ForAll<NonNull<string>, (int, int)[], (int, int)[]>((text, zones, spans) =>
    {
        var pieces = MarkedText.Cut(
            text.Get, [.. (zones ?? []).Select(zone => new StoryZone("z", zone.Item1, zone.Item2, true)).OrderBy(zone => zone.Start)],
            [.. (spans ?? []).Select(span => ((int, int)?)span)], int.MaxValue);
        return string.Concat(pieces.Where(piece => !piece.IsControl).Select(piece => piece.Text)) == string.Concat(text.Get.Where(c => !MarkedText.IsInvisible(c)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MarkedText_EvidenceAcrossAZone_IsMarkedInBothParts()
    {
        var pieces = MarkedText.Cut("abcdef", [new StoryZone("signature", 3, 3, true)], [(2, 2)], 100);

        pieces.Select(piece => (piece.Text, piece.IsRemoved, piece.Rules.Count)).ShouldBe([("ab", false, 0), ("c", false, 1), ("d", true, 1), ("ef", true, 0)]);
    }

    [Fact]
    public void MarkedText_DirectionOverride_IsNamedNotObeyed() =>
        MarkedText.Cut("a\u202E\u202Eb", [], [], 100).Select(piece => piece.Text).ShouldBe(["a", "U+202E ×2", "b"]);

    [Fact]
    public void Svg_HostileTitle_IsEncoded()
    {
        var svg = ShareBar.Draw("<script>\"", [new("</svg><b>", 3, "a\" onload=\"x"), new("b", 0, "c")]).ToString();

        svg.ShouldNotContain("<script>");
        svg.ShouldNotContain("<b>");
        svg.ShouldNotContain("onload=\"");
        svg.ShouldContain("&lt;/svg&gt;");
    }

    [Fact]
    public void ShareBar_ManySmallParts_StayInsideTheBar() => Prop.ForAll<PositiveInt[]>(counts =>
    {
        var parts = (counts ?? []).Take(40).Select((count, i) => new ShareBar.Part($"p{i}", count.Get, "c")).ToList();
        var svg = System.Xml.Linq.XElement.Parse(ShareBar.Draw("t", parts).ToString());
        return svg.Elements().All(part => Number(part, "x") + Number(part, "width") <= 1000.5 && Number(part, "width") > 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void MinuteBars_ASingleOne_IsStillSeen()
    {
        var svg = System.Xml.Linq.XElement.Parse(MinuteBars.Draw(DateTimeOffset.UnixEpoch, [1, 100_000], "stored", "Stored").ToString());

        svg.Descendants("rect").Where(part => (string?)part.Attribute("class") == "bar-fill").Min(part => Number(part, "height")).ShouldBeGreaterThanOrEqualTo(3);
        svg.Descendants("title").Last().Value.ShouldBe("00:01 UTC: 100,000");
    }

    [Fact]
    public void MinuteBars_ABurst_IsCutSoThatTheRestIsSeen()
    {
        MinuteBars.Scale([2, 3, 3, 4, 5, 900]).ShouldBe(6);
        MinuteBars.Scale([2, 3, 3, 4, 5, 9]).ShouldBe(9);
        MinuteBars.Scale([0, 0, 0, 0, 720]).ShouldBe(720);
        MinuteBars.Draw(DateTimeOffset.UnixEpoch, [2, 3, 3, 4, 5, 900], "s", "S").ToString().ShouldContain("bar-cut");
    }

    [Theory]
    [InlineData(0, 0, "0 %")]
    [InlineData(1, 100_000, "< 0.1 %")]
    [InlineData(99_999, 100_000, "> 99.9 %")]
    [InlineData(1, 3, "33.3 %")]
    [InlineData(5, 5, "100 %")]
    public void Percent_NeverRoundsSomethingToNothingOrToAll(long count, long total, string expected) => ShareBar.Percent(count, total).ShouldBe(expected);

    [Theory]
    [InlineData(0.2, "0 s")]
    [InlineData(40, "40 s")]
    [InlineData(119, "119 s")]
    [InlineData(240, "4 min")]
    [InlineData(12_000, "3 h 20 min")]
    [InlineData(259_200, "3 days")]
    public void Span_IsSaidToThePrecisionThatPeopleCareAbout(double seconds, string expected) => TimeText.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(expected);

    [Fact]
    public void OneLine_AnyText_IsShortAndHarmless() => Prop.ForAll<NonNull<string>>(text =>
    {
        var line = OneLine.Of(text.Get, 20);
        return line.Length <= 21 && !line.Any(c => MarkedText.IsInvisible(c) || c is '\n' or '\r' or '\t');
    }).QuickCheckThrowOnFailure();

    private static double Number(System.Xml.Linq.XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
}
