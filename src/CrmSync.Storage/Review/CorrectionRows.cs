using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Asks;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Review;

/// <summary>Stores corrections together with the decisions that they are.</summary>
internal sealed class CorrectionRows(LedgerDatabase database)
{
    private static readonly RowShape<Row> Rows = new(
        new RowShape<Row>.Long("activity_id", row => row.New.ActivityId),
        new RowShape<Row>.Text("hash", row => row.New.ContentHash),
        new RowShape<Row>.Text("taxonomy", row => row.New.Decision.Taxonomy),
        new RowShape<Row>.Text("label", row => row.New.Decision.Label),
        new RowShape<Row>.Text("former_label", row => row.Former?.Label),
        new RowShape<Row>.Text("former_status", row => row.Former?.Status),
        new RowShape<Row>.Text("former_by", row => row.Former?.By),
        new RowShape<Row>.Long("intent_id", row => row.New.IntentId));

    public async Task<CorrectionsSaved> SaveAsync(
        IReadOnlyList<NewCorrection> corrections, CorrectionSource source, string actor, CancellationToken cancellationToken)
    {
        if (corrections.Count is 0)
            return new CorrectionsSaved([], []);
        var rows = corrections.Select(correction => new Row(correction, null)).ToList();
        var connections = (await database.ReadAsync(session => ReadActivitiesAsync(session, rows), cancellationToken))
            .Values.Select(found => found.ConnectionId).Distinct().Order().ToList();
        return connections.Count is 0
            ? new CorrectionsSaved([], [.. Enumerable.Range(0, rows.Count)])
            : await database.WriteAsync(
                connections[0],
                async session =>
                {
                    foreach (var further in connections.Skip(1))
                        await database.LockAlsoAsync(session, further);
                    return await SaveAsync(session, rows, Stored.Name(source), actor);
                },
                cancellationToken);
    }

    private static async Task<CorrectionsSaved> SaveAsync(Session session, List<Row> rows, string source, string actor)
    {
        var activities = await ReadActivitiesAsync(session, rows);
        IReadOnlyList<int> stale = [.. Enumerable.Range(0, rows.Count).Where(at => !activities.TryGetValue(rows[at].New.ActivityId, out var found) || !found.Fits(rows[at].New))];
        if (stale.Count > 0)
            return new CorrectionsSaved([], stale);
        var formers = await ReadFormersAsync(session, rows);
        // Of two answers to one question the last one counts.
        var latest = rows.GroupBy(row => row.Key).Select(group => group.Last() with { Former = formers.GetValueOrDefault(group.Key) }).ToList();
        var ids = new Dictionary<(long, string), long>();
        foreach (var group in latest.GroupBy(row => activities[row.New.ActivityId].ConnectionId).OrderBy(group => group.Key))
        {
            IReadOnlyList<Row> ours = [.. group.OrderBy(row => row.New.ActivityId)];
            await SaveTextsAsync(session, ours);
            foreach (var (key, id) in await InsertAsync(session, ours, source, actor))
                ids[key] = id;
            if (source == Stored.Name(CorrectionSource.Console))
            {
                await DoubleReviews.DrawAsync(
                    session, [.. ours.Select(row => new DrawnCorrection(ids[row.Key], row.New.ActivityId, row.New.Decision.Taxonomy, row.New.ContentHash, row.New.Decision.Label))], actor);
            }
            var step = LedgerStep.Of(session, group.Key);
            var decided = await DecisionRows.SaveAsync(
                step, [.. ours.Select(row => new DecisionRow(row.New.ActivityId, row.New.ContentHash, row.New.Decision, row.New.Write))]);
            await AskRows.DropAsync(step, decided);
            await step.FinishAsync();
            await MarkSeenAsync(session, ours);
            // An edit in the CRM is history of the CRM; what somebody said here is an operator's act.
            if (source != Stored.Name(CorrectionSource.Crm))
                await AuditAsync(session, ours, actor);
        }
        return new CorrectionsSaved([.. rows.Select(row => ids[row.Key])], []);
    }

