using System.Text.Encodings.Web;
using System.Text.Json;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>What the hosted model reads of one activity: its fields and the zoned text, shortened, personal data removed where that is set.</summary>
internal sealed record AuditRecord(string Type, IReadOnlyList<KeyValuePair<string, string>> Fields, string Subject, IReadOnlyList<AuditTurn> Turns, bool IsCut)
{
    // Only mark-up is escaped beside what JSON needs, because every escape costs tokens.
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="content">The activity.</param>
    /// <param name="text">Its zoned text.</param>
    /// <param name="longest">Most characters of subject and turns together.</param>
    /// <param name="redaction">Removes personal data; null leaves it in.</param>
    public static AuditRecord Read(ActivityContent content, ActivityText text, int longest, RedactionSession? redaction)
    {
        foreach (var author in text.Zones.Select(zone => zone.Author).OfType<string>().Distinct(StringComparer.Ordinal))
            redaction?.Learn(author);
        var left = longest;
        var subject = Take(Text(text, text.Zones.FirstOrDefault(zone => zone.Kind == ZoneKind.Subject)), ref left);
        var (turns, cut) = ReadTurns(text, redaction, ref left);
        return new AuditRecord(
            content.Type.ToString().ToLowerInvariant(), [.. ReadFields(content.Evidence, text.Tag, redaction)], redaction?.Apply(subject) ?? subject, turns,
            cut || text.IsTruncated);
    }

    /// <summary>Words of the account's segment, without personal data.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>One line of JSON without a single character that could open or close a mark.</summary>
    public string ToJson(string id)
    {
        var record = new Dictionary<string, object> { ["id"] = id, ["type"] = Type };
        foreach (var (name, value) in Fields)
            record[name] = value;
        record["subject"] = Subject;
        record["turns"] = Turns.Select(turn => new Dictionary<string, string>
        {
            ["when"] = turn.IsNew ? "new" : "earlier", ["by"] = turn.By, ["text"] = turn.Text,
        });
        if (Words.Count > 0)
            record["words"] = Words;
        if (IsCut)
            record["shortened"] = true;
        // In valid JSON these stand inside strings only.
        return JsonSerializer.Serialize(record, Plain).Replace("<", "\\u003c", StringComparison.Ordinal).Replace(">", "\\u003e", StringComparison.Ordinal);
    }

    /// <summary>The text without any marking, as a careless caller would send it.</summary>
    public string ToLines(string id) => $"id: {id}\n{Subject}\n{string.Join('\n', Turns.Select(turn => turn.Text))}\n";

    private static IEnumerable<KeyValuePair<string, string>> ReadFields(CrmEvidence evidence, SubjectTag tag, RedactionSession? redaction)
    {
        const int longest = 120;
        (string Name, string? Value)[] fields =
        [
            ("direction", (evidence.Direction ?? tag.Direction)?.ToString().ToLowerInvariant()),
            ("subtype", evidence.Subtype), ("status", evidence.Status), ("disposition", evidence.Disposition), ("outcome", evidence.Outcome),
            ("duration", evidence.Duration is { } duration ? $"{(long)duration.TotalSeconds} s" : null),
        ];
        foreach (var (name, value) in fields)
        {
            if (string.IsNullOrWhiteSpace(value))
                continue;
            var left = longest;
            var taken = Take(TextCleaner.Clean(value), ref left);
            yield return new(name, redaction?.Apply(taken) ?? taken);
        }
    }

    private static (List<AuditTurn> Turns, bool Cut) ReadTurns(ActivityText text, RedactionSession? redaction, ref int left)
    {
        List<AuditTurn> turns = [];
        var cut = false;
        TextZone? before = null;
        foreach (var zone in text.Zones.Where(zone => zone.Kind is ZoneKind.New or ZoneKind.Quoted).OrderBy(zone => zone.Turn))
        {
            var raw = Text(text, zone);
            var taken = Take(raw, ref left);
            cut |= taken.Length < raw.Length;
            if (taken.Length == 0)
                continue;
            var shown = redaction?.Apply(taken) ?? taken;
            if (before is not null && before.Turn == zone.Turn && before.Kind == zone.Kind && before.Direction == zone.Direction)
                turns[^1] = turns[^1] with { Text = $"{turns[^1].Text}\n{shown}" };
            else
                turns.Add(new AuditTurn(zone.Kind == ZoneKind.New, Side(zone.Direction), shown));
            before = zone;
        }
        return (turns, cut);
    }

    private static string Side(ActivityDirection? direction) => direction switch
    {
        ActivityDirection.Inbound => "customer",
        ActivityDirection.Outbound => "seller",
        _ => "unknown",
    };

    private static string Text(ActivityText text, TextZone? zone) => zone is null ? "" : TextCleaner.Polish(text.TextOf(zone));

    private static string Take(string text, ref int left)
    {
        var length = Math.Min(text.Length, left);
        if (length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]))
            length--;
        left -= length;
        return text[..length];
    }
}

/// <summary>One turn: whether it is the new one, which side wrote it, what it says.</summary>
internal sealed record AuditTurn(bool IsNew, string By, string Text);
