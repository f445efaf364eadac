using System.Globalization;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>Two rates under each other on one scale from 0 to 100 %, each a dot with its interval. Pure.</summary>
internal static class RatePair
{
    private static readonly Texts T = Texts.Of(typeof(RatePair));

    private const double Left = 92;
    private const double Wide = 240;
    private const double Row = 28;

    /// <param name="title">What is compared.</param>
    /// <param name="first">The upper one: its name and rate; a rate of nothing is left out.</param>
    /// <param name="second">The lower one.</param>
    public static Svg Draw(string title, (string Name, Share Rate) first, (string Name, Share Rate) second)
    {
        (string Name, Share Rate)[] rows = [first, second];
        var svg = new Svg(Left + Wide + 24, 2 * Row + 24, "chart chart-pair", title, string.Join(" ", rows.Select(Sentence)), stretched: false);
        for (var i = 0; i <= 4; i++)
        {
            svg.Line("grid", X(i / 4.0), 0, X(i / 4.0), 2 * Row);
            svg.Words("tick", X(i / 4.0), 2 * Row + 16, string.Create(CultureInfo.InvariantCulture, $"{i * 25} %"), "middle");
        }
        for (var at = 0; at < rows.Length; at++)
        {
            var y = (at + 0.5) * Row;
            svg.Words("name", Left - 10, y + 4, rows[at].Name, "end");
            if (rows[at].Rate.Estimate is not { } rate)
                continue;
            svg.Line("whisker", X(rate.Low), y, X(rate.High), y);
            svg.Open("circle", ("class", "dot"), ("cx", Svg.Number(X(rate.Value))), ("cy", Svg.Number(y)), ("r", "5"));
            svg.Open("title").Text(Sentence(rows[at])).Close().Close();
        }
        return svg;
    }

    private static string Sentence((string Name, Share Rate) row) => row.Rate.Estimate is { } rate
        ? T["RateOf", row.Name, ReportNumber.Percent(rate.Value), ReportNumber.Percent(rate.Low), ReportNumber.Percent(rate.High), TimeText.Number(row.Rate.Of)]
        : T["NoneOf", row.Name];

    private static double X(double share) => Left + share * Wide;
}
