using System.Collections.Concurrent;
using System.Data.Common;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Honesty;
using CrmSync.Storage.Database;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>What reps report about deals beside what their activities show. Thread-safe.</summary>
public sealed class HonestyQueries(ILedgerReadConnections ledger, TimeProvider time)
{
    private const int ExportStep = 1_000;
    private const int KeptRollUps = 50;

    // Adding up a hundred thousand deals takes a third of a second; pages ask for the same sums again and again.
    private readonly ConcurrentDictionary<(DealDimension, HonestyFilter), CostedCache<IReadOnlyList<DealCell>>> _rollUps = new();

    /// <summary>One page of deals, the most money first: at stake, or where a list is not about disagreement in all.</summary>
    public async Task<KeysetPage<DealRow>> PageAsync(HonestyFilter filter, PageRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var parameters = filter.Parameters(time.GetUtcNow());
        parameters.AddDynamicParams(new { edgeAt = edge?.At, edgeId = edge?.Id, take = request.Size + 1 });
        var bounds = edge is null ? "" : $" and ({filter.Order}, h.deal_id) {(upwards ? ">" : "<")} (@edgeAt, @edgeId)";
        var found = await OverviewQueries.ListAsync<DealRow>(
            db, Select($"{filter.Where()}{bounds}", filter.Order, upwards ? "asc" : "desc"), parameters, cancellationToken).ConfigureAwait(false);
        return Keyset.Page(found, request, row => CursorOf(filter, row), null);
    }

