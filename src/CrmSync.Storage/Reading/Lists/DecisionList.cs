using System.Text;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>A decision as programs and files get it.</summary>
public sealed record DecisionEntry
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Key of the connection.</summary>
    public string Connection { get; init; } = "";

    /// <summary>The activity.</summary>
    public long ActivityId { get; init; }

    /// <summary>Its type.</summary>
    public string ActivityType { get; init; } = "";

    /// <summary>Slug of the taxonomy.</summary>
    public string Taxonomy { get; init; } = "";

    /// <summary>Its version.</summary>
    public string TaxonomyVersion { get; init; } = "";

    /// <summary>decided, abstained or unsure.</summary>
    public string Answer { get; init; } = "";

    /// <summary>Label id; the best guess where unsure; null where abstained.</summary>
    public string? Label { get; init; }

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>rules, model, hosted or person.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>Version of the deciding step.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>One sentence of ours.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Tokens sent for it; null where no hosted model was asked.</summary>
    public long? PromptTokens { get; init; }

    /// <summary>Tokens received for it.</summary>
    public long? CompletionTokens { get; init; }

    /// <summary>Their price, in millionths of a US dollar.</summary>
    public long? CostMicros { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long DecidedAt { get; init; }

    /// <summary>Unix milliseconds; null: the current one.</summary>
    public long? SupersededAt { get; init; }
}

/// <summary>Decisions by id. Thread-safe.</summary>
public sealed class DecisionList(ILedgerReadConnections ledger)
{
    /// <summary>One page, newest first.</summary>
    /// <param name="filter">Which; its label and answer speak of the decision itself.</param>
    /// <param name="withFormer">Whether superseded ones count, too.</param>
    /// <param name="before">Below this id; null for the newest.</param>
    /// <param name="size">Rows at most, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public Task<IdPage<DecisionEntry>> PageAsync(ActivityFilter filter, bool withFormer, long? before, int size, CancellationToken cancellationToken) =>
        List(ledger, filter, withFormer).PageAsync(ledger, before, size, cancellationToken);

    /// <summary>Everything that matches, the oldest first.</summary>
    public IAsyncEnumerable<DecisionEntry> StreamAsync(ActivityFilter filter, bool withFormer, CancellationToken cancellationToken) =>
        List(ledger, filter, withFormer).StreamAsync(ledger, cancellationToken);

    private static IdList<DecisionEntry> List(ILedgerReadConnections ledger, ActivityFilter filter, bool withFormer)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var where = new StringBuilder(ActivitySql.Where(filter with { Taxonomy = null, Label = null, Answer = null, By = null }, ledger.Dialect));
        if (!withFormer)
            where.Append(" and d.superseded_at is null");
        // An expression keeps SQLite on the id: the index of the mix would have to be sorted whole.
        if (filter.Taxonomy is not null)
            where.Append(" and coalesce(d.taxonomy, '') = @Taxonomy");
        if (filter.Label is not null)
            where.Append(" and d.label = @Label");
        if (filter.Answer is not null)
            where.Append(" and d.status = @Answer");
        if (filter.By is not null)
            where.Append(" and d.decided_by = @By");
        return new(
            Columns, "from decision d join activity a on a.id = d.activity_id join connection c on c.id = a.connection_id", "d.id", "decision", where.ToString(),
            ActivitySql.Parameters(filter, ledger.Dialect), row => row.Id);
    }

    private const string Columns =
        """
        select d.id as Id, c.key as Connection, d.activity_id as ActivityId, a.type as ActivityType, d.taxonomy as Taxonomy, d.taxonomy_version as TaxonomyVersion,
          d.status as Answer, d.label as Label, d.confidence as Confidence, d.decided_by as DecidedBy, d.model_version as ModelVersion, d.reason as Reason,
          d.prompt_tokens as PromptTokens, d.completion_tokens as CompletionTokens, d.cost_micros as CostMicros, d.decided_at as DecidedAt, d.superseded_at as SupersededAt
        """;
}
