using System.Globalization;

namespace CrmSync.Pipeline.Text;

/// <summary>A colour as mark-up names it; only as much of the notation as hiding needs.</summary>
internal readonly record struct HtmlColour(int Red, int Green, int Blue)
{
    public static readonly HtmlColour White = new(255, 255, 255);

    private const int Close = 12;

    private static readonly Dictionary<string, HtmlColour> Named = new(StringComparer.OrdinalIgnoreCase)
    {
        ["white"] = White, ["black"] = new(0, 0, 0), ["snow"] = new(255, 250, 250), ["ivory"] = new(255, 255, 240), ["ghostwhite"] = new(248, 248, 255),
        ["whitesmoke"] = new(245, 245, 245), ["floralwhite"] = new(255, 250, 240), ["red"] = new(255, 0, 0), ["blue"] = new(0, 0, 255), ["green"] = new(0, 128, 0),
        ["yellow"] = new(255, 255, 0), ["gray"] = new(128, 128, 128), ["grey"] = new(128, 128, 128), ["silver"] = new(192, 192, 192), ["navy"] = new(0, 0, 128),
        ["lightgray"] = new(211, 211, 211), ["lightgrey"] = new(211, 211, 211),
    };

    /// <summary>True when a reader could not tell the two apart.</summary>
    public bool IsCloseTo(HtmlColour other) => Math.Abs(Red - other.Red) <= Close && Math.Abs(Green - other.Green) <= Close && Math.Abs(Blue - other.Blue) <= Close;

    /// <summary>The first colour in <paramref name="value"/>; null when it names none that is known here.</summary>
    public static HtmlColour? Parse(string value)
    {
        var text = value.Trim();
        if (text.StartsWith("rgb", StringComparison.OrdinalIgnoreCase))
            return Numbers(text) is [var red, var green, var blue, ..] ? new HtmlColour((int)red, (int)green, (int)blue) : null;
        var end = text.IndexOf(' ');
        var word = end < 0 ? text : text[..end];
        if (Named.TryGetValue(word, out var named))
            return named;
        var digits = word.TrimStart('#');
        if (digits.Length is 3 or 4)
            digits = string.Concat(digits.Take(3).Select(c => $"{c}{c}"));
        return digits.Length is 6 or 8 && int.TryParse(digits.AsSpan(0, 6), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var rgb)
            ? new HtmlColour(rgb >> 16, rgb >> 8 & 255, rgb & 255)
            : null;
    }

    /// <summary>True for <c>rgba(…, 0)</c> and the like.</summary>
    public static bool IsTransparent(string value) => value.StartsWith("rgba", StringComparison.OrdinalIgnoreCase) && Numbers(value) is [_, _, _, < 0.06, ..];

    private static List<double> Numbers(string value)
    {
        List<double> numbers = [];
        var open = value.IndexOf('(');
        var close = value.IndexOf(')');
        if (open > 0 && close > open && close - open < 60)
            foreach (var part in value[(open + 1)..close].Split([',', ' ', '/'], StringSplitOptions.RemoveEmptyEntries))
                if (double.TryParse(part.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
                    numbers.Add(number);
        return numbers;
    }
}
