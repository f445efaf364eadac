using System.Text.Json;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>One entry of an answer as it came; nothing about it is checked.</summary>
internal sealed record AuditEntry(string Id, string? Label, double? Confidence, string Reason);

/// <summary>Reads an answer's JSON. A hosted model's text is untrusted like any other.</summary>
internal static class AuditReader
{
    private const int LongestReason = 400;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };

    /// <summary>The entries, in the order of the answer; null where it is not the object that was asked for.</summary>
    public static IReadOnlyList<AuditEntry>? Read(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("answers", out var answers)
                || answers.ValueKind != JsonValueKind.Array)
                return null;
            List<AuditEntry> entries = [];
            foreach (var answer in answers.EnumerateArray())
            {
                if (answer.ValueKind != JsonValueKind.Object || Text(answer, "id") is not { } id)
                    return null;
                entries.Add(new AuditEntry(id, Text(answer, "label"), Number(answer, "confidence"), Short(Text(answer, "reason") ?? "")));
            }
            return entries;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: a text with broken surrogates parses but cannot be read.
            return null;
        }
    }

    private static string? Text(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement answer, string name) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) ? number : null;

    private static string Short(string reason)
    {
        return TextCut.AtMost(reason.ReplaceLineEndings(" ").Trim(), LongestReason);
    }
}
