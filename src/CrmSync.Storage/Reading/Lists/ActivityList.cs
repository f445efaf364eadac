namespace CrmSync.Storage.Reading.Lists;

/// <summary>An activity as programs and files get it.</summary>
public sealed record ActivityEntry
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>The CRM's id.</summary>
    public string ExternalId { get; init; } = "";

    /// <summary>One of <see cref="ActivityFilter.Types"/>.</summary>
    public string Type { get; init; } = "";

    /// <summary>The CRM's id of the rep.</summary>
    public string? OwnerId { get; init; }

    /// <summary>One of <see cref="ActivityFilter.States"/>.</summary>
    public string State { get; init; } = "";

    /// <summary>Code of why it cannot be decided; null unless it is dead.</summary>
    public string? DeadCode { get; init; }

    /// <summary>One sentence: why it cannot be decided.</summary>
    public string? DeadMessage { get; init; }

    /// <summary>Raw and untrusted personal data; null where it was not asked for, or was erased.</summary>
    public string? Subject { get; init; }

    /// <summary>Raw and untrusted personal data, up to megabytes; null where it was not asked for, or was erased.</summary>
    public string? Body { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long OccurredAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long FirstSeenAt { get; init; }
}

/// <summary>Activities by id, whole for exports. Thread-safe.</summary>
public sealed class ActivityList(ILedgerReadConnections ledger)
{
    /// <summary>Everything that matches, the oldest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="withTexts">Whether subject and body, which are personal data, are read.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public IAsyncEnumerable<ActivityEntry> StreamAsync(ActivityFilter filter, bool withTexts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var texts = withTexts ? "t.subject as Subject, t.body as Body" : "null as Subject, null as Body";
        var join = withTexts ? "left join activity_text t on t.activity_id = a.id" : "";
        return new IdList<ActivityEntry>(
            $"{Columns}, {texts}", $"from activity a join connection c on c.id = a.connection_id {join}", "a.id", "activity",
            ActivitySql.Where(filter, ledger.Dialect), ActivitySql.Parameters(filter, ledger.Dialect), row => row.Id).StreamAsync(ledger, cancellationToken);
    }

    private const string Columns =
        """
        select a.id as Id, c.key as Connection, a.object_type as ObjectType, a.external_id as ExternalId, a.type as Type, a.owner_external_id as OwnerId, a.status as State,
          a.dead_code as DeadCode, a.dead_message as DeadMessage, a.occurred_at as OccurredAt, a.first_seen_at as FirstSeenAt
        """;
}
