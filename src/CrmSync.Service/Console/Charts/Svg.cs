using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace CrmSync.Service.Console.Charts;

/// <summary>Writes SVG: every attribute and text is encoded, looks come from classes of the style sheet alone.</summary>
internal sealed class Svg : IHtmlContent
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Starts a picture that is stretched to its box, or keeps its proportions, and is named for those who do not see it.</summary>
    public Svg(double width, double height, string className, string title, string description, bool stretched = true)
    {
        Open(
            "svg", ("class", className), ("viewBox", $"0 0 {Number(width)} {Number(height)}"), ("preserveAspectRatio", stretched ? "none" : "xMidYMid meet"), ("role", "img"),
            ("aria-label", $"{title}. {description}"));
    }

    /// <summary>Opens an element.</summary>
    public Svg Open(string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        Start(name, attributes).Append('>');
        _open.Push(name);
        return this;
    }

    /// <summary>Closes the element that was opened last.</summary>
    public Svg Close()
    {
        _text.Append("</").Append(_open.Pop()).Append('>');
        return this;
    }

    /// <summary>A rectangle, with a tooltip where a title is given.</summary>
    public Svg Rectangle(string className, double x, double y, double width, double height, string? title = null)
    {
        Open("rect", ("class", className), ("x", Number(x)), ("y", Number(y)), ("width", Number(width)), ("height", Number(height)));
        if (title is not null)
            Open("title").Text(title).Close();
        return Close();
    }

    /// <summary>A straight line.</summary>
    public Svg Line(string className, double fromX, double fromY, double toX, double toY) =>
        Open("line", ("class", className), ("x1", Number(fromX)), ("y1", Number(fromY)), ("x2", Number(toX)), ("y2", Number(toY))).Close();

    /// <summary>Words at a place. <paramref name="anchor"/> is start, middle or end; <paramref name="turn"/> in degrees, clockwise.</summary>
    public Svg Words(string className, double x, double y, string words, string anchor = "start", double turn = 0) =>
        Open("text", ("class", className), ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor), ("transform", $"rotate({Number(turn)} {Number(x)} {Number(y)})")).Text(words).Close();

    /// <summary>Text inside the open element.</summary>
    public Svg Text(string text)
    {
        _text.Append(HtmlEncoder.Default.Encode(text));
        return this;
    }

    /// <inheritdoc/>
    public void WriteTo(TextWriter writer, HtmlEncoder encoder) => writer.Write(ToString());

    /// <summary>The markup, all elements closed.</summary>
    public override string ToString()
    {
        while (_open.Count > 0)
            Close();
        return _text.ToString();
    }

    private StringBuilder Start(string name, ReadOnlySpan<(string Name, string Value)> attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (attribute, value) in attributes)
            _text.Append(' ').Append(attribute).Append("=\"").Append(HtmlEncoder.Default.Encode(value)).Append('"');
        return _text;
    }

    /// <summary>A number as SVG writes it.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
