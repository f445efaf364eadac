using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Puts waiting and rejected writes away for good. The same decision does not ask for them again, a new one may. Nothing takes their place: on a record that
/// activities share, an older label that had given way stays given up, or discarding would bring new waiting writes up.
/// </summary>
internal sealed class Discard : IActWork
{
    public RunKind Kind => RunKind.Discard;

    public ActTarget Target => ActTarget.Intent;

    public string Candidates(ActState act) => $"i.status in {Stored.Open} or i.status = 'rejected'";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var flying = (await step.Session.QueryRowsAsync(
            """
            select i.id from $rows r
            $join intent i on i.id = r.id
            left join batch b on b.id = i.batch_id
            where i.status in ('sending', 'unknown') or (i.status = 'pending' and b.status = 'running')
            """,
            IntentPage.Ids,
            ids,
            null,
            reader => reader.GetInt64(0))).ToHashSet();
        IReadOnlyList<long> ready = [.. ids.Where(id => !flying.Contains(id))];
        await IntentPage.MoveAsync(step, act, ready, IntentStatus.Discarded, "act.discarded", "An operator put it away.");
        return new ActOutcome(
            ready.Count,
            [.. flying.Order().Select(id => new LeftOut(id, "act.in_flight", "It is being written at this moment; look at what became of it, then discard again."))]);
    }
}

/// <summary>Puts activities away that could not be decided about: they stay undecided and are dead letters no more, until their content changes.</summary>
internal sealed class DiscardActivities : IActWork
{
    public RunKind Kind => RunKind.Discard;

    public ActTarget Target => ActTarget.Activity;

    public string Candidates(ActState act) => "a.status = 'dead' and a.dead_discarded_at is null";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids) => new(
        await step.Session.ExecuteRowsAsync(
            "update activity set dead_discarded_at = @Now from $rows r where activity.id = r.id", IntentPage.Ids, ids, new { step.Session.Now }),
        []);
}
