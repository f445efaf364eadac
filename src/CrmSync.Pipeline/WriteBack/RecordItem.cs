using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>All open intents of one record: they are read, judged and sent together (design §2).</summary>
internal sealed record RecordItem(string TargetId, IReadOnlyList<IntentWork> Intents)
{
    private const string TakenBack = "Taken back by an operator.";

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
            values[names.Shadow(intent.Property)] = intent.Purpose is IntentPurpose.Undo ? intent.Shadow : intent.Value;
            // How sure we were of what stood before is not kept.
            values[names.Confidence(intent.Property)] =
                intent.Value is null || intent.Purpose is IntentPurpose.Undo ? null : FormatConfidence(intent.Confidence);
        }

        // What a record says about itself speaks of the labels that decisions stand behind, where it has any.
        var decided = Intents.Where(intent => intent.Purpose is not IntentPurpose.Undo).ToList();
        var newest = decided.MaxBy(intent => intent.DecidedAt) ?? Intents.MaxBy(intent => intent.DecidedAt)!;
        var reasons = Intents.Select(intent => intent.Purpose is IntentPurpose.Undo ? TakenBack : intent.Reason).Where(reason => reason.Length > 0).Distinct();
        values[names.Reason] = Shorten(string.Join(' ', reasons), names.ReasonLength);
        values[names.LabelledAt] = names.FormatInstant(newest.DecidedAt);
        if (newest.SourceActivity is { } source)
            values[names.SourceActivity] = decided.Count > 0 ? source : null;
        values[names.Version] = decided.Count > 0
            ? string.Join(' ', decided.Select(intent => $"{intent.TaxonomyVersion}+{intent.ModelVersion}").Distinct())
            : null;
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
