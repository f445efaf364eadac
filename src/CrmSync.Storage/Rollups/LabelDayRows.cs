using CrmSync.Storage.Database;

namespace CrmSync.Storage.Rollups;

/// <summary>
/// Counts current answers per day of the activities. Days whose activities were decided about since the last look are counted anew, whole: ids and clocks of several writers need no order, a look that is cut off is repeated,
/// and what is counted twice is the same.
/// </summary>
internal sealed class LabelDayRows(LedgerDatabase database)
{
    private const string Name = "label_day";
    private const long Day = 24 * 60 * 60 * 1_000L;

    // A transaction that was open at the last look may have stored decisions of before it.
    private const long Overlap = 10 * 60 * 1_000L;

    private const int DaysAtOnce = 30;

    private static readonly RowShape<Answer> Answers = new(
        new RowShape<Answer>.Text("taxonomy", row => row.Taxonomy),
        new RowShape<Answer>.Text("status", row => row.Status),
        new RowShape<Answer>.Text("label", row => row.Label),
        new RowShape<Answer>.Long("value", row => row.Count));

    /// <summary>Counts what changed, or, in a ledger where that was never done, the next days going back.</summary>
    /// <returns>Whether there is more to count at once.</returns>
    public async Task<bool> RollUpAsync(CancellationToken cancellationToken)
    {
        // Before anything is read: what is decided meanwhile is looked at again.
        var now = await database.WriteAsync(null, session => Task.FromResult(session.Now), cancellationToken);
        var mark = await database.ReadAsync(
            session => session.FirstAsync("select looked_at, next_day_at from rollup where name = @Name", new { Name }, reader => new Mark(reader.LongOrNull(0), reader.LongOrNull(1))),
            cancellationToken);
        if (mark?.LookedAt is { } looked)
        {
            await CountAsync(await ChangedAsync(looked - Overlap, cancellationToken), cancellationToken);
            await SaveAsync(new Mark(now, null), cancellationToken);
            return false;
        }
        var (oldest, newest) = await BoundsAsync(cancellationToken);
        var next = mark?.NextDayAt ?? newest;
        var days = Enumerable.Range(0, DaysAtOnce).Select(i => next - (i * Day)).Where(day => day >= oldest).ToList();
        await CountAsync(days, cancellationToken);
        // Decisions that came meanwhile for days that were counted first are found by the looks that follow, from the begin of the ledger's last day on.
        var more = days.Count == DaysAtOnce;
        await SaveAsync(more ? new Mark(null, next - (DaysAtOnce * Day)) : new Mark(now - Day, null), cancellationToken);
        return more;
    }

    private async Task<(long Oldest, long Newest)> BoundsAsync(CancellationToken cancellationToken)
    {
        var bounds = await database.ReadAsync(
            session => session.QueryAsync(
                "select (select min(occurred_at) from activity), (select max(occurred_at) from activity)", null, reader => (reader.LongOrNull(0), reader.LongOrNull(1))), cancellationToken);
        return bounds is [({ } oldest, { } newest)] ? (DayOf(oldest), DayOf(newest)) : (1, 0);
    }

    private async Task<IReadOnlyList<long>> ChangedAsync(long since, CancellationToken cancellationToken)
    {
        var days = await database.ReadAsync(
            session => session.QueryAsync(
                $"select distinct a.occurred_at / {Day} from decision d join activity a on a.id = d.activity_id where d.decided_at >= @since", new { since }, reader => reader.GetInt64(0)),
            cancellationToken);
        return [.. days.OrderDescending().Select(day => day * Day)];
    }

    private async Task CountAsync(IReadOnlyList<long> days, CancellationToken cancellationToken)
    {
        foreach (var day in days)
        {
            var answers = await database.ReadAsync(
                session => session.QueryAsync(
                    """
                    select d.taxonomy, d.status, case when d.status = 'decided' then coalesce(d.label, '') else '' end, count(*)
                    from activity a join decision d on d.activity_id = a.id and d.superseded_at is null
                    where a.occurred_at >= @from and a.occurred_at < @to
                    group by 1, 2, 3
                    """,
                    new { from = day, to = day + Day },
                    reader => new Answer(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt64(3))),
                cancellationToken);
            await database.WriteAsync(
                null,
                async session =>
                {
                    await session.ExecuteAsync("delete from label_day where day_at = @day", new { day });
                    return await session.ExecuteRowsAsync(
                        "insert into label_day (day_at, taxonomy, status, label, value) select @day, r.taxonomy, r.status, r.label, r.value from $rows r", Answers, answers, new { day });
                },
                cancellationToken);
        }
    }

    private Task SaveAsync(Mark mark, CancellationToken cancellationToken) => database.WriteAsync(
        null,
        session => session.ExecuteAsync(
            """
            insert into rollup (name, looked_at, next_day_at) values (@Name, @LookedAt, @NextDayAt)
            on conflict (name) do update set looked_at = excluded.looked_at, next_day_at = excluded.next_day_at
            """,
            new { Name, mark.LookedAt, mark.NextDayAt }),
        cancellationToken);

    private static long DayOf(long at) => at / Day * Day;

    private sealed record Mark(long? LookedAt, long? NextDayAt);

    private sealed record Answer(string Taxonomy, string Status, string Label, long Count);
}
