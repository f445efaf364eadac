using System.Text.Json;
using CrmSync.Pipeline.Honesty;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Honesty;

/// <summary>Keeps one judgement per deal.</summary>
internal sealed class HonestyRows(LedgerDatabase database)
{
    private const string Stale = "s.connection_id is null or s.rules <> @version or s.after_id is not null";

    private static readonly RowShape<JudgedDeal> Judged = new(
        new RowShape<JudgedDeal>.Long("deal_id", row => row.Due.DealId),
        new RowShape<JudgedDeal>.Text("rep", row => row.Judgement!.Place.Rep),
        new RowShape<JudgedDeal>.Text("rep_name", row => row.Judgement!.Place.RepName),
        new RowShape<JudgedDeal>.Text("team", row => row.Judgement!.Place.Team),
        new RowShape<JudgedDeal>.Text("region", row => row.Judgement!.Place.Region),
        new RowShape<JudgedDeal>.Text("month", row => row.Judgement!.Place.Month),
        new RowShape<JudgedDeal>.Text("verdict", row => Stored.Name(row.Judgement!.Verdict)),
        new RowShape<JudgedDeal>.Text("reported", row => row.Judgement!.Reported?.Slug()),
        new RowShape<JudgedDeal>.Long("reported_at", row => row.Judgement!.ReportedSince?.ToUnixTimeMilliseconds()),
        new RowShape<JudgedDeal>.Text("shown", row => row.Judgement!.Shown?.Slug()),
        new RowShape<JudgedDeal>.Long("shown_at", row => row.Judgement!.ShownSince?.ToUnixTimeMilliseconds()),
        new RowShape<JudgedDeal>.Real("confidence", row => row.Judgement!.ShownConfidence),
        new RowShape<JudgedDeal>.Long("is_reopened", row => row.Judgement!.IsReopened ? 1 : 0),
        new RowShape<JudgedDeal>.Long("is_open", row => row.Judgement!.Reported?.IsClosed() is true ? 0 : 1),
        new RowShape<JudgedDeal>.Long("claims_unshown", row => row.Judgement!.ClaimsUnshown ? 1 : 0),
        new RowShape<JudgedDeal>.Long("disagrees_at", row => row.Judgement!.DisagreesSince?.ToUnixTimeMilliseconds()),
        new RowShape<JudgedDeal>.Text("currency", row => row.Due.Deal!.Currency?.Trim().ToUpperInvariant() ?? ""),
        new RowShape<JudgedDeal>.Long("cents", row => Cents(row)),
        new RowShape<JudgedDeal>.Long("stake", row => row.Judgement!.Disagrees ? Math.Max(0, Cents(row)) : -1),
        new RowShape<JudgedDeal>.Long("has_amount", row => row.Due.Deal!.Amount is null ? 0 : 1),
        new RowShape<JudgedDeal>.Long("activities", row => row.Judgement!.Activities),
        new RowShape<JudgedDeal>.Long("anchored", row => row.Judgement!.Anchored),
        new RowShape<JudgedDeal>.Long("last_activity_at", row => row.Judgement!.LastActivityAt?.ToUnixTimeMilliseconds() ?? 0),
        new RowShape<JudgedDeal>.Long("last_engaged_at", row => row.Judgement!.LastEngagedAt?.ToUnixTimeMilliseconds() ?? 0),
        new RowShape<JudgedDeal>.Text("evidence", row => JsonSerializer.Serialize(row.Judgement!.Evidence.Select(Sign))));

    private static readonly RowShape<DueDeal> Ended = new(
        new RowShape<DueDeal>.Long("deal_id", row => row.DealId),
        new RowShape<DueDeal>.Long("asked", row => row.Asked));

    private static readonly string Columns = string.Join(", ", Judged.Names);

    private static readonly string Save =
        $"""
        insert into deal_honesty ({Columns}, connection_id, judged_at) select {string.Join(", ", Judged.Names.Select(name => "r." + name))}, @connectionId, @Now from $rows r where true
        on conflict (deal_id) do update set {string.Join(", ", Judged.Names.Skip(1).Select(name => $"{name} = excluded.{name}"))}, judged_at = excluded.judged_at
        """;

    public async Task<bool> CatchUpAsync(int version, int limit, CancellationToken cancellationToken)
    {
        var open = await database.ReadAsync(
            session => session.QueryAsync(
                $"select c.id from connection c left join honesty_state s on s.connection_id = c.id where {Stale} order by c.id", new { version }, reader => reader.GetInt64(0)),
            cancellationToken);
        var more = false;
        foreach (var connectionId in open)
            more |= await database.WriteAsync(connectionId, session => AskSomeAsync(session, connectionId, version, limit), cancellationToken);
        return more;
    }

