using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Taxonomies;

namespace CrmSync.Storage;

/// <content>Taxonomies and their versions.</content>
public sealed partial class Ledger : ITaxonomyStore
{
    private readonly TaxonomyRows _taxonomies;

    /// <inheritdoc/>
    public Task EnterAsync(IReadOnlyList<Taxonomy> taxonomies, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(taxonomies);
        return _taxonomies.EnterAsync(taxonomies, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredTaxonomy>> ListTaxonomiesAsync(CancellationToken cancellationToken) => _taxonomies.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<long>> ReadOutdatedAsync(OutdatedRange range, long afterId, int limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        return _taxonomies.ReadOutdatedAsync(range, afterId, limit, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountOutdatedAsync(OutdatedRange range, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(range);
        return _taxonomies.CountOutdatedAsync(range, cancellationToken);
    }
}
