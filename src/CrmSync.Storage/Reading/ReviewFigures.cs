using CrmSync.Pipeline.Review;
using CrmSync.Storage.Review;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>How reviewing goes. Thread-safe; every question reads along an index.</summary>
/// <param name="ledger">Opens connections for reading.</param>
/// <param name="time">The clock.</param>
public sealed class ReviewFigures(ILedgerReadConnections ledger, TimeProvider time)
{
    /// <summary>How far back agreement is measured.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(90);

    private const int MostPairs = 20_000;

    /// <summary>What people have reviewed in the console within seven days, the busiest first.</summary>
    public async Task<IReadOnlyList<ReviewerProgress>> ProgressAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        return await OverviewQueries.ListAsync<ReviewerProgress>(
            db,
            $"""
            select j.actor as Actor, sum(case when j.at >= @day then 1 else 0 end) as Day, count(*) as Week, sum(j.changed) as Changed
            from (
              select k.actor, k.created_at as at, case when k.former_status is null or coalesce(k.label, '') <> coalesce(k.former_label, '') then 1 else 0 end as changed
              from correction k where k.created_at >= @week and k.source = 'console' and {CorrectionUndo.Standing}
              union all
              select w.second_by, w.second_at, 0 from double_review w where w.second_at >= @week
            ) j
            group by j.actor order by count(*) desc, j.actor limit 50
            """,
            new { day = now.AddDays(-1).ToUnixTimeMilliseconds(), week = now.AddDays(-7).ToUnixTimeMilliseconds() },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is left of one taxonomy for one person.</summary>
    public async Task<ReviewLeft> LeftAsync(string taxonomy, string actor, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var unsure = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            "select count(*) from (select 1 as one from decision where taxonomy = @taxonomy and status = 'unsure' and superseded_at is null limit @cap) c",
            new { taxonomy, cap = CappedCount.Limit + 1 }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        var second = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"""
            select count(*) from double_review w where w.taxonomy = @taxonomy and w.second_at is null and w.first_by <> @actor
              and exists (select 1 from correction k where k.id = w.first_correction_id and {CorrectionUndo.Standing})
              and exists (select 1 from activity a where a.id = w.activity_id and a.content_hash = w.content_hash and a.status <> 'erased')
            """,
            new { taxonomy, actor }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        var disputes = await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from double_review w where w.taxonomy = @taxonomy and {Disputed}", new { taxonomy }, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new ReviewLeft(new CappedCount(unsure), second, disputes);
    }

    /// <summary>What two people said about the same rows within <see cref="Reach"/>; answers that were taken back are left out.</summary>
    public async Task<IReadOnlyList<PairAgreement>> AgreementAsync(string taxonomy, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var since = (time.GetUtcNow() - Reach).ToUnixTimeMilliseconds();
        var rows = await OverviewQueries.ListAsync<PairRow>(
            db,
            $"""
            select w.first_by as First, w.second_by as Second, w.first_label as FirstLabel, w.second_label as SecondLabel
            from double_review w join correction k on k.id = w.first_correction_id
            where w.taxonomy = @taxonomy and w.second_at >= @since and {CorrectionUndo.Standing} order by w.second_at desc limit {MostPairs}
            """,
            new { taxonomy, since }, cancellationToken).ConfigureAwait(false);
        return Agreement.Measure([.. rows.Select(row => new PairedAnswer(row.First, row.Second, row.FirstLabel, row.SecondLabel))]);
    }

    /// <summary>Rows about which two people differ and that nobody has settled, the oldest first.</summary>
    public async Task<IReadOnlyList<ReviewDispute>> DisputesAsync(string taxonomy, int limit, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<ReviewDispute>(
            db,
            $"""
            select w.id as Id, w.activity_id as ActivityId, coalesce(t.subject, '') as Subject, w.first_by as FirstBy, w.first_label as FirstLabel, w.second_by as SecondBy,
              w.second_label as SecondLabel, w.second_at as SecondAt, w.content_hash as ContentHash
            from double_review w left join activity_text t on t.activity_id = w.activity_id
            where w.taxonomy = @taxonomy and {Disputed} order by w.second_at limit @limit
            """,
            new { taxonomy, limit }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The last correction that a person gave in the console and that stands; null where there is none.</summary>
    public async Task<CorrectionView?> LastOfAsync(string actor, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await db.QueryFirstOrDefaultAsync<CorrectionView>(new CommandDefinition(
            $"{ReviewQueries.CorrectionColumns} {ReviewQueries.CorrectionFrom} where k.actor = @actor and k.source = 'console' and u.id is null order by k.id desc limit 1",
            new { actor }, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    private const string Disputed =
        $"""
        w.second_at is not null and w.settled_at is null and coalesce(w.first_label, '') <> coalesce(w.second_label, '')
          and exists (select 1 from correction k where k.id = w.first_correction_id and {CorrectionUndo.Standing})
          and exists (select 1 from activity a where a.id = w.activity_id and a.content_hash = w.content_hash and a.status <> 'erased')
        """;

    private sealed record PairRow
    {
        public string First { get; init; } = "";

        public string Second { get; init; } = "";

        public string? FirstLabel { get; init; }

        public string? SecondLabel { get; init; }
    }
}
