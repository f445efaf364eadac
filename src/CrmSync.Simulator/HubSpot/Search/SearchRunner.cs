using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Search;

/// <summary>A page of a search.</summary>
/// <param name="Total">How many records match in all.</param>
/// <param name="Page">The records of the page as search sees them.</param>
internal sealed record SearchResult(int Total, List<(CrmRecord Record, RecordVersion Version)> Page);

/// <summary>
/// Runs searches over the world as it stood one index lag ago. Nothing is copied: each record keeps its older versions until search has
/// caught up.
/// </summary>
internal sealed class SearchRunner(Portal portal, int seed)
{
    private long _searches;

    public SearchResult Run(HubSpotObjectType type, SearchQuery query)
    {
        // Ids rise with creation, so the order of the rows is both HubSpot's standard order and the order by id.
        var byRow = query.Sort is null || (query.Sort.Property.Server is Properties.ServerValue.ObjectId && !query.Sort.Descending);
        var page = new List<(CrmRecord, RecordVersion)>(byRow ? query.Limit : 256);
        var total = Scan(type, query, byRow ? query.Offset : 0, byRow ? query.Limit : int.MaxValue, page);
        var nonce = Interlocked.Increment(ref _searches);
        return byRow ? new SearchResult(total, page) : new SearchResult(total, SortedPage(page, query, nonce));
    }

    private int Scan(HubSpotObjectType type, SearchQuery query, int skip, int take, List<(CrmRecord, RecordVersion)> page)
    {
        IReadOnlyList<FilterGroup> groups = query.Groups.Count > 0 ? query.Groups : [FilterGroup.All];
        var rows = portal.Table(type).Rows;
        var horizon = portal.SearchHorizon;
        var start = rows.FirstAtOrAfter(groups.Min(g => g.Ids.Least));
        var end = groups.Max(g => g.Ids.Most) is var most and < long.MaxValue ? rows.FirstAtOrAfter(most + 1) : rows.Count;
        var hints = rows.Hints.AsSpan();
        var only = groups.Count == 1 ? groups[0] : null;
        var rangesDecide = only is { Others.Length: 0 } && query.Words is null;
        var total = 0;
        for (var i = start; i < end; i++)
        {
            var hint = Volatile.Read(ref hints[i]);
            if (hint != RecordTable.Unsettled)
            {
                if (only is not null && !only.Modified.Holds(hint))
                    continue;
                if (rangesDecide && (total < skip || page.Count >= take))
                {
                    total++;
                    continue;
                }
            }
            var record = rows.Records[i];
            if (record.At(horizon) is not { ArchivedAt: null } version)
                continue;
            if (hint == RecordTable.Unsettled && record.Current.WrittenAt <= horizon)
                portal.Settle(record, horizon);
            if (!Matches(groups, record, version) || (query.Words is not null && !HasWords(version, query.Words)))
                continue;
            if (total++ >= skip && page.Count < take)
                page.Add((record, version));
        }
        return total;
    }

    /// <summary>
    /// A row that the filters rule out, as a stale index delivers it. Among rows in the order of their ids it lies between the page's own, so
    /// that a reader who goes on from the last id misses nothing. Null where there is none.
    /// </summary>
    public (CrmRecord Record, RecordVersion Version)? Outsider(
        HubSpotObjectType type, SearchQuery query, List<(CrmRecord Record, RecordVersion Version)> page)
    {
        var rows = portal.Table(type).Rows;
        var (least, most) = (page.Min(row => row.Record.Row), page.Max(row => row.Record.Row));
        for (var i = least; i <= most && i < rows.Count; i++)
        {
            if (rows.Records[i].Current is { ArchivedAt: null } version && !Matches(query.Groups, rows.Records[i], version))
                return (rows.Records[i], version);
        }
        return null;
    }

    private static bool Matches(IReadOnlyList<FilterGroup> groups, CrmRecord record, RecordVersion version)
    {
        for (var i = 0; i < groups.Count; i++)
        {
            if (groups[i].Matches(record, version))
                return true;
        }
        return false;
    }

    private static bool HasWords(RecordVersion version, string words)
    {
        foreach (var value in version.Values.Values)
        {
            if (value.Contains(words, StringComparison.OrdinalIgnoreCase))
                return true;
        }
        return false;
    }

    /// <summary>Sorts by the one property; equal keys come in another order with every request, blanks last.</summary>
    private List<(CrmRecord, RecordVersion)> SortedPage(List<(CrmRecord Record, RecordVersion Version)> found, SearchQuery query,
        long nonce)
    {
        var (property, descending) = query.Sort!;
        var sign = descending ? -1 : 1;
        uint Tie(CrmRecord record) =>
            (uint)unchecked(((ulong)(record.Id * 31) + (ulong)seed + (ulong)(nonce * 7_919)) * 0x9E37_79B9_7F4A_7C15 >> 32);
        if (property.IsNumeric)
        {
            var keyed = found.ConvertAll(f =>
                (Key: RecordValues.NumberOf(f.Record, f.Version, property), Tie: Tie(f.Record), f.Record, f.Version));
            keyed.Sort((a, b) => Order(a.Key is null, b.Key is null, sign * Nullable.Compare(a.Key, b.Key), a.Tie, b.Tie));
            return Cut(keyed.ConvertAll(k => (k.Record, k.Version)), query);
        }
        var texts = found.ConvertAll(f =>
            (Key: RecordValues.Of(portal, f.Record, f.Version, property), Tie: Tie(f.Record), f.Record, f.Version));
        texts.Sort((a, b) =>
            Order(a.Key is null, b.Key is null, sign * string.Compare(a.Key, b.Key, StringComparison.OrdinalIgnoreCase), a.Tie, b.Tie));
        return Cut(texts.ConvertAll(k => (k.Record, k.Version)), query);
    }

    private static int Order(bool firstBlank, bool secondBlank, int byKey, uint firstTie, uint secondTie) =>
        firstBlank != secondBlank ? firstBlank.CompareTo(secondBlank) : byKey != 0 ? byKey : firstTie.CompareTo(secondTie);

    private static List<(CrmRecord, RecordVersion)> Cut(List<(CrmRecord, RecordVersion)> sorted, SearchQuery query) =>
        query.Offset >= sorted.Count ? [] : sorted.GetRange(query.Offset, Math.Min(query.Limit, sorted.Count - query.Offset));
}
