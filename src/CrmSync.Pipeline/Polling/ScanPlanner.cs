using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Polling;

/// <summary>Decides which window a scan covers. Pure.</summary>
public static class ScanPlanner
{
    /// <summary>The scan to start for one object type, or null where there is nothing to cover yet.</summary>
    /// <param name="kind">Which poll.</param>
    /// <param name="objectType">The CRM's object type.</param>
    /// <param name="marks">How far polling has come; null before the first scan.</param>
    /// <param name="backfillFrom">Where history begins on this connection.</param>
    /// <param name="now">Now.</param>
    /// <param name="options">Reaches.</param>
    public static ScanPlan? Plan(
        RunKind kind, string objectType, ScanMarks? marks, DateTimeOffset backfillFrom, DateTimeOffset now, PollingOptions options)
    {
        var settledTo = now - options.Settle;
        var (from, to) = kind switch
        {
            RunKind.PollFresh => (FreshFrom(marks, now, options), now),
            RunKind.PollSettled => (marks?.Watermark - options.Overlap ?? backfillFrom, settledTo),
            RunKind.PollReachBack => (marks?.Watermark - options.ReachBack ?? backfillFrom, settledTo),
            // Records come by the settled rule; recent links, and what vanished, are looked at over a fixed reach.
            RunKind.PollRecords => (marks?.Watermark - options.Overlap ?? backfillFrom, settledTo),
            RunKind.PollLinks => (now - options.LinkReach, now),
            RunKind.PollGone => (now - options.GoneReach, now),
            RunKind.Backfill or RunKind.Relabel or RunKind.Preview or RunKind.Approve or RunKind.Retry or RunKind.Discard or RunKind.Undo or RunKind.Force
                or RunKind.Reconcile or RunKind.SegmentFit or RunKind.SegmentAssign or RunKind.SegmentLearn => throw new ArgumentException("A range that a person asks for is not planned.", nameof(kind)),
        };
        from = from < backfillFrom ? backfillFrom : from;
        // A settled scan that ends at or before the watermark (clock set back, two nodes) would cover nothing new and must not run backwards.
        var nothingNew = kind is RunKind.PollSettled or RunKind.PollReachBack or RunKind.PollRecords && marks?.Watermark is { } watermark && to <= watermark;
        return from >= to || nothingNew ? null : new ScanPlan(objectType, from, to);
    }

    private static DateTimeOffset FreshFrom(ScanMarks? marks, DateTimeOffset now, PollingOptions options)
    {
        var earliest = now - options.FreshReach;
        var next = marks?.LastFreshTo - options.FreshOverlap ?? earliest;
        return next < earliest ? earliest : next;
    }
}
