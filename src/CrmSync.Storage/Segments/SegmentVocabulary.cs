using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Finds the words that a segment's pack knows, for activities of its accounts.</summary>
internal static class SegmentVocabulary
{
    /// <summary>The words by activity; activities whose account has no approved segment, or whose segment has no pack, are missing.</summary>
    /// <param name="session">A session to read in.</param>
    /// <param name="activities">Ledger ids.</param>
    public static async Task<IReadOnlyDictionary<long, IReadOnlyList<string>>> OfAsync(Session session, IReadOnlyList<long> activities)
    {
        Dictionary<long, IReadOnlyList<string>> words = [];
        if (activities.Count == 0 || await session.ScalarAsync("select 1 from pack_version limit 1", null) is null)
            return words;
        Dictionary<long, IReadOnlyList<string>> packs = [];
        foreach (var (activity, segment) in await ActivitySegments.OfAsync(session, activities))
        {
            if (!packs.TryGetValue(segment, out var known))
                packs[segment] = known = await ReadAsync(session, segment);
            if (known.Count > 0)
                words[activity] = known;
        }
        return words;
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(Session session, long segmentId)
    {
        var content = await session.FirstAsync(
            "select content from pack_version where segment_id = @segmentId order by version desc limit 1", new { segmentId }, reader => reader.GetString(0));
        return content is null || PackFile.Read(content) is not { Succeeded: true } pack ? [] : PackVocabulary.Of(pack.Value);
    }
}
