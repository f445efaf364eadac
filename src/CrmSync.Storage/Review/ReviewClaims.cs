using CrmSync.Storage.Database;

namespace CrmSync.Storage.Review;

/// <summary>Who looks at which row at this moment.</summary>
internal sealed class ReviewClaims(LedgerDatabase database)
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public Task<long?> ClaimAsync(string taxonomy, IReadOnlyList<long> candidates, string actor, TimeSpan hold, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                // A person looks at one row at a time; what nobody came back to is free again.
                await session.ExecuteAsync("delete from review_claim where taxonomy = @taxonomy and (until_at <= @Now or actor = @actor)", new { taxonomy, actor, session.Now });
                var held = (await session.QueryRowsAsync(
                    "select c.activity_id from $rows r $join review_claim c on c.taxonomy = @taxonomy and c.activity_id = r.id",
                    Ids,
                    [.. candidates.Distinct()],
                    new { taxonomy },
                    reader => reader.GetInt64(0))).ToHashSet();
                foreach (var id in candidates.Where(id => !held.Contains(id)))
                {
                    var taken = await session.ExecuteAsync(
                        "insert into review_claim (taxonomy, activity_id, actor, until_at) values (@taxonomy, @id, @actor, @until) on conflict (taxonomy, activity_id) do nothing",
                        new { taxonomy, id, actor, until = session.Now + (long)hold.TotalMilliseconds });
                    if (taken > 0)
                        return id;
                }
                return (long?)null;
            },
            cancellationToken);

    public Task<string?> FindAsync(string taxonomy, long activityId, string actor, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.FirstAsync(
                "select actor from review_claim where taxonomy = @taxonomy and activity_id = @activityId and actor <> @actor and until_at > @Now",
                new { taxonomy, activityId, actor, session.Now },
                reader => reader.GetString(0)),
            cancellationToken);
}
