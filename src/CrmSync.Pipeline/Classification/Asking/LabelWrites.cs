using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>Which write follows from a decision.</summary>
internal static class LabelWrites
{
    /// <summary>Null where nothing is written: the decision is unsure, or the CRM has no property for it.</summary>
    public static PlannedWrite? For(TaxonomySet taxonomies, LabelDecision decision, string crmKind)
    {
        if (decision.Status == DecisionStatus.Unsure)
            return null;
        if (!taxonomies.TryGet(decision.Taxonomy, out var taxonomy) || !taxonomy.Properties.TryGetValue(crmKind, out var property))
            return null;
        // An abstention asks for a blank: the ledger turns that into a write only where an earlier label of ours stands.
        var value = decision.Status == DecisionStatus.Abstained ? null : taxonomy.Find(decision.Label)?.Value;
        return new PlannedWrite(property, value);
    }
}
