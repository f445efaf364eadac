using System.Text;
using System.Text.Encodings.Web;

namespace CrmSync.Service.Reports;

/// <summary>Builds a page. Whatever is not written by <see cref="Raw"/> is encoded; only mark-up of ours goes through that.</summary>
internal sealed class HtmlBuilder
{
    private readonly StringBuilder _text = new();

    /// <summary>Mark-up of ours.</summary>
    public HtmlBuilder Raw(string markup)
    {
        _text.Append(markup);
        return this;
    }

    /// <summary>An element that holds words.</summary>
    public HtmlBuilder Element(string name, string words, string className = "")
    {
        _text.Append('<').Append(name);
        if (className.Length > 0)
            _text.Append(" class=\"").Append(HtmlEncoder.Default.Encode(className)).Append('"');
        _text.Append('>').Append(HtmlEncoder.Default.Encode(words)).Append("</").Append(name).Append('>');
        return this;
    }

    /// <summary>A table: on a narrow screen each row becomes a card that names its cells.</summary>
    public HtmlBuilder Table(string caption, string className, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<Cell>> rows)
    {
        Raw("<div class=\"scroll\"><table class=\"").Raw(HtmlEncoder.Default.Encode(className)).Raw("\">").Element("caption", caption).Raw("<thead><tr>");
        foreach (var column in columns)
            Raw("<th scope=\"col\">").Words(column).Raw("</th>");
        Raw("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            Raw("<tr>");
            for (var i = 0; i < row.Count; i++)
            {
                var tag = i == 0 ? "th scope=\"row\"" : "td";
                Raw($"<{tag} data-name=\"").Raw(HtmlEncoder.Default.Encode(columns[i])).Raw("\"");
                Raw(row[i].ClassName.Length > 0 ? $" class=\"{HtmlEncoder.Default.Encode(row[i].ClassName)}\">" : ">").Words(row[i].Words);
                if (row[i].Quiet.Length > 0)
                    Raw(" ").Element("span", row[i].Quiet, "quiet");
                Raw(i == 0 ? "</th>" : "</td>");
            }
            Raw("</tr>");
        }
        return Raw("</tbody></table></div>");
    }

    /// <summary>Words.</summary>
    public HtmlBuilder Words(string words)
    {
        _text.Append(HtmlEncoder.Default.Encode(words));
        return this;
    }

    public override string ToString() => _text.ToString();
}

/// <summary>A cell of a table.</summary>
/// <param name="Words">What it says.</param>
/// <param name="Quiet">What it adds in a smaller voice.</param>
/// <param name="ClassName">How it looks.</param>
internal readonly record struct Cell(string Words, string Quiet = "", string ClassName = "");
