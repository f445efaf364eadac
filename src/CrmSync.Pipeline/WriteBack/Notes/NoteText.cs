using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>What a piece of a note is.</summary>
public enum NoteBlockKind
{
    /// <summary>A heading.</summary>
    Heading,

    /// <summary>A paragraph.</summary>
    Paragraph,

    /// <summary>A point of a list.</summary>
    Point,
}

/// <summary>A piece of a note: one line of text, shown as text whatever it holds.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text, on one line and without characters that turn lines around.</param>
public sealed record NoteBlock(NoteBlockKind Kind, string Text);

/// <summary>A note as it will stand in the CRM.</summary>
/// <param name="Title">Its title, at most <see cref="LongestTitle"/> characters.</param>
/// <param name="Blocks">What it says, in order; the last one ends with the reference.</param>
/// <param name="Body">The same in the form of its place.</param>
/// <param name="LeftOut">Points that had no room.</param>
public sealed record NoteText(string Title, IReadOnlyList<NoteBlock> Blocks, string Body, int LeftOut)
{
    /// <summary>Most characters of a title; Salesforce takes no more.</summary>
    public const int LongestTitle = 255;

    private const int LongestBlock = 4_000;

    // Only what HTML means by itself is escaped, so that words in any script stay readable and short.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Puts a note together. What comes after <paramref name="body"/> always has room; of the body the last blocks are left out where it does not fit, and the note says so.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="body">What it says.</param>
    /// <param name="foot">What it ends with.</param>
    /// <param name="shortened">The sentence for so many points that had no room.</param>
    /// <param name="place">Where it will stand.</param>
    public static NoteText Fit(string title, IReadOnlyList<NoteBlock> body, IReadOnlyList<NoteBlock> foot, Func<int, string> shortened, NotePlace place)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(foot);
        ArgumentNullException.ThrowIfNull(shortened);
        ArgumentNullException.ThrowIfNull(place);
        var name = Line(title, LongestTitle);
        List<NoteBlock> all = [.. place.HasTitle ? [] : (NoteBlock[])[new(NoteBlockKind.Heading, name)], .. body.Select(Clean)];
        List<NoteBlock> end = [.. foot.Select(Clean)];
        var whole = Render([.. all, .. end], place.Form);
        if (whole.Length <= place.Longest)
            return new NoteText(name, [.. all, .. end], whole, 0);
        var room = place.Longest - Render([new NoteBlock(NoteBlockKind.Paragraph, shortened(int.MaxValue)), .. end], place.Form).Length;
        var kept = 0;
        for (var taken = 0; kept < all.Count; kept++)
        {
            taken += Cost(all[kept], kept > 0 && all[kept - 1].Kind is NoteBlockKind.Point, place.Form);
            if (taken > room)
                break;
        }
        // A heading without anything below it says nothing.
        while (kept > 0 && all[kept - 1].Kind is NoteBlockKind.Heading)
            kept--;
        var left = all.Skip(kept).Count(block => block.Kind is not NoteBlockKind.Heading);
        List<NoteBlock> some = [.. all.Take(kept), new NoteBlock(NoteBlockKind.Paragraph, shortened(left)), .. end];
        return new NoteText(name, some, Render(some, place.Form), left);
    }

    /// <summary>
    /// What tells whether a note still says what it said: the words that a reader sees, without spaces and bullets, because CRMs put mark-up and line breaks in order when they store a note.
    /// </summary>
    public static string Fingerprint(string title, string body, NoteForm form)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(body);
        var truncated = false;
        var shown = form is NoteForm.Html ? HtmlText.ToPlain(body, int.MaxValue, dropHidden: false, ref truncated) : body;
        var words = new StringBuilder(title.Length + shown.Length);
        foreach (var c in title.AsSpan())
            Keep(words, c);
        words.Append('\n');
        foreach (var c in shown)
            Keep(words, c);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words.ToString())));
    }

    /// <summary>The fingerprint of a note as it is sent to a place.</summary>
    public string FingerprintAt(NotePlace place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return Fingerprint(place.HasTitle ? Title : "", Body, place.Form);
    }

    /// <summary>Text of a record on one line: no control characters, nothing that turns the line around or cannot be seen, no half characters, cut at a length.</summary>
    public static string Line(string text, int longest)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = new StringBuilder(Math.Min(text.Length, longest) + 1);
        for (var at = 0; at < text.Length; at++)
        {
            if (line.Length >= longest)
                return TextCut.AtMost(line.ToString(), longest - 1).TrimEnd() + "…";
            var c = text[at];
            if (char.IsHighSurrogate(c) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
                line.Append(c).Append(text[++at]);
            else if (char.IsSurrogate(c) || (char.GetUnicodeCategory(c) is UnicodeCategory.Format && c is not ('\u200C' or '\u200D')))
                continue;
            else if (char.IsWhiteSpace(c) || char.IsControl(c))
            {
                if (line.Length > 0 && line[^1] != ' ')
                    line.Append(' ');
            }
            else
                line.Append(c);
        }
        return TextCut.AtMost(line.ToString().TrimEnd(), longest);
    }

    private static NoteBlock Clean(NoteBlock block) => block with { Text = Line(block.Text, LongestBlock) };

    private static void Keep(StringBuilder words, char c)
    {
        if (!char.IsWhiteSpace(c) && c is not ('•' or '\u200B' or '\uFEFF'))
            words.Append(c);
    }

    // A point behind a point stands in the same list.
    private static int Cost(NoteBlock block, bool isBehindPoint, NoteForm form)
    {
        var alone = Render([block], form).Length;
        return isBehindPoint && block.Kind is NoteBlockKind.Point ? Render([block, block], form).Length - alone : alone;
    }

    private static string Render(IReadOnlyList<NoteBlock> blocks, NoteForm form)
    {
        var text = new StringBuilder();
        for (var at = 0; at < blocks.Count; at++)
        {
            var block = blocks[at];
            if (form is NoteForm.Plain)
            {
                text.Append(block.Kind switch
                {
                    NoteBlockKind.Heading => text.Length == 0 ? $"{block.Text}\n" : $"\n{block.Text}\n",
                    NoteBlockKind.Point => $"• {block.Text}\n",
                    NoteBlockKind.Paragraph => $"{block.Text}\n",
                });
                continue;
            }
            var opens = block.Kind is NoteBlockKind.Point && (at == 0 || blocks[at - 1].Kind is not NoteBlockKind.Point);
            var closes = block.Kind is NoteBlockKind.Point && (at + 1 == blocks.Count || blocks[at + 1].Kind is not NoteBlockKind.Point);
            var words = Encoder.Encode(block.Text);
            text.Append(block.Kind switch
            {
                NoteBlockKind.Heading => $"<p><b>{words}</b></p>",
                NoteBlockKind.Paragraph => $"<p>{words}</p>",
                NoteBlockKind.Point => $"{(opens ? "<ul>" : "")}<li>{words}</li>{(closes ? "</ul>" : "")}",
            });
        }
        return text.ToString();
    }
}
