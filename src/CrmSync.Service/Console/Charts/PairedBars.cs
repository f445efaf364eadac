namespace CrmSync.Service.Console.Charts;

/// <summary>Two bars per stage, one as reported and one as shown. Pure.</summary>
internal static class PairedBars
{
    private static readonly Texts T = Texts.Of(typeof(PairedBars));

    private const double Left = 92;
    private const double Room = 206;
    private const double Right = 54;
    private const double Row = 34;
    private const double Bar = 11;

    /// <summary>A stage with both values.</summary>
    /// <param name="Name">What people read.</param>
    /// <param name="ClassName">Class that carries its fill.</param>
    /// <param name="Reported">As reported.</param>
    /// <param name="Shown">As shown.</param>
    public readonly record struct Pair(string Name, string ClassName, long Reported, long Shown);

    /// <summary>With names and values beside the bars.</summary>
    public static Svg Draw(string title, IReadOnlyList<Pair> pairs, Func<long, string> words)
    {
        var most = Math.Max(1, pairs.Select(pair => Math.Max(pair.Reported, pair.Shown)).DefaultIfEmpty().Max());
        var svg = new Svg(Left + Room + Right, pairs.Count * Row, "paired", title, Description(pairs, words), stretched: false);
        for (var at = 0; at < pairs.Count; at++)
        {
            var (pair, y) = (pairs[at], at * Row);
            svg.Words("paired-name", Left - 10, y + 20, pair.Name, "end");
            DrawBar(svg, "paired-reported", pair, pair.Reported, most, y + 4, words);
            DrawBar(svg, "paired-shown", pair, pair.Shown, most, y + 4 + Bar + 2, words);
        }

        return svg;
    }

    /// <summary>Six pairs of columns in little room, for many side by side.</summary>
    public static Svg DrawSmall(string title, IReadOnlyList<Pair> pairs, Func<long, string> words)
    {
        const double Width = 24, Height = 40, Column = 9;
        var most = Math.Max(1, pairs.Select(pair => Math.Max(pair.Reported, pair.Shown)).DefaultIfEmpty().Max());
        var svg = new Svg(pairs.Count * Width, Height + 2, "paired-small", title, Description(pairs, words), stretched: false);
        for (var at = 0; at < pairs.Count; at++)
        {
            var pair = pairs[at];
            var (reported, shown) = (Length(pair.Reported, most, Height), Length(pair.Shown, most, Height));
            svg.Rectangle($"paired-reported {pair.ClassName}", at * Width + 2, Height + 1 - reported, Column, reported, T["AsReported", pair.Name, words(pair.Reported)]);
            svg.Rectangle($"paired-shown {pair.ClassName}", at * Width + 3 + Column, Height + 1 - shown, Column, shown, T["AsShown", pair.Name, words(pair.Shown)]);
        }

        return svg;
    }

    private static void DrawBar(Svg svg, string className, Pair pair, long value, long most, double y, Func<long, string> words)
    {
        var length = Length(value, most, Room);
        svg.Rectangle($"{className} {pair.ClassName}", Left, y, length, Bar);
        svg.Words("paired-value", Left + length + 6, y + 10, words(value));
    }

    // Something is never nothing, and nothing is a hairline.
    private static double Length(long value, long most, double room) => value <= 0 ? 0.5 : Math.Max(2, room * value / most);

    private static string Description(IReadOnlyList<Pair> pairs, Func<long, string> words) =>
        string.Join("; ", pairs.Select(pair => T["ReportedShown", pair.Name, words(pair.Reported), words(pair.Shown)]));
}
