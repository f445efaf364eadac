using System.Globalization;

namespace CrmSync.Pipeline.Taxonomies;

/// <summary>
/// Walks through the stored activities whose answer is of an older version and gives their ids, page by page. They are decided about again from the texts in the
/// ledger; the CRM is not read. What is done already is no longer found, so a run that was broken off goes on where it was.
/// </summary>
public sealed class Relabeller(ITaxonomyStore store, TaxonomySet taxonomies)
{
    private const int PageSize = 1_000;

    /// <summary>The next page; a null position says that it was the last one. A taxonomy that is no longer in use has none.</summary>
    public async Task<(IReadOnlyList<long> Ids, string? Position)> ReadPageAsync(
        long connectionId, string taxonomy, DateTimeOffset from, DateTimeOffset to, string? position, CancellationToken cancellationToken)
    {
        if (!taxonomies.TryGet(taxonomy, out var current))
            return ([], null);
        var after = position is null ? 0 : long.Parse(position, CultureInfo.InvariantCulture);
        var ids = await store.ReadOutdatedAsync(new OutdatedRange(connectionId, current, from, to), after, PageSize, cancellationToken);
        return (ids, ids.Count < PageSize ? null : ids[^1].ToString(CultureInfo.InvariantCulture));
    }
}
