using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Console.Labels;

/// <summary>The taxonomies as pages show them. Safe to share: what earlier versions had is noted once, before the first page.</summary>
/// <param name="Taxonomies">In display order.</param>
internal sealed record LabelCatalog(IReadOnlyList<TaxonomyLook> Taxonomies)
{
    /// <summary>The looks of the taxonomies in use.</summary>
    public static LabelCatalog From(TaxonomySet taxonomies) => new(
        [.. taxonomies.All.Select(TaxonomyLook.From)]);

    /// <summary>Taxonomies and labels that are no longer in use: old decisions keep their names and colours. Nobody can choose them.</summary>
    public IReadOnlyList<TaxonomyLook> Past { get; private set; } = [];

    /// <summary>Notes what earlier versions had; <paramref name="versions"/> come newest first, and of two that had a label the newer speaks.</summary>
    public void Remember(IEnumerable<TaxonomyLook> versions) => Past =
    [
        .. versions.GroupBy(version => version.Id).Select(group => group.First() with
        {
            Labels = [.. group.SelectMany(version => version.Labels).DistinctBy(label => label.Id)
                .Where(label => Taxonomies.FirstOrDefault(look => look.Id == group.Key)?.Labels.Any(known => known.Id == label.Id) is not true)],
        }),
    ];

    /// <summary>The taxonomy with a slug, or null where none ever had it.</summary>
    public TaxonomyLook? Find(string taxonomy) => Taxonomies.Concat(Past).FirstOrDefault(look => look.Id == taxonomy);

    /// <summary>A label by its id, or null.</summary>
    public LabelLook? Find(string taxonomy, string? label) => LabelsOf(taxonomy).FirstOrDefault(look => look.Id == label);

    /// <summary>A label by the value that the CRM holds, or null where the CRM holds something else.</summary>
    public LabelLook? FindByValue(string taxonomy, string? value) =>
        LabelsOf(taxonomy).FirstOrDefault(look => string.Equals(look.Value, value?.Trim(), StringComparison.OrdinalIgnoreCase));

    /// <summary>Class name that carries a label's colours; built from positions, so no id can break out of a style sheet.</summary>
    public string ClassOf(string taxonomy, string? label) => ClassIn(Taxonomies, "l", taxonomy, label) ?? ClassIn(Past, "p", taxonomy, label) ?? "l-none";

    private IEnumerable<LabelLook> LabelsOf(string taxonomy) => Taxonomies.Concat(Past).Where(look => look.Id == taxonomy).SelectMany(look => look.Labels);

    private static string? ClassIn(IReadOnlyList<TaxonomyLook> looks, string prefix, string taxonomy, string? label)
    {
        for (var i = 0; i < looks.Count; i++)
            for (var j = 0; looks[i].Id == taxonomy && j < looks[i].Labels.Count; j++)
                if (looks[i].Labels[j].Id == label)
                    return $"{prefix}-{i}-{j}";
        return null;
    }
}

/// <summary>How one taxonomy looks.</summary>
/// <param name="Id">Permanent slug.</param>
/// <param name="Name">What people read.</param>
/// <param name="Labels">In display order.</param>
internal sealed record TaxonomyLook(string Id, string Name, IReadOnlyList<LabelLook> Labels)
{
    /// <summary>The look of a taxonomy.</summary>
    public static TaxonomyLook From(Taxonomy taxonomy) => new(
        taxonomy.Id, taxonomy.Name, [.. taxonomy.Labels.Select(label => new LabelLook(label.Id, label.Value, label.Name, label.Definition, label.Colour))]);
}

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
