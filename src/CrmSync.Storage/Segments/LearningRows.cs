using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>What learning leaves behind: a row of figures per segment and day, and how far the run is.</summary>
internal static class LearningRows
{
    private const long Day = 24 * 60 * 60 * 1_000L;

    /// <summary>The day that figures of an instant stand under, counted from 1970, UTC.</summary>
    public static long DayOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / Day;

    public static async Task SaveAsync(LedgerStep step, LearnStep learned)
    {
        if (learned.Metrics is { } metrics)
        {
            await step.Session.ExecuteAsync(
                """
                insert into segment_metrics (segment_id, day, at, accounts, won, closed, rest_won, rest_closed, content)
                values (@SegmentId, @day, @at, @Accounts, @won, @closed, @restWon, @restClosed, @content)
                on conflict (segment_id, day) do update set at = excluded.at, accounts = excluded.accounts, won = excluded.won, closed = excluded.closed, rest_won = excluded.rest_won,
                  rest_closed = excluded.rest_closed, content = excluded.content
                """,
                new
                {
                    learned.SegmentId, day = DayOf(metrics.At), at = metrics.At.ToUnixTimeMilliseconds(), metrics.Numbers.Accounts, won = metrics.Numbers.Wins.Count,
                    closed = metrics.Numbers.Wins.Of, restWon = metrics.Rest.Count, restClosed = metrics.Rest.Of, content = SegmentMetricsFile.Write(metrics),
                });
        }
        if (!learned.Failed)
            await ThresholdRows.SaveAsync(step.Session, learned);
        await step.Session.ExecuteAsync(
            "update segment_learning set after_id = @SegmentId, done = done + 1, failed = failed + @failed, at = @Now where run_id = @RunId",
            new { learned.SegmentId, failed = learned.Failed ? 1 : 0, step.Session.Now, step.Batch.RunId });
        step.Tally.Add(step.Batch.RunId, "seen");
        step.Tally.Add(step.Batch.RunId, "stored", learned.Changes);
        step.Tally.Add(step.Batch.RunId, "skipped", learned.Failed ? 1 : 0);
    }

    /// <summary>Deals won out of deals closed, per account; a deal of several companies is its main company's.</summary>
    public static async Task<IReadOnlyDictionary<long, Share>> ReadWinsAsync(Session session) => (await session.QueryAsync(
        $"""
        select c.id, cast(sum(d.is_won) as bigint), count(*) {DealFactsReading.ClosedOfMain} group by c.id
        """,
        null,
        reader => (Account: reader.GetInt64(0), Wins: new Share(reader.GetInt64(1), reader.GetInt64(2))))).ToDictionary(row => row.Account, row => row.Wins);
}
