using System.Globalization;
using System.Text.Json;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Console.Story;

/// <summary>One piece of a decision's evidence as stored.</summary>
internal readonly record struct EvidenceLine(string Rule, string Sentence, int? Start, int? Length)
{
    public (int Start, int Length)? Span => Start is { } start && Length is { } length ? (start, length) : null;
}

/// <summary>Reads the ledger's JSON of evidence: what the CRM's own fields say, and what rules saw. A form that it does not know shows as nothing, never as an error.</summary>
internal static class EvidenceJson
{
    private static readonly Texts T = Texts.Of(typeof(EvidenceJson));
    private static readonly JsonSerializerOptions Loose = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<EvidenceLine> ReadRules(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<List<RuleForm>>(json, Loose) is { } lines
                ? [.. lines.Select(line => new EvidenceLine(line.Rule ?? "", line.Sentence ?? "", line.Start, line.Length))]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    /// <summary>The CRM's own fields that say something, in words.</summary>
    public static IReadOnlyList<(string Name, string Value, DateTimeOffset? Instant)> ReadFields(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? [.. document.RootElement.EnumerateObject().Where(field => field.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)).Select(Field)]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static (string Name, string Value, DateTimeOffset? Instant) Field(JsonProperty field)
    {
        var value = field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : field.Value.GetRawText();
        var name = NameOf(field.Name);
        if (name == "Direction" && field.Value.ValueKind == JsonValueKind.Number)
            value = value == "0" ? T["Inbound"] : T["Outbound"];
        if (name is "Starts" or "Ends")
        {
            if (field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt64(out var ms))
                return (name, value, DateTimeOffset.FromUnixTimeMilliseconds(ms));
            if (DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
                return (name, value, at);
        }
        if (name == "Duration" && Length(field.Value, value) is { } length)
            value = TimeText.Span(length);
        return (name, value, null);
    }

    private static TimeSpan? Length(JsonElement element, string value) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var ms) ? TimeSpan.FromMilliseconds(ms)
        : TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var span) ? span
        : null;

    private static string NameOf(string field) => field.ToUpperInvariant() switch
    {
        "DIRECTION" => T["Direction"],
        "DISPOSITION" => T["CallResult"],
        "STATUS" => T["Status"],
        "DURATION" or "DURATIONMS" or "DURATION_MS" => T["Duration"],
        "OUTCOME" => T["Outcome"],
        "STARTSAT" or "STARTS_AT" => T["Starts"],
        "ENDSAT" or "ENDS_AT" => T["Ends"],
        "SUBTYPE" => T["Subtype"],
        _ => field,
    };

    private sealed record RuleForm(string? Rule, string? Sentence, int? Start, int? Length);
}
