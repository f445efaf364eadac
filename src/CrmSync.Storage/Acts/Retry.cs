using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Taxonomies;

namespace CrmSync.Storage.Acts;

/// <summary>Lets rejected writes be tried again, where they are the newest of their label and their decision still stands.</summary>
internal sealed class Retry : IActWork
{
    public RunKind Kind => RunKind.Retry;

    public ActTarget Target => ActTarget.Intent;

    public string Candidates(ActState act) => "i.status = 'rejected'";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var (ready, leftOut) = await IntentPage.SortAsync(step, ids);
        await IntentPage.ReopenAsync(step, act, ready, "act.retried", "An operator lets it be tried again.");
        return new ActOutcome(ready.Count, leftOut);
    }
}

/// <summary>Queues activities again that could not be decided about.</summary>
internal sealed class RetryActivities : IActWork
{
    private static readonly RowShape<long> Ids = IntentPage.Ids;

    public RunKind Kind => RunKind.Retry;

    public ActTarget Target => ActTarget.Activity;

    public string Candidates(ActState act) => "a.status = 'dead' and a.dead_discarded_at is null";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var gone = (await step.Session.QueryRowsAsync(
            "select a.id from $rows r $join activity a on a.id = r.id and a.gone_at is not null", Ids, ids, null, reader => reader.GetInt64(0))).ToHashSet();
        await AgainRows.QueueAsync(step, [.. ids.Where(id => !gone.Contains(id))], "dead");
        return new ActOutcome(
            ids.Count - gone.Count,
            [.. gone.Order().Select(id => new LeftOut(id, "act.record_gone", "The CRM does not have the activity any more; a restored one is read again by itself."))]);
    }
}
