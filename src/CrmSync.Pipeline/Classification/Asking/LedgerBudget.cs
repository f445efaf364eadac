using CrmSync.Pipeline.Classification.Hosted;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>The day's budget as the ledger keeps it for all nodes. Thread-safe.</summary>
public sealed class LedgerBudget(IAskStore store, Func<decimal> dailyUsd) : IHostedBudget
{
    /// <summary>A budget that stays as it is.</summary>
    public LedgerBudget(IAskStore store, decimal dailyUsd) : this(store, () => dailyUsd)
    {
    }

    private const decimal MicrosPerUsd = 1_000_000;

    // A call that ends after midnight is settled on the day that it was taken from. Reservations of the same size are alike: any of them will do. What nobody
    // settles is forgotten here after two days; in the ledger it stays taken.
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(2);
    private readonly List<(decimal Usd, HostedReservation Reservation)> _open = [];
    private readonly Lock _gate = new();

    /// <summary>Millionths of a US dollar, rounded up: the account must never show less than was spent.</summary>
    public static long MicrosOf(decimal usd) => (long)Math.Ceiling(usd * MicrosPerUsd);

    /// <summary>US dollars.</summary>
    public static decimal UsdOf(long micros) => micros / MicrosPerUsd;

    /// <inheritdoc/>
    public async ValueTask<bool> ReserveAsync(decimal mostUsd, CancellationToken cancellationToken)
    {
        if (await store.ReserveAsync(MicrosOf(mostUsd), MicrosOf(dailyUsd()), cancellationToken) is not { } reservation)
            return false;
        lock (_gate)
        {
            _open.RemoveAll(open => open.Reservation.Day < reservation.Day - Remembered);
            _open.Add((mostUsd, reservation));
        }

        return true;
    }

    /// <inheritdoc/>
    public async ValueTask SettleAsync(decimal reservedUsd, TokenUsage usage, decimal usd, CancellationToken cancellationToken)
    {
        HostedReservation reservation;
        lock (_gate)
        {
            var at = _open.FindIndex(open => open.Usd == reservedUsd);
            if (at < 0)
                return;
            reservation = _open[at].Reservation;
            _open.RemoveAt(at);
        }

        await store.SettleAsync(
            new HostedSpending(reservation.Day, reservation.Micros, usage == default ? 0 : 1, usage, MicrosOf(usd)), cancellationToken);
    }
}
