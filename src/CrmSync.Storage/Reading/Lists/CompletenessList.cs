using Dapper;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>What a comparison with the CRM found.</summary>
public sealed record CompletenessEntry
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Its run.</summary>
    public long RunId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The CRM's type.</summary>
    public string ObjectType { get; init; } = "";

    /// <summary>checking, complete, repaired, incomplete or failed.</summary>
    public string State { get; init; } = "";

    /// <summary>What was found, in plain words.</summary>
    public string Sentence { get; init; } = "";

    /// <summary>Rows that the CRM counts; null where it was not asked.</summary>
    public long? CrmCount { get; init; }

    /// <summary>Rows that the ledger counts.</summary>
    public long? LedgerCount { get; init; }

    /// <summary>In the CRM and not with us when first compared.</summary>
    public long Missing { get; init; }

    /// <summary>With us, and not in the CRM any more.</summary>
    public long Extra { get; init; }

    /// <summary>Missing ones that were fetched.</summary>
    public long Repaired { get; init; }

    /// <summary>Labels that were compared.</summary>
    public long CheckedLabels { get; init; }

    /// <summary>Labels of ours that read otherwise in the CRM.</summary>
    public long Drifted { get; init; }

    /// <summary>Unix milliseconds; where the window begins.</summary>
    public long FromAt { get; init; }

    /// <summary>Unix milliseconds; where it ends.</summary>
    public long ToAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long StartedAt { get; init; }

    /// <summary>Unix milliseconds; null while it goes on.</summary>
    public long? FinishedAt { get; init; }
}

/// <summary>Results of comparisons with the CRM, by id. Thread-safe.</summary>
public sealed class CompletenessList(ILedgerReadConnections ledger)
{
    /// <summary>One page, newest first.</summary>
    /// <param name="connection">Key of a connection; null for all.</param>
    /// <param name="before">Below this id; null for the newest.</param>
    /// <param name="size">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IdPage<CompletenessEntry>> PageAsync(string? connection, long? before, int size, CancellationToken cancellationToken) =>
        new IdList<CompletenessEntry>(
            Columns, "from completeness k join connection c on c.id = k.connection_id", "k.id", "completeness", connection is null ? "" : " and c.key = @connection",
            new DynamicParameters(new { connection }), row => row.Id).PageAsync(ledger, before, size, cancellationToken);

    private const string Columns =
        """
        select k.id as Id, k.run_id as RunId, c.key as Connection, k.object_type as ObjectType, k.state as State, k.sentence as Sentence, k.crm_count as CrmCount,
          k.ledger_count as LedgerCount, k.missing as Missing, k.extra as Extra, k.repaired as Repaired, k.checked_labels as CheckedLabels, k.drifted as Drifted,
          k.from_at as FromAt, k.to_at as ToAt, k.started_at as StartedAt, k.finished_at as FinishedAt
        """;
}
