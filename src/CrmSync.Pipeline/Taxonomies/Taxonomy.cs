using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>A versioned set of allowed labels for one question, and where the CRM keeps the answer. Immutable, safe to share.</summary>
/// <param name="Id">Permanent slug, such as <c>engagement</c>. Stored with every decision, so it never changes.</param>
/// <param name="Version">The administrator's version of the definitions; a decision carries it.</param>
/// <param name="Name">What people read.</param>
/// <param name="Abstains">True where "no definition covers this activity" is a possible answer.</param>
/// <param name="Properties">CRM property name by CRM kind (<c>hubspot</c>, <c>salesforce</c>), as it stands in design.md §5.</param>
/// <param name="Labels">The allowed labels, in display order; at least two.</param>
/// <param name="AppliesTo">Activity types that the question is asked of; never empty, all types by default.</param>
public sealed record Taxonomy(
    string Id,
    string Version,
    string Name,
    bool Abstains,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<LabelDefinition> Labels,
    IReadOnlySet<ActivityType> AppliesTo)
{
    /// <summary>The file as it was read; empty for one that was made otherwise. Kept, so that an old decision can be explained later.</summary>
    public string Text { get; init; } = "";

    /// <summary>Fingerprint of what the file says, whatever its spaces, line ends and comments.</summary>
    public string Checksum { get; init; } = "";

    /// <summary>The label with this id, or null.</summary>
    public LabelDefinition? Find(string? labelId) => Labels.FirstOrDefault(label => label.Id == labelId);

    /// <summary>The label whose CRM value this is (exact, case-insensitive), or null.</summary>
    public LabelDefinition? FindByValue(string? value) =>
        Labels.FirstOrDefault(label => string.Equals(label.Value, value?.Trim(), StringComparison.OrdinalIgnoreCase));
}

/// <summary>One allowed label: what it is called, what it covers and how it looks.</summary>
/// <param name="Id">Permanent slug inside its taxonomy, such as <c>not-engaged</c>.</param>
/// <param name="Value">The value written to the CRM, such as <c>NOT ENGAGED</c>.</param>
/// <param name="Name">What people read.</param>
/// <param name="Definition">What the label covers, anchored to observable activity.</param>
/// <param name="Cues">Phrases that speak for the label; an administrator's additions count as votes.</param>
/// <param name="NegativeCues">Phrases that speak against it.</param>
/// <param name="Examples">Short texts that deserve the label.</param>
/// <param name="Colour">Display colour, <c>#rrggbb</c>.</param>
public sealed record LabelDefinition(
    string Id,
    string Value,
    string Name,
    string Definition,
    IReadOnlyList<string> Cues,
    IReadOnlyList<string> NegativeCues,
    IReadOnlyList<string> Examples,
    string Colour);
