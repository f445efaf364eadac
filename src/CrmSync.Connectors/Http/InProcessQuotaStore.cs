using CrmSync.Pipeline.Jobs;

namespace CrmSync.Connectors.Http;

/// <summary>Counts in memory, for one process without a ledger. Thread-safe; nothing in it waits.</summary>
internal sealed class InProcessQuotaStore(TimeProvider time) : IQuotaStore
{
    private static readonly TimeSpan Slot = TimeSpan.FromMinutes(15);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Counts> _connections = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<QuotaGrant> TakeAsync(QuotaAsk ask, CancellationToken cancellationToken)
    {
        lock (_lock)
            return Task.FromResult(Take(ask));
    }

    /// <inheritdoc/>
    public Task ReturnAsync(string connectionKey, int turns, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var slots = Of(connectionKey).Slots;
            if (slots.Count > 0)
                slots[slots.Keys.Last()] = Math.Max(0, slots[slots.Keys.Last()] - turns);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task CloseAsync(string connectionKey, string? bucket, DateTimeOffset until, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var counts = Of(connectionKey);
            if (bucket is null)
                counts.ClosedUntil = Later(counts.ClosedUntil, until);
            else
                counts.Buckets[bucket] = counts.Bucket(bucket) with { ClosedUntil = Later(counts.Bucket(bucket).ClosedUntil, until) };
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ObserveAsync(QuotaNotice notice, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var counts = Of(notice.ConnectionKey);
            counts.DayLimit = notice.DayLimit ?? counts.DayLimit;
            counts.DayRemaining = notice.DayRemaining ?? counts.DayRemaining;
            if (notice.DayRemaining <= 0)
                counts.DayClosedUntil = Later(counts.DayClosedUntil, notice.DayEnd);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<QuotaStanding> ReadAsync(string connectionKey, DateTimeOffset dayStart, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var counts = Of(connectionKey);
            var until = counts.Buckets.Values.Select(bucket => bucket.ClosedUntil)
                .Append(counts.ClosedUntil).Append(counts.DayClosedUntil).Max();
            return Task.FromResult(new QuotaStanding(
                counts.UsedSince(dayStart), counts.DayLimit, counts.DayRemaining, until > time.GetUtcNow() ? until : null));
        }
    }

    private QuotaGrant Take(QuotaAsk ask)
    {
        var counts = Of(ask.ConnectionKey);
        var now = time.GetUtcNow();
        var interval = TimeSpan.FromMicroseconds(QuotaPace.Interval(ask.Limit, ask.Window));
        if (now < counts.DayClosedUntil)
            return new QuotaGrant(0, counts.DayClosedUntil, interval, DaySpent: true);
        var room = ask.DayAllowance - counts.UsedSince(ask.DayStart);
        if (room <= 0)
            return new QuotaGrant(0, ask.DayEnd, interval, DaySpent: true);

        var bucket = counts.Bucket(ask.Bucket);
        var closed = Later(bucket.ClosedUntil, counts.ClosedUntil);
        var slice = QuotaPace.Take(
            bucket.Next, Microseconds(closed), Microseconds(now), ask.Limit, ask.Window, (int)Math.Min(ask.Wanted, room));
        counts.Buckets[ask.Bucket] = bucket with { Next = slice.Next };
        var slot = now.UtcTicks / Slot.Ticks;
        counts.Slots[slot] = counts.Slots.GetValueOrDefault(slot) + slice.Count;
        return new QuotaGrant(slice.Count, DateTimeOffset.UnixEpoch.AddMicroseconds(slice.FirstAt), interval, DaySpent: false);
    }

    private Counts Of(string key) => _connections.TryGetValue(key, out var counts) ? counts : _connections[key] = new Counts();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    // Rounded up, so that nothing begins before what was said.
    private static long Microseconds(DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks + TimeSpan.TicksPerMicrosecond - 1) / TimeSpan.TicksPerMicrosecond;

    private sealed record BucketState(long Next, DateTimeOffset ClosedUntil);

    private sealed class Counts
    {
        private static readonly BucketState Fresh = new(long.MinValue, DateTimeOffset.MinValue);

        public Dictionary<string, BucketState> Buckets { get; } = new(StringComparer.Ordinal);

        public SortedDictionary<long, long> Slots { get; } = [];

        public DateTimeOffset ClosedUntil { get; set; } = DateTimeOffset.MinValue;

        public DateTimeOffset DayClosedUntil { get; set; } = DateTimeOffset.MinValue;

        public long? DayLimit { get; set; }

        public long? DayRemaining { get; set; }

        public BucketState Bucket(string name) => Buckets.GetValueOrDefault(name, Fresh);

        public long UsedSince(DateTimeOffset start)
        {
            var first = start.UtcTicks / Slot.Ticks;
            while (Slots.Count > 0 && Slots.Keys.First() < first)
                Slots.Remove(Slots.Keys.First());
            return Slots.Values.Sum();
        }
    }
}
