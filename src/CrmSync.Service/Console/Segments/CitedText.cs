using System.Globalization;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Text;
using CrmSync.Service.Console.Words;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace CrmSync.Service.Console.Segments;

/// <summary>Text of a conversation: a paragraph per line, and its marks [1], [2], … as links to what they cite. All of it is encoded.</summary>
internal static class CitedText
{
    private const int LongestLine = 8_000;

    /// <summary>The message.</summary>
    public static IHtmlContent Draw(ThreadMessage message)
    {
        var content = new HtmlContentBuilder();
        foreach (var line in message.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var paragraph = new TagBuilder("p");
            Fill(paragraph.InnerHtml, OneLine.Of(line, LongestLine), message);
            content.AppendHtml(paragraph);
        }
        return content;
    }

    /// <summary>The text without marks, to be worked on.</summary>
    public static string Bare(ThreadMessage message, int longest)
    {
        var text = string.Join('\n', message.Text.Split('\n').Select(line => string.Concat(Parts(line, message.Citations.Count).Where(part => part.Mark is null).Select(part => part.Text)).TrimEnd()));
        return TextCut.AtMost(text, longest);
    }

    /// <summary>Id of the place where a citation stands.</summary>
    public static string IdOf(ThreadMessage message, int mark) => string.Create(CultureInfo.InvariantCulture, $"m{message.Id}-c{mark}");

    private static void Fill(IHtmlContentBuilder content, string line, ThreadMessage message)
    {
        foreach (var (text, mark) in Parts(line, message.Citations.Count))
        {
            if (mark is { } number)
            {
                var link = Ui.Element("a", "cite", text);
                link.Attributes["href"] = $"#{IdOf(message, number)}";
                content.AppendHtml(link);
            }
            else
            {
                content.Append(text);
            }
        }
    }

    // Only numbers that something is cited under are marks; other brackets are text.
    private static IEnumerable<(string Text, int? Mark)> Parts(string line, int citations)
    {
        var from = 0;
        for (var at = line.IndexOf('[', StringComparison.Ordinal); at >= 0; at = line.IndexOf('[', at + 1))
        {
            var end = line.IndexOf(']', at);
            if (end < 0)
                break;
            if (!int.TryParse(line.AsSpan(at + 1, end - at - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var mark) || mark < 1 || mark > citations)
                continue;
            if (at > from)
                yield return (line[from..at], null);
            yield return (line[at..(end + 1)], mark);
            from = end + 1;
        }
        if (from < line.Length)
            yield return (line[from..], null);
    }
}
