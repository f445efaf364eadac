using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>One activity for the auditor: the taxonomies that the local steps left open.</summary>
/// <param name="Ref">The caller's own reference; never sent.</param>
/// <param name="Content">The activity.</param>
/// <param name="Text">Its zoned text.</param>
/// <param name="Local">What the local steps say, one decision per taxonomy that shall be asked about; never sent, lest it sway the answer.</param>
public sealed record AuditItem(long Ref, ActivityContent Content, ActivityText Text, IReadOnlyList<LabelDecision> Local);

/// <summary>What became of one item and taxonomy.</summary>
/// <param name="Ref">The caller's reference.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Decision">The decision; null when there is no sound answer (see <paramref name="Failure"/>): the row stays pending, it is never guessed.</param>
/// <param name="Reason">The model's own sentence, personal data removed; stored apart, erasable. Null without a decision.</param>
/// <param name="Usage">This answer's share of the tokens of its calls.</param>
/// <param name="Failure">Why there is no decision: outage, refusal, filter, malformed twice, over budget.</param>
public sealed record AuditAnswer(long Ref, string Taxonomy, LabelDecision? Decision, string? Reason, TokenUsage Usage, Failure? Failure);
