using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Erasure;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Notes;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Activities;

/// <summary>Stores pages of activities, and what became of activities that are not decided.</summary>
internal static class ActivityRows
{
    private static readonly RowShape<IncomingActivity> Keys = new(
        new RowShape<IncomingActivity>.Text("object_type", row => row.Activity.ObjectType),
        new RowShape<IncomingActivity>.Text("external_id", row => row.Activity.ExternalId));

    private static readonly RowShape<ActivityRow> Rows = new(
        new RowShape<ActivityRow>.Long("id", row => row.Id),
        new RowShape<ActivityRow>.Text("object_type", row => row.Activity.ObjectType),
        new RowShape<ActivityRow>.Text("external_id", row => row.Activity.ExternalId),
        new RowShape<ActivityRow>.Text("type", row => Stored.Name(row.Activity.Content.Type)),
        new RowShape<ActivityRow>.Text("evidence", row => row.Incoming.Evidence),
        new RowShape<ActivityRow>.Text("owner", row => row.Activity.OwnerId),
        new RowShape<ActivityRow>.Long("occurred_at", row => row.Activity.OccurredAt.ToUnixTimeMilliseconds()),
        new RowShape<ActivityRow>.Long("created_at", row => row.Activity.CreatedAt.ToUnixTimeMilliseconds()),
        new RowShape<ActivityRow>.Long("modified_at", row => row.Activity.ModifiedAt.ToUnixTimeMilliseconds()),
        new RowShape<ActivityRow>.Text("hash", row => row.Incoming.Hash),
        new RowShape<ActivityRow>.Long("batch_id", row => row.BatchId));

    private static readonly RowShape<ActivityRow> Times = new(
        new RowShape<ActivityRow>.Long("id", row => row.Id),
        new RowShape<ActivityRow>.Text("owner", row => row.Activity.OwnerId),
        new RowShape<ActivityRow>.Long("occurred_at", row => row.Activity.OccurredAt.ToUnixTimeMilliseconds()),
        new RowShape<ActivityRow>.Long("modified_at", row => row.Activity.ModifiedAt.ToUnixTimeMilliseconds()));

    private static readonly RowShape<WaitingActivity> WaitingRows = new(
        new RowShape<WaitingActivity>.Long("id", row => row.ActivityId),
        new RowShape<WaitingActivity>.Text("hash", row => row.ContentHash),
        new RowShape<WaitingActivity>.Long("until", row => row.Until.ToUnixTimeMilliseconds()));

    private static readonly RowShape<DeadActivity> DeadRows = new(
        new RowShape<DeadActivity>.Long("id", row => row.ActivityId),
        new RowShape<DeadActivity>.Text("code", row => row.Code),
        new RowShape<DeadActivity>.Text("message", row => row.Message));

    public static async Task SaveAsync(LedgerStep step, IReadOnlyList<IncomingActivity> page)
    {
        if (page.Count is 0)
            return;
        page = await ErasureGuard.KeepOutAsync(step, await OwnNotes.KeepOutAsync(step, page));
        var known = await ReadKnownAsync(step, page);
        var fresh = new List<ActivityRow>();
        var changed = new List<ActivityRow>();
        var same = new List<ActivityRow>();
        var touched = new List<ActivityRow>();
        foreach (var incoming in page)
        {
            if (!known.TryGetValue((incoming.Activity.ObjectType, incoming.Activity.ExternalId), out var row))
            {
                fresh.Add(new ActivityRow(incoming, 0, 0));
            }
            else if (!row.Erased && row.IsOlderThan(incoming.Activity))
            {
                var found = new ActivityRow(incoming, row.Id, 0);
                (row.Hash == incoming.Hash ? same : changed).Add(found);
                if (row.Hash == incoming.Hash && row.DiffersFrom(incoming.Activity))
                    touched.Add(found);
                // It was restored: what it was to hold when it vanished is asked for again.
                if (row.IsGone)
                    step.Retargeted.Add(row.Id);
            }
        }

        await QueueAsync(step, fresh, changed);
        var inserted = await InsertAsync(step, fresh);
        await UpdateAsync(step, changed);
        await TouchAsync(step, touched);
        await DueDeals.AskByActivitiesAsync(step.Session, step.Batch.ConnectionId, [.. touched.Concat(changed).Select(row => row.Id).Distinct()]);
        await DueAccounts.AskByActivitiesAsync(step, [.. changed.Select(row => row.Id).Distinct()]);
        await ActivityParts.SaveTextsAsync(step.Session, [.. inserted, .. changed]);
        await ActivityParts.SaveLinksAsync(step, inserted, [.. changed, .. same]);
        step.Tally.Add(step.Batch.RunId, "stored", fresh.Count + changed.Count);
    }

    /// <summary>Puts activities off whose time has not come; their content must still be what was looked at.</summary>
    public static Task SaveWaitingAsync(LedgerStep step, IReadOnlyList<WaitingActivity> waiting) =>
        step.Session.ExecuteRowsAsync(
            """
            update activity set status = 'waiting', waits_until = r.until, batch_id = null
            from $rows r where activity.id = r.id and activity.content_hash = r.hash and activity.status = 'queued'
            """,
            WaitingRows,
            waiting);

