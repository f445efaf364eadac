using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Console.Labels;

/// <summary>The taxonomies as pages show them. Immutable, safe to share.</summary>
/// <param name="Taxonomies">In display order.</param>
internal sealed record LabelCatalog(IReadOnlyList<TaxonomyLook> Taxonomies)
{
    /// <summary>The looks of the taxonomies in use.</summary>
    public static LabelCatalog From(TaxonomySet taxonomies) => new(
        [.. taxonomies.All.Select(taxonomy => new TaxonomyLook(
            taxonomy.Id, taxonomy.Name, [.. taxonomy.Labels.Select(label => new LabelLook(label.Id, label.Value, label.Name, label.Definition, label.Colour))]))]);

    /// <summary>The taxonomy with a slug, or null where the configuration no longer names it.</summary>
    public TaxonomyLook? Find(string taxonomy) => Taxonomies.FirstOrDefault(look => look.Id == taxonomy);

    /// <summary>A label by its id, or null.</summary>
    public LabelLook? Find(string taxonomy, string? label) => Find(taxonomy)?.Labels.FirstOrDefault(look => look.Id == label);

    /// <summary>A label by the value that the CRM holds, or null where the CRM holds something else.</summary>
    public LabelLook? FindByValue(string taxonomy, string? value) =>
        Find(taxonomy)?.Labels.FirstOrDefault(look => string.Equals(look.Value, value?.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Class name that carries a label's colours; built from positions, so no id can break out of a style sheet.</summary>
    public string ClassOf(string taxonomy, string? label)
    {
        for (var i = 0; i < Taxonomies.Count; i++)
            for (var j = 0; Taxonomies[i].Id == taxonomy && j < Taxonomies[i].Labels.Count; j++)
                if (Taxonomies[i].Labels[j].Id == label)
                    return $"l-{i}-{j}";
        return "l-none";
    }
}

/// <summary>How one taxonomy looks.</summary>
/// <param name="Id">Permanent slug.</param>
/// <param name="Name">What people read.</param>
/// <param name="Labels">In display order.</param>
internal sealed record TaxonomyLook(string Id, string Name, IReadOnlyList<LabelLook> Labels);

/// <summary>How one label looks.</summary>
/// <param name="Id">Permanent slug.</param>
/// <param name="Value">The value in the CRM.</param>
/// <param name="Name">What people read.</param>
/// <param name="Definition">What it covers.</param>
/// <param name="Colour"><c>#rrggbb</c>.</param>
internal sealed record LabelLook(string Id, string Value, string Name, string Definition, string Colour)
{
    /// <summary>Whether the label says that nobody can tell; pages keep it apart from the labels that say something.</summary>
    public bool IsNonDeterminable => Id == "nd";
}
