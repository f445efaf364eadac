using CrmSync.Pipeline.Reconciling;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Completeness;

/// <summary>Saves the progress of comparisons, and ends those whose batch will not.</summary>
internal static class CompletenessRows
{
    private static readonly RowShape<CompletenessItem> Items = new(
        new RowShape<CompletenessItem>.Text("kind", item => Stored.Name(item.Kind)),
        new RowShape<CompletenessItem>.Text("external_id", item => item.ExternalId),
        new RowShape<CompletenessItem>.Text("property", item => item.Label?.Property ?? ""),
        new RowShape<CompletenessItem>.Long("activity_id", item => item.Label?.ActivityId),
        new RowShape<CompletenessItem>.Long("intent_id", item => item.Label?.IntentId),
        new RowShape<CompletenessItem>.Long("modified_at", item => item.ModifiedAt?.ToUnixTimeMilliseconds()),
        new RowShape<CompletenessItem>.Long("known_at", item => item.KnownAt?.ToUnixTimeMilliseconds()),
        new RowShape<CompletenessItem>.Text("value_ledger", item => item.Label?.Value),
        new RowShape<CompletenessItem>.Text("value_crm", item => item.Value),
        new RowShape<CompletenessItem>.Text("actor", item => item.Actor is { } actor ? Stored.Name(actor) : null),
        new RowShape<CompletenessItem>.Text("state", item => StateOf(item.Kind)));

    public static async Task SaveAsync(LedgerStep step, ReconcileProgress progress)
    {
        var moved = await step.Session.FirstAsync(
            """
            update completeness set position = coalesce(@Position, position), crm_count = coalesce(crm_count, 0) + @CrmRows,
              ledger_count = coalesce(ledger_count, 0) + @LedgerRows, checked_labels = checked_labels + @CheckedLabels
            where id = @CompletenessId and batch_id = @Id and state = 'checking'
            returning object_type
            """,
            new { progress.Position, progress.CrmRows, progress.LedgerRows, progress.CheckedLabels, progress.CompletenessId, step.Batch.Id },
            reader => reader.GetString(0));
        if (moved is null)
            return;
        step.Tally.Add(step.Batch.RunId, "seen", progress.CrmRows);
        await InsertAsync(step, progress, moved);
        if (progress.Verify)
            await VerifyAsync(step, progress.CompletenessId);
        if (progress.End is { } end)
            await EndAsync(step.Session, progress.CompletenessId, end);
    }

    /// <summary>Ends the comparison of a batch that ends without having ended it.</summary>
    public static Task<int> AbandonAsync(Session session, long batchId, string sentence) =>
        session.ExecuteAsync(
            "update completeness set state = 'failed', sentence = @sentence, finished_at = @Now where batch_id = @batchId and state = 'checking'",
            new { batchId, sentence, session.Now });

    /// <summary>Ends the comparisons of a stopped run that no process is working on.</summary>
    public static Task<int> AbandonRunAsync(Session session, long runId) =>
        session.ExecuteAsync(
            $"""
            update completeness set state = 'failed', sentence = '{Stopped}', finished_at = @Now
            where run_id = @runId and state = 'checking'
              and not exists (select 1 from batch b where b.id = completeness.batch_id and b.status in {BatchRows.OpenStatuses})
            """,
            new { runId, session.Now });

    /// <summary>What is said of a comparison that a person stopped.</summary>
    public const string Stopped = "Stopped before it came to an end; what it had found by then is kept.";

    // A person's edit that an earlier comparison found is no news: whoever looked at it then has learned what there is, or said that it teaches nothing.
    private static Task<int> InsertAsync(LedgerStep step, ReconcileProgress progress, string objectType) =>
        step.Session.ExecuteRowsAsync(
            """
            insert into completeness_item (completeness_id, kind, external_id, property, activity_id, intent_id, modified_at, known_at, value_ledger, value_crm,
              actor, state, at, edit_seen_at)
            select @CompletenessId, r.kind, r.external_id, r.property, coalesce(r.activity_id, a.id), r.intent_id, r.modified_at, r.known_at, r.value_ledger, r.value_crm,
              r.actor, r.state, @Now,
              case when r.kind = 'drifted' and exists (
                select 1 from completeness_item o
                where o.intent_id = r.intent_id and o.kind = 'drifted' and o.actor = 'human' and not (o.value_crm $differs r.value_crm)) then @Now end
            from $rows r
            left join activity a on a.connection_id = @ConnectionId and a.object_type = @objectType and a.external_id = r.external_id and r.kind <> 'drifted'
            where true
            on conflict (completeness_id, kind, external_id, property) do nothing
            """,
            Items,
            progress.Items,
            new { progress.CompletenessId, step.Batch.ConnectionId, objectType, step.Session.Now });

    private static Task<int> VerifyAsync(LedgerStep step, long completenessId) =>
        step.Session.ExecuteAsync(
            """
            update completeness_item set state = 'repaired', activity_id = a.id
            from activity a, completeness c
            where completeness_item.completeness_id = @completenessId and completeness_item.kind = 'missing' and completeness_item.state = 'open'
              and c.id = completeness_item.completeness_id
              and a.connection_id = c.connection_id and a.object_type = c.object_type and a.external_id = completeness_item.external_id
              and (a.status = 'erased' or (a.crm_modified_at >= completeness_item.modified_at and (a.gone_at is null or a.gone_at >= completeness_item.at)))
            """,
            new { completenessId });

    private static Task<int> EndAsync(Session session, long completenessId, CompletenessEnd end) =>
        session.ExecuteAsync(
            """
            update completeness set state = @state, sentence = @Sentence, finished_at = @Now,
              missing = @Hidden + (select count(*) from completeness_item i where i.completeness_id = completeness.id and i.kind = 'missing'),
              extra = (select count(*) from completeness_item i where i.completeness_id = completeness.id and i.kind = 'extra'),
              repaired = (select count(*) from completeness_item i where i.completeness_id = completeness.id and i.state in ('repaired', 'gone')),
              drifted = (select count(*) from completeness_item i where i.completeness_id = completeness.id and i.kind = 'drifted')
            where id = @completenessId
            """,
            new { completenessId, state = Stored.Name(end.State), end.Sentence, end.Hidden, session.Now });

    private static string StateOf(CompletenessKind kind) => kind switch
    {
        CompletenessKind.Missing => "open",
        CompletenessKind.Extra => "gone",
        CompletenessKind.Drifted => "kept",
    };
}
