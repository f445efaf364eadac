using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Service.Console.Charts;

/// <summary>A win rate over the days on which it was worked out, as a line without axes. Pure.</summary>
internal static class WinHistory
{
    private static readonly Texts T = Texts.Of(typeof(WinHistory));

    private const double Width = 132;
    private const double Height = 30;
    private const double Edge = 4;

    // A line that fills its box whatever it shows would make a mountain of every molehill.
    private const double LeastSpan = 0.2;

    /// <param name="days">The rates, the oldest first; at least two.</param>
    public static Svg Draw(IReadOnlyList<(DateTimeOffset At, Share Wins)> days)
    {
        var (first, last) = (days[0], days[^1]);
        var (low, high) = (days.Min(day => day.Wins.Value), days.Max(day => day.Wins.Value));
        var room = Math.Max(0, LeastSpan - (high - low)) / 2;
        (low, high) = (low - room, high + room);
        var svg = new Svg(Width, Height, "chart chart-spark", T["WinRate"], T["FromTo", Percent(first.Wins), Day(first.At), Percent(last.Wins), Day(last.At)], stretched: false);
        var path = new StringBuilder();
        foreach (var (at, wins) in days)
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Svg.Number(X(at))).Append(' ').Append(Svg.Number(Y(wins)));
        svg.Open("path", ("class", "curve"), ("d", path.ToString())).Close();
        return svg.Open("circle", ("class", "dot"), ("cx", Svg.Number(X(last.At))), ("cy", Svg.Number(Y(last.Wins))), ("r", "2.5")).Close();

        double X(DateTimeOffset at) => Edge + (at - first.At) / (last.At - first.At) * (Width - 2 * Edge);

        double Y(Share wins) => Edge + (high - wins.Value) / (high - low) * (Height - 2 * Edge);
    }

    private static string Percent(Share share) => string.Create(CultureInfo.InvariantCulture, $"{share.Value * 100:0} %");

    private static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture);
}
