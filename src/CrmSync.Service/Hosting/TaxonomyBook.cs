using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Service.Hosting;

/// <summary>Enters the taxonomies in use into the ledger and says what a new version leaves to be done.</summary>
internal sealed class TaxonomyBook(ITaxonomyStore store, TaxonomySet taxonomies, ILogger<TaxonomyBook> logger)
{
    /// <summary>Enters them all.</summary>
    /// <exception cref="TaxonomyException">A file was changed without a new version.</exception>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        var known = (await store.ListTaxonomiesAsync(cancellationToken)).ToLookup(version => version.Id, version => version.Version);
        await store.EnterAsync(taxonomies.All, cancellationToken);
        foreach (var taxonomy in taxonomies.All.Where(taxonomy => known.Contains(taxonomy.Id) && !known[taxonomy.Id].Contains(taxonomy.Version)))
            logger.TaxonomyChanged(taxonomy.Id, taxonomy.Version);
    }
}
