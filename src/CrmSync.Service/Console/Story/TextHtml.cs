using CrmSync.Service.Console.Words;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.Rendering;

namespace CrmSync.Service.Console.Story;

/// <summary>Draws a cut text. White space counts in it, so it is built here and not in a page's mark-up.</summary>
internal static class TextHtml
{
    private static readonly Texts T = Texts.Of(typeof(TextHtml));

    /// <param name="pieces">The text.</param>
    /// <param name="sentence">Sentence of the evidence with an index.</param>
    /// <param name="numbered">Whether marks carry the number of their evidence.</param>
    public static IHtmlContent Draw(IReadOnlyList<TextPiece> pieces, Func<int, string> sentence, bool numbered = true)
    {
        var html = new HtmlContentBuilder();
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            // A zone that nobody looks at says its name where it begins.
            if (piece.IsRemoved && piece.Zone is { } zone && (i == 0 || pieces[i - 1].Zone != zone))
                html.AppendHtml(Ui.Element("span", "zone-name", zone));
            html.AppendHtml(One(piece, sentence));
            // A number stands where its span ends, so that a span cut by a zone is numbered once.
            foreach (var rule in !numbered ? [] : piece.Rules.Where(rule => i + 1 == pieces.Count || !pieces[i + 1].Rules.Contains(rule)))
                html.AppendHtml(Number(rule));
        }
        return html;
    }

    private static IHtmlContent One(TextPiece piece, Func<int, string> sentence)
    {
        if (piece.IsControl)
            return Titled(Ui.Element("span", "control", piece.Text), T["AnInvisibleCharacterNamedInstead"]);
        var zone = piece.IsRemoved ? "zone-removed" : piece.Zone switch { "quoted" => "zone-quoted", "subject" => "zone-subject", _ => null };
        if (piece.Rules.Count > 0)
            return Titled(Ui.Element("mark", zone, piece.Text), string.Join(" / ", piece.Rules.Select(sentence)));
        return zone is null ? new HtmlContentBuilder().Append(piece.Text) : Titled(Ui.Element("span", zone, piece.Text), OutcomeWords.Title(piece.Zone ?? ""));
    }

    private static TagBuilder Number(int rule)
    {
        var number = Ui.Element("sup", "rule-number", TimeText.Number(rule + 1));
        number.Attributes["aria-label"] = T["Evidence", rule + 1];
        return number;
    }

    private static TagBuilder Titled(TagBuilder element, string title)
    {
        element.Attributes["title"] = title;
        return element;
    }
}
