using CrmSync.Pipeline.Model;

namespace CrmSync.Storage.Activities;

/// <summary>An activity of a page, ready to be stored.</summary>
internal sealed record IncomingActivity(CrmActivity Activity, string Hash, string Evidence)
{
    /// <summary>
    /// One row per key: a page may repeat a record, and the version modified last wins; of several with the same time, the one read last.
    /// Ordered by key, so that two nodes that store the same rows meet in the same order.
    /// </summary>
    public static IReadOnlyList<IncomingActivity> Prepare(IReadOnlyList<CrmActivity> page)
    {
        var latest = new Dictionary<(string, string), CrmActivity>(page.Count);
        foreach (var activity in page)
        {
            var key = (activity.ObjectType, activity.ExternalId);
            if (!latest.TryGetValue(key, out var seen) || seen.ModifiedAt <= activity.ModifiedAt)
                latest[key] = activity;
        }

        return [.. latest.Values.Select(activity => new IncomingActivity(activity, activity.Content.ComputeHash(), LedgerJson.Write(activity.Content.Evidence)))];
    }
}

/// <summary>What the ledger holds of an activity.</summary>
internal sealed record KnownActivity(long Id, string Hash, long ModifiedAt, long OccurredAt, string? OwnerId, bool Erased, bool IsGone)
{
    public bool IsOlderThan(CrmActivity activity) => ModifiedAt <= activity.ModifiedAt.ToUnixTimeMilliseconds();

    public bool DiffersFrom(CrmActivity activity) =>
        IsGone || ModifiedAt != activity.ModifiedAt.ToUnixTimeMilliseconds() || OccurredAt != activity.OccurredAt.ToUnixTimeMilliseconds() || OwnerId != activity.OwnerId;
}

/// <summary>An activity of a page together with its row.</summary>
/// <param name="Incoming">As it was read.</param>
/// <param name="Id">Its row; 0 before it is inserted.</param>
/// <param name="BatchId">The classify batch that will cover it; 0 where none is needed.</param>
internal sealed record ActivityRow(IncomingActivity Incoming, long Id, long BatchId)
{
    public CrmActivity Activity => Incoming.Activity;
}
