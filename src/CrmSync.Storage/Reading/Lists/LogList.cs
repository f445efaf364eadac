namespace CrmSync.Storage.Reading.Lists;

/// <summary>A row of the write-back log as programs and files get it: no text of an activity is in it.</summary>
public sealed record LogEntry
{
    /// <summary>Ledger id of the intent.</summary>
    public long Id { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The CRM's object type written to.</summary>
    public string RecordType { get; init; } = "";

    /// <summary>The CRM's id written to.</summary>
    public string RecordId { get; init; } = "";

    /// <summary>The label property.</summary>
    public string Property { get; init; } = "";

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>Label id; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>CRM value to be written; null clears.</summary>
    public string? Value { get; init; }

    /// <summary>One of <see cref="WriteLogFilter.Outcomes"/>.</summary>
    public string Outcome { get; init; } = "";

    /// <summary>label, undo or force.</summary>
    public string Purpose { get; init; } = "";

    /// <summary>What the CRM held when we looked.</summary>
    public string? ValueBefore { get; init; }

    /// <summary>What the CRM said it holds afterwards.</summary>
    public string? ValueAfter { get; init; }

    /// <summary>human, automation or unknown, of a kept value.</summary>
    public string? Actor { get; init; }

    /// <summary>Code of our registry.</summary>
    public string? Code { get; init; }

    /// <summary>Plain sentence of the newest outcome.</summary>
    public string? Message { get; init; }

    /// <summary>The CRM's own words to the newest outcome.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>Tries so far.</summary>
    public long Attempts { get; init; }

    /// <summary>The activity that was decided about; 0 where an account was.</summary>
    public long ActivityId { get; init; }

    /// <summary>Its type: call, email, meeting, note, task; account where an account was decided about.</summary>
    public string ActivityType { get; init; } = "";

    /// <summary>rules, model, hosted or person.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>The decision's one sentence.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The run that meant to write it.</summary>
    public long? RunId { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds of the last change.</summary>
    public long UpdatedAt { get; init; }
}

/// <summary>The write-back log by id: whole for exports, single rows for programs. Thread-safe.</summary>
public sealed class LogList(ILedgerReadConnections ledger)
{
    /// <summary>Everything that matches, the oldest first.</summary>
    public IAsyncEnumerable<LogEntry> StreamAsync(WriteLogFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return List(filter).StreamAsync(ledger, cancellationToken);
    }

    /// <summary>Rows by their ids, in that order; what is not there is left out.</summary>
    public async Task<IReadOnlyList<LogEntry>> FindAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count == 0)
            return [];
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = (await OverviewQueries.ListAsync<LogEntry>(
            db, $"{Columns} {From} where {ledger.Dialect.AmongIds("i.id")}", new { ids = ids.ToArray() }, cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.Id);
        return [.. ids.Select(rows.GetValueOrDefault).OfType<LogEntry>()];
    }

    /// <summary>What became of an intent, the newest first.</summary>
    public async Task<IReadOnlyList<StoryOutcome>> OutcomesAsync(long intentId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<StoryOutcome>(
            db, $"{StoryQueries.OutcomeSql} where intent_id = @intentId order by id desc limit 500", new { intentId }, cancellationToken).ConfigureAwait(false);
    }

    private static IdList<LogEntry> List(WriteLogFilter filter)
    {
        var times = (filter.From is null ? "" : " and i.updated_at >= @from") + (filter.To is null ? "" : " and i.updated_at < @to");
        return new(Columns, From, "i.id", "intent", WriteLogSql.Where(filter) + times, WriteLogSql.Parameters(filter), row => row.Id);
    }

    private const string Columns =
        """
        select i.id as Id, c.key as Connection, i.target_type as RecordType, i.target_id as RecordId, i.property as Property, i.taxonomy as Taxonomy, d.label as Label,
          i.value as Value, i.status as Outcome, i.purpose as Purpose, i.value_before as ValueBefore, i.value_after as ValueAfter, i.actor as Actor, i.code as Code,
          o.message as Message, o.remote_message as RemoteMessage, i.attempt as Attempts, coalesce(i.activity_id, 0) as ActivityId, coalesce(a.type, 'account') as ActivityType,
          d.decided_by as DecidedBy, d.confidence as Confidence, d.reason as Reason, i.run_id as RunId, i.created_at as CreatedAt, i.updated_at as UpdatedAt
        """;

    private const string From =
        """
        from intent i join connection c on c.id = i.connection_id join decision d on d.id = i.decision_id left join activity a on a.id = i.activity_id
        left join outcome o on o.id = (select max(n.id) from outcome n where n.intent_id = i.id)
        """;
}
