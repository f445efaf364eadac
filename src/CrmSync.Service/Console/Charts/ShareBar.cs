using System.Globalization;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>One bar divided by shares. Pure.</summary>
internal static class ShareBar
{
    private const double Width = 1000;
    private const double Height = 14;
    private const double Gap = 3;

    /// <summary>A part of the whole.</summary>
    /// <param name="Name">What people read.</param>
    /// <param name="Count">How many.</param>
    /// <param name="ClassName">Class that carries its fill.</param>
    public readonly record struct Part(string Name, long Count, string ClassName);

    public static Svg Draw(string title, IReadOnlyList<Part> parts)
    {
        var total = parts.Sum(part => part.Count);
        List<Part> shown = [.. parts.Where(part => part.Count > 0)];
        var svg = new Svg(Width, Height, "share", title, string.Join(", ", parts.Select(part => $"{part.Name} {Percent(part.Count, total)}")));
        if (total == 0)
            return svg.Rectangle("share-none", 0, 0, Width, Height);
        var room = Width - Gap * (shown.Count - 1);
        // Every part keeps a sliver, taken from the others in proportion.
        List<double> widths = [.. shown.Select(part => Math.Max(4, (double)part.Count / total * room))];
        var excess = room / widths.Sum();
        var x = 0.0;
        for (var i = 0; i < shown.Count; i++)
        {
            var width = widths[i] * excess;
            svg.Rectangle($"share-part {shown[i].ClassName}", x, 0, width, Height, $"{shown[i].Name}: {TimeText.Number(shown[i].Count)} ({Percent(shown[i].Count, total)})");
            x += width + Gap;
        }
        return svg;
    }

    /// <summary>A share as people write it; something is never 0 %, and not all is never 100 %.</summary>
    public static string Percent(long count, long total)
    {
        if (total == 0 || count == 0)
            return "0 %";
        var share = 100.0 * count / total;
        return share switch
        {
            < 0.1 => "< 0.1 %",
            > 99.9 when count < total => "> 99.9 %",
            100 => "100 %",
            _ => string.Create(CultureInfo.InvariantCulture, $"{share:0.0} %"),
        };
    }
}
