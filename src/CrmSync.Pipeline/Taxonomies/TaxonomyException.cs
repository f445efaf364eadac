namespace CrmSync.Pipeline.Taxonomies;

/// <summary>A taxonomy cannot be used. The message is fit for an administrator: every fault is named at once, one sentence each.</summary>
public sealed class TaxonomyException : Exception
{
    /// <summary>An exception without a stated fault.</summary>
    public TaxonomyException() : this("The taxonomy cannot be used.") { }

    /// <summary>An exception with one fault.</summary>
    public TaxonomyException(string message) : this([message]) { }

    /// <summary>An exception with one fault and its technical cause.</summary>
    public TaxonomyException(string message, Exception innerException) : base(message, innerException) => Faults = [message];

    /// <summary>An exception that lists every fault found.</summary>
    public TaxonomyException(IReadOnlyList<string> faults) : base(string.Join(Environment.NewLine, faults)) => Faults = faults;

    /// <summary>One sentence per fault: file, place, what is wrong, the way out.</summary>
    public IReadOnlyList<string> Faults { get; }
}
