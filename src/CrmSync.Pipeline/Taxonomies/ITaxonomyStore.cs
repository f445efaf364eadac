namespace CrmSync.Pipeline.Taxonomies;

/// <summary>Remembers every version of every taxonomy that was ever used, and finds the activities that an older one decided about.</summary>
public interface ITaxonomyStore
{
    /// <summary>Enters the versions in use; those that are known already stay what they are.</summary>
    /// <exception cref="TaxonomyException">A file was changed without a new version; all such files are named, and nothing is entered.</exception>
    Task EnterAsync(IReadOnlyList<Taxonomy> taxonomies, CancellationToken cancellationToken);

    /// <summary>All versions that were ever used, by taxonomy, the one seen last first.</summary>
    Task<IReadOnlyList<StoredTaxonomy>> ListTaxonomiesAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Ids of the next activities of a range whose answer is not of the version in use, or who have none: decided about before, not gone, of a type that is asked about,
    /// and not answered by a person, whom no definition overrules.
    /// </summary>
    Task<IReadOnlyList<long>> ReadOutdatedAsync(OutdatedRange range, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>How many there are in all.</summary>
    Task<long> CountOutdatedAsync(OutdatedRange range, CancellationToken cancellationToken);
}

/// <summary>A version of a taxonomy as it was when it was first used.</summary>
/// <param name="Id">Slug of the taxonomy.</param>
/// <param name="Version">Its version.</param>
/// <param name="Text">The file.</param>
/// <param name="FirstSeenAt">When it was first used.</param>
public sealed record StoredTaxonomy(string Id, string Version, string Text, DateTimeOffset FirstSeenAt);

/// <summary>Where to look for answers of older versions.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Taxonomy">The taxonomy and its version in use.</param>
/// <param name="From">Activities that took place from here on.</param>
/// <param name="To">And up to here.</param>
public sealed record OutdatedRange(long ConnectionId, Taxonomy Taxonomy, DateTimeOffset From, DateTimeOffset To);