    public async Task<bool> IsDueAsync(int version, CancellationToken cancellationToken) =>
        await database.ReadAsync(
            session => session.ScalarAsync(
                $"""
                select case when exists (select 1 from deal_due)
                  or exists (select 1 from connection c left join honesty_state s on s.connection_id = c.id where {Stale}) then 1 else 0 end
                """,
                new { version }),
            cancellationToken) is 1;

    public Task<IReadOnlyList<DueDeal>> ReadDueAsync(int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(session => DealReading.ReadAsync(session, limit), cancellationToken);

    public async Task SaveAsync(IReadOnlyList<JudgedDeal> judged, CancellationToken cancellationToken)
    {
        foreach (var group in judged.GroupBy(item => item.Due.ConnectionId).OrderBy(group => group.Key))
        {
            IReadOnlyList<JudgedDeal> rows = [.. group];
            await database.WriteAsync(
                group.Key,
                async session =>
                {
                    await session.ExecuteRowsAsync(Save, Judged, [.. rows.Where(row => row.Judgement is not null)], new { connectionId = group.Key, session.Now });
                    await session.ExecuteRowsAsync(
                        "delete from deal_honesty where deal_id in (select r.deal_id from $rows r)", Ended, [.. rows.Where(row => row.Judgement is null).Select(row => row.Due)]);
                    return await session.ExecuteRowsAsync(
                        "delete from deal_due where (deal_id, asked) in (select r.deal_id, r.asked from $rows r)", Ended, [.. rows.Select(row => row.Due)]);
                },
                cancellationToken);
        }
    }

    // Counted beside the writer: of a million activities that takes a while.
    public async Task CountLooseAsync(CancellationToken cancellationToken)
    {
        var counts = await database.ReadAsync(
            session => session.QueryAsync(
                """
                select a.connection_id, count(*), sum(case when exists (select 1 from activity_link l where l.activity_id = a.id and l.role = 'deal') then 0 else 1 end)
                from activity a where a.gone_at is null group by a.connection_id order by a.connection_id
                """,
                null,
                reader => (ConnectionId: reader.GetInt64(0), Activities: reader.GetInt64(1), Loose: Convert.ToInt64(reader.GetValue(2), null))),
            cancellationToken);
        foreach (var (connectionId, activities, loose) in counts)
        {
            await database.WriteAsync(
                connectionId,
                session => session.ExecuteAsync(
                    "update honesty_state set activities = @activities, without_deal = @loose, counted_at = @Now where connection_id = @connectionId",
                    new { connectionId, activities, loose, session.Now }),
                cancellationToken);
        }
    }

    private static async Task<bool> AskSomeAsync(Session session, long connectionId, int version, int limit)
    {
        await session.ExecuteAsync(
            """
            insert into honesty_state (connection_id, rules, after_id) values (@connectionId, @version, 0)
            on conflict (connection_id) do update set rules = excluded.rules, after_id = 0 where honesty_state.rules <> excluded.rules
            """,
            new { connectionId, version });
        var last = await session.ScalarAsync(
            """
            select max(id) from (
              select d.id from crm_deal d, honesty_state s where s.connection_id = @connectionId and d.connection_id = s.connection_id and d.id > s.after_id
              order by d.id limit @limit) picked
            """,
            new { connectionId, limit });
        await session.ExecuteAsync(
            """
            insert into deal_due (deal_id, connection_id, asked, since_at)
            select d.id, d.connection_id, 1, @Now from crm_deal d, honesty_state s
            where s.connection_id = @connectionId and d.connection_id = s.connection_id and d.id > s.after_id and d.id <= @last
            on conflict (deal_id) do update set asked = deal_due.asked + 1
            """,
            new { connectionId, last, session.Now });
        await session.ExecuteAsync("update honesty_state set after_id = @last where connection_id = @connectionId", new { connectionId, last });
        return last is not null;
    }

    private static long Cents(JudgedDeal row) => row.Due.Deal!.Amount is { } amount ? (long)Math.Round(amount * 100, MidpointRounding.AwayFromZero) : 0;

    private static object Sign(StageSign sign) =>
        new { activity = sign.ActivityId, at = sign.At.ToUnixTimeMilliseconds(), stage = sign.Stage?.Slug(), confidence = sign.Confidence, engaged = sign.IsEngaged };
}
