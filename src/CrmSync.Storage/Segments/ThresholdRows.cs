using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Storage.Database;
using CrmSync.Storage.Review;

namespace CrmSync.Storage.Segments;

/// <summary>Segments that ask for more certainty than others, and the judged answers that say so.</summary>
internal static class ThresholdRows
{
    /// <summary>More judged answers than this tell nothing new.</summary>
    private const int MostAudited = 5_000;

    /// <summary>The thresholds by activity; activities of accounts whose segment has none are missing.</summary>
    /// <param name="session">A session to read in.</param>
    /// <param name="activities">Ledger ids.</param>
    public static async Task<IReadOnlyDictionary<long, IReadOnlyList<SegmentThreshold>>> OfAsync(Session session, IReadOnlyList<long> activities)
    {
        var known = activities.Count == 0 ? [] : await session.QueryAsync(
            "select segment_id, taxonomy, model_version, confidence, judged, wrong from segment_threshold",
            null,
            reader => (Segment: reader.GetInt64(0), Threshold: new SegmentThreshold(reader.GetString(1), reader.GetString(2), reader.GetDouble(3), reader.GetInt64(4), reader.GetInt64(5))));
        if (known.Count == 0)
            return new Dictionary<long, IReadOnlyList<SegmentThreshold>>();
        var bySegment = known.ToLookup(row => row.Segment, row => row.Threshold);
        return (await ActivitySegments.OfAsync(session, activities)).Where(row => bySegment.Contains(row.Segment))
            .ToDictionary(row => row.Activity, row => (IReadOnlyList<SegmentThreshold>)[.. bySegment[row.Segment]]);
    }

    /// <summary>Judged answers about a segment's accounts, the newest draws first.</summary>
    public static async Task<IReadOnlyList<AuditedAnswer>> ReadAuditedAsync(Session session, long segmentId, DateTimeOffset since)
    {
        // The draw holds the answer as nobody had touched it, and the last standing word about the content is the truth.
        var judged = await session.QueryAsync(
            $"""
            select j.activity_id, j.taxonomy, j.model_version, j.confidence, case when k.label = j.label or (k.label is null and j.label is null) then 1 else 0 end
            from (
              select w.activity_id, w.taxonomy, w.model_version, w.confidence, w.label, w.drawn_at, (
                select max(k.id) from correction k where k.taxonomy = w.taxonomy and k.content_hash = w.content_hash and {CorrectionUndo.Standing}) as judged_id
              from audit_draw w where w.drawn_at >= @since
            ) j join correction k on k.id = j.judged_id
            order by j.drawn_at desc limit @MostAudited
            """,
            new { since = since.ToUnixTimeMilliseconds(), MostAudited },
            reader => (Activity: reader.GetInt64(0), Answer: new AuditedAnswer(reader.GetString(1), reader.GetString(2), reader.GetDouble(3), reader.GetInt64(4) == 1)));
        var inside = (await ActivitySegments.OfAsync(session, [.. judged.Select(row => row.Activity)])).Where(row => row.Segment == segmentId).Select(row => row.Activity).ToHashSet();
        return [.. judged.Where(row => inside.Contains(row.Activity)).Select(row => row.Answer)];
    }

    /// <summary>Puts what holds now in the place of what held.</summary>
    public static async Task SaveAsync(Session session, LearnStep learned)
    {
        await session.ExecuteAsync("delete from segment_threshold where segment_id = @SegmentId", new { learned.SegmentId });
        foreach (var threshold in learned.Thresholds)
        {
            await session.ExecuteAsync(
                "insert into segment_threshold (segment_id, taxonomy, model_version, confidence, judged, wrong, at) values (@SegmentId, @Taxonomy, @ModelVersion, @Confidence, @Judged, @Wrong, @Now)",
                new { learned.SegmentId, threshold.Taxonomy, threshold.ModelVersion, threshold.Confidence, threshold.Judged, threshold.Wrong, session.Now });
        }
    }
}
