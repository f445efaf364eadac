using System.Globalization;

namespace CrmSync.Service.Console.Labels;

/// <summary>An opaque colour with the arithmetic of readable contrast (WCAG 2.2).</summary>
internal readonly record struct Colour(double Red, double Green, double Blue)
{
    public static readonly Colour White = new(1, 1, 1);
    public static readonly Colour Black = new(0, 0, 0);

    /// <summary>Reads <c>#rrggbb</c>; anything else is a neutral grey, since a colour is no reason to show no page.</summary>
    public static Colour Parse(string? text) =>
        text is ['#', ..] && text.Length == 7 && int.TryParse(text.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rgb)
            ? new Colour((rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0)
            : new Colour(0.4, 0.43, 0.48);

    /// <summary>This colour with a share of another, 0 to 1.</summary>
    public Colour Mix(Colour other, double share) =>
        new(Red + (other.Red - Red) * share, Green + (other.Green - Green) * share, Blue + (other.Blue - Blue) * share);

    /// <summary>Contrast ratio, 1 to 21.</summary>
    public double ContrastTo(Colour other)
    {
        var (mine, theirs) = (Luminance, other.Luminance);
        return (Math.Max(mine, theirs) + 0.05) / (Math.Min(mine, theirs) + 0.05);
    }

    /// <summary>The nearest mix with <paramref name="pole"/> that stands out from the background by at least the ratio.</summary>
    public Colour ReadableOn(Colour background, Colour pole, double ratio)
    {
        for (var share = 0.0; share < 1; share += 0.02)
            if (Rounded(Mix(pole, share)) is var candidate && candidate.ContrastTo(background) >= ratio)
                return candidate;
        return pole;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"#{Byte(Red):x2}{Byte(Green):x2}{Byte(Blue):x2}");

    internal static Colour Rounded(Colour colour) => new(Byte(colour.Red) / 255.0, Byte(colour.Green) / 255.0, Byte(colour.Blue) / 255.0);

    private double Luminance => 0.2126 * Linear(Red) + 0.7152 * Linear(Green) + 0.0722 * Linear(Blue);

    private static double Linear(double channel) => channel <= 0.04045 ? channel / 12.92 : Math.Pow((channel + 0.055) / 1.055, 2.4);

    private static int Byte(double channel) => (int)Math.Round(Math.Clamp(channel, 0, 1) * 255);
}
