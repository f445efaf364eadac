using CrmSync.Pipeline.Search;
using CrmSync.Service.Console.Words;
using Microsoft.AspNetCore.Html;

namespace CrmSync.Service.Console.Story;

/// <summary>One line of untrusted text with the words marked that somebody looked for. Pure.</summary>
internal static class FoundText
{
    private const int MostMarks = 12;
    private const int Before = 60;

    /// <param name="text">Untrusted.</param>
    /// <param name="query">What is looked for; empty marks nothing.</param>
    /// <param name="limit">Characters to show at most.</param>
    /// <param name="around">Whether to begin shortly before the first place, where that lies further back.</param>
    public static IHtmlContent Draw(string text, SearchQuery query, int limit, bool around = false)
    {
        var line = OneLine.Of(text, around && !query.IsEmpty ? Math.Max(limit, text.Length) : limit);
        var html = new HtmlContentBuilder();
        if (query.IsEmpty)
            return html.Append(line);
        if (around && query.FindIn(line, line.Length, 1) is [var first, ..] && first.Start > limit - first.Length - Before / 2)
            line = "…" + line[Clear(line, first.Start - Before)..];
        if (line.Length > limit)
            line = line[..Clear(line, limit)] + "…";
        var at = 0;
        foreach (var (start, length) in query.FindIn(line, line.Length, MostMarks))
        {
            html.Append(line[at..start]);
            html.AppendHtml(Ui.Element("mark", null, line.Substring(start, length)));
            at = start + length;
        }
        return html.Append(line[at..]);
    }

    // Not between the halves of a character.
    private static int Clear(string line, int at) => at > 0 && at < line.Length && char.IsLowSurrogate(line[at]) ? at - 1 : Math.Max(0, at);
}
