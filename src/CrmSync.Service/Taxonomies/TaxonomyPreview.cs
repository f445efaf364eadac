using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Taxonomies;

/// <summary>What a new version would change.</summary>
/// <param name="Next">The version.</param>
/// <param name="Differences">Against the one in use.</param>
internal sealed record TaxonomyPreview(Taxonomy Next, IReadOnlyList<TaxonomyDifference> Differences)
{
    /// <summary>Labels that go, each with how many activities carry it now; 10,001 stands for more.</summary>
    public IReadOnlyList<(LabelDefinition Label, long Activities)> Going { get; init; } = [];

    /// <summary>CRM values that properties do not have as options yet.</summary>
    public IReadOnlyList<string> NewOptions { get; init; } = [];

    /// <summary>Activities that were tried.</summary>
    public int Tried { get; init; }

    /// <summary>Those that get another answer: before and after, as label ids; null where nothing is decided.</summary>
    public IReadOnlyList<(long Id, string? Before, string? After)> Changed { get; init; } = [];
}

/// <summary>One thing that differs between two versions.</summary>
/// <param name="Subject">Label id; empty for the taxonomy itself.</param>
/// <param name="What">What differs, such as "definition".</param>
/// <param name="Before">How it was; null where there was nothing.</param>
/// <param name="After">How it is; null where it is gone.</param>
internal sealed record TaxonomyDifference(string Subject, string What, string? Before, string? After)
{
    /// <summary>All that differs.</summary>
    public static IReadOnlyList<TaxonomyDifference> Between(Taxonomy before, Taxonomy after)
    {
        List<TaxonomyDifference> all = [];
        Add("", "name", before.Name, after.Name);
        foreach (var (crm, property) in after.Properties)
            Add("", $"{crm} property", before.Properties.GetValueOrDefault(crm), property);
        foreach (var gone in before.Labels.Where(label => after.Find(label.Id) is null))
            all.Add(new TaxonomyDifference(gone.Id, "retired label", gone.Name, null));
        foreach (var label in after.Labels)
        {
            if (before.Find(label.Id) is not { } was)
            {
                all.Add(new TaxonomyDifference(label.Id, "new label", null, $"{label.Name} ({label.Value}): {label.Definition}"));
                continue;
            }
            Add(label.Id, "name", was.Name, label.Name);
            Add(label.Id, "CRM value", was.Value, label.Value);
            Add(label.Id, "definition", was.Definition, label.Definition);
            Add(label.Id, "colour", was.Colour, label.Colour);
            Add(label.Id, "phrases for it", string.Join("\n", was.Cues), string.Join("\n", label.Cues));
            Add(label.Id, "phrases against it", string.Join("\n", was.NegativeCues), string.Join("\n", label.NegativeCues));
            Add(label.Id, "examples", string.Join("\n", was.Examples), string.Join("\n", label.Examples));
        }
        return all;

        void Add(string subject, string what, string? was, string? now)
        {
            if (was != now)
                all.Add(new TaxonomyDifference(subject, what, was, now));
        }
    }
}
