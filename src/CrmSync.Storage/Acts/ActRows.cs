using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Acts;

/// <summary>Enters operators' acts, and says how they stand.</summary>
internal sealed class ActRows(LedgerDatabase database)
{
    public Task<long> StartAsync(ActRequest request, CancellationToken cancellationToken) =>
        database.WriteAsync(
            request.ConnectionId,
            async session =>
            {
                if (request.RequestKey is not null && await session.ScalarAsync("select run_id from act where request_key = @RequestKey", new { request.RequestKey }) is { } asked)
                    return asked;
                var runId = await EnterAsync(session, request);
                var batch = request.Kind is RunKind.Preview ? BatchKind.Preview : BatchKind.Act;
                await BatchRows.InsertAsync(session, batch, request.ConnectionId, runId, 0, 0, handedOver: false);
                await Audit.WriteAsync(session, request.Actor, $"act.{Stored.Name(request.Kind)}", $"run/{runId}", null, request.Filter, request.Reason);
                return runId;
            },
            cancellationToken);

    public Task<ActState?> FindAsync(long runId, CancellationToken cancellationToken) =>
        database.ReadAsync(session => FindAsync(session, runId), cancellationToken);

    public Task<long> CountAsync(ActRequest request, CancellationToken cancellationToken) =>
        database.ReadAsync(session => ActSteps.CountAsync(session, request), cancellationToken);

    public static Task<ActState?> FindAsync(Session session, long runId) =>
        session.FirstAsync(
            """
            select r.id, r.kind, r.connection_id, a.filter, r.requested_by, a.target, a.sample, a.preview_run_id, a.reason, a.up_to_id, a.position, a.done, a.left_out, a.request_key
            from act a join run r on r.id = a.run_id
            where a.run_id = @runId
            """,
            new { runId },
            Read);

    /// <summary>Enters an act with its run, and nothing that would carry it out.</summary>
    public static async Task<long> EnterAsync(Session session, ActRequest request)
    {
        await CheckAsync(session, request);
        var runId = (await session.ScalarAsync(
            """
            insert into run (kind, connection_id, status, requested_by, started_at, arguments) values (@kind, @ConnectionId, 'running', @Actor, @Now, @arguments)
            returning id
            """,
            new { kind = Stored.Name(request.Kind), request.ConnectionId, request.Actor, session.Now, arguments = Arguments(request) }))!.Value;
        await session.ExecuteAsync(
            $"""
            insert into act (run_id, target, filter, up_to_id, sample, preview_run_id, reason, request_key)
            select @runId, @target, @Filter, coalesce(max(id), 0), @Sample, @PreviewRunId, @Reason, @RequestKey from {TableOf(request.Target)}
            """,
            new { runId, target = Stored.Name(request.Target), request.Filter, request.Sample, request.PreviewRunId, request.Reason, request.RequestKey });
        return runId;
    }

    private static async Task CheckAsync(Session session, ActRequest request)
    {
        ActFilters.Read(request);
        var mode = await session.FirstAsync(
            "select write_mode from connection where id = @ConnectionId", new { request.ConnectionId }, reader => reader.GetString(0))
            ?? throw new LedgerException("act.connection", $"The ledger has no connection {request.ConnectionId}.");
        if (ActRules.Refusal(request, Stored.Parse<WriteMode>(mode)) is { } refusal)
            throw new LedgerException(refusal.Code, $"{refusal.Message} {refusal.Fix}");
    }

    private static string Arguments(ActRequest request)
    {
        var words = new RunArguments().Add("target", Stored.Name(request.Target));
        foreach (var (name, value) in FilterText.Split(request.Filter, out _))
            words.Add(name, value);
        return words.Add("sample", request.Sample).Add("preview", request.PreviewRunId).ToString();
    }

    private static string TableOf(ActTarget target) => target switch
    {
        ActTarget.Intent => "intent",
        ActTarget.Activity => "activity",
    };

    private static ActState Read(DbDataReader reader) => new(
        reader.GetInt64(0),
        new ActRequest(Stored.Parse<RunKind>(reader.GetString(1)), reader.GetInt64(2), reader.GetString(3), reader.GetString(4))
        {
            Target = Stored.Parse<ActTarget>(reader.GetString(5)),
            Sample = reader.LongOrNull(6),
            PreviewRunId = reader.LongOrNull(7),
            Reason = reader.TextOrNull(8),
            RequestKey = reader.TextOrNull(13),
        },
        reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12));
}
