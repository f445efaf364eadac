namespace CrmSync.Pipeline.Classification;

/// <summary>Why a decision fell as it did: one rule, or one feature of a model, in a sentence that a rep understands.</summary>
/// <param name="Rule">Permanent slug of the rule; stored.</param>
/// <param name="Sentence">What the rule saw; follows from the slug, so it need not be stored.</param>
/// <param name="Start">Where in <see cref="Text.ActivityText.Decoded"/> the rule saw it; null where it looked at fields or structure.</param>
/// <param name="Length">Number of characters there; null together with <paramref name="Start"/>.</param>
public sealed record Evidence(string Rule, string Sentence, int? Start, int? Length);

/// <summary>How sure a decision is. The names are stored in lower case, so they never change.</summary>
public enum DecisionStatus
{
    /// <summary>A label, with confidence at or above the threshold.</summary>
    Decided,

    /// <summary>No definition covers the activity, with confidence at or above the threshold. An answer, not a failure.</summary>
    Abstained,

    /// <summary>Confidence below the threshold: nothing is written, the row waits for a stronger step or for review.</summary>
    Unsure,
}

/// <summary>The answer to one taxonomy for one activity.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="TaxonomyVersion">Version of the definitions that were used.</param>
/// <param name="Label">
/// Label id. Null when <see cref="DecisionStatus.Abstained"/>, and when <see cref="DecisionStatus.Unsure"/> with "no definition covers it" as the
/// likeliest answer.
/// </param>
/// <param name="Status">Decided, abstained or unsure.</param>
/// <param name="Confidence">Probability that the answer is right, 0 to 1.</param>
/// <param name="DecidedBy">Name of the cascade step that had the last word, such as <c>rules</c>.</param>
/// <param name="Evidence">What spoke for the answer, strongest first; at most <see cref="MaxEvidence"/> entries.</param>
/// <param name="ModelVersion">Version of that step, such as <c>rules-1</c>.</param>
public sealed record LabelDecision(
    string Taxonomy,
    string TaxonomyVersion,
    string? Label,
    DecisionStatus Status,
    double Confidence,
    string DecidedBy,
    IReadOnlyList<Evidence> Evidence,
    string ModelVersion)
{
    /// <summary>The most entries that <see cref="Evidence"/> holds.</summary>
    public const int MaxEvidence = 5;
}
