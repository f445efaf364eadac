using System.Globalization;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>Sixty bars, one per minute, oldest left. Pure.</summary>
internal static class MinuteBars
{
    private static readonly Texts T = Texts.Of(typeof(MinuteBars));

    private const double Step = 4;
    private const double Bar = 3;
    private const double Height = 60;

    /// <param name="from">Start of the first minute.</param>
    /// <param name="counts">One per minute.</param>
    /// <param name="series">Class of the series: stored, decided, applied.</param>
    /// <param name="title">What is counted.</param>
    public static Svg Draw(DateTimeOffset from, IReadOnlyList<long> counts, string series, string title)
    {
        var scale = Scale(counts);
        var svg = new Svg(
            counts.Count * Step - (Step - Bar), Height, $"bars bars-{series}", title,
            T["InTheLastMinutesAtMostInOne", TimeText.Number(counts.Sum()), counts.Count, TimeText.Number(counts.DefaultIfEmpty().Max())]);
        for (var i = 0; i < counts.Count; i++)
        {
            var count = counts[i];
            // A single activity among thousands must still be seen.
            var height = count == 0 ? 1 : Math.Max(3, Math.Min(1, (double)count / Math.Max(1, scale)) * (Height - 2));
            var minute = from.AddMinutes(i).UtcDateTime.ToString("HH:mm", CultureInfo.InvariantCulture);
            svg.Open("g", ("class", "bar"));
            svg.Rectangle("bar-hit", i * Step, 0, Step, Height);
            svg.Rectangle(count == 0 ? "bar-zero" : "bar-fill", i * Step, Height - height, Bar, height);
            if (count > scale)
                svg.Rectangle("bar-cut", i * Step - 0.5, 9, Step, 3);
            svg.Open("title").Text($"{minute} UTC: {TimeText.Number(count)}").Close();
            svg.Close();
        }
        return svg;
    }

    /// <summary>
    /// The value that fills the height, at least 1: the highest count, unless a burst (a first read, a backfill) would flatten everything beside it; such bars are
    /// cut and drawn with a gap.
    /// </summary>
    internal static long Scale(IReadOnlyList<long> counts)
    {
        List<long> highest = [.. counts.OrderDescending().Take(4)];
        var usual = highest.Count == 4 ? highest[3] : 0;
        return Math.Max(1, usual > 0 && highest[0] > 8 * usual ? 2 * usual : highest.FirstOrDefault());
    }
}
