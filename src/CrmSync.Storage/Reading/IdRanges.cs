namespace CrmSync.Storage.Reading;

/// <summary>Ids as ranges, for an index that answers a range as fast as a single row. Pure.</summary>
internal static class IdRanges
{
    /// <summary>A gap that is walked over costs less than another question.</summary>
    private const int Gap = 5_000;

    /// <summary>The fewest ranges that hold all ids and no longer run of others than the gap; in order.</summary>
    public static IEnumerable<(long First, long Last)> Of(IReadOnlyList<long> ids)
    {
        if (ids.Count == 0)
            yield break;
        long[] sorted = [.. ids.Order()];
        var first = sorted[0];
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] - sorted[i - 1] <= Gap)
                continue;
            yield return (first, sorted[i - 1]);
            first = sorted[i];
        }
        yield return (first, sorted[^1]);
    }
}
