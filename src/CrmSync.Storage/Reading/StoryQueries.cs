using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>One activity from raw text to the CRM's reply. Thread-safe.</summary>
public sealed class StoryQueries(ILedgerReadConnections ledger)
{
    /// <summary>Reads the story; null where the ledger has no such activity.</summary>
    public async Task<StoryView?> FindAsync(long activityId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var id = new { id = activityId };
        var activity = await db.QuerySingleOrDefaultAsync<StoryActivity>(new CommandDefinition(ActivitySql, id, cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (activity is null)
            return null;
        var connections = await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
        var intents = await OverviewQueries.ListAsync<WriteLogRow>(
            db, $"{WriteLogQueries.Columns} from intent i {WriteLogQueries.Joins} where i.activity_id = @id order by i.id desc limit 100", id, cancellationToken).ConfigureAwait(false);
        return new StoryView(
            activity,
            connections.Single(connection => connection.Id == activity.ConnectionId),
            await OverviewQueries.ListAsync<StoryLink>(db, LinkSql, id, cancellationToken).ConfigureAwait(false),
            await OverviewQueries.ListAsync<StoryDecision>(db, DecisionSql, id, cancellationToken).ConfigureAwait(false),
            intents,
            intents.Count == 0 ? [] : await OverviewQueries.ListAsync<StoryOutcome>(
                db, $"{OutcomeSql} where {ledger.Dialect.AmongIds("intent_id")} order by id desc limit 500", new { ids = intents.Select(intent => intent.Id).ToArray() }, cancellationToken).ConfigureAwait(false))
        {
            Asks = await OverviewQueries.ListAsync<StoryAsk>(db, AskSql, id, cancellationToken).ConfigureAwait(false),
            Corrections = await OverviewQueries.ListAsync<CorrectionView>(
                db, $"{ReviewQueries.CorrectionColumns} {ReviewQueries.CorrectionFrom} where k.activity_id = @id order by k.id desc limit 50", id, cancellationToken).ConfigureAwait(false),
        };
    }

    private const string ActivitySql =
        """
        select a.id as Id, a.connection_id as ConnectionId, a.object_type as ObjectType, a.external_id as ExternalId, a.type as Type, a.evidence as Evidence,
          a.owner_external_id as OwnerId, a.occurred_at as OccurredAt, a.crm_created_at as CrmCreatedAt, a.crm_modified_at as CrmModifiedAt,
          a.content_hash as ContentHash, a.status as Status, a.waits_until as WaitsUntil, a.dead_code as DeadCode, a.dead_message as DeadMessage, a.dead_discarded_at as DeadDiscardedAt, a.run_id as RunId, a.first_seen_at as FirstSeenAt,
          a.content_changed_at as ContentChangedAt, t.subject as Subject, t.body as Body
        from activity a left join activity_text t on t.activity_id = a.id where a.id = @id
        """;

    private const string LinkSql =
        """
        select l.role as Role, l.object_type as ObjectType, l.external_id as ExternalId, coalesce(d.name, o.name, p.name) as Name
        from activity_link l join activity a on a.id = l.activity_id
        left join crm_deal d on d.connection_id = a.connection_id and d.object_type = l.object_type and d.external_id = l.external_id
        left join crm_company o on o.connection_id = a.connection_id and o.object_type = l.object_type and o.external_id = l.external_id
        left join crm_person p on p.connection_id = a.connection_id and p.object_type = l.object_type and p.external_id = l.external_id
        where l.activity_id = @id order by l.role, l.external_id limit 50
        """;

    private const string DecisionSql =
        """
        select d.id as Id, d.taxonomy as Taxonomy, d.taxonomy_version as TaxonomyVersion, d.label as Label, d.status as Status, d.confidence as Confidence,
          d.decided_by as DecidedBy, d.model_version as ModelVersion, d.reason as Reason, d.evidence as Evidence, d.content_hash as ContentHash,
          d.decided_at as DecidedAt, d.superseded_at as SupersededAt, d.prompt_tokens as PromptTokens, d.completion_tokens as CompletionTokens,
          d.cost_micros as CostMicros, h.sentence as Sentence
        from decision d left join hosted_reason h on h.decision_id = d.id where d.activity_id = @id order by d.id desc limit 100
        """;

    private const string AskSql =
        """
        select taxonomy as Taxonomy, status as Status, code as Code, message as Message, not_before as NotBefore, created_at as CreatedAt, finished_at as FinishedAt
        from ask where activity_id = @id order by id desc limit 50
        """;

    internal const string OutcomeSql =
        """
        select id as Id, intent_id as IntentId, status as Status, at as At, code as Code, message as Message, remote_message as RemoteMessage,
          correlation_id as CorrelationId, value_before as ValueBefore, value_after as ValueAfter
        from outcome
        """;
}
