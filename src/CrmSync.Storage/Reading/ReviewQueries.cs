using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Review;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>
/// The review queue, what audits say, and the corrections. Thread-safe. A queue is chosen from a bounded number of candidates that indexes lead to, however many
/// activities there are.
/// </summary>
/// <param name="ledger">Opens connections for reading.</param>
/// <param name="time">The clock.</param>
public sealed class ReviewQueries(ILedgerReadConnections ledger, TimeProvider time)
{
    /// <summary>
    /// Least sure answers are looked for among this many different confidences. Copies of one template share theirs, so a thousand copies do not hide the rest.
    /// </summary>
    public const int Confidences = 150;

    private const int PerConfidence = 3;
    private const int Differing = 40;
    private const int Asked = 4_000;
    private const int SuspectsAtOnce = 100;

    /// <summary>The queue of one taxonomy, the most useful row first.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="skipped">Activities that the reviewer has put aside for now.</param>
    /// <param name="size">Rows at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<ReviewQueueRow>> QueueAsync(string taxonomy, IReadOnlyCollection<long> skipped, int size, CancellationToken cancellationToken) =>
        await QueueAsync(ReviewQueueKind.Mixed, taxonomy, skipped, size, cancellationToken).ConfigureAwait(false);

    /// <summary>One of the queues that need nothing but the ledger's own rows: mixed, least sure or audit.</summary>
    public async Task<IReadOnlyList<ReviewQueueRow>> QueueAsync(
        ReviewQueueKind kind, string taxonomy, IReadOnlyCollection<long> skipped, int size, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var since = (time.GetUtcNow() - new AuditOptions().Reach).ToUnixTimeMilliseconds();
        var parameters = new { taxonomy, since, Confidences, PerConfidence, Differing };
        IReadOnlyList<ReviewRow> least = kind is ReviewQueueKind.Audit ? [] : await ReadAsync(db, LeastSql(ledger.Dialect), parameters, skipped, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReviewRow> differing = kind is not ReviewQueueKind.Mixed ? [] : await ReadAsync(db, DifferingSql, parameters, skipped, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<ReviewRow> audit = kind is ReviewQueueKind.LeastSure ? [] : await ReadAsync(db, AuditSql, parameters, skipped, cancellationToken).ConfigureAwait(false);
        Dictionary<long, ReviewRow> rows = [];
        foreach (var row in differing.Concat(least).Concat(audit))
            rows.TryAdd(row.ActivityId, row);
        var picks = ReviewQueue.Choose(new ReviewPool([.. least.Select(Candidate)], [.. differing.Select(Candidate)], [.. audit.Select(Candidate)]), size);
        return [.. picks.Select(pick => new ReviewQueueRow(rows[pick.ActivityId], pick.Reasons, pick.AlsoLike))];
    }

    /// <summary>Rows about which the CRM or the hosted model and the local one differ, the newest first.</summary>
    public async Task<IReadOnlyList<ReviewQueueRow>> DisagreementsAsync(string taxonomy, IReadOnlyCollection<long> skipped, int size, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var parameters = new { taxonomy, Differing, Asked };
        var crm = await ReadAsync(db, DifferingSql, parameters, skipped, cancellationToken).ConfigureAwait(false);
        var hosted = await ReadAsync(db, HostedSql, parameters, skipped, cancellationToken).ConfigureAwait(false);
        return
        [
            .. crm.Select(row => new ReviewQueueRow(row, [ReviewReason.CrmDiffers], 0))
                .Concat(hosted.Select(row => new ReviewQueueRow(row with { KeptValue = null, KeptActor = null }, [ReviewReason.HostedDiffers], 0) { Other = row.KeptValue }))
                .DistinctBy(row => row.Row.ContentHash).Take(size),
        ];
    }

    /// <summary>Corrections that a model suspects and that nobody has spoken about since the model was trained, in the given order.</summary>
    public async Task<IReadOnlyList<ReviewQueueRow>> SuspectsAsync(
        string taxonomy, IReadOnlyList<SuspectLabel> suspects, DateTimeOffset since, IReadOnlyCollection<long> skipped, int size, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(suspects);
        ArgumentNullException.ThrowIfNull(skipped);
        var wanted = suspects.Where(suspect => suspect.Taxonomy == taxonomy && !skipped.Contains(suspect.ActivityId)).DistinctBy(suspect => suspect.ActivityId).Take(SuspectsAtOnce).ToList();
        if (wanted.Count == 0)
            return [];
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = (await OverviewQueries.ListAsync<ReviewRow>(
            db, $"{CurrentSql} where {ledger.Dialect.AmongIds("a.id")} and a.status <> 'erased' and not exists (select 1 from correction k where k.activity_id = a.id and k.taxonomy = @taxonomy and k.created_at > @since)",
            new { taxonomy, ids = wanted.Select(suspect => suspect.ActivityId).ToArray(), since = since.ToUnixTimeMilliseconds() }, cancellationToken).ConfigureAwait(false)).ToDictionary(row => row.ActivityId);
        return [.. wanted.Where(suspect => rows.ContainsKey(suspect.ActivityId)).Take(size)
            .Select(suspect => new ReviewQueueRow(rows[suspect.ActivityId], [ReviewReason.Suspect], 0) { Other = suspect.Likely })];
    }

    /// <summary>Rows that another person has judged and that wait for a second one. What stands about them is left out, so that nobody is told.</summary>
    public async Task<IReadOnlyList<ReviewQueueRow>> SecondLooksAsync(string taxonomy, string actor, IReadOnlyCollection<long> skipped, int size, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(skipped);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = await OverviewQueries.ListAsync<ReviewRow>(db, SecondSql, new { taxonomy, actor, limit = size + skipped.Count }, cancellationToken).ConfigureAwait(false);
        // Columns of the answer carry nothing but the number of the double review.
        return [.. rows.Where(row => !skipped.Contains(row.ActivityId)).Take(size).Select(row => new ReviewQueueRow(row with { Reason = "" }, [ReviewReason.SecondLook], 0)
        {
            DoubleReviewId = long.Parse(row.Reason, CultureInfo.InvariantCulture),
        })];
    }

    /// <summary>One activity with its answer to one question; null where the ledger has no such activity, or its text was erased.</summary>
    public async Task<ReviewRow?> FindAsync(long activityId, string taxonomy, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await db.QuerySingleOrDefaultAsync<ReviewRow>(new CommandDefinition(
            $"{CurrentSql} where a.id = @activityId and a.status <> 'erased'",
            new { activityId, taxonomy }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>What the audits of one taxonomy say, over <see cref="AuditOptions.Reach"/>.</summary>
    public async Task<AuditFigures> AuditAsync(string taxonomy, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var since = (time.GetUtcNow() - new AuditOptions().Reach).ToUnixTimeMilliseconds();
        var figures = await db.QuerySingleAsync<FigureRow>(new CommandDefinition(AuditFiguresSql, new { taxonomy, since }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new AuditFigures(figures.Waiting, figures.Judged, figures.Wrong);
    }

    /// <summary>The latest corrections, those taken back included.</summary>
    public async Task<IReadOnlyList<CorrectionView>> CorrectionsAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<CorrectionView>(db, $"{CorrectionSql} order by k.id desc limit @limit", new { limit }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One correction; null where there is none.</summary>
    public async Task<CorrectionView?> FindCorrectionAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await db.QuerySingleOrDefaultAsync<CorrectionView>(new CommandDefinition($"{CorrectionSql} where k.id = @id", new { id }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<ReviewRow>> ReadAsync(
        DbConnection db, string sql, object parameters, IReadOnlyCollection<long> skipped, CancellationToken cancellationToken) =>
        [.. (await OverviewQueries.ListAsync<ReviewRow>(db, sql, parameters, cancellationToken).ConfigureAwait(false)).Where(row => !skipped.Contains(row.ActivityId))];

    private static ReviewCandidate Candidate(ReviewRow row) => new(
        row.ActivityId, row.ContentHash, row.Confidence, ReviewFeatures.Of(row.Type, row.Label ?? row.Status, Rules(row.Evidence), row.Subject, row.Opening));

    private static IReadOnlyList<string> Rules(string evidence)
    {
        try
        {
            using var document = JsonDocument.Parse(evidence);
            return document.RootElement.ValueKind is JsonValueKind.Array
                ? [.. document.RootElement.EnumerateArray().Select(RuleOf).OfType<string>()]
                : [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static string? RuleOf(JsonElement line) =>
        line.ValueKind is JsonValueKind.Object && line.TryGetProperty("rule", out var rule) && rule.ValueKind is JsonValueKind.String ? rule.GetString() : null;

    // Steps from confidence to confidence along the index, and takes a few rows of each; what a step finds twice is dropped by "distinct".
    private static string LeastSql(LedgerDialect dialect)
    {
        var few = $"select x.id from decision x where {Least("x")} and x.confidence >= s.confidence order by x.confidence, x.id limit @PerConfidence";
        return $"""
            with recursive s(confidence, n) as (
              select (select d.confidence from decision d where {Least("d")} order by d.confidence limit 1), 1
              union all
              select (select d.confidence from decision d where {Least("d")} and d.confidence > s.confidence order by d.confidence limit 1), s.n + 1
              from s where s.confidence is not null and s.n < @Confidences
            ), f(id) as (
              select distinct {(dialect is LedgerDialect.Postgres ? $"y.id from s cross join lateral ({few}) y" : $"y.id from s join decision y on y.id in ({few})")} where s.confidence is not null
            )
            {DecidedColumns("null", "null")}
            from decision d {Joins}
            where d.id in (select f.id from f) and {Open}
            order by d.confidence, a.id
            """;
    }

    // As the index over them puts it, word for word.
    private static string Least(string decision) =>
        $"{decision}.taxonomy = @taxonomy and {decision}.superseded_at is null and {decision}.decided_by <> 'person' and {decision}.confidence < 0.8";

    private const string Joins = "join activity a on a.id = d.activity_id join connection c on c.id = a.connection_id join activity_text t on t.activity_id = a.id";

    private const string Open =
        $"""
        a.gone_at is null and a.status <> 'erased' and d.content_hash = a.content_hash
          and not exists (select 1 from correction k where k.taxonomy = d.taxonomy and k.content_hash = d.content_hash and {CorrectionUndo.Standing})
        """;

    private static readonly string DifferingSql =
        $"""
        with f as (
          select i.id, i.activity_id, i.taxonomy, coalesce(i.value_after, i.value_before) as value, coalesce(i.actor, 'unknown') as actor
          from intent i where i.taxonomy = @taxonomy and i.status = 'kept' and i.edit_seen_at is null and coalesce(i.actor, 'unknown') <> 'human' and i.is_shared = 0
          order by i.id desc limit @Differing
        )
        {DecidedColumns("f.value", "f.actor")}
        from f join decision d on d.activity_id = f.activity_id and d.taxonomy = f.taxonomy and d.superseded_at is null and d.decided_by <> 'person' {Joins}
        where {Open}
        order by f.id desc
        """;

    private static readonly string AuditSql =
        $"""
        {DecidedColumns("null", "null")}
        from audit_draw w join decision d on d.activity_id = w.activity_id and d.taxonomy = w.taxonomy and d.superseded_at is null {Joins}
        where w.taxonomy = @taxonomy and w.drawn_at >= @since and {AuditDraws.StillWaits}
        order by w.id limit 100
        """;

    private static readonly string AuditFiguresSql =
        $"""
        select coalesce(sum(case when j.judged_id is null then j.waits else 0 end), 0) as Waiting, coalesce(sum(case when j.judged_id is null then 0 else 1 end), 0) as Judged,
          coalesce(sum(case when j.judged_id is not null and coalesce(k.label, '') <> coalesce(j.label, '') then 1 else 0 end), 0) as Wrong
        from (
          select w.label, case when {AuditDraws.StillWaits} then 1 else 0 end as waits, (
            select max(k.id) from correction k where k.taxonomy = w.taxonomy and k.content_hash = w.content_hash and {CorrectionUndo.Standing}) as judged_id
          from audit_draw w where w.taxonomy = @taxonomy and w.drawn_at >= @since
        ) j left join correction k on k.id = j.judged_id
        """;

    private static readonly string CurrentSql =
        $"""
        {Columns("a", "coalesce(d.status, '')", "coalesce(d.confidence, 0)", "coalesce(d.decided_by, '')", "coalesce(d.reason, '')", "coalesce(d.evidence, '[]')", "null", "null")}
        from activity a join connection c on c.id = a.connection_id join activity_text t on t.activity_id = a.id
        left join decision d on d.activity_id = a.id and d.taxonomy = @taxonomy and d.superseded_at is null
        """;

    // Of the latest answers of the hosted model those whose local answer to the same content was another; the local label rides where a kept value would.
    private static readonly string HostedSql =
        $"""
        with f as (
          select q.id, q.decision_id from (select id, decision_id, taxonomy, status from ask order by id desc limit @Asked) q
          where q.taxonomy = @taxonomy and q.status = 'answered' and q.decision_id is not null
        ), l as (
          select f.id, f.decision_id, (
            select max(x.id) from decision x join decision h on h.id = f.decision_id
            where x.activity_id = h.activity_id and x.taxonomy = h.taxonomy and x.content_hash = h.content_hash and x.decided_by in ('rules', 'model') and x.id < h.id) as local_id
          from f
        )
        {DecidedColumns("x.label", "null")}
        from l join decision d on d.id = l.decision_id and d.superseded_at is null and d.decided_by = 'hosted' join decision x on x.id = l.local_id {Joins}
        where {Open} and coalesce(x.label, '') <> coalesce(d.label, '')
        order by l.id desc
        """;

    private static readonly string SecondSql =
        $"""
        {Columns("a", "''", "0.0", "''", "cast(w.id as varchar(20))", "'[]'", "null", "null").Replace("d.label as Label", "null as Label", StringComparison.Ordinal)}
        from double_review w join activity a on a.id = w.activity_id and a.content_hash = w.content_hash and a.status <> 'erased'
        join connection c on c.id = a.connection_id join activity_text t on t.activity_id = a.id
        where w.taxonomy = @taxonomy and w.second_at is null and w.first_by <> @actor
          and exists (select 1 from correction k where k.id = w.first_correction_id and {CorrectionUndo.Standing})
        order by w.id limit @limit
        """;

    private const string CorrectionSql = CorrectionColumns + " " + CorrectionFrom;

    internal const string CorrectionColumns =
        """
        select k.id as Id, k.activity_id as ActivityId, coalesce(t.subject, '') as Subject, k.taxonomy as Taxonomy, k.label as Label, k.former_label as FormerLabel,
          k.former_status as FormerStatus, k.source as Source, k.actor as Actor, k.created_at as CreatedAt, u.at as UndoneAt, u.actor as UndoneBy,
          case when a.content_hash = k.content_hash then 1 else 0 end as Binds
        """;

    internal const string CorrectionFrom =
        """
        from correction k join activity a on a.id = k.activity_id left join activity_text t on t.activity_id = a.id
        left join correction_undo u on u.correction_id = k.id
        """;

    private static string DecidedColumns(string keptValue, string keptActor) =>
        Columns("a", "d.status", "d.confidence", "d.decided_by", "d.reason", "d.evidence", keptValue, keptActor);

    private static string Columns(string a, string status, string confidence, string decidedBy, string reason, string evidence, string keptValue, string keptActor) =>
        $"""
        select {a}.id as ActivityId, {a}.connection_id as ConnectionId, c.key as ConnectionKey, c.name as ConnectionName, {a}.object_type as ObjectType, {a}.external_id as ExternalId,
          {a}.type as Type, {a}.occurred_at as OccurredAt, t.subject as Subject, substr(t.body, 1, 400) as Opening, {a}.content_hash as ContentHash, {status} as Status,
          d.label as Label, {confidence} as Confidence, {decidedBy} as DecidedBy, {reason} as Reason, {evidence} as Evidence, {keptValue} as KeptValue, {keptActor} as KeptActor
        """;

    private sealed record FigureRow
    {
        public long Waiting { get; init; }

        public long Judged { get; init; }

        public long Wrong { get; init; }
    }
}
