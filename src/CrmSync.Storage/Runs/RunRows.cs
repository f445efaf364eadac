using System.Data.Common;
using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Starts runs and says how they stand.</summary>
internal sealed class RunRows(LedgerDatabase database)
{
    internal const int BackfillPriority = -10;

    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(RunRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(
            request.ConnectionId,
            async session =>
            {
                var kind = ScanKind(request.Kind);
                var plans = await LeaveOutOpenAsync(session, request, kind);
                if (plans.Count is 0)
                    return (null, (IReadOnlyList<BatchRef>)[]);
                var runId = await InsertAsync(session, request, plans);
                if (request.IsPersons)
                    await Audit.WriteAsync(session, request.RequestedBy, $"run.start.{Stored.Name(request.Kind)}", $"run/{runId}", null, Describe(plans));
                var batches = new List<BatchRef>();
                foreach (var plan in plans)
                    batches.Add(await InsertScanAsync(session, request, plan, runId, kind));
                return ((long?)runId, (IReadOnlyList<BatchRef>)batches);
            },
            cancellationToken);

    public Task<RunSummary?> FindAsync(long runId, CancellationToken cancellationToken) =>
        database.ReadAsync(
            session => session.FirstAsync(
                $"""
                select id, kind, connection_id, status, requested_by, started_at, finished_at, seen, stored, labelled, abstained, unsure, skipped,
                  applied, unchanged, kept, rejected, dead, requests,
                  (select count(*) from batch b where b.run_id = run.id and b.status in {BatchRows.OpenStatuses}), expected
                from run where id = @runId
                """,
                new { runId },
                Read),
            cancellationToken);

    public async Task<IReadOnlyDictionary<string, ScanMarks>> ReadMarksAsync(long connectionId, CancellationToken cancellationToken)
    {
        var rows = await database.ReadAsync(
            session => session.QueryAsync(
                "select object_type, at, fresh_to_at from watermark where connection_id = @connectionId",
                new { connectionId },
                reader => (Type: reader.GetString(0), Marks: new ScanMarks(reader.InstantOrNull(1), reader.InstantOrNull(2)))),
            cancellationToken);
        return rows.ToDictionary(row => row.Type, row => row.Marks);
    }

    // One scan per type and kind: its position would otherwise be moved by two batches. A scan whose batch is gone blocks nobody.
    private static async Task<IReadOnlyList<ScanPlan>> LeaveOutOpenAsync(Session session, RunRequest request, string kind)
    {
        await session.ExecuteAsync(
            $"""
            update scan set status = 'abandoned' where connection_id = @ConnectionId and status = 'open'
              and not exists (select 1 from batch b where b.id = scan.batch_id and b.status in {BatchRows.OpenStatuses})
            """,
            new { request.ConnectionId });
        var open = await session.QueryAsync(
            "select object_type from scan where connection_id = @ConnectionId and kind = @kind and status = 'open'",
            new { request.ConnectionId, kind },
            reader => reader.GetString(0));
        return [.. request.Scans.DistinctBy(plan => plan.ObjectType).Where(plan => !open.Contains(plan.ObjectType))];
    }

    private static string Describe(IReadOnlyList<ScanPlan> plans) => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", plans.Select(plan => plan.ObjectType))} from {plans.Min(plan => plan.From):u} to {plans.Max(plan => plan.To):u}");

    private static async Task<long> InsertAsync(Session session, RunRequest request, IReadOnlyList<ScanPlan> plans) => (await session.ScalarAsync(
        """
        insert into run (kind, connection_id, schedule_id, status, requested_by, started_at, expected, arguments)
        values (@kind, @ConnectionId, (select id from schedule where key = coalesce(@ScheduleKey, @Origin)), 'running', @RequestedBy, @Now, @Expected, @arguments)
        returning id
        """,
        new
        {
            kind = Stored.Name(request.Kind), request.ConnectionId, request.ScheduleKey, request.RequestedBy, request.Expected, request.Origin, session.Now,
            arguments = Arguments(request, plans),
        }))!.Value;

    private static string Arguments(RunRequest request, IReadOnlyList<ScanPlan> plans)
    {
        var words = new RunArguments().Add("from", plans.Min(plan => plan.From)).Add("to", plans.Max(plan => plan.To));
        foreach (var plan in plans)
            words.Add(request.Kind is RunKind.Relabel ? "taxonomy" : "type", plan.ObjectType);
        return words.Add("schedule", request.ScheduleKey).Add("like", request.Origin).ToString();
    }

    private static async Task<BatchRef> InsertScanAsync(Session session, RunRequest request, ScanPlan plan, long runId, string kind)
    {
        var priority = request.Kind is RunKind.Backfill or RunKind.Relabel ? BackfillPriority : 0;
        var batch = await BatchRows.InsertAsync(session, BatchKind.Scan, request.ConnectionId, runId, priority, 0, handedOver: request.ScheduleKey is not null);
        await session.ExecuteAsync(
            """
            insert into scan (connection_id, object_type, kind, from_at, to_at, status, run_id, batch_id, started_at)
            values (@ConnectionId, @ObjectType, @kind, @from, @to, 'open', @runId, @Id, @Now)
            """,
            new
            {
                request.ConnectionId, plan.ObjectType, kind, from = plan.From.ToUnixTimeMilliseconds(), to = plan.To.ToUnixTimeMilliseconds(), runId,
                batch.Id, session.Now,
            });
        return batch;
    }

    /// <summary>The run kind of a stored scan kind.</summary>
    public static RunKind KindOf(string scanKind) => Stored.Parse<RunKind>(scanKind is "backfill" or "relabel" ? scanKind : $"poll_{scanKind}");

    private static string ScanKind(RunKind kind) => Stored.Name(kind).Replace("poll_", "", StringComparison.Ordinal);

    private static RunSummary Read(DbDataReader reader) => new(
        reader.GetInt64(0), Stored.Parse<RunKind>(reader.GetString(1)), reader.GetInt64(2), Stored.Parse<RunStatus>(reader.GetString(3)),
        reader.GetString(4), reader.Instant(5), reader.InstantOrNull(6),
        reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12),
        reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18),
        (int)reader.GetInt64(19))
    {
        Expected = reader.LongOrNull(20),
    };
}