    /// <summary>Puts activities aside; one whose content changed meanwhile is covered by a newer batch and gets its chance there.</summary>
    public static async Task SaveDeadAsync(LedgerStep step, IReadOnlyList<DeadActivity> dead) =>
        step.Tally.Add(step.Batch.RunId, "dead", await step.Session.ExecuteRowsAsync(
            """
            update activity set status = 'dead', dead_code = r.code, dead_message = r.message, batch_id = null
            from $rows r where activity.id = r.id and activity.status = 'queued' and activity.batch_id = @Id
            """,
            DeadRows,
            dead,
            new { step.Batch.Id }));

    private static async Task<Dictionary<(string, string), KnownActivity>> ReadKnownAsync(LedgerStep step, IReadOnlyList<IncomingActivity> page)
    {
        var rows = await step.Session.QueryRowsAsync(
            """
            select a.object_type, a.external_id, a.id, a.content_hash, a.crm_modified_at, a.occurred_at, a.owner_external_id, a.status, a.gone_at
            from $rows r
            $join activity a on a.connection_id = @ConnectionId and a.object_type = r.object_type and a.external_id = r.external_id
            """,
            Keys,
            page,
            new { step.Batch.ConnectionId },
            reader => (
                Key: (reader.GetString(0), reader.GetString(1)),
                Row: new KnownActivity(
                    reader.GetInt64(2), reader.GetString(3), reader.GetInt64(4), reader.GetInt64(5), reader.TextOrNull(6), reader.GetString(7) is "erased", !reader.IsDBNull(8))));
        return rows.ToDictionary(row => row.Key, row => row.Row);
    }

    // Batches come first, so that each row is written once, with the batch that covers it.
    private static async Task QueueAsync(LedgerStep step, List<ActivityRow> fresh, List<ActivityRow> changed)
    {
        var count = fresh.Count + changed.Count;
        for (var start = 0; start < count; start += BatchRows.ClassifyBatchSize)
        {
            var size = Math.Min(BatchRows.ClassifyBatchSize, count - start);
            var batch = await BatchRows.InsertAsync(
                step.Session, BatchKind.Classify, step.Batch.ConnectionId, step.FollowingRunId, step.Batch.Priority, size);
            step.Made.Add(batch);
            for (var index = start; index < start + size; index++)
            {
                if (index < fresh.Count)
                    fresh[index] = fresh[index] with { BatchId = batch.Id };
                else
                    changed[index - fresh.Count] = changed[index - fresh.Count] with { BatchId = batch.Id };
            }
        }
    }

    private static async Task<List<ActivityRow>> InsertAsync(LedgerStep step, List<ActivityRow> fresh)
    {
        var ids = await step.Session.QueryRowsAsync(
            """
            insert into activity (connection_id, object_type, external_id, type, evidence, owner_external_id, occurred_at, crm_created_at,
              crm_modified_at, content_hash, status, batch_id, run_id, first_seen_at, content_changed_at)
            select @ConnectionId, r.object_type, r.external_id, r.type, r.evidence, r.owner, r.occurred_at, r.created_at, r.modified_at, r.hash,
              'queued', r.batch_id, @RunId, @Now, @Now
            from $rows r
            returning id, object_type, external_id
            """,
            Rows,
            fresh,
            new { step.Batch.ConnectionId, step.Batch.RunId, step.Session.Now },
            reader => (Id: reader.GetInt64(0), Key: (reader.GetString(1), reader.GetString(2))));
        var byKey = ids.ToDictionary(row => row.Key, row => row.Id);
        return [.. fresh.Select(row => row with { Id = byKey[(row.Activity.ObjectType, row.Activity.ExternalId)] })];
    }

    private static Task<int> UpdateAsync(LedgerStep step, List<ActivityRow> changed) =>
        step.Session.ExecuteRowsAsync(
            """
            update activity set type = r.type, evidence = r.evidence, owner_external_id = r.owner, occurred_at = r.occurred_at,
              crm_created_at = r.created_at, crm_modified_at = r.modified_at, content_hash = r.hash, status = 'queued', waits_until = null,
              dead_code = null, dead_message = null, dead_discarded_at = null, batch_id = r.batch_id, run_id = @RunId, content_changed_at = @Now, gone_at = null
            from $rows r where activity.id = r.id
            """,
            Rows,
            changed,
            new { step.Batch.RunId, step.Session.Now });

    private static Task<int> TouchAsync(LedgerStep step, List<ActivityRow> touched) =>
        step.Session.ExecuteRowsAsync(
            """
            update activity set owner_external_id = r.owner, occurred_at = r.occurred_at, crm_modified_at = r.modified_at, gone_at = null
            from $rows r where activity.id = r.id
            """,
            Times,
            touched);
}
