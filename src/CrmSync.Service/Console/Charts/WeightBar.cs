using System.Globalization;

namespace CrmSync.Service.Console.Charts;

/// <summary>One small bar: how strongly something speaks, or how probable it is. Pure.</summary>
internal static class WeightBar
{
    private static readonly Texts T = Texts.Of(typeof(WeightBar));

    private const double Width = 60;
    private const double Height = 8;

    /// <param name="strength">In log-odds; below 0 it speaks against.</param>
    /// <param name="strongest">What fills the bar; above 0.</param>
    public static Svg Strength(double strength, double strongest) => Draw(
        Math.Abs(strength) / strongest, strength < 0 ? "weight-against" : "weight-for", T["Strength"],
        T["InLogOdds", strength < 0 ? T["SpeaksAgainstIt"] : T["SpeaksForIt"], Math.Abs(strength)]);

    /// <param name="probability">0 to 1.</param>
    public static Svg Probability(double probability) =>
        Draw(probability, "weight-share", T["Probability"], string.Create(CultureInfo.InvariantCulture, $"{probability * 100:0.#} %"));

    private static Svg Draw(double share, string className, string title, string description)
    {
        var svg = new Svg(Width, Height, "weight", title, description, stretched: false);
        svg.Rectangle("weight-none", 0, 0, Width, Height);
        // What speaks at all must be seen.
        return svg.Rectangle(className, 0, 0, Math.Max(1.5, Math.Clamp(share, 0, 1) * Width), Height);
    }
}
