using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Batches;

namespace CrmSync.Storage.Acts;

/// <summary>
/// Lets kept writes overwrite what others set, on an operator's explicit word. Only the newest write of a label whose decision still stands; what it overwrites is
/// read just before it is sent and kept, so that an undo can give it back.
/// </summary>
internal sealed class Force : IActWork
{
    public RunKind Kind => RunKind.Force;

    public ActTarget Target => ActTarget.Intent;

    public string Candidates(ActState act) => "i.status = 'kept'";

    public async Task<ActOutcome> CarryOutAsync(LedgerStep step, ActState act, IReadOnlyList<long> ids)
    {
        var undos = (await step.Session.QueryRowsAsync(
            "select i.id from $rows r $join intent i on i.id = r.id and i.purpose = 'undo'", IntentPage.Ids, ids, null, reader => reader.GetInt64(0))).ToHashSet();
        var (ready, leftOut) = await IntentPage.SortAsync(step, [.. ids.Where(id => !undos.Contains(id))]);
        leftOut.AddRange(undos.Order().Select(id => new LeftOut(
            id, "act.undo_not_forced", "It was to take a label back that somebody has changed since; what they set is theirs and no operator's to blank.")));
        await IntentPage.ReopenAsync(step, act, ready, "act.forced", "An operator lets it overwrite what others set.");
        await step.Session.ExecuteRowsAsync("update intent set purpose = 'force', actor = null from $rows r where intent.id = r.id", IntentPage.Ids, ready);
        return new ActOutcome(ready.Count, leftOut);
    }
}
