using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>One write with everything that became of it.</summary>
/// <param name="Row">The write as the log shows it.</param>
/// <param name="Facts">What the log's row does not show.</param>
/// <param name="Connection">Where.</param>
/// <param name="Outcomes">What became of it, the newest first; up to 500.</param>
/// <param name="Chain">All writes of the same property of the same record, the newest first, this one among them; up to 50.</param>
/// <param name="Acts">Operators' acts that touched it, the newest first.</param>
public sealed record WriteStory(
    WriteLogRow Row, WriteFacts Facts, ConnectionView Connection, IReadOnlyList<StoryOutcome> Outcomes, IReadOnlyList<ChainLink> Chain, IReadOnlyList<WriteAct> Acts);

/// <summary>What the log's row does not show.</summary>
public sealed record WriteFacts
{
    /// <summary><c>label</c>, <c>undo</c> or <c>force</c>.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>The run that meant to write it.</summary>
    public long? RunId { get; init; }

    /// <summary>Of an undo: the write that it takes back.</summary>
    public long? UndoesId { get; init; }

    /// <summary>The newest undo of this write.</summary>
    public long? UndoneById { get; init; }

    /// <summary>Version of the definitions that its decision went by.</summary>
    public string TaxonomyVersion { get; init; } = "";

    /// <summary>Version of what decided.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>Unix milliseconds.</summary>
    public long DecidedAt { get; init; }

    /// <summary>Unix milliseconds; null while its decision is the current one.</summary>
    public long? SupersededAt { get; init; }
}

/// <summary>A write of the same label of the same record.</summary>
public sealed record ChainLink
{
    /// <summary>The write.</summary>
    public long Id { get; init; }

    /// <summary>label, undo or force.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>CRM value to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>What the CRM held when we looked.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>What the CRM said it holds afterwards.</summary>
    public string? ValueAfter { get; init; }

    /// <summary>One of <see cref="WriteLogFilter.Outcomes"/>.</summary>
    public string Status { get; init; } = "";

    /// <summary>Unix milliseconds of the last change.</summary>
    public long UpdatedAt { get; init; }

    /// <summary>The write that it takes back.</summary>
    public long? UndoesId { get; init; }
}

/// <summary>An operator's act that touched a write.</summary>
public sealed record WriteAct
{
    /// <summary>Its run.</summary>
    public long RunId { get; init; }

    /// <summary>Kind of the run.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>Why, in the operator's words; raw.</summary>
    public string? Reason { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long At { get; init; }
}

/// <summary>One write from the decision to the CRM's reply. Thread-safe.</summary>
public sealed class WriteStoryQueries(ILedgerReadConnections ledger)
{
    /// <summary>Reads the story; null where the ledger has no such write.</summary>
    public async Task<WriteStory?> FindAsync(long intentId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var id = new { id = intentId };
        var row = await db.QuerySingleOrDefaultAsync<WriteLogRow>(new CommandDefinition(
            $"{WriteLogQueries.Columns} from intent i {WriteLogQueries.Joins} where i.id = @id", id, cancellationToken: cancellationToken)).ConfigureAwait(false);
        if (row is null)
            return null;
        var connections = await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
        return new WriteStory(
            row,
            await db.QuerySingleAsync<WriteFacts>(new CommandDefinition(FactSql, id, cancellationToken: cancellationToken)).ConfigureAwait(false),
            connections.Single(connection => connection.Id == row.ConnectionId),
            await OverviewQueries.ListAsync<StoryOutcome>(db, $"{StoryQueries.OutcomeSql} where intent_id = @id order by id desc limit 500", id, cancellationToken).ConfigureAwait(false),
            await OverviewQueries.ListAsync<ChainLink>(db, ChainSql, row, cancellationToken).ConfigureAwait(false),
            await OverviewQueries.ListAsync<WriteAct>(db, ActSql, id, cancellationToken).ConfigureAwait(false));
    }

    private const string FactSql =
        """
        select i.purpose as Purpose, i.run_id as RunId, i.undoes_id as UndoesId, i.undone_by_id as UndoneById, d.taxonomy_version as TaxonomyVersion, d.model_version as ModelVersion,
          d.decided_at as DecidedAt, d.superseded_at as SupersededAt
        from intent i join decision d on d.id = i.decision_id where i.id = @id
        """;

    private const string ChainSql =
        """
        select id as Id, purpose as Purpose, value as Value, value_before as ValueBefore, value_after as ValueAfter, status as Status, updated_at as UpdatedAt, undoes_id as UndoesId
        from intent where connection_id = @ConnectionId and target_type = @TargetType and target_id = @TargetId and property = @Property order by id desc limit 50
        """;

    private const string ActSql =
        """
        select r.id as RunId, r.kind as Kind, r.requested_by as Actor, a.reason as Reason, r.started_at as At
        from run r left join act a on a.run_id = r.id
        where r.id in (select release_run_id from intent where id = @id union select act_run_id from intent where id = @id) order by r.id desc
        """;
}
