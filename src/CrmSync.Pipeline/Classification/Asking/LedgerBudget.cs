using System.Collections.Concurrent;
using CrmSync.Pipeline.Classification.Hosted;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>The day's budget as the ledger keeps it for all nodes. Thread-safe.</summary>
public sealed class LedgerBudget(IAskStore store, decimal dailyUsd) : IHostedBudget
{
    private const decimal MicrosPerUsd = 1_000_000;

    // A call that ends after midnight is settled on the day that it was taken from. Reservations of the same size are worth the same, so any of them will do.
    private readonly ConcurrentDictionary<decimal, ConcurrentQueue<HostedReservation>> _open = new();

    /// <summary>Millionths of a US dollar, rounded up: the account must never show less than was spent.</summary>
    public static long MicrosOf(decimal usd) => (long)Math.Ceiling(usd * MicrosPerUsd);

    /// <summary>US dollars.</summary>
    public static decimal UsdOf(long micros) => micros / MicrosPerUsd;

    /// <inheritdoc/>
    public async ValueTask<bool> ReserveAsync(decimal mostUsd, CancellationToken cancellationToken)
    {
        if (await store.ReserveAsync(MicrosOf(mostUsd), MicrosOf(dailyUsd), cancellationToken) is not { } reservation)
            return false;
        _open.GetOrAdd(mostUsd, _ => new ConcurrentQueue<HostedReservation>()).Enqueue(reservation);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(decimal reservedUsd, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
    {
        // A call whose end nobody saw leaves its entry behind; all of one size are alike, and one day's may be settled in the place of another's.
        if (_open.TryGetValue(reservedUsd, out var open) && open.TryDequeue(out var reservation))
            await store.SettleAsync(
                new HostedSpending(reservation.Day, reservation.Micros, usage == default ? 0 : 1, usage, MicrosOf(usd)), cancellationToken);
    }
}
