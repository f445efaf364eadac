using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>Small bars of a segment: how its terms stand out, and how large it is beside the largest. Pure.</summary>
internal static class SegmentBars
{
    private static readonly Texts T = Texts.Of(typeof(SegmentBars));

    private const double Width = 96;
    private const double Height = 8;
    private const double Step = 6;
    private const int Most = 6;

    /// <param name="accounts">Its accounts.</param>
    /// <param name="largest">Accounts of the largest segment beside it.</param>
    public static Svg Size(long accounts, long largest) =>
        Bar((double)accounts / Math.Max(1, largest), T["Accounts"], TimeText.Number(accounts));

    /// <param name="term">A term.</param>
    /// <param name="strongest">Of the term that stands out most; in log-odds, above 0.</param>
    public static Svg Term(SegmentTerm term, double strongest) => Bar(term.LogOdds / Math.Max(0.001, strongest), T["StandsOut"], T["InLogOdds", term.LogOdds]);

    /// <summary>The strongest terms, a bar each.</summary>
    public static Svg Terms(IReadOnlyList<SegmentTerm> terms)
    {
        var shown = terms.Take(Most).ToList();
        var svg = new Svg(Width, Most * Step, "segment-terms", T["Terms"], string.Join(", ", shown.Select(term => T["OfTerm", term.Term, term.LogOdds])), stretched: false);
        var strongest = Math.Max(0.001, shown.Select(term => term.LogOdds).DefaultIfEmpty(1).Max());
        for (var at = 0; at < shown.Count; at++)
            svg.Rectangle("segment-part", 0, at * Step, Part(shown[at].LogOdds / strongest), Step - 2);
        return svg;
    }

    private static Svg Bar(double share, string title, string description)
    {
        var svg = new Svg(Width, Height, "segment-bar", title, description, stretched: false);
        return svg.Rectangle("segment-none", 0, 0, Width, Height).Rectangle("segment-part", 0, 0, Part(share), Height);
    }

    // What is there at all must be seen.
    private static double Part(double share) => Math.Max(1.5, Math.Clamp(share, 0, 1) * Width);
}
