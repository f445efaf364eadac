using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>A share week by week with its interval, the oldest left; weeks without rows are gaps. Pure.</summary>
internal static class WeekLine
{
    private static readonly Texts T = Texts.Of(typeof(WeekLine));

    private const double Left = 44;
    private const double Top = 10;
    private const double High = 150;
    private const double Step = 34;

    /// <param name="title">What is counted.</param>
    /// <param name="from">Begin of the first week.</param>
    /// <param name="weeks">One share per week.</param>
    public static Svg Draw(string title, DateTimeOffset from, IReadOnlyList<Share> weeks)
    {
        var all = weeks.Aggregate(default(Share), (sum, week) => new Share(sum.Count + week.Count, sum.Of + week.Of));
        var low = Math.Min(0.5, Math.Floor(weeks.Select(week => week.Estimate?.Low ?? 1).DefaultIfEmpty(1).Min() * 10) / 10);
        var svg = new Svg(
            Left + weeks.Count * Step + 10, Top + High + 26, "chart chart-weeks", title,
            all.Of == 0 ? T["NoRows"] : T["OfRowsInWeeks", ReportNumber.Percent(all.Value), TimeText.Number(all.Of), weeks.Count], stretched: false);
        for (var i = 0; i <= 4; i++)
        {
            var share = low + (1 - low) * i / 4;
            svg.Line("grid", Left, Y(share, low), Left + weeks.Count * Step, Y(share, low));
            svg.Words("tick", Left - 6, Y(share, low) + 4, string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.#} %"), "end");
        }
        var path = new StringBuilder();
        var broken = true;
        for (var i = 0; i < weeks.Count; i++)
        {
            if (weeks[i].Estimate is not { } estimate)
            {
                broken = true;
                continue;
            }
            path.Append(broken ? 'M' : 'L').Append(Svg.Number(X(i))).Append(' ').Append(Svg.Number(Y(estimate.Value, low)));
            broken = false;
        }
        if (path.Length > 0)
            svg.Open("path", ("class", "curve"), ("d", path.ToString())).Close();
        for (var i = 0; i < weeks.Count; i++)
        {
            var day = from.AddDays(7 * i).UtcDateTime.ToString("d MMM", CultureInfo.InvariantCulture);
            if (i % Math.Max(1, weeks.Count / 6) == 0)
                svg.Words("tick", X(i), Top + High + 18, day, "middle");
            if (weeks[i].Estimate is not { } estimate)
                continue;
            svg.Line("whisker", X(i), Y(estimate.Low, low), X(i), Y(estimate.High, low));
            svg.Open("circle", ("class", "dot"), ("cx", Svg.Number(X(i))), ("cy", Svg.Number(Y(estimate.Value, low))), ("r", "4"));
            svg.Open("title").Text(T["WeekFromOfBetweenAnd", day, ReportNumber.Percent(estimate.Value), TimeText.Number(weeks[i].Of), ReportNumber.Percent(estimate.Low), ReportNumber.Percent(estimate.High)]).Close().Close();
        }
        return svg;
    }

    private static double X(int week) => Left + (week + 0.5) * Step;

    private static double Y(double share, double low) => Top + (1 - Math.Clamp((share - low) / (1 - low), 0, 1)) * High;
}
