using System.Text;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>What HubSpot shows of an HTML body as text.</summary>
internal static class PlainText
{
    /// <summary>Whether text carries tags: an opening or closing one, not just a less-than sign.</summary>
    public static bool IsHtml(string text)
    {
        var lastClose = text.LastIndexOf('>');
        for (var at = text.IndexOf('<'); at >= 0 && at < lastClose; at = text.IndexOf('<', at + 1))
        {
            if (char.IsAsciiLetter(text[at + 1]) || text[at + 1] is '/' or '!')
                return true;
        }
        return false;
    }

    /// <summary>Text without tags; block ends become line breaks, the five usual entities their characters.</summary>
    /// <param name="html">Text or HTML.</param>
    /// <param name="longest">Characters to stop after.</param>
    public static string Of(string html, int longest = int.MaxValue)
    {
        if (html.AsSpan().IndexOfAny('<', '&') < 0)
            return html.Length <= longest ? html : html[..longest];
        var text = new StringBuilder(Math.Min(html.Length, 4_096));
        // Known beforehand, so that a body full of unclosed tags is not searched to its end for each of them.
        var lastClose = html.LastIndexOf('>');
        for (var i = 0; i < html.Length && text.Length < longest; i++)
        {
            if (html[i] == '<' && i < lastClose)
            {
                var end = html.IndexOf('>', i);
                var tag = html.AsSpan(i + 1, end - i - 1).TrimStart('/');
                if (tag.StartsWith("br", StringComparison.OrdinalIgnoreCase) || tag is ['p' or 'P', ..] || tag.StartsWith("div", StringComparison.OrdinalIgnoreCase)
                    || tag.StartsWith("li", StringComparison.OrdinalIgnoreCase))
                {
                    if (text.Length > 0 && text[^1] != '\n')
                        text.Append('\n');
                }
                i = end;
            }
            else if (html[i] == '&' && Entity(html.AsSpan(i), out var character, out var length))
            {
                text.Append(character);
                i += length - 1;
            }
            else
            {
                text.Append(html[i]);
            }
        }
        return text.ToString().Trim();
    }

    private static bool Entity(ReadOnlySpan<char> at, out char character, out int length)
    {
        foreach (var (name, value) in (ReadOnlySpan<(string, char)>)[("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", ' ')])
        {
            if (at.StartsWith(name, StringComparison.Ordinal))
            {
                (character, length) = (value, name.Length);
                return true;
            }
        }
        (character, length) = (default, 0);
        return false;
    }
}
