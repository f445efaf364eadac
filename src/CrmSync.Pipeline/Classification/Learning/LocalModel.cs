namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// A trained model that runs inside this process: no key, no network, no cost. Immutable, thread-safe. About 100 bytes in memory per hundred
/// features; see the card for what it was trained on and how good it is.
/// </summary>
public sealed class LocalModel
{
    private const string ShippedResource = "Models/shipped.model";
    private static readonly Lazy<LocalModel> Shipped = new(ReadShipped);

    internal LocalModel(ModelCard card, IReadOnlyList<ModelHead> heads, FeatureTable table, Network network)
    {
        (Card, Heads, Table, Network) = (card, heads, table, network);
    }

    /// <summary>What the model is: data, date, version, figures.</summary>
    public ModelCard Card { get; }

    /// <summary>Unique name of exactly these weights and thresholds, such as <c>model-4f2a90c1d3e8</c>; stored with each decision.</summary>
    public string Version => Card.Version;

    /// <summary>Ids of the taxonomies that it has learned.</summary>
    public IReadOnlyList<string> Taxonomies => [.. Heads.Select(head => head.Shape.Taxonomy)];

    internal IReadOnlyList<ModelHead> Heads { get; }

    internal FeatureTable Table { get; }

    internal Network Network { get; }

    /// <summary>The model that comes with CrmSync. Read once, then shared.</summary>
    public static LocalModel LoadShipped() => Shipped.Value;

    /// <summary>Reads a model file.</summary>
    /// <exception cref="ModelFileException">It is no model file, of another format version, or damaged.</exception>
    public static LocalModel Read(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelFile.Read(stream);
    }

    /// <summary>Writes the model file.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelFile.Write(this, stream);
    }

    private static LocalModel ReadShipped()
    {
        using var stream = typeof(LocalModel).Assembly.GetManifestResourceStream(ShippedResource)
            ?? throw new ModelFileException("The shipped model is missing from the assembly; the build is broken, build again.");
        return ModelFile.Read(stream);
    }
}

/// <summary>A model file cannot be used; the message says why and what to do.</summary>
public sealed class ModelFileException : Exception
{
    /// <summary>An exception without a stated reason.</summary>
    public ModelFileException() : this("The model file cannot be used.") { }

    /// <summary>An exception with its reason.</summary>
    public ModelFileException(string message) : base(message) { }

    /// <summary>An exception with its reason and technical cause.</summary>
    public ModelFileException(string message, Exception innerException) : base(message, innerException) { }
}
