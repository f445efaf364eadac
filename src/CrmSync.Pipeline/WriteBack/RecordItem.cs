using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>All open intents of one record: they are read, judged and sent together (design §2).</summary>
internal sealed record RecordItem(string TargetId, IReadOnlyList<IntentWork> Intents)
{
    /// <summary>
    /// The values to send: the labels with their shadows and confidences, and once per record the reason, time and version.
    /// Companions go only together with a label that changes.
    /// </summary>
    public RecordWrite ToWrite(IPropertyNames names)
    {
        var values = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var intent in Intents)
        {
            values[intent.Property] = intent.Value;
            values[names.Shadow(intent.Property)] = intent.Value;
            values[names.Confidence(intent.Property)] = intent.Value is null ? null : FormatConfidence(intent.Confidence);
        }

        var newest = Intents.MaxBy(intent => intent.DecidedAt)!;
        values[names.Reason] = Shorten(string.Join(' ', Intents.Select(intent => intent.Reason).Where(reason => reason.Length > 0).Distinct()), names.ReasonLength);
        values[names.LabelledAt] = names.FormatInstant(newest.DecidedAt);
        if (newest.SourceActivity is { } source)
            values[names.SourceActivity] = source;
        values[names.Version] = string.Join(' ', Intents.Select(intent => $"{intent.TaxonomyVersion}+{intent.ModelVersion}").Distinct());
        return new RecordWrite(TargetId, values);
    }

    private static string FormatConfidence(double confidence) => Math.Clamp(confidence, 0, 1).ToString("0.00", CultureInfo.InvariantCulture);

    private static string? Shorten(string text, int length) => text.Length switch
    {
        0 => null,
        var long_ when long_ > length => text[..(length - 1)] + "…",
        _ => text,
    };
}
