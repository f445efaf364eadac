using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>One activity for the auditor: the taxonomies that the local steps left open.</summary>
/// <param name="Ref">The caller's own reference, unique among the items of a call; never sent.</param>
/// <param name="Content">The activity.</param>
/// <param name="Text">Its zoned text.</param>
/// <param name="Local">What the local steps say, one decision per taxonomy that shall be asked about; never sent, lest it sway the answer.</param>
public sealed record AuditItem(long Ref, ActivityContent Content, ActivityText Text, IReadOnlyList<LabelDecision> Local)
{
    /// <summary>Words that accounts of the same segment use, for understanding the text; free of personal data. Empty where the account has no segment, or this one no pack.</summary>
    public IReadOnlyList<string> Vocabulary { get; init; } = [];
}

/// <summary>What became of one item and taxonomy.</summary>
/// <param name="Ref">The caller's reference.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Decision">The decision; null when there is no sound answer (see <paramref name="Failure"/>): the row stays pending, it is never guessed.</param>
/// <param name="Reason">The model's own sentence, personal data removed; stored apart, erasable. Null without a decision.</param>
/// <param name="Usage">This answer's share of the tokens of its calls, those of a failed try included.</param>
/// <param name="Failure">Why there is no decision: outage, refusal, filter, malformed twice, over budget.</param>
public sealed record AuditAnswer(long Ref, string Taxonomy, LabelDecision? Decision, string? Reason, TokenUsage Usage, Failure? Failure);

/// <summary>One call made ready: what is sent, and what it takes to read the reply.</summary>
/// <param name="Ticket">Keeps whose answer is whose. Small, without any text of a record; a remote batch stores it until the replies come.</param>
/// <param name="Prompt">What is sent; its key is the ticket's.</param>
public sealed record AuditCall(AuditTicket Ticket, HostedPrompt Prompt);

/// <summary>Whose answer is whose in one call. Travels through JSON unharmed.</summary>
/// <param name="Key">The prompt's key.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="TaxonomyVersion">Version of the definitions that were sent; an answer to another one than the present counts for nothing.</param>
/// <param name="Slots">The records, in the order in which they were sent.</param>
public sealed record AuditTicket(string Key, string Taxonomy, string TaxonomyVersion, IReadOnlyList<AuditSlot> Slots);

/// <summary>A record of one call.</summary>
/// <param name="Id">Its random id in this call.</param>
/// <param name="Ref">The caller's reference.</param>
public sealed record AuditSlot(string Id, long Ref);

/// <summary>A reply, read and checked.</summary>
/// <param name="Answers">What is settled: decisions, and failures of records that asking again cannot help.</param>
/// <param name="Again">Records that are to be asked again, each alone, with the failure that stands when that is not done or fails too.</param>
public sealed record AuditReading(IReadOnlyList<AuditAnswer> Answers, IReadOnlyList<AuditAnswer> Again);
