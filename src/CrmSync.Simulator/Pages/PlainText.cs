using System.Net;
using System.Text;

namespace CrmSync.Simulator.Pages;

/// <summary>
/// A body as a reader sees it: tags dropped, entities decoded, blocks on lines of their own. For display only, and what it returns is
/// still to be encoded. Linear in the length of the body.
/// </summary>
internal static class PlainText
{
    private static readonly string[] Blocks =
        ["p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "blockquote", "hr"];

    private static readonly string[] Inline = ["a", "b", "i", "span", "html", "body", "img", "strong", "font"];
    private static readonly string[] Unread = ["style", "script", "title", "head"];

    public static bool LooksLikeHtml(string body)
    {
        for (var at = body.IndexOf('<', StringComparison.Ordinal); at >= 0 && at + 1 < body.Length; at = body.IndexOf('<', at + 1))
        {
            var name = Name(body, at + 1);
            if (Blocks.Contains(name) || Inline.Contains(name))
                return true;
        }

        return false;
    }

    public static string Of(string body)
    {
        if (!LooksLikeHtml(body))
            return body;
        StringBuilder text = new(body.Length);
        // Where one closing bracket is missing, all later ones are: looking again for each opening one would be quadratic.
        var unclosed = false;
        for (var i = 0; i < body.Length;)
        {
            var name = body[i] == '<' && !unclosed ? Name(body, i + 1) : "";
            var close = name.Length == 0 ? -1 : body.IndexOf('>', i);
            unclosed |= name.Length > 0 && close < 0;
            if (close < 0)
            {
                text.Append(body[i++]);
                continue;
            }

            if (Blocks.Contains(name) && text.Length > 0 && text[^1] != '\n')
                text.Append('\n');
            i = Unread.Contains(name) && body[i + 1] != '/' ? EndOf(body, name, close + 1) : close + 1;
        }

        return WebUtility.HtmlDecode(text.ToString()).Trim();
    }

    private static int EndOf(string body, string name, int from)
    {
        var end = body.IndexOf($"</{name}", from, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? body.Length : end;
    }

    /// <summary>Lower-case name of the tag that starts here, its slash left out; empty where none does, as in &lt;name@host&gt;.</summary>
    private static string Name(string body, int start)
    {
        if (start < body.Length && body[start] == '/')
            start++;
        var end = start;
        while (end < body.Length && end - start < 12 && char.IsAsciiLetterOrDigit(body[end]))
            end++;
        var ends = end < body.Length && (body[end] is '>' or '/' || char.IsWhiteSpace(body[end]));
        return end == start || !ends || !char.IsAsciiLetter(body[start]) ? "" : body[start..end].ToLowerInvariant();
    }
}
