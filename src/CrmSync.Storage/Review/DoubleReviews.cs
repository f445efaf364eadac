using CrmSync.Pipeline.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Review;

/// <summary>Corrections that a second person judges without seeing the first answer.</summary>
internal sealed class DoubleReviews(LedgerDatabase database)
{
    private static readonly RowShape<DrawnCorrection> Drawn = new(
        new RowShape<DrawnCorrection>.Long("correction_id", row => row.CorrectionId),
        new RowShape<DrawnCorrection>.Long("activity_id", row => row.ActivityId),
        new RowShape<DrawnCorrection>.Text("taxonomy", row => row.Taxonomy),
        new RowShape<DrawnCorrection>.Text("hash", row => row.ContentHash),
        new RowShape<DrawnCorrection>.Text("label", row => row.Label));

    /// <summary>Draws some of the corrections that are being stored; part of their transaction. A content is drawn once.</summary>
    public static async Task DrawAsync(Session session, IReadOnlyList<DrawnCorrection> corrections, string actor)
    {
        var share = await ReadShareAsync(session);
        await session.ExecuteRowsAsync(
            """
            insert into double_review (taxonomy, activity_id, content_hash, first_correction_id, first_by, first_label, first_at)
            select r.taxonomy, r.activity_id, r.hash, r.correction_id, @actor, r.label, @Now from $rows r where true
            on conflict (taxonomy, activity_id, content_hash) do nothing
            """,
            Drawn,
            [.. corrections.Where(row => DoubleReview.IsDrawn(row.Taxonomy, row.ContentHash, share))],
            new { actor, session.Now });
    }

    public Task<SecondOutcome> JudgeAsync(long id, string? label, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var first = await session.FirstAsync(
                    $"""
                    update double_review set second_by = @actor, second_label = @label, second_at = @Now
                    where id = @id and second_at is null and first_by <> @actor
                      and exists (select 1 from correction k where k.id = double_review.first_correction_id and {CorrectionUndo.Standing})
                      and exists (select 1 from activity a where a.id = double_review.activity_id and a.content_hash = double_review.content_hash and a.status <> 'erased')
                    returning activity_id, taxonomy, first_label
                    """,
                    new { id, label, actor, session.Now },
                    reader => new First(reader.GetInt64(0), reader.GetString(1), reader.TextOrNull(2)));
                if (first is null)
                    return SecondOutcome.Gone;
                await Audit.WriteAsync(session, actor, "review.second", $"activity/{first.ActivityId}/{first.Taxonomy}", null, label ?? "none");
                return first.Label == label ? SecondOutcome.Agreed : SecondOutcome.Differed;
            },
            cancellationToken);

    public Task<bool> SettleAsync(long id, string? label, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var first = await session.FirstAsync(
                    """
                    update double_review set settled_by = @actor, settled_label = @label, settled_at = @Now
                    where id = @id and second_at is not null and settled_at is null
                    returning activity_id, taxonomy, first_label
                    """,
                    new { id, label, actor, session.Now },
                    reader => new First(reader.GetInt64(0), reader.GetString(1), reader.TextOrNull(2)));
                if (first is null)
                    return false;
                await Audit.WriteAsync(session, actor, "review.settle", $"activity/{first.ActivityId}/{first.Taxonomy}", first.Label ?? "none", label ?? "none");
                return true;
            },
            cancellationToken);

    private static async Task<int> ReadShareAsync(Session session) =>
        await session.FirstAsync("select value from setting where key = @Key", new { Key = DoubleReview.ShareSetting }, reader => reader.GetString(0)) is { } text && int.TryParse(text, out var share)
            ? Math.Clamp(share, 0, 100)
            : DoubleReview.DefaultShare;

    public async Task<int> ReadShareAsync(CancellationToken cancellationToken) => await database.ReadAsync(ReadShareAsync, cancellationToken);

    public Task SetShareAsync(int share, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var before = await ReadShareAsync(session);
                if (before == share)
                    return 0;
                await session.ExecuteAsync(
                    """
                    insert into setting (key, value, updated_by, updated_at) values (@Key, @value, @actor, @Now)
                    on conflict (key) do update set value = excluded.value, updated_by = excluded.updated_by, updated_at = excluded.updated_at
                    """,
                    new { Key = DoubleReview.ShareSetting, value = $"{share}", actor, session.Now });
                await Audit.WriteAsync(session, actor, "setting.change", DoubleReview.ShareSetting, $"{before}", $"{share}");
                return 1;
            },
            cancellationToken);

    public async Task<bool> ReadWriteBackAsync(string actor, CancellationToken cancellationToken) =>
        await database.ReadAsync(session => session.ScalarAsync("select write_back from review_choice where actor = @actor", new { actor }), cancellationToken) is not 0;

    public Task SetWriteBackAsync(bool writeBack, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                """
                insert into review_choice (actor, write_back, updated_at) values (@actor, @value, @Now)
                on conflict (actor) do update set write_back = excluded.write_back, updated_at = excluded.updated_at
                """,
                new { actor, value = writeBack ? 1 : 0, session.Now }),
            cancellationToken);

    private sealed record First(long ActivityId, string Taxonomy, string? Label);
}

/// <summary>A correction that was stored just now.</summary>
internal readonly record struct DrawnCorrection(long CorrectionId, long ActivityId, string Taxonomy, string ContentHash, string? Label);
