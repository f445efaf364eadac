using System.Text;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Service.Console.Charts;

/// <summary>How many answers are wrong when only the most confident ones are taken. Pure.</summary>
internal static class RiskPlot
{
    private static readonly Texts T = Texts.Of(typeof(RiskPlot));

    private const int Points = 200;
    private const double LowestTop = 0.1;

    /// <param name="risk">The curve.</param>
    /// <param name="against">A second curve to compare with, or null.</param>
    public static Svg Draw(SelectiveRiskResult risk, SelectiveRiskResult? against = null)
    {
        var at = risk.AtCoverage(AnswerFigures.TargetCoverage);
        var svg = new Svg(
            PlotFrame.Width, PlotFrame.Height, "chart chart-plot", T["RiskAgainstCoverage"],
            at is { } point ? T["WrongAtCoverage", ReportNumber.Percent(point.Risk.Value), ReportNumber.Percent(point.Coverage)] : T["NoRows"], stretched: false);
        var frame = new PlotFrame(svg, T["RowsThatGetAnAnswer"], T["WrongAmongThem"], Top(risk, against));
        svg.Line("ideal", PlotFrame.X(0), frame.Y(AnswerFigures.TargetRisk), PlotFrame.X(1), frame.Y(AnswerFigures.TargetRisk));
        svg.Line("ideal", PlotFrame.X(AnswerFigures.TargetCoverage), frame.Y(0), PlotFrame.X(AnswerFigures.TargetCoverage), frame.Y(1));
        if (against is not null)
            svg.Open("path", ("class", "curve curve-other"), ("d", Path(against, frame))).Close();
        svg.Open("path", ("class", "curve"), ("d", Path(risk, frame))).Close();
        if (at is { } marked)
        {
            svg.Open("circle", ("class", "dot"), ("cx", Svg.Number(PlotFrame.X(marked.Coverage))), ("cy", Svg.Number(frame.Y(marked.Risk.Value))), ("r", "4"));
            svg.Open("title").Text(T["WrongAtCoverage", ReportNumber.Percent(marked.Risk.Value), ReportNumber.Percent(marked.Coverage)]).Close().Close();
        }
        return svg;
    }

    /// <summary>The upper edge: the next 10 % above what is reached past the first twentieth of the rows, where a single error weighs too much to be drawn to scale.</summary>
    private static double Top(SelectiveRiskResult risk, SelectiveRiskResult? against)
    {
        var highest = risk.Curve.Concat(against?.Curve ?? []).Where(point => point.Coverage >= 0.05).Select(point => point.Risk.Value).DefaultIfEmpty().Max();
        return Math.Clamp(Math.Ceiling(highest * 10) / 10, LowestTop, 1);
    }

    private static string Path(SelectiveRiskResult risk, PlotFrame frame)
    {
        var path = new StringBuilder();
        foreach (var point in risk.Thin(Points))
            path.Append(path.Length == 0 ? 'M' : 'L').Append(Svg.Number(PlotFrame.X(point.Coverage))).Append(' ').Append(Svg.Number(frame.Y(point.Risk.Value)));
        return path.ToString();
    }
}
