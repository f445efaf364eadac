using CrmSync.Pipeline.Review;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Review;

/// <summary>
/// Draws decided rows by chance: numbers between 1 and the highest activity id, of which those that hit no decided row are passed over. Each decided row is
/// equally likely however the ids are spread, and nothing is scanned.
/// </summary>
internal sealed class AuditDraws(LedgerDatabase database)
{
    /// <summary>Drawn rows that still wait: nobody has judged the content, and it is still the activity's. The draw stands in the statement as <c>w</c>.</summary>
    public const string StillWaits =
        $"""
        exists (select 1 from activity a where a.id = w.activity_id and a.content_hash = w.content_hash and a.status <> 'erased' and a.gone_at is null)
          and not exists (select 1 from correction k where k.taxonomy = w.taxonomy and k.content_hash = w.content_hash and {CorrectionUndo.Standing})
        """;

    private const int LotsPerRow = 20;

    private static readonly RowShape<(long Lot, long Id)> Lots = new(
        new RowShape<(long Lot, long Id)>.Long("lot", row => row.Lot),
        new RowShape<(long Lot, long Id)>.Long("id", row => row.Id));

    public async Task<int> DrawAsync(string taxonomy, AuditOptions options, CancellationToken cancellationToken)
    {
        if (options.Waiting is 0)
            return 0;
        // Looked at beside the writer first: nearly always nothing is missing.
        var missing = options.Waiting - await database.ReadAsync(session => CountWaitingAsync(session, taxonomy, options), cancellationToken);
        return missing <= 0 ? 0 : await database.WriteAsync(null, session => DrawAsync(session, taxonomy, options), cancellationToken);
    }

    private static async Task<int> DrawAsync(Session session, string taxonomy, AuditOptions options)
    {
        var missing = options.Waiting - await CountWaitingAsync(session, taxonomy, options);
        if (missing <= 0 || await session.ScalarAsync("select max(id) from activity") is not { } highest)
            return 0;
        var first = (await session.ScalarAsync("select max(lot) from audit_draw where taxonomy = @taxonomy and seed = @Seed", new { taxonomy, options.Seed }) ?? -1) + 1;
        var lots = Enumerable.Range(0, (int)missing * LotsPerRow).Select(n => (Lot: first + n, Id: AuditLot.Draw(options.Seed, taxonomy, first + n, highest))).ToList();
        var hits = await session.QueryRowsAsync(
            $"""
            select r.lot, r.id
            from $rows r
            $join activity a on a.id = r.id and a.gone_at is null and a.status <> 'erased'
            $join decision d on d.activity_id = a.id and d.taxonomy = @taxonomy and d.superseded_at is null and d.content_hash = a.content_hash
              and d.status in ('decided', 'abstained') and d.decided_by <> 'person'
            where not exists (select 1 from correction k where k.taxonomy = d.taxonomy and k.content_hash = d.content_hash and {CorrectionUndo.Standing})
              and not exists (select 1 from audit_draw x where x.taxonomy = d.taxonomy and x.activity_id = a.id and x.content_hash = d.content_hash)
            order by r.lot
            """,
            Lots,
            lots,
            new { taxonomy },
            reader => (Lot: reader.GetInt64(0), Id: reader.GetInt64(1)));
        return await session.ExecuteRowsAsync(
            """
            insert into audit_draw (taxonomy, activity_id, content_hash, label, status, confidence, decided_by, model_version, seed, lot, drawn_at)
            select d.taxonomy, d.activity_id, d.content_hash, d.label, d.status, d.confidence, d.decided_by, d.model_version, @Seed, r.lot, @Now
            from $rows r $join decision d on d.activity_id = r.id and d.taxonomy = @taxonomy and d.superseded_at is null where true
            order by r.lot
            on conflict (taxonomy, activity_id, content_hash) do nothing
            """,
            Lots,
            [.. hits.DistinctBy(hit => hit.Id).Take((int)missing)],
            new { taxonomy, options.Seed, session.Now });
    }

    private static async Task<long> CountWaitingAsync(Session session, string taxonomy, AuditOptions options)
    {
        // Outside a transaction there is no clock of the database; then the newest draw stands for now, which is all that a reach of months needs.
        var since = (session.Now > 0 ? session.Now : await session.ScalarAsync("select max(drawn_at) from audit_draw where taxonomy = @taxonomy", new { taxonomy }) ?? 0)
            - (long)options.Reach.TotalMilliseconds;
        return await session.ScalarAsync(
            $"select count(*) from audit_draw w where w.taxonomy = @taxonomy and w.drawn_at >= @since and {StillWaits}", new { taxonomy, since }) ?? 0;
    }
}
