namespace CrmSync.Pipeline.Classification;

/// <summary>Three ways of answering (design §5). Stored in lower case.</summary>
public enum DecisionStatus
{
    /// <summary>A label, sure enough to be written.</summary>
    Decided,

    /// <summary>No definition of the taxonomy covers it; nothing is written.</summary>
    Abstained,

    /// <summary>A best guess below the threshold; nothing is written, it waits for a later step or a person.</summary>
    Unsure,
}

/// <summary>One piece of evidence: a rule that spoke, and where it saw what it saw.</summary>
/// <param name="Rule">Permanent slug of the rule.</param>
/// <param name="Sentence">The rule's own plain sentence; never text of the record.</param>
/// <param name="Start">Start of the span in the decoded text; null where the evidence is a field of the CRM.</param>
/// <param name="Length">Length of the span.</param>
public sealed record Evidence(string Rule, string Sentence, int? Start, int? Length);

/// <summary>What was decided about one activity for one taxonomy.</summary>
/// <param name="Taxonomy">Slug of the taxonomy.</param>
/// <param name="TaxonomyVersion">Its version.</param>
/// <param name="Label">Label id; the best guess where unsure; null where abstained.</param>
/// <param name="Status">How sure.</param>
/// <param name="Confidence">Probability that the answer is right, 0 to 1.</param>
/// <param name="DecidedBy">The step that decided, such as <c>rules</c>.</param>
/// <param name="Evidence">Strongest first; at least one unless there was nothing to see.</param>
/// <param name="ModelVersion">Version of the deciding step.</param>
public sealed record LabelDecision(
    string Taxonomy, string TaxonomyVersion, string? Label, DecisionStatus Status, double Confidence, string DecidedBy,
    IReadOnlyList<Evidence> Evidence, string ModelVersion);
