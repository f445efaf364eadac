using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Acts;

/// <summary>Tries acts out and takes all of it back: what a person is told beforehand comes from the code that acts, and cannot differ from it.</summary>
internal sealed class ActTrials(LedgerDatabase database)
{
    // So much that a page answers at once and no batch of the connection waits long; where little matches, steps are short.
    private const int Steps = 40;
    private const int Rows = 2_000;

    public async Task<ActTrial> TryAsync(ActRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await database.WriteAsync<ActTrial>(
                request.ConnectionId, async session => throw new TakenBackException(await TryAsync(session, request)), cancellationToken);
        }
        catch (TakenBackException end)
        {
            return end.Trial;
        }
    }

    private static async Task<ActTrial> TryAsync(Session session, ActRequest request)
    {
        // Without the key: a trial is no repetition of the act that follows it.
        var runId = await ActRows.EnterAsync(session, request with { RequestKey = null });
        ActState act;
        var steps = 0;
        do
        {
            await ActSteps.CarryOutAsync(new LedgerStep(session, new HeldBatch(0, BatchKind.Act, request.ConnectionId, runId, 0, 1, RunStatus.Running)));
            act = (await ActRows.FindAsync(session, runId))!;
        }
        while (act.Position < act.UpToId && ++steps < Steps && act.Done + act.LeftOut < Rows);
        var leftOut = await session.QueryAsync(
            "select code, message, count(*) from act_left_out where run_id = @runId group by code, message order by count(*) desc, code",
            new { runId },
            reader => new LeftOutReason(reader.GetString(0), reader.GetString(1), reader.GetInt64(2)));
        return new ActTrial(act.Done, leftOut, act.Position >= act.UpToId);
    }

    // The way out of a transaction that must not be committed.
    private sealed class TakenBackException(ActTrial trial) : Exception("An act was tried out.")
    {
        public ActTrial Trial => trial;
    }
}
