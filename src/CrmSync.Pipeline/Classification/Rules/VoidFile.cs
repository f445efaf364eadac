using System.Text.Json;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Classification.Rules;

/// <summary>What a phrase says about the sentence it stands in.</summary>
internal enum VoidRole
{
    /// <summary>An order to whoever labels: voids its sentence and the rest of the line.</summary>
    Order,

    /// <summary>The end or beginning of a prompt: voids the rest of the paragraph.</summary>
    Frame,

    /// <summary>A label's field is given a value: voids its sentence.</summary>
    Field,

    /// <summary>A verb of labelling; voids together with a label.</summary>
    Verb,

    /// <summary>A softer way to ask; voids together with a label, unless a person is asked to do it in the CRM.</summary>
    Plea,

    /// <summary>A machine, a policy or a reviewer is named; voids together with a label that no prose contains.</summary>
    Machine,

    /// <summary>The CRM is named as the place where a person is to do something.</summary>
    Record,

    /// <summary>A label that no prose contains by chance.</summary>
    Hard,

    /// <summary>A label in the place of one: "as demo".</summary>
    Soft,

    /// <summary>A label's name anywhere.</summary>
    Name,
}

/// <summary>The shipped words of hostile sentences (<c>"schema": "crmsync/void/1"</c>).</summary>
/// <param name="Roles">Phrases by role; <c>@label</c> stands for every label.</param>
/// <param name="Hidden">Words that are looked for backwards and in ROT13.</param>
/// <param name="Stuffing">Words of which a row without any other is no sentence.</param>
internal sealed record VoidFile(IReadOnlyDictionary<VoidRole, IReadOnlyList<string>> Roles, IReadOnlyList<string> Hidden, IReadOnlyList<string> Stuffing)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <exception cref="TaxonomyException">The file is missing or cannot be read.</exception>
    public static VoidFile Load(TaxonomySet taxonomies)
    {
        using var stream = typeof(VoidFile).Assembly.GetManifestResourceStream("Rules/void.json")
            ?? throw new TaxonomyException("void.json: the file is missing from the assembly; the build is broken, build again.");
        var shape = JsonSerializer.Deserialize<Shape>(stream, Options);
        if (shape?.Schema != "crmsync/void/1")
            throw new TaxonomyException($"void.json, schema: \"{shape?.Schema}\" is unknown; this version reads \"crmsync/void/1\".");
        var labels = $"({string.Join('|', Labels(taxonomies))})";
        return new VoidFile(
            shape.Roles.ToDictionary(
                pair => Enum.Parse<VoidRole>(pair.Key, ignoreCase: true),
                pair => (IReadOnlyList<string>)[.. pair.Value.Select(phrase => phrase.Replace("@label", labels, StringComparison.Ordinal))]),
            shape.Hidden.Split(' '),
            shape.Stuffing.Split(' '));
    }

    private static IEnumerable<string> Labels(TaxonomySet taxonomies) => taxonomies.All
        .SelectMany(taxonomy => taxonomy.Labels)
        .SelectMany(label => (string[])[label.Id, label.Value, label.Name])
        .Select(name => new string([.. name.Select(c => char.IsLetter(c) ? char.ToLowerInvariant(c) : ' ')]).Trim())
        .Where(name => name.Length > 1 && name.Count(c => c == ' ') < 3)
        .Distinct();

    private sealed record Shape(string Schema, string Notes, Dictionary<string, string[]> Roles, string Hidden, string Stuffing);
}
