using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Completeness;

/// <summary>Makes the runs of comparisons.</summary>
internal sealed class ReconcileStarts(LedgerDatabase database)
{
    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(ReconcileRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(
            request.ConnectionId,
            async session =>
            {
                var windows = await LeaveOutOpenAsync(session, request);
                if (windows.Count is 0)
                    return (null, (IReadOnlyList<BatchRef>)[]);
                var runId = (await session.ScalarAsync(
                    """
                    insert into run (kind, connection_id, schedule_id, status, requested_by, started_at, arguments)
                    values ('reconcile', @ConnectionId, (select id from schedule where key = @ScheduleKey), 'running', @RequestedBy, @Now, @arguments)
                    returning id
                    """,
                    new { request.ConnectionId, request.ScheduleKey, request.RequestedBy, session.Now, arguments = Arguments(request, windows) }))!.Value;
                var batches = new List<BatchRef>();
                foreach (var window in windows)
                    batches.Add(await InsertAsync(session, request, window, runId));
                if (request.ScheduleKey is null)
                    await Audit.WriteAsync(session, request.RequestedBy, "reconcile.start", $"run/{runId}", null, string.Join(' ', windows.Select(Describe)));
                return ((long?)runId, (IReadOnlyList<BatchRef>)batches);
            },
            cancellationToken);

    private static async Task<IReadOnlyList<CompareWindow>> LeaveOutOpenAsync(Session session, ReconcileRequest request)
    {
        var open = await session.QueryAsync(
            $"""
            select c.object_type from completeness c join batch b on b.id = c.batch_id
            where c.connection_id = @ConnectionId and c.state = 'checking' and b.status in {BatchRows.OpenStatuses}
            """,
            new { request.ConnectionId },
            reader => reader.GetString(0));
        return [.. request.Windows.DistinctBy(window => window.ObjectType).Where(window => !open.Contains(window.ObjectType))];
    }

    private static async Task<BatchRef> InsertAsync(Session session, ReconcileRequest request, CompareWindow window, long runId)
    {
        var batch = await BatchRows.InsertAsync(
            session, BatchKind.Reconcile, request.ConnectionId, runId, RunRows.BackfillPriority, 0, handedOver: request.ScheduleKey is not null);
        await session.ExecuteAsync(
            """
            insert into completeness (run_id, connection_id, batch_id, object_type, from_at, to_at, state, is_by_ids, most_labels, started_at)
            values (@runId, @ConnectionId, @Id, @ObjectType, @from, @to, 'checking', @byIds, @Labels, @Now)
            """,
            new
            {
                runId, request.ConnectionId, batch.Id, window.ObjectType, from = window.From.ToUnixTimeMilliseconds(), to = window.Until.ToUnixTimeMilliseconds(),
                byIds = request.ByIds ? 1 : 0, request.Labels, session.Now,
            });
        return batch;
    }

    private static string Arguments(ReconcileRequest request, IReadOnlyList<CompareWindow> windows)
    {
        var words = new RunArguments().Add("from", windows.Min(window => window.From)).Add("to", windows.Max(window => window.Until));
        foreach (var window in windows)
            words.Add("type", window.ObjectType);
        return words.Add("ids", request.ByIds ? "true" : null).Add("schedule", request.ScheduleKey).ToString();
    }

    private static string Describe(CompareWindow window) => $"{window.ObjectType} {window.From.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}/{window.Until.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
}
