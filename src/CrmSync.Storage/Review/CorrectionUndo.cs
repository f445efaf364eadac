using CrmSync.Pipeline.Review;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;
using CrmSync.Storage.Honesty;
using CrmSync.Storage.Intents;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Review;

/// <summary>Takes corrections back.</summary>
internal sealed class CorrectionUndo(LedgerDatabase database)
{
    /// <summary>Corrections that nobody has taken back; the correction stands in the statement as <c>k</c>.</summary>
    public const string Standing = "not exists (select 1 from correction_undo u where u.correction_id = k.id)";

    public async Task<UndoOutcome> UndoAsync(long correctionId, string actor, CancellationToken cancellationToken)
    {
        var connection = await database.ReadAsync(
            session => session.ScalarAsync("select a.connection_id from correction k join activity a on a.id = k.activity_id where k.id = @correctionId", new { correctionId }),
            cancellationToken);
        return connection is { } connectionId
            ? await database.WriteAsync(connectionId, session => UndoAsync(session, connectionId, correctionId, actor), cancellationToken)
            : UndoOutcome.Unknown;
    }

    private static async Task<UndoOutcome> UndoAsync(Session session, long connectionId, long correctionId, string actor)
    {
        var correction = (await session.FirstAsync(
            $"""
            select k.activity_id, k.taxonomy, k.content_hash, case when {Standing} then 1 else 0 end, k.label, k.former_label
            from correction k where k.id = @correctionId
            """,
            new { correctionId },
            reader => new Said(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3) is 1)
            {
                Label = reader.TextOrNull(4), FormerLabel = reader.TextOrNull(5),
            }))!;
        if (!correction.Stands)
            return UndoOutcome.AlreadyUndone;
        var last = await session.ScalarAsync(
            $"select max(k.id) from correction k where k.activity_id = @ActivityId and k.taxonomy = @Taxonomy and k.content_hash = @Hash and {Standing}", correction);
        if (last != correctionId)
            return UndoOutcome.NotTheLast;
        await session.ExecuteAsync("insert into correction_undo (correction_id, actor, at) values (@correctionId, @actor, @Now)", new { correctionId, actor, session.Now });
        await Audit.WriteAsync(
            session, actor, "correction.undo", $"activity/{correction.ActivityId}/{correction.Taxonomy}", correction.Label ?? "none", correction.FormerLabel);

        var current = await session.FirstAsync(
            """
            select d.id, d.write_property from decision d join activity a on a.id = d.activity_id
            where d.activity_id = @ActivityId and d.taxonomy = @Taxonomy and d.superseded_at is null and d.decided_by = 'person' and d.content_hash = @Hash
              and a.content_hash = @Hash and a.status <> 'erased'
            """,
            correction,
            reader => new Current(reader.GetInt64(0), reader.TextOrNull(1)));
        if (current is null)
            return UndoOutcome.UndoneForTraining;
        await session.ExecuteAsync("update decision set superseded_at = @Now where id = @Id", new { session.Now, current.Id });
        var step = LedgerStep.Of(session, connectionId);
        step.Overtaken.Add(new OvertakenDecision(correction.ActivityId, current.Id));
        if (await FindFormerAsync(session, correction, current.Id) is { } former)
            await RestoreAsync(step, correction, current, former);
        else
            await DecideAnewAsync(session, correction.ActivityId);
        await DueDeals.AskByActivitiesAsync(session, connectionId, [correction.ActivityId]);
        await step.FinishAsync();
        return UndoOutcome.Undone;
    }

    // What a person said before that stands again; else what was last decided about the same content without a person.
    private static async Task<long?> FindFormerAsync(Session session, Said correction, long currentId)
    {
        var parameters = new { correction.ActivityId, correction.Taxonomy, correction.Hash, currentId };
        var earlier = await session.FirstAsync(
            $"""
            select k.label from correction k
            where k.activity_id = @ActivityId and k.taxonomy = @Taxonomy and k.content_hash = @Hash and {Standing} order by k.id desc limit 1
            """,
            parameters,
            reader => new Label(reader.TextOrNull(0)));
        var who = earlier is null ? "d.decided_by <> 'person'" : earlier.Id is null ? "d.decided_by = 'person' and d.label is null" : "d.decided_by = 'person' and d.label = @Id";
        return await session.ScalarAsync(
            $"select max(d.id) from decision d where d.activity_id = @ActivityId and d.taxonomy = @Taxonomy and d.content_hash = @Hash and d.id < @currentId and {who}",
            new { correction.ActivityId, correction.Taxonomy, correction.Hash, currentId, earlier?.Id });
    }

    // History only grows: the former answer is stored again. One that wrote nothing now asks for a blank, which takes out a label that is ours and nothing else.
    private static async Task RestoreAsync(LedgerStep step, Said correction, Current current, long formerId)
    {
        var restored = await step.Session.FirstAsync(
            """
            insert into decision (activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash,
              write_property, write_value, decided_at)
            select activity_id, taxonomy, taxonomy_version, label, status, confidence, decided_by, model_version, reason, evidence, content_hash,
              coalesce(write_property, @WriteProperty), write_value, @Now
            from decision where id = @formerId
            returning id, write_property, write_value
            """,
            new { formerId, current.WriteProperty, step.Session.Now },
            reader => new Restored(reader.GetInt64(0), reader.TextOrNull(1), reader.TextOrNull(2)));
        var source = await step.Session.FirstAsync(
            $"select {LabelSource.Columns} from activity a where a.id = @ActivityId", correction, reader => LabelSource.Read(reader, 0));
        if (restored!.Property is { } property)
            step.Wanted.Add(new WantedLabel(restored.Id, source!, correction.Taxonomy, null, property, restored.Value));
    }

    private static Task<int> DecideAnewAsync(Session session, long activityId) =>
        session.ExecuteAsync(
            """
            update activity set status = 'queued', batch_id = null
            where id = @activityId and status = 'decided' and exists (select 1 from activity_text t where t.activity_id = activity.id)
            """,
            new { activityId });

    private sealed record Said(long ActivityId, string Taxonomy, string Hash, bool Stands)
    {
        public string? Label { get; init; }

        public string? FormerLabel { get; init; }
    }

    private sealed record Current(long Id, string? WriteProperty);

    private sealed record Label(string? Id);

    private sealed record Restored(long Id, string? Property, string? Value);
}
