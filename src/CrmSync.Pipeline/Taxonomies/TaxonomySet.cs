using System.Diagnostics.CodeAnalysis;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>The taxonomies in use, by id. Immutable, safe to share.</summary>
public sealed class TaxonomySet
{
    private static readonly string[] ShippedFiles = ["engagement.json", "stage.json"];
    private readonly Dictionary<string, Taxonomy> _byId;

    /// <summary>A set of given taxonomies.</summary>
    /// <exception cref="TaxonomyException">Two share an id, or two write to the same CRM property.</exception>
    public TaxonomySet(IEnumerable<Taxonomy> taxonomies)
    {
        All = [.. taxonomies];
        _byId = [];
        List<string> faults = [];
        HashSet<string> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach (var taxonomy in All)
        {
            if (!_byId.TryAdd(taxonomy.Id, taxonomy))
                faults.Add($"Two taxonomies have the id \"{taxonomy.Id}\"; give one of them another id.");
            foreach (var (crm, property) in taxonomy.Properties)
                if (!properties.Add($"{crm}/{property}"))
                    faults.Add($"Taxonomy \"{taxonomy.Id}\" writes to {crm} property \"{property}\", which another taxonomy writes to; name another property.");
        }
        if (faults.Count > 0)
            throw new TaxonomyException(faults);
    }

    /// <summary>All taxonomies, in the order in which they were given.</summary>
    public IReadOnlyList<Taxonomy> All { get; }

    /// <summary>The taxonomy with this id.</summary>
    /// <exception cref="TaxonomyException">There is none.</exception>
    public Taxonomy this[string id] => _byId.TryGetValue(id, out var found)
        ? found
        : throw new TaxonomyException($"There is no taxonomy \"{id}\"; known are {string.Join(", ", _byId.Keys)}.");

    /// <summary>Finds a taxonomy by id.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out Taxonomy? taxonomy) => _byId.TryGetValue(id, out taxonomy);

    /// <summary>The taxonomies shipped inside this assembly: <c>engagement</c> and <c>stage</c>.</summary>
    public static TaxonomySet LoadShipped() => new(ShippedFiles.Select(LoadShippedFile));

    /// <summary>All <c>*.json</c> files of a folder, by file name. Every fault of every file is reported at once.</summary>
    /// <exception cref="TaxonomyException">The folder is missing or empty, or a file is malformed or unreadable.</exception>
    public static TaxonomySet LoadFolder(string folder)
    {
        if (!Directory.Exists(folder))
            throw new TaxonomyException($"The taxonomy folder \"{folder}\" does not exist; create it or correct the setting that names it.");
        List<Taxonomy> taxonomies = [];
        List<string> faults = [];
        foreach (var path in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                taxonomies.Add(TaxonomyFile.Parse(File.ReadAllText(path), Path.GetFileName(path)));
            }
            catch (TaxonomyException exception)
            {
                faults.AddRange(exception.Faults);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                faults.Add($"{Path.GetFileName(path)}: the file cannot be read ({exception.Message}); give this process the right to read it.");
            }
        }
        if (faults.Count > 0)
            throw new TaxonomyException(faults);
        return taxonomies.Count > 0
            ? new TaxonomySet(taxonomies)
            : throw new TaxonomyException($"The taxonomy folder \"{folder}\" holds no .json file; put at least one taxonomy there.");
    }

    private static Taxonomy LoadShippedFile(string file)
    {
        using var stream = typeof(TaxonomySet).Assembly.GetManifestResourceStream($"Taxonomies/{file}")
            ?? throw new TaxonomyException($"{file}: the taxonomy is missing from the assembly; the build is broken, build again.");
        using var reader = new StreamReader(stream);
        return TaxonomyFile.Parse(reader.ReadToEnd(), file);
    }
}
