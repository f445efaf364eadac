using CrmSync.Storage.Review;

namespace CrmSync.Storage.Reading;

/// <summary>An automatic answer that a person judged.</summary>
public sealed record JudgedAnswer
{
    /// <summary>The activity.</summary>
    public long ActivityId { get; init; }

    /// <summary>When the person spoke, in Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>What the person said; null: no definition covers it.</summary>
    public string? Truth { get; init; }

    /// <summary>What stood before; null where it abstained.</summary>
    public string? Answer { get; init; }

    /// <summary>decided, abstained or unsure.</summary>
    public string Status { get; init; } = "";

    /// <summary>0 to 1.</summary>
    public double Confidence { get; init; }

    /// <summary>The step that decided.</summary>
    public string DecidedBy { get; init; } = "";

    /// <summary>Version of the step that decided.</summary>
    public string ModelVersion { get; init; } = "";

    /// <summary>The approved segment that the activity's account is in; null where there is none.</summary>
    public JudgedSegment? Segment { get; init; }
}

/// <summary>
/// What people say about automatic answers. Reads no more rows than people wrote, along the index over their time, and no more than <see cref="Most"/>; an answer is
/// kept for a while by how long it took. Thread-safe.
/// </summary>
/// <param name="ledger">Opens connections for reading.</param>
/// <param name="time">The clock.</param>
public sealed class JudgedQueries(ILedgerReadConnections ledger, TimeProvider time) : IDisposable
{
    /// <summary>Rows that figures are made of at most: the newest.</summary>
    public const int Most = 20_000;

    private readonly Dictionary<(string Taxonomy, bool Drawn, int Weeks), CostedCache<Kept>> _kept = [];

    /// <summary>Judged answers of the last weeks, the newest first.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="drawn">Only rows that were drawn by chance: they speak for all rows. The others were chosen because something seemed wrong with them.</param>
    /// <param name="weeks">How many weeks back, 1 to 104.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<JudgedAnswer>> ReadAsync(string taxonomy, bool drawn, int weeks, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weeks, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weeks, 104);
        CostedCache<Kept>? kept;
        lock (_kept)
        {
            if (!_kept.TryGetValue((taxonomy, drawn, weeks), out kept))
                _kept[(taxonomy, drawn, weeks)] = kept = new CostedCache<Kept>(time, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        }
        return (await kept.GetAsync(cancel => FindAsync(taxonomy, drawn, weeks, cancel), cancellationToken).ConfigureAwait(false)).Rows;
    }

    /// <summary>From which confidence on answers about the accounts of a segment count, by the segment's key; segments that are like all others are missing.</summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyDictionary<string, double>> ReadThresholdsAsync(string taxonomy, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = await OverviewQueries.ListAsync<Bound>(
            db, "select s.key as Key, max(t.confidence) as Confidence from segment_threshold t join segment s on s.id = t.segment_id where t.taxonomy = @taxonomy group by s.key", new { taxonomy }, cancellationToken)
            .ConfigureAwait(false);
        return rows.ToDictionary(row => row.Key, row => row.Confidence, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_kept)
            foreach (var kept in _kept.Values)
                kept.Dispose();
    }

    private async Task<Kept> FindAsync(string taxonomy, bool drawn, int weeks, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var since = (time.GetUtcNow() - TimeSpan.FromDays(7 * weeks)).ToUnixTimeMilliseconds();
        var rows = await OverviewQueries.ListAsync<JudgedAnswer>(db, drawn ? DrawnSql : AllSql, new { taxonomy, since, Most }, cancellationToken).ConfigureAwait(false);
        var segments = await JudgedSegments.FindAsync(db, ledger.Dialect, [.. rows.Select(row => row.ActivityId).Distinct()], cancellationToken).ConfigureAwait(false);
        return new Kept([.. rows.Select(row => row with { Segment = segments.GetValueOrDefault(row.ActivityId) })]);
    }

    // The draw holds the answer as nobody had touched it, and the last standing word about the content is the truth.
    private static readonly string DrawnSql =
        $"""
        select j.activity_id as ActivityId, k.created_at as At, k.label as Truth, j.label as Answer, j.status as Status, j.confidence as Confidence, j.decided_by as DecidedBy,
          j.model_version as ModelVersion
        from (
          select w.id, w.activity_id, w.label, w.status, w.confidence, w.decided_by, w.model_version, (
            select max(k.id) from correction k where k.taxonomy = w.taxonomy and k.content_hash = w.content_hash and {CorrectionUndo.Standing}) as judged_id
          from audit_draw w where w.taxonomy = @taxonomy and w.drawn_at >= @since order by w.drawn_at desc limit @Most
        ) j join correction k on k.id = j.judged_id
        order by k.created_at desc
        """;

    // What stood before is the last automatic decision about the same content.
    private static readonly string AllSql =
        $"""
        select j.activity_id as ActivityId, j.created_at as At, j.label as Truth, d.label as Answer, d.status as Status, d.confidence as Confidence, d.decided_by as DecidedBy,
          d.model_version as ModelVersion
        from (
          select k.id, k.activity_id, k.label, k.created_at, (
            select max(x.id) from decision x where x.activity_id = k.activity_id and x.taxonomy = k.taxonomy and x.content_hash = k.content_hash and x.decided_by <> 'person') as former_id
          from correction k where k.created_at >= @since and k.taxonomy = @taxonomy and {CorrectionUndo.Standing} order by k.created_at desc limit @Most
        ) j join decision d on d.id = j.former_id
        order by j.created_at desc
        """;

    private sealed record Bound
    {
        public string Key { get; init; } = "";

        public double Confidence { get; init; }
    }

    private sealed record Kept(IReadOnlyList<JudgedAnswer> Rows);
}
