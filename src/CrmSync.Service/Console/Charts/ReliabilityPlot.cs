using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Charts;

/// <summary>What confidence promised against what it kept; on the diagonal it means what it says. Pure.</summary>
internal static class ReliabilityPlot
{
    private static readonly Texts T = Texts.Of(typeof(ReliabilityPlot));

    public static Svg Draw(CalibrationResult calibration)
    {
        var svg = new Svg(
            PlotFrame.Width, PlotFrame.Height, "chart chart-plot", T["Calibration"],
            T["ExpectedCalibrationErrorOverBins", ReportNumber.Percent(calibration.EqualMass), calibration.Bins.Count], stretched: false);
        var frame = new PlotFrame(svg, T["Confidence"], T["ShareRight"]);
        svg.Line("ideal", PlotFrame.X(0), frame.Y(0), PlotFrame.X(1), frame.Y(1));
        foreach (var bin in calibration.Bins)
        {
            var (x, accuracy) = (PlotFrame.X(bin.MeanConfidence), bin.Accuracy);
            svg.Line("whisker", x, frame.Y(accuracy.Low), x, frame.Y(accuracy.High));
            svg.Open("circle", ("class", "dot"), ("cx", Svg.Number(x)), ("cy", Svg.Number(frame.Y(accuracy.Value))), ("r", "4"));
            svg.Open("title").Text(
                T["RowsWithConfidenceToPromisedKept", TimeText.Number(bin.Rows), ReportNumber.Percent(bin.Low), ReportNumber.Percent(bin.High), ReportNumber.Percent(bin.MeanConfidence), ReportNumber.Percent(accuracy.Value)])
                .Close().Close();
        }
        return svg;
    }
}