    /// <summary>How many deals match, up to <see cref="CappedCount.Limit"/>.</summary>
    public async Task<CappedCount> CountAsync(HonestyFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return new CappedCount(await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from (select 1 from deal_honesty h where 1 = 1 {filter.Where()} limit {CappedCount.Limit + 1}) picked",
            filter.Parameters(time.GetUtcNow()), cancellationToken: cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>Everything that matches, page by page, in the order of the list.</summary>
    public async IAsyncEnumerable<DealRow> StreamAsync(HonestyFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageCursor? before = null;
        do
        {
            var page = await PageAsync(filter, new PageRequest(before, null, ExportStep), cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows)
                yield return row;
            before = page.Older;
        }
        while (before is not null);
    }

    /// <summary>Deals that match, alike ones counted together; up to half a minute old where adding them up is slow.</summary>
    public Task<IReadOnlyList<DealCell>> CellsAsync(DealDimension by, HonestyFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        // Addresses are anybody's to make up, so only so many are kept.
        if (_rollUps.Count > KeptRollUps)
            _rollUps.Clear();
        return _rollUps.GetOrAdd((by, filter), static (_, clock) => new(clock, TimeSpan.Zero, TimeSpan.FromSeconds(30)), time)
            .GetAsync(cancel => AddUpAsync(by, filter, cancel), cancellationToken);
    }

    private async Task<IReadOnlyList<DealCell>> AddUpAsync(DealDimension by, HonestyFilter filter, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var (key, name) = by switch
        {
            DealDimension.Rep => ("h.rep", "max(h.rep_name)"),
            DealDimension.Team => ("h.team", "h.team"),
            DealDimension.Region => ("h.region", "h.region"),
            DealDimension.Month => ("h.month", "h.month"),
            DealDimension.All => ("''", "''"),
            _ => throw new ArgumentOutOfRangeException(nameof(by), by, "No such dimension."),
        };
        var rows = await OverviewQueries.ListAsync<CellRow>(
            db,
            $"""
            select {key} as GroupKey, {name} as Name, h.currency as Currency, h.reported as Reported, h.shown as Shown, h.verdict as Verdict, count(*) as Deals,
              cast(sum(h.cents) as bigint) as Cents
            from deal_honesty h where 1 = 1 {filter.Where()}
            group by {(by is DealDimension.All ? "" : key + ", ")}h.currency, h.reported, h.shown, h.verdict
            """,
            filter.Parameters(time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => new DealCell(
            row.GroupKey, row.Name, row.Currency, SalesStages.Parse(row.Reported), SalesStages.Parse(row.Shown), Stored.Parse<DealVerdict>(row.Verdict), row.Deals, row.Cents))];
    }

    /// <summary>The team of each rep: the one in which most of the rep's deals are.</summary>
    public async Task<IReadOnlyDictionary<string, string>> TeamsAsync(HonestyFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = await OverviewQueries.ListAsync<ChoiceRow>(
            db, $"select h.rep as Value, h.team as Name, count(*) as Deals from deal_honesty h where 1 = 1 {filter.Where()} group by h.rep, h.team",
            filter.Parameters(time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        return rows.GroupBy(row => row.Value).ToDictionary(group => group.Key, group => group.OrderByDescending(row => row.Deals).ThenBy(row => row.Name, StringComparer.Ordinal).First().Name);
    }

    /// <summary>What filters offer.</summary>
    public async Task<HonestyChoices> ChoicesAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var owners = await OverviewQueries.ListAsync<ChoiceRow>(
            db, $"{Distinct("rep")} select picked.v as Value, (select max(h.rep_name) from deal_honesty h where h.rep = picked.v) as Name from picked where picked.v is not null", null, cancellationToken).ConfigureAwait(false);
        return new HonestyChoices(
            [.. owners.Where(row => row.Value.Length > 0).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase).Select(row => (row.Value, row.Name))],
            await ValuesAsync(db, "team", cancellationToken).ConfigureAwait(false), await ValuesAsync(db, "region", cancellationToken).ConfigureAwait(false),
            [.. (await ValuesAsync(db, "month", cancellationToken).ConfigureAwait(false)).Reverse()],
            await CurrenciesAsync(db, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>How complete the comparison is.</summary>
    public async Task<HonestyFreshness> FreshnessAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.QuerySingleAsync<FreshRow>(new CommandDefinition(
            $"""
            select (select count(*) from (select 1 from deal_due limit {CappedCount.Limit + 1}) picked) as Waiting,
              (select count(*) from connection c left join honesty_state s on s.connection_id = c.id where s.connection_id is null or s.after_id is not null) as Catching,
              cast(coalesce(sum(activities), 0) as bigint) as Activities, cast(coalesce(sum(without_deal), 0) as bigint) as Loose, min(counted_at) as CountedAt
            from honesty_state
            """,
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new HonestyFreshness(new CappedCount(row.Waiting), row.Catching > 0, row.Activities, row.Loose, row.CountedAt);
    }

    /// <summary>The connections, for the filter's choices.</summary>
    public async Task<IReadOnlyList<ConnectionView>> ConnectionsAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await ConnectionView.ListAsync(db, cancellationToken).ConfigureAwait(false);
    }

    private static PageCursor CursorOf(HonestyFilter filter, DealRow row) => new(filter.Order == "h.cents" ? row.Cents : row.Stake, row.DealId);

    private static string Select(string where, string order, string direction) =>
        $"""
        select h.deal_id as DealId, c.key as Connection, c.name as ConnectionName, d.object_type as ObjectType, d.external_id as ExternalId, d.name as Name,
          coalesce(s.name, d.stage_external_id) as CrmStage, h.rep as Rep, h.rep_name as RepName, h.team as Team, h.region as Region, d.close_date as CloseDate,
          h.verdict as Verdict, h.reported as Reported, h.reported_at as ReportedAt, h.shown as Shown, h.shown_at as ShownAt, h.confidence as Confidence,
          h.is_reopened as IsReopened, h.claims_unshown as ClaimsUnshown, h.disagrees_at as DisagreesAt, h.currency as Currency, h.cents as Cents, h.has_amount as HasAmount,
          h.stake as Stake, h.activities as Activities, h.last_activity_at as LastActivityAt, h.last_engaged_at as LastEngagedAt, h.evidence as EvidenceJson
        from deal_honesty h join crm_deal d on d.id = h.deal_id join connection c on c.id = h.connection_id
        left join crm_stage s on s.connection_id = h.connection_id and s.pipeline_external_id = coalesce(d.pipeline_external_id, '') and s.external_id = d.stage_external_id
        where 1 = 1 {where} order by {order} {direction}, h.deal_id {direction} limit @take
        """;

    private static async Task<IReadOnlyList<string>> ValuesAsync(DbConnection db, string column, CancellationToken cancellationToken) =>
        [.. (await OverviewQueries.ListAsync<ChoiceRow>(db, $"{Distinct(column)} select picked.v as Value from picked where picked.v is not null", null, cancellationToken).ConfigureAwait(false))
            .Select(row => row.Value).Where(value => value.Length > 0).Order(StringComparer.OrdinalIgnoreCase)];

    // Hops from value to value along the index instead of walking over every deal.
    private static string Distinct(string column) =>
        $"""
        with recursive picked (v) as (
          select min({column}) from deal_honesty
          union all
          select (select min(h.{column}) from deal_honesty h where h.{column} > picked.v) from picked where picked.v is not null)
        """;

    private static async Task<IReadOnlyList<string>> CurrenciesAsync(DbConnection db, CancellationToken cancellationToken) =>
        [.. (await OverviewQueries.ListAsync<ChoiceRow>(db, $"{Distinct("currency")} select picked.v as Value from picked where picked.v is not null", null, cancellationToken).ConfigureAwait(false)).Select(row => row.Value)];

    private sealed record ChoiceRow
    {
        public string Value { get; init; } = "";

        public string Name { get; init; } = "";

        public long Deals { get; init; }
    }

    private sealed record CellRow
    {
        public string GroupKey { get; init; } = "";

        public string Name { get; init; } = "";

        public string Currency { get; init; } = "";

        public string? Reported { get; init; }

        public string? Shown { get; init; }

        public string Verdict { get; init; } = "";

        public long Deals { get; init; }

        public long Cents { get; init; }
    }

    private sealed record FreshRow
    {
        public long Waiting { get; init; }

        public long Catching { get; init; }

        public long Activities { get; init; }

        public long Loose { get; init; }

        public long? CountedAt { get; init; }
    }
}
