using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>A brief as Markdown, plain text or JSON (schema <c>crmsync/brief/1</c>, members are only ever added). Pure.</summary>
public static class BriefText
{
    /// <summary>Name of the schema.</summary>
    public const string Schema = "crmsync/brief/1";

    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true, IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (BriefPart Part, string Title)[] Parts =
        [(BriefPart.TalkingPoint, "Talking points"), (BriefPart.Question, "Questions"), (BriefPart.Risk, "Risks"), (BriefPart.Background, "Background")];

    /// <summary>As Markdown; text of records is escaped.</summary>
    /// <param name="brief">The brief.</param>
    /// <param name="withLeftOut">Whether the list of what had no room follows.</param>
    public static string Markdown(Brief brief, bool withLeftOut = true) => Write(brief, withLeftOut, PackMarkdown.Escape, "# ", "## ");

    /// <summary>As plain text, such as for a terminal: nothing in it turns a line around or cannot be seen.</summary>
    /// <param name="brief">The brief.</param>
    /// <param name="withLeftOut">Whether the list of what had no room follows.</param>
    public static string Plain(Brief brief, bool withLeftOut = true) => Write(brief, withLeftOut, text => NoteText.Line(text, int.MaxValue), "", "");

    /// <summary>As JSON.</summary>
    public static string Json(Brief brief)
    {
        ArgumentNullException.ThrowIfNull(brief);
        return JsonSerializer.Serialize(
            new
            {
                schema = Schema,
                account = brief.Account,
                title = brief.Title,
                at = brief.At.ToUniversalTime(),
                segment = new { id = brief.Segment.Segment, name = brief.Segment.Name, reason = brief.Segment.Reason, confidence = brief.Segment.Confidence, pack_version = brief.PackVersion },
                facts = brief.Facts,
                points = brief.Points.Select(point => new { part = Slug(point.Part), text = point.Text, lines = point.Lines, activities = point.Activities, heard_here = point.HeardHere, by = point.By.ToString(), by_kind = point.By.Kind.ToString().ToLowerInvariant() }),
                left_out = brief.LeftOut.Select(line => new { line = line.Line, tier = line.Tier.Slug(), text = line.Text, tokens = line.Tokens }),
                waiting = brief.Waiting,
                notices = brief.Notices,
                tokens = brief.Tokens,
                budget = brief.Budget,
            },
            Options);
    }

    internal static int TokensOf(BriefPoint point) => TokenEstimate.Of($"- {Line(point, PackMarkdown.Escape)}\n");

    /// <summary>What everything but the points takes, the headings of all parts included.</summary>
    internal static int HeadTokens(Brief brief) => TokenEstimate.Of(Head(brief, PackMarkdown.Escape, "# ")) + Parts.Sum(part => TokenEstimate.Of($"\n## {part.Title}\n\n"));

    private static string Write(Brief brief, bool withLeftOut, Func<string, string> escape, string first, string second)
    {
        ArgumentNullException.ThrowIfNull(brief);
        var text = new StringBuilder(Head(brief, escape, first));
        foreach (var (part, title) in Parts)
        {
            var points = brief.Points.Where(point => point.Part == part).ToList();
            if (points.Count == 0)
                continue;
            text.Append('\n').Append(second).Append(title).Append("\n\n");
            foreach (var point in points)
                text.Append("- ").Append(Line(point, escape)).Append('\n');
        }
        if (!withLeftOut)
            return text.ToString();
        if (brief.Notices.Count > 0)
            text.Append('\n').Append(second).Append("About this brief\n\n");
        foreach (var notice in brief.Notices)
            text.Append("- ").Append(escape(notice)).Append('\n');
        if (brief.LeftOut.Count > 0)
            text.Append('\n').Append(second).Append("Left out\n\n");
        foreach (var line in brief.LeftOut)
            text.Append("- ").Append(escape(FormattableString.Invariant($"{line.Text} ({line.Tier.Slug()}, {line.Tokens} tokens)"))).Append('\n');
        return text.ToString();
    }

    private static string Head(Brief brief, Func<string, string> escape, string first)
    {
        var text = new StringBuilder();
        text.Append(first).Append(escape(brief.Title)).Append("\n\n");
        text.Append(escape(FormattableString.Invariant($"Segment: {brief.Segment.Name}. {brief.Segment.Reason} Pack version {brief.PackVersion}, {brief.At.ToUniversalTime():yyyy-MM-dd}."))).Append('\n');
        foreach (var fact in brief.Facts)
            text.Append(escape(fact)).Append('\n');
        return text.ToString();
    }

    private static string Line(BriefPoint point, Func<string, string> escape) => $"{escape(point.Text)}{(point.HeardHere ? " (heard here)" : "")}";

    internal static string Slug(BriefPart part) => part switch
    {
        BriefPart.Background => "background",
        BriefPart.TalkingPoint => "talking_point",
        BriefPart.Question => "question",
        BriefPart.Risk => "risk",
    };
}