    private static async Task<Dictionary<long, Found>> ReadActivitiesAsync(Session session, IReadOnlyList<Row> rows)
    {
        var found = await session.QueryRowsAsync(
            """
            select distinct a.id, a.connection_id, a.content_hash, case when a.status = 'erased' then 1 else 0 end
            from $rows r $join activity a on a.id = r.activity_id
            """,
            Rows,
            rows,
            null,
            reader => (Id: reader.GetInt64(0), Found: new Found(reader.GetInt64(1), reader.GetString(2), reader.GetInt32(3) is 1)));
        return found.ToDictionary(row => row.Id, row => row.Found);
    }

    private static async Task<Dictionary<(long, string), Former>> ReadFormersAsync(Session session, IReadOnlyList<Row> rows)
    {
        var found = await session.QueryRowsAsync(
            """
            select distinct d.activity_id, d.taxonomy, d.label, d.status, d.decided_by
            from $rows r $join decision d on d.activity_id = r.activity_id and d.taxonomy = r.taxonomy and d.superseded_at is null
            """,
            Rows,
            rows,
            null,
            reader => (Key: (reader.GetInt64(0), reader.GetString(1)), Former: new Former(reader.TextOrNull(2), reader.GetString(3), reader.GetString(4))));
        return found.ToDictionary(row => row.Key, row => row.Former);
    }

    private static Task<int> SaveTextsAsync(Session session, IReadOnlyList<Row> rows) =>
        session.ExecuteRowsAsync(
            """
            insert into correction_text (activity_id, content_hash, type, evidence, subject, body)
            select distinct a.id, a.content_hash, a.type, a.evidence, t.subject, t.body
            from $rows r $join activity a on a.id = r.activity_id $join activity_text t on t.activity_id = a.id where true
            on conflict (activity_id, content_hash) do nothing
            """,
            Rows,
            rows);

    private static async Task<List<((long, string) Key, long Id)>> InsertAsync(Session session, IReadOnlyList<Row> rows, string source, string actor) =>
        await session.QueryRowsAsync(
            """
            insert into correction (activity_id, taxonomy, label, content_hash, source, actor, former_label, former_status, former_by, intent_id, created_at)
            select r.activity_id, r.taxonomy, r.label, r.hash, @source, @actor, r.former_label, r.former_status, r.former_by, r.intent_id, @Now from $rows r
            returning activity_id, taxonomy, id
            """,
            Rows,
            rows,
            new { source, actor, session.Now },
            reader => (Key: (reader.GetInt64(0), reader.GetString(1)), Id: reader.GetInt64(2)));

    private static Task<int> AuditAsync(Session session, IReadOnlyList<Row> rows, string actor) =>
        session.ExecuteRowsAsync(
            """
            insert into audit (at, actor, action, subject, before, after)
            select @Now, @actor, 'correction.save', 'activity/' || r.activity_id || '/' || r.taxonomy, coalesce(r.former_label, r.former_status), coalesce(r.label, 'none')
            from $rows r
            """,
            Rows,
            rows,
            new { actor, session.Now });

    // A person has spoken about the label, so what the guard kept of it, or a comparison found, needs no further look.
    private static async Task MarkSeenAsync(Session session, IReadOnlyList<Row> rows)
    {
        await session.ExecuteRowsAsync(
            """
            update intent set edit_seen_at = @Now from $rows r
            where intent.activity_id = r.activity_id and intent.taxonomy = r.taxonomy and intent.status = 'kept' and intent.edit_seen_at is null
            """,
            Rows,
            rows,
            new { session.Now });
        await session.ExecuteRowsAsync(
            """
            update completeness_item set edit_seen_at = @Now from $rows r, intent i
            where i.activity_id = r.activity_id and i.taxonomy = r.taxonomy and completeness_item.intent_id = i.id and completeness_item.kind = 'drifted'
              and completeness_item.edit_seen_at is null
            """,
            Rows,
            rows,
            new { session.Now });
    }

    private sealed record Row(NewCorrection New, Former? Former)
    {
        public (long ActivityId, string Taxonomy) Key => (New.ActivityId, New.Decision.Taxonomy);
    }

    private sealed record Former(string? Label, string Status, string By);

    private sealed record Found(long ConnectionId, string Hash, bool IsErased)
    {
        public bool Fits(NewCorrection correction) => !IsErased && Hash == correction.ContentHash;
    }
}
