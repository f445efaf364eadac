using CrmSync.Pipeline.Model;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Erasure;

/// <summary>
/// Keeps erased personal data from coming back with what is read: an erased activity, an erased person, and whatever is linked to an erased person. Their text is
/// sorted out before anything is written, so it never reaches the disk again.
/// </summary>
internal static class ErasureGuard
{
    private static readonly RowShape<CrmKey> Keys = new(
        new RowShape<CrmKey>.Text("object_type", key => key.ObjectType),
        new RowShape<CrmKey>.Text("external_id", key => key.ExternalId));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly RowShape<CrmActivity> Tombstones = new(
        new RowShape<CrmActivity>.Text("object_type", row => row.ObjectType),
        new RowShape<CrmActivity>.Text("external_id", row => row.ExternalId),
        new RowShape<CrmActivity>.Text("type", row => Stored.Name(row.Content.Type)),
        new RowShape<CrmActivity>.Text("owner", row => row.OwnerId),
        new RowShape<CrmActivity>.Long("occurred_at", row => row.OccurredAt.ToUnixTimeMilliseconds()),
        new RowShape<CrmActivity>.Long("created_at", row => row.CreatedAt.ToUnixTimeMilliseconds()),
        new RowShape<CrmActivity>.Long("modified_at", row => row.ModifiedAt.ToUnixTimeMilliseconds()));

    /// <summary>The activities of a page that may be stored. Of the others a tombstone stays, so that they count.</summary>
    public static async Task<IReadOnlyList<IncomingActivity>> KeepOutAsync(LedgerStep step, IReadOnlyList<IncomingActivity> page)
    {
        if (!await AnyAsync(step))
            return page;
        var barred = await BarredAsync(step, page.SelectMany(row => KeysOf(row.Activity)));
        if (barred.Count is 0)
            return page;
        var kept = new List<IncomingActivity>(page.Count);
        var buried = new List<CrmActivity>();
        foreach (var row in page)
        {
            if (KeysOf(row.Activity).Any(barred.Contains))
                buried.Add(row.Activity);
            else
                kept.Add(row);
        }

        await BuryAsync(step, buried);
        return kept;
    }

    /// <summary>The people that may be stored.</summary>
    public static async Task<IReadOnlyList<CrmPerson>> KeepOutAsync(LedgerStep step, IReadOnlyList<CrmPerson> people)
    {
        if (people.Count is 0 || !await AnyAsync(step))
            return people;
        var barred = await BarredAsync(step, people.Select(row => new CrmKey(row.ObjectType, row.ExternalId)));
        return barred.Count is 0 ? people : [.. people.Where(row => !barred.Contains(new CrmKey(row.ObjectType, row.ExternalId)))];
    }

    /// <summary>Erases the activities among these that a link has just tied to an erased person.</summary>
    public static async Task FollowLinksAsync(LedgerStep step, IReadOnlyList<long> activities)
    {
        if (activities.Count is 0 || !await AnyAsync(step))
            return;
        await ErasedActivities.EraseAsync(step, await step.Session.QueryRowsAsync(
            """
            select distinct l.activity_id
            from $rows r
            $join activity_link l on l.activity_id = r.id
            $join erasure e on e.connection_id = @ConnectionId and e.object_type = l.object_type and e.external_id = l.external_id
            """,
            Ids,
            activities,
            new { step.Batch.ConnectionId },
            reader => reader.GetInt64(0)));
    }

    private static IEnumerable<CrmKey> KeysOf(CrmActivity activity) =>
        activity.Associations.Select(link => new CrmKey(link.ObjectType, link.ExternalId)).Prepend(new CrmKey(activity.ObjectType, activity.ExternalId));

    // Most ledgers never erase anything, and theirs is one look at an empty table.
    private static async Task<bool> AnyAsync(LedgerStep step) =>
        await step.Session.ScalarAsync("select 1 from erasure where connection_id = @ConnectionId limit 1", new { step.Batch.ConnectionId }) is not null;

    private static async Task<HashSet<CrmKey>> BarredAsync(LedgerStep step, IEnumerable<CrmKey> keys) =>
    [
        .. await step.Session.QueryRowsAsync(
            """
            select e.object_type, e.external_id
            from $rows r
            $join erasure e on e.connection_id = @ConnectionId and e.object_type = r.object_type and e.external_id = r.external_id
            """,
            Keys,
            [.. keys.Distinct()],
            new { step.Batch.ConnectionId },
            reader => new CrmKey(reader.GetString(0), reader.GetString(1))),
    ];

    // Without its hash, too: a short text could be guessed from it.
    private static async Task BuryAsync(LedgerStep step, IReadOnlyList<CrmActivity> buried)
    {
        await step.Session.ExecuteRowsAsync(
            """
            insert into activity (connection_id, object_type, external_id, type, evidence, owner_external_id, occurred_at, crm_created_at,
              crm_modified_at, content_hash, status, run_id, first_seen_at, content_changed_at)
            select @ConnectionId, r.object_type, r.external_id, r.type, '{}', r.owner, r.occurred_at, r.created_at, r.modified_at, '', 'erased', @RunId, @Now, @Now
            from $rows r where true
            on conflict (connection_id, object_type, external_id) do nothing
            """,
            Tombstones,
            buried,
            new { step.Batch.ConnectionId, step.Batch.RunId, step.Session.Now });
        await ErasedActivities.EraseAsync(step, await step.Session.QueryRowsAsync(
            """
            select a.id from $rows r
            $join activity a on a.connection_id = @ConnectionId and a.object_type = r.object_type and a.external_id = r.external_id and a.status <> 'erased'
            """,
            Keys,
            [.. buried.Select(row => new CrmKey(row.ObjectType, row.ExternalId))],
            new { step.Batch.ConnectionId },
            reader => reader.GetInt64(0)));
    }
}

/// <summary>A record of a connection, as the CRM names it.</summary>
internal readonly record struct CrmKey(string ObjectType, string ExternalId);
