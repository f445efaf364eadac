using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;

namespace CrmSync.Storage.Runs;

/// <summary>Moves a scan on, and the marks when it is drained.</summary>
internal static class ScanRows
{
    public static async Task SaveAsync(LedgerStep step, ScanProgress progress)
    {
        var moved = await step.Session.QueryAsync(
            """
            update scan set position = @position, pages = pages + 1, seen = seen + @Seen, status = @status, drained_at = @drainedAt
            where id = @ScanId and batch_id = @Id and status = 'open'
            returning kind, connection_id, object_type, from_at, to_at
            """,
            new
            {
                position = progress.Drained ? null : progress.Position, progress.Seen, progress.ScanId, step.Batch.Id,
                status = progress.Drained ? "drained" : "open", drainedAt = progress.Drained ? (long?)step.Session.Now : null,
            },
            reader => (Kind: reader.GetString(0), ConnectionId: reader.GetInt64(1), ObjectType: reader.GetString(2), From: reader.GetInt64(3), To: reader.GetInt64(4)));
        step.Tally.Add(step.Batch.RunId, "seen", progress.Seen);
        step.Tally.Add(step.Batch.RunId, "skipped", progress.Skipped);
        if (!progress.Drained)
            return;
        foreach (var scan in moved)
            await MarkAsync(step, scan.Kind, scan.ConnectionId, scan.ObjectType, scan.From, scan.To);
    }

    // The watermark promises that all before it is stored. So it moves only where the drained window touches what was promised before, or
    // reaches back to the start of the history; a backfill of a far range leaves it alone.
    private static async Task MarkAsync(LedgerStep step, string kind, long connectionId, string objectType, long from, long to)
    {
        // What is looked at over a fixed reach says nothing about what came before it, and what is ours already nothing about the CRM.
        if (kind is "links" or "gone" or "relabel")
            return;
        var parameters = new { connectionId, objectType, from, to, step.Session.Now, isRecord = kind is "records" ? 1 : 0 };
        if (kind is "fresh")
        {
            await step.Session.ExecuteAsync(
                """
                insert into watermark (connection_id, object_type, fresh_to_at, updated_at) values (@connectionId, @objectType, @to, @Now)
                on conflict (connection_id, object_type) do update set fresh_to_at = excluded.fresh_to_at, updated_at = excluded.updated_at
                where watermark.fresh_to_at is null or watermark.fresh_to_at < excluded.fresh_to_at
                """,
                parameters);
            return;
        }

        var reachesStart = kind is "settled" or "records" ? "true" : "@from <= (select backfill_from_at from connection where id = @connectionId)";
        await step.Session.ExecuteAsync(
            $"""
            insert into watermark (connection_id, object_type, at, updated_at, is_record)
            select @connectionId, @objectType, @to, @Now, @isRecord
            where {reachesStart} or exists (select 1 from watermark w where w.connection_id = @connectionId and w.object_type = @objectType and w.at >= @from)
            on conflict (connection_id, object_type) do update set at = excluded.at, updated_at = excluded.updated_at
            where (watermark.at is null or watermark.at < excluded.at) and (watermark.at is null or watermark.at >= @from)
            """,
            parameters);
    }
}
