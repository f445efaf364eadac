using CrmSync.Pipeline.Budgets;
using CrmSync.Pipeline.Model;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>How the days' budgets stand, for people to see and for alerts. Thread-safe.</summary>
public sealed class BudgetQueries(ILedgerReadConnections ledger) : IBudgetReader
{
    private const long Slot = 15 * 60 * 1_000;

    /// <inheritdoc/>
    public async Task<BudgetForecast> ReadRequestsAsync(string connectionKey, QuotaDay day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionKey);
        ArgumentNullException.ThrowIfNull(day);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.QuerySingleAsync<(long Used, long Lately, long? Limit)>(new CommandDefinition(
            """
            select cast(coalesce(sum(case when slot_at >= @start then used end), 0) as bigint), cast(coalesce(sum(case when slot_at >= @lately then used end), 0) as bigint),
              (select day_limit from quota_notice where connection_key = @connectionKey)
            from quota_day where connection_key = @connectionKey
            """,
            new { connectionKey, start = SlotOf(day.Start), lately = SlotOf(now - BudgetForecast.RateWindow) },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        // The CRM's own word may only lower what was configured.
        var limit = row.Limit is > 0 and var told ? Math.Min(told, day.Limit) : day.Limit;
        return BudgetForecast.Of(
            Math.Max(1, (long)(limit * day.Share)), row.Used, row.Lately / BudgetForecast.RateWindow.TotalHours, now, day.End, day.IsRolling);
    }

    /// <inheritdoc/>
    public async Task<BudgetForecast> ReadHostedAsync(long budgetMicros, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var midnight = HostedQueries.DayOf(now);
        var used = await db.ExecuteScalarAsync<long?>(new CommandDefinition(
            "select cost_micros + reserved_micros from hosted_day where day_at = @midnight", new { midnight }, cancellationToken: cancellationToken)).ConfigureAwait(false) ?? 0;
        var start = DateTimeOffset.FromUnixTimeMilliseconds(midnight);
        // Its cost is kept by the day, so the day's own average is the rate; in its first hours that would say too much.
        var hours = Math.Max((now - start).TotalHours, BudgetForecast.RateWindow.TotalHours);
        return BudgetForecast.Of(budgetMicros, used, used / hours, now, start.AddDays(1), isRolling: false);
    }

    private static long SlotOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds() / Slot * Slot;
}
