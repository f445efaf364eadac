namespace CrmSync.Storage.Reading;

/// <summary>What previews found: for the command line, the API and pages. Thread-safe.</summary>
public sealed class PreviewQueries(ILedgerReadConnections ledger)
{
    /// <summary>How many different changes are told.</summary>
    public const int MostChanges = 200;

    /// <summary>The verdicts that can be asked for, as stored.</summary>
    public static readonly IReadOnlyList<string> Verdicts = ["write", "kept", "gone", "unchanged"];

    /// <summary>What a preview found, in counts; null where the run is no preview.</summary>
    public async Task<PreviewView?> FindAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var of = new { runId, most = MostChanges };
        var heads = await OverviewQueries.ListAsync<Head>(db, HeadSql, of, cancellationToken).ConfigureAwait(false);
        if (heads is not [var head])
            return null;
        return new PreviewView
        {
            RunId = runId, ConnectionKey = head.ConnectionKey, WriteMode = head.WriteMode, Status = head.Status, Filter = head.Filter, Sample = head.Sample,
            RequestedBy = head.RequestedBy, StartedAt = head.StartedAt,
            Verdicts = await OverviewQueries.ListAsync<PreviewVerdictCount>(db, VerdictSql, of, cancellationToken).ConfigureAwait(false),
            Labels = await OverviewQueries.ListAsync<PreviewLabelCount>(db, LabelSql, of, cancellationToken).ConfigureAwait(false),
            Changes = await OverviewQueries.ListAsync<PreviewChangeCount>(db, ChangeSql, of, cancellationToken).ConfigureAwait(false),
        };
    }

    /// <summary>One page of what a preview looked at, highest intent first. The cursors of its pages carry no time.</summary>
    /// <param name="runId">The preview.</param>
    /// <param name="verdict">One of <see cref="Verdicts"/>; null for all.</param>
    /// <param name="request">Which page.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<KeysetPage<PreviewRowView>> PageAsync(long runId, string? verdict, PageRequest request, CancellationToken cancellationToken)
    {
        if (verdict is not null && !Verdicts.Contains(verdict))
            throw new ArgumentException($"There is no verdict {verdict}.", nameof(verdict));
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var where = verdict is null ? "" : "and p.verdict = @verdict";
        if ((request.After ?? request.Before) is not null)
            where += upwards ? " and p.intent_id > @edge" : " and p.intent_id < @edge";
        var found = await OverviewQueries.ListAsync<PreviewRowView>(
            db,
            $"{RowSql} where p.run_id = @runId {where} order by p.intent_id {(upwards ? "" : "desc")} limit @take",
            new { runId, verdict, edge = (request.After ?? request.Before)?.Id, take = request.Size + 1 },
            cancellationToken).ConfigureAwait(false);
        return Keyset.Page(found, request, row => new PageCursor(0, row.IntentId), null);
    }

    /// <summary>Up to so many examples of each label and change, those that would write first: what a person looks at before letting the rest go.</summary>
    /// <param name="runId">The preview.</param>
    /// <param name="limit">At most so many, 1 to 200.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<PreviewRowView>> ExamplesAsync(long runId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostChanges);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<PreviewRowView>(
            db,
            $"""
            {RowSql}
            join (
              select e.intent_id, row_number() over (partition by e.verdict, n.taxonomy, e.value_now, e.value order by e.intent_id) as turn
              from preview e join intent n on n.id = e.intent_id where e.run_id = @runId) x on x.intent_id = p.intent_id
            where p.run_id = @runId
            order by x.turn, case p.verdict when 'write' then 0 when 'kept' then 1 when 'gone' then 2 else 3 end, p.intent_id
            limit @limit
            """,
            new { runId, limit },
            cancellationToken).ConfigureAwait(false);
    }

    private const string HeadSql =
        """
        select c.key as ConnectionKey, c.write_mode as WriteMode, r.status as Status, a.filter as Filter, a.sample as Sample, r.requested_by as RequestedBy,
          r.started_at as StartedAt
        from run r join act a on a.run_id = r.id join connection c on c.id = r.connection_id
        where r.id = @runId and r.kind = 'preview'
        """;

    private const string VerdictSql =
        "select verdict as Verdict, count(*) as Count from preview where run_id = @runId group by verdict order by count(*) desc, verdict";

    private const string LabelSql =
        """
        select i.taxonomy as Taxonomy, p.value as Value, p.verdict as Verdict, count(*) as Count
        from preview p join intent i on i.id = p.intent_id
        where p.run_id = @runId
        group by i.taxonomy, p.value, p.verdict order by count(*) desc, i.taxonomy, p.value, p.verdict
        """;

    private const string ChangeSql =
        """
        select i.taxonomy as Taxonomy, p.value_now as ValueNow, p.value as Value, count(*) as Count
        from preview p join intent i on i.id = p.intent_id
        where p.run_id = @runId and p.verdict = 'write'
        group by i.taxonomy, p.value_now, p.value order by count(*) desc, i.taxonomy, p.value_now, p.value limit @most
        """;

    private const string RowSql =
        """
        select p.intent_id as IntentId, i.target_type as TargetType, i.target_id as TargetId, i.property as Property, i.taxonomy as Taxonomy,
          coalesce(i.activity_id, 0) as ActivityId, coalesce(a.type, 'account') as ActivityType, coalesce(t.subject, k.name, '') as Subject, p.value_now as ValueNow, p.value as Value, p.verdict as Verdict,
          p.actor as Actor, p.set_at as SetAt, p.set_by as SetBy, p.looked_at as LookedAt, i.status as Status
        from preview p join intent i on i.id = p.intent_id left join activity a on a.id = i.activity_id left join activity_text t on t.activity_id = i.activity_id
          left join crm_company k on k.id = i.company_id
        """;

    private sealed record Head
    {
        public string ConnectionKey { get; init; } = "";

        public string WriteMode { get; init; } = "";

        public string Status { get; init; } = "";

        public string Filter { get; init; } = "";

        public long? Sample { get; init; }

        public string RequestedBy { get; init; } = "";

        public long StartedAt { get; init; }
    }
}
