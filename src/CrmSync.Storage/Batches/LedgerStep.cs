using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Batches;

/// <summary>A batch as its row says it inside the transaction.</summary>
internal sealed record HeldBatch(long Id, BatchKind Kind, long ConnectionId, long? RunId, int Priority, int Attempt, RunStatus? Run)
{
    public const string Columns =
        "id, kind, connection_id, run_id, priority, attempt, (select n.status from run n where n.id = batch.run_id)";

    public static HeldBatch Read(DbDataReader reader) => new(
        reader.GetInt64(0), Stored.Parse<BatchKind>(reader.GetString(1)), reader.GetInt64(2), reader.LongOrNull(3), reader.GetInt32(4), reader.GetInt32(5),
        reader.TextOrNull(6) is { } run ? Stored.Parse<RunStatus>(run) : null);
}

/// <summary>One step of a batch while it is being saved: what its parts hand to each other.</summary>
internal sealed class LedgerStep(Session session, HeldBatch batch)
{
    public Session Session => session;

    public HeldBatch Batch => batch;

    /// <summary>The run of batches that follow. A stopped run has none: what it stored is dealt with outside of it.</summary>
    public long? FollowingRunId => batch.Run is RunStatus.Cancelled ? null : batch.RunId;

    public RunTally Tally { get; } = new();

    /// <summary>Batches made in this transaction.</summary>
    public List<BatchRef> Made { get; } = [];

    /// <summary>What decisions want written, in the order in which it counts.</summary>
    public List<WantedLabel> Wanted { get; } = [];

    /// <summary>Decisions that newer ones of this transaction took the place of.</summary>
    public List<OvertakenDecision> Overtaken { get; } = [];

    /// <summary>Activities whose labels may belong to other records than before.</summary>
    public HashSet<long> Retargeted { get; } = [];

    /// <summary>Waiting intents that were withdrawn with nothing in their place.</summary>
    public List<long> Vacated { get; } = [];

    /// <summary>Whether the step ended the batch, or put it off.</summary>
    public bool Ended { get; set; }

    /// <summary>A step that belongs to no batch.</summary>
    public static LedgerStep Of(Session session, long connectionId) => new(session, new HeldBatch(0, BatchKind.Write, connectionId, null, 0, 0, null));

    /// <summary>Lines that one run may leave behind: beyond them the batches still say what became of each of them.</summary>
    public const int MostLines = 2_000;

    public Task LogAsync(LogSeverity level, string code, string message) =>
        session.ExecuteAsync(
            """
            insert into run_log (run_id, batch_id, connection_id, at, level, code, message)
            select @RunId, @Id, @ConnectionId, @Now, @level, @code, @message
            where @RunId is null or (select count(*) from (select 1 from run_log where run_id = @RunId limit @MostLines) l) < @MostLines
            """,
            new { batch.RunId, batch.Id, batch.ConnectionId, session.Now, level = Stored.Name(level), code, message, MostLines });

    /// <summary>Turns what is wanted into intents, raises the counters, and ends the run if this was its last batch.</summary>
    public async Task FinishAsync(int? writeBatchSize = null)
    {
        var planned = await IntentPlanning.PlanAsync(this);
        if (writeBatchSize is { } size && (planned || Ended))
            Made.AddRange(await WriteBatches.FormAsync(session, batch.ConnectionId, size, long.MaxValue, batch.Priority));
        await Tally.SaveAsync(session);
        if (Ended && batch.RunId is { } runId)
            await BatchRows.FinishRunsAsync(session, runId);
    }
}
