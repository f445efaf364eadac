using System.Globalization;
using AngleSharp.Html.Parser.Tokens;

namespace CrmSync.Pipeline.Text;

/// <summary>
/// Tells which elements of one HTML text a reader never sees: no text, hidden, transparent, too small, off the screen, or in the colour of their background.
/// Reads attributes, inline styles and the classes of style sheets; bounded work per tag.
/// </summary>
internal sealed class HtmlVisibility
{
    private const int MaxBackgrounds = 32;
    private const int MaxClasses = 200;
    private const int MaxStyle = 4_000;

    private static readonly HashSet<string> NoText = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "head", "title", "noscript", "template", "svg", "object", "iframe", "select", "textarea", "datalist", "audio", "video", "canvas", "noframes", "noembed",
        "map", "progress", "meter",
    };

    private static readonly HashSet<string> Voids = new(StringComparer.OrdinalIgnoreCase)
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    };

    private readonly List<(string Name, int Depth, HtmlColour? Colour)> _backgrounds = [];
    private readonly HashSet<string> _hiddenClasses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>True for elements whose content is no text of the message, whoever looks.</summary>
    public static bool IsNoText(HtmlTagToken tag) => NoText.Contains(tag.Name) && !tag.IsSelfClosing;

    /// <summary>True when the element, and so all that stands in it, cannot be seen. Also follows the backgrounds.</summary>
    public bool Hides(HtmlTagToken tag)
    {
        if (Voids.Contains(tag.Name) || tag.IsSelfClosing)
            return false;
        if (tag.Name is "dialog" && !Has(tag, "open"))
            return true;
        var look = default(Look);
        foreach (var attribute in tag.Attributes)
        {
            if (attribute.Name is "hidden" || attribute.Name is "aria-hidden" && attribute.Value.Trim().Equals("true", StringComparison.OrdinalIgnoreCase))
                return true;
            if (attribute.Name is "class" && _hiddenClasses.Count > 0 && IsHiddenClass(attribute.Value))
                return true;
            if (attribute.Name is "style" && Read(attribute.Value, ref look))
                return true;
            if (attribute.Name is "color")
                look.Ink = HtmlColour.Parse(attribute.Value);
            else if (attribute.Name is "bgcolor")
                (look.SetsGround, look.Ground) = (true, HtmlColour.Parse(attribute.Value));
            else if (attribute.Name is "background")
                (look.SetsGround, look.Ground) = (true, null);
            else if (attribute.Name is "width" or "height" && tag.Name is not ("td" or "table" or "tr" or "th") && attribute.Value.Trim() is "0" or "0px")
                return true;
        }
        var ground = look.SetsGround ? look.Ground : Ground;
        if (look.Ink is { } ink && ground is { } below && ink.IsCloseTo(below))
            return true;
        Open(tag.Name, look);
        return false;
    }

    public void Close(string name)
    {
        for (var i = _backgrounds.Count - 1; i >= 0; i--)
        {
            if (!_backgrounds[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            if (_backgrounds[i].Depth > 1)
                _backgrounds[i] = _backgrounds[i] with { Depth = _backgrounds[i].Depth - 1 };
            else
                _backgrounds.RemoveRange(i, _backgrounds.Count - i);
            return;
        }
    }

    /// <summary>Remembers the classes that a style sheet hides. One pass.</summary>
    public void ReadSheet(string sheet)
    {
        var position = 0;
        while (position < sheet.Length && _hiddenClasses.Count < MaxClasses)
        {
            var open = sheet.IndexOf('{', position);
            var close = open < 0 ? -1 : sheet.IndexOf('}', open);
            if (close < 0)
                return;
            var look = default(Look);
            var rule = sheet.AsSpan(open + 1, Math.Min(close - open - 1, MaxStyle)).ToString();
            if (Read(rule, ref look) || look is { SetsGround: false, Ink: { } ink } && ink.IsCloseTo(HtmlColour.White))
                foreach (var selector in sheet.AsSpan(position, Math.Min(open - position, MaxStyle)).ToString().Split(','))
                    if (selector.Trim() is ['.', .. var name] && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_'))
                        _hiddenClasses.Add(name);
            position = close + 1;
        }
    }

    private HtmlColour? Ground => _backgrounds.Count == 0 ? HtmlColour.White : _backgrounds[^1].Colour;

    private void Open(string name, Look look)
    {
        if (look.SetsGround && _backgrounds.Count < MaxBackgrounds)
        {
            _backgrounds.Add((name, 1, look.Ground));
            return;
        }
        for (var i = _backgrounds.Count - 1; i >= 0; i--)
        {
            if (!_backgrounds[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase))
                continue;
            _backgrounds[i] = _backgrounds[i] with { Depth = _backgrounds[i].Depth + 1 };
            return;
        }
    }

    private bool IsHiddenClass(string value)
    {
        foreach (var name in value.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            if (_hiddenClasses.Contains(name))
                return true;
        return false;
    }

    private static bool Has(HtmlTagToken tag, string name)
    {
        foreach (var attribute in tag.Attributes)
            if (attribute.Name == name)
                return true;
        return false;
    }

    /// <summary>Reads the declarations of a style; true when one of them hides.</summary>
    private static bool Read(string style, ref Look look)
    {
        var offScreen = false;
        var clips = false;
        var flat = false;
        foreach (var declaration in (style.Length > MaxStyle ? style[..MaxStyle] : style).Split(';'))
        {
            var colon = declaration.IndexOf(':');
            if (colon < 0)
                continue;
            var name = declaration[..colon].Trim().ToLowerInvariant();
            var value = declaration[(colon + 1)..].Replace("!important", "", StringComparison.OrdinalIgnoreCase).Trim().ToLowerInvariant();
            if (name.Contains('/') && name.LastIndexOf("*/", StringComparison.Ordinal) is >= 0 and var end)
                name = name[(end + 2)..].Trim();
            switch (name)
            {
                case "display" when value is "none":
                case "visibility" when value is "hidden" or "collapse":
                case "mso-hide" when value is "all":
                case "content-visibility" when value is "hidden":
                case "opacity" when Number(value) is < 0.06:
                case "font-size" when Size(value) is < 3:
                case "zoom" when Number(value) is 0:
                case "text-indent" when Math.Abs(Size(value) ?? 0) >= 900:
                case "clip-path" when value.StartsWith("inset(", StringComparison.Ordinal) && value.Contains('%') || value.StartsWith("circle(0", StringComparison.Ordinal)
                    || value.StartsWith("polygon(0 0, 0 0", StringComparison.Ordinal) || value.StartsWith("polygon(0 0,0 0", StringComparison.Ordinal):
                case "clip" when value.StartsWith("rect(0", StringComparison.Ordinal) || value.StartsWith("rect(1px", StringComparison.Ordinal):
                case "transform" when value.Contains("scale(0", StringComparison.Ordinal) && !value.Contains("scale(0.", StringComparison.Ordinal)
                    || value.Contains("translate", StringComparison.Ordinal) && value.Contains("-999", StringComparison.Ordinal):
                case "filter" when value.StartsWith("opacity(0", StringComparison.Ordinal) && !value.StartsWith("opacity(0.", StringComparison.Ordinal):
                    return true;
                case "left" or "top" or "right" or "bottom" or "margin-left" or "margin-top" or "margin-right":
                    offScreen |= Size(value) is <= -500 || name is "left" or "top" && Size(value) is >= 5_000;
                    break;
                case "overflow" or "overflow-x" or "overflow-y":
                    clips |= value is "hidden" or "clip";
                    break;
                case "height" or "max-height" or "width" or "max-width":
                    flat |= Size(value) is <= 1;
                    break;
                case "color" or "-webkit-text-fill-color":
                    if (value is "transparent" || HtmlColour.IsTransparent(value))
                        return true;
                    look.Ink = HtmlColour.Parse(value);
                    break;
                case "background" or "background-color" or "background-image":
                    (look.SetsGround, look.Ground) = value is "none" or "transparent" or "inherit" ? (look.SetsGround, look.Ground) : (true, HtmlColour.Parse(value));
                    break;
                default:
                    break;
            }
        }
        return offScreen || clips && flat;
    }

    private static double? Number(string value)
    {
        var percent = value.EndsWith('%');
        return double.TryParse(percent ? value[..^1] : value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? percent ? number / 100 : number : null;
    }

    /// <summary>A length in pixels, roughly; null when it is none.</summary>
    private static double? Size(string value)
    {
        var end = 0;
        while (end < value.Length && (char.IsAsciiDigit(value[end]) || value[end] is '.' or '-' or '+'))
            end++;
        if (end == 0 || !double.TryParse(value.AsSpan(0, end), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return null;
        return value[end..].Trim() switch
        {
            "em" or "rem" => number * 16,
            "%" or "vw" or "vh" => number * 10,
            "pt" => number * 1.33,
            "in" => number * 96,
            "cm" => number * 38,
            _ => number,
        };
    }

    private record struct Look(HtmlColour? Ink, HtmlColour? Ground, bool SetsGround);
}
