using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.WriteBack;

/// <summary>The label properties that the taxonomies, and the segments of accounts, ask for in one kind of CRM.</summary>
public static class LabelProperties
{
    /// <summary>One property per taxonomy that names one for the CRM, in the order of the taxonomies; then the segment's, on accounts.</summary>
    public static IReadOnlyList<LabelProperty> For(TaxonomySet taxonomies, string crmKind) =>
    [
        .. from taxonomy in taxonomies.All
           where taxonomy.Properties.ContainsKey(crmKind)
           select new LabelProperty(
               taxonomy.Id, taxonomy.Properties[crmKind], taxonomy.Name, $"Set by CrmSync: {taxonomy.Name}. A value that a person sets stays.",
               [.. taxonomy.Labels.Select(label => new LabelOption(label.Value, label.Definition))]),
        new LabelProperty(
            SegmentKeys.Taxonomy, SegmentKeys.PropertyOf(crmKind), "Segment",
            "Set by CrmSync: the segment of accounts that this one belongs to, by what its notes say. A value that a person sets stays.", [])
        {
            IsOfAccounts = true,
        },
    ];
}
