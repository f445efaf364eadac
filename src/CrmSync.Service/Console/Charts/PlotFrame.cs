namespace CrmSync.Service.Console.Charts;

/// <summary>Axes of a plot with shares on both sides; turns shares into places.</summary>
internal sealed class PlotFrame
{
    private const double Left = 58;
    private const double Top = 10;
    private const double Wide = 300;
    private const double High = 220;
    private const int Steps = 5;
    private readonly double _highest;

    /// <param name="svg">Where to draw.</param>
    /// <param name="across">What runs to the right, from 0 to 1.</param>
    /// <param name="up">What runs up.</param>
    /// <param name="highest">The share at the upper edge.</param>
    public PlotFrame(Svg svg, string across, string up, double highest = 1)
    {
        _highest = highest;
        for (var i = 0; i <= Steps; i++)
        {
            var share = (double)i / Steps;
            svg.Line("grid", X(0), Y(share * highest), X(1), Y(share * highest));
            svg.Words("tick", X(0) - 6, Y(share * highest) + 4, Label(share * highest), "end");
            svg.Words("tick", X(share), Y(0) + 16, Label(share), "middle");
        }
        svg.Words("axis", X(0.5), Y(0) + 34, across, "middle");
        svg.Words("axis", 11, Y(highest / 2), up, "middle", -90);
    }

    public static double Width => Left + Wide + 22;

    public static double Height => Top + High + 42;

    public static double X(double share) => Left + share * Wide;

    public double Y(double share) => Top + (1 - Math.Min(share, _highest) / _highest) * High;

    private static string Label(double share) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{share * 100:0.#} %");
}
