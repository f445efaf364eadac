using System.Data.Common;
using System.Globalization;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>Reads the deals of accounts with their stage history. A deal of several companies is its main company's, so that it counts once.</summary>
internal static class DealFactsReading
{
    // Beyond this an amount is a mistake of somebody's, and a decimal could not hold all of them.
    private const double MostAmount = 1e15;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly string Deals =
        $"""
        select c.id, d.id, d.connection_id, d.pipeline_external_id, d.amount, d.currency, d.close_date, d.is_closed, d.is_won, d.owner_external_id, d.crm_created_at, d.crm_modified_at
        from $rows r
        $join crm_company c on c.id = r.id
        $join crm_deal_link k on k.role = 'company' and k.external_id = c.external_id and k.object_type = c.object_type
        $join crm_deal d on d.id = k.deal_id and d.connection_id = c.connection_id and d.gone_at is null
        where {IsMain("k")}
        order by c.id, d.id
        """;

    /// <summary>Whether a link leads to a deal's main company: the one that the CRM calls primary, else the first by id.</summary>
    public static string IsMain(string link) =>
        $"""
        not exists (
          select 1 from crm_deal_link o where o.deal_id = {link}.deal_id and o.role = 'company'
            and (case when o.label like '%Primary%' then 0 else 1 end, o.external_id) < (case when {link}.label like '%Primary%' then 0 else 1 end, {link}.external_id))
        """;

    /// <summary>Closed deals <c>d</c> with their main companies <c>c</c>: the part of a query from "from" on; more conditions may follow.</summary>
    public static readonly string ClosedOfMain =
        $"""
        from crm_deal d
        join crm_deal_link k on k.deal_id = d.id and k.role = 'company'
        join crm_company c on c.connection_id = d.connection_id and c.object_type = k.object_type and c.external_id = k.external_id
        where d.is_closed = 1 and d.gone_at is null and {IsMain("k")}
        """;

    public static async Task<IReadOnlyList<DealFacts>> ReadAsync(Session session, IReadOnlyList<long> accounts)
    {
        var deals = await session.QueryRowsAsync(Deals, Ids, accounts, null, Deal.Read);
        if (deals.Count == 0)
            return [];
        var history = (await session.QueryRowsAsync(
            "select h.deal_id, h.stage_external_id, h.entered_at from $rows r $join crm_deal_stage h on h.deal_id = r.id order by h.deal_id, h.entered_at, h.stage_external_id",
            Ids, [.. deals.Select(deal => deal.Id)], null, reader => (Deal: reader.GetInt64(0), Stage: reader.GetString(1), At: reader.Instant(2)))).ToLookup(row => row.Deal);
        var stages = (await session.QueryAsync(
            "select connection_id, pipeline_external_id, external_id, name, position, is_closed from crm_stage", null,
            reader => new Stage(reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetInt32(4), reader.GetInt32(5) is 1)))
            .ToLookup(stage => (stage.Connection, stage.Id));
        var owners = await ReadOwnersAsync(session);
        return [.. deals.Select(deal => Facts(deal, [.. history[deal.Id].Select(row => (row.At, Stage: Find(stages, deal, row.Stage))).Where(row => row.Stage is not null)!], owners))];
    }

    // A person may be two owners, in one CRM after a merge or in two CRMs: the mail address joins them.
    private static async Task<Dictionary<(long Connection, string Id), string>> ReadOwnersAsync(Session session)
    {
        var rows = await session.QueryAsync(
            "select id, connection_id, external_id, email from crm_owner order by id", null,
            reader => (Id: reader.GetInt64(0), Connection: reader.GetInt64(1), External: reader.GetString(2), Email: reader.TextOrNull(3)?.Trim()));
        Dictionary<string, long> first = new(StringComparer.OrdinalIgnoreCase);
        foreach (var row in rows.Where(row => row.Email is { Length: > 0 }))
            first.TryAdd(row.Email!, row.Id);
        return rows.ToDictionary(row => (row.Connection, row.External), row => AccountKey.Of(row.Email is { Length: > 0 } email ? first[email] : row.Id));
    }

    // A deal that changed its pipeline keeps the stages of the old one in its history.
    private static Stage? Find(ILookup<(long Connection, string Id), Stage> stages, Deal deal, string id)
    {
        Stage? other = null;
        foreach (var stage in stages[(deal.Connection, id)])
        {
            if (stage.Pipeline == (deal.Pipeline ?? ""))
                return stage;
            other ??= stage;
        }
        return other;
    }

    private static DealFacts Facts(Deal deal, IReadOnlyList<(DateTimeOffset At, Stage? Stage)> history, Dictionary<(long Connection, string Id), string> owners)
    {
        var outcome = !deal.IsClosed ? DealOutcome.Open : deal.IsWon ? DealOutcome.Won : DealOutcome.Lost;
        return new DealFacts(AccountKey.Of(deal.Id), AccountKey.Of(deal.Account), deal.CreatedAt, outcome)
        {
            ClosedAt = outcome == DealOutcome.Open ? null : ClosedAt(deal, history),
            Owner = deal.Owner is null ? null : owners.GetValueOrDefault((deal.Connection, deal.Owner)) ?? string.Create(CultureInfo.InvariantCulture, $"{deal.Connection}:{deal.Owner}"),
            Amount = deal.Amount,
            Currency = deal.Currency,
            Stages = [.. history.Select(row => new StageEntry(row.Stage!.Name, row.Stage.Position, row.At))],
        };
    }

    // The history knows the instant; the close date is a day that people set, and the last change the last resort.
    private static DateTimeOffset ClosedAt(Deal deal, IReadOnlyList<(DateTimeOffset At, Stage? Stage)> history)
    {
        if (history.Count > 0 && history[^1] is { Stage.IsClosed: true } last)
        {
            var first = history.Count - 1;
            while (first > 0 && history[first - 1].Stage!.IsClosed)
                first--;
            return history[first].At;
        }
        return DateTimeOffset.TryParseExact(deal.CloseDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var day) && day >= deal.CreatedAt.AddDays(-1)
            ? day < deal.CreatedAt ? deal.CreatedAt : day
            : deal.ModifiedAt;
    }

    private sealed record Stage(long Connection, string Pipeline, string Id, string Name, int Position, bool IsClosed);

    private sealed record Deal(long Account, long Id, long Connection, string? Pipeline, decimal? Amount, string Currency, string? CloseDate, bool IsClosed, bool IsWon, string? Owner)
    {
        public DateTimeOffset CreatedAt { get; private init; }

        public DateTimeOffset ModifiedAt { get; private init; }

        public static Deal Read(DbDataReader reader) => new(
            reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.TextOrNull(3),
            reader.IsDBNull(4) || reader.GetDouble(4) is not (> -MostAmount and < MostAmount) ? null : (decimal)reader.GetDouble(4),
            reader.TextOrNull(5)?.Trim().ToUpperInvariant() ?? "", reader.TextOrNull(6), reader.GetInt32(7) is 1, reader.GetInt32(8) is 1, reader.TextOrNull(9))
        {
            CreatedAt = reader.Instant(10),
            ModifiedAt = reader.Instant(11),
        };
    }
}
