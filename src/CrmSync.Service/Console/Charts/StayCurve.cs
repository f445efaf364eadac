using System.Globalization;
using System.Text;
using CrmSync.Pipeline.Segments.Numbers;

namespace CrmSync.Service.Console.Charts;

/// <summary>How many deals are still in a stage after so many days (Kaplan and Meier), with the interval around it. Several side by side share one scale. Pure.</summary>
internal static class StayCurve
{
    private static readonly Texts T = Texts.Of(typeof(StayCurve));

    private const double Left = 40;
    private const double Top = 8;
    private const double Wide = 214;
    private const double High = 96;

    /// <param name="stage">The stage.</param>
    /// <param name="days">Days at the right edge, above 0; the same for all that stand side by side.</param>
    /// <param name="words">The curve in a sentence.</param>
    public static Svg Draw(StageNumbers stage, double days, string words)
    {
        var svg = new Svg(Left + Wide + 14, Top + High + 24, "chart chart-stay", T["StillIn", stage.Stage], words, stretched: false);
        for (var i = 0; i <= 2; i++)
        {
            svg.Line("grid", Left, Y(i / 2.0), Left + Wide, Y(i / 2.0));
            svg.Words("tick", Left - 6, Y(i / 2.0) + 4, string.Create(CultureInfo.InvariantCulture, $"{i * 50} %"), "end");
            svg.Words("tick", X(days * i / 2, days), Y(0) + 17, i == 2 ? T["Days", days] : string.Create(CultureInfo.InvariantCulture, $"{days * i / 2:0.#}"), i == 0 ? "start" : i == 1 ? "middle" : "end");
        }
        var steps = stage.Curve.Steps;
        if (steps.Count == 0)
            return svg;
        var (curve, upper) = (new StringBuilder($"M{Left} {Svg.Number(Y(1))}"), new StringBuilder($"M{Left} {Svg.Number(Y(1))}"));
        foreach (var step in steps)
        {
            Step(curve, step.Days, step.Open.Value, days);
            Step(upper, step.Days, step.Open.High, days);
        }
        // The band's lower edge runs back, so its steps are met from their far end.
        for (var at = steps.Count - 1; at >= 0; at--)
            upper.Append('L').Append(Svg.Number(X(steps[at].Days, days))).Append(' ').Append(Svg.Number(Y(steps[at].Open.Low)))
                .Append('V').Append(Svg.Number(Y(at == 0 ? 1 : steps[at - 1].Open.Low)));
        svg.Open("path", ("class", "band"), ("d", upper.Append('Z').ToString())).Close();
        svg.Open("path", ("class", "curve"), ("d", curve.ToString())).Close();
        if (stage.Curve.After(0.5) is { } median)
            svg.Line("ideal", X(median.Days, days), Y(0.5), X(median.Days, days), Y(0)).Open("circle", ("class", "dot"), ("cx", Svg.Number(X(median.Days, days))), ("cy", Svg.Number(Y(0.5))), ("r", "3.5")).Close();
        return svg;
    }

    private static void Step(StringBuilder path, double at, double open, double days) =>
        path.Append('H').Append(Svg.Number(X(at, days))).Append('V').Append(Svg.Number(Y(open)));

    private static double X(double at, double days) => Left + Math.Clamp(at / days, 0, 1) * Wide;

    private static double Y(double open) => Top + (1 - open) * High;
}
