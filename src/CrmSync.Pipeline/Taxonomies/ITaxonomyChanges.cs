using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>Versions that people put into use from the console, and what they would change. Thread-safe.</summary>
public interface ITaxonomyChanges
{
    /// <summary>By taxonomy: the version that a person put into use. It wins over the file's.</summary>
    Task<IReadOnlyDictionary<string, string>> ReadAdoptedAsync(CancellationToken cancellationToken);

    /// <summary>Stores a version and puts it into use, unless another one was put into use since; writes it down.</summary>
    /// <param name="taxonomy">The version, as its file.</param>
    /// <param name="seen">The version in use that the person started from.</param>
    /// <param name="actor">Who.</param>
    /// <param name="reason">Why; null where nobody said.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<AdoptAnswer> AdoptAsync(Taxonomy taxonomy, string seen, string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>How many activities carry a label now, counted up to a limit.</summary>
    Task<long> CountCarriersAsync(string taxonomy, string label, int limit, CancellationToken cancellationToken);

    /// <summary>Some activities that are decided about and have their texts: the newest, and of those that carry one of some labels.</summary>
    Task<IReadOnlyList<SampledActivity>> SampleAsync(string taxonomy, IReadOnlyList<string> labels, int newest, int carriers, CancellationToken cancellationToken);
}

/// <summary>What became of putting a version into use.</summary>
public enum AdoptAnswer
{
    /// <summary>It is in use now.</summary>
    Adopted,

    /// <summary>Refused: somebody put another version into use since.</summary>
    Stale,

    /// <summary>Refused: the version's name is taken by one with other content.</summary>
    VersionTaken,
}

/// <summary>An activity to try definitions on.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Content">All that a decision may look at.</param>
public sealed record SampledActivity(long Id, ActivityContent Content);
