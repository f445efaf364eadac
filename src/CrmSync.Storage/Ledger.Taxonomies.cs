using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage.Taxonomies;

namespace CrmSync.Storage;

/// <content>Taxonomies and their versions.</content>
public sealed partial class Ledger : ITaxonomyStore, ITaxonomyChanges
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

    private TaxonomyChangeRows TaxonomyChanges => new(_database);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, string>> ReadAdoptedAsync(CancellationToken cancellationToken) => TaxonomyChanges.ReadAdoptedAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<AdoptAnswer> AdoptAsync(Taxonomy taxonomy, string seen, string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(taxonomy);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return TaxonomyChanges.AdoptAsync(taxonomy, seen, actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long> CountCarriersAsync(string taxonomy, string label, int limit, CancellationToken cancellationToken) =>
        TaxonomyChanges.CountCarriersAsync(taxonomy, label, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SampledActivity>> SampleAsync(string taxonomy, IReadOnlyList<string> labels, int newest, int carriers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return TaxonomyChanges.SampleAsync(taxonomy, labels, newest, carriers, cancellationToken);
    }
}
