using System.Collections.Concurrent;

namespace CrmSync.IntegrationTests.Testing;

/// <summary>
/// How late this machine is with what it is asked to do at an instant: what a busy processor delays is squeezed into less time than it was sent in, and a limit per second
/// cannot be judged more sharply than that. Measures until disposed of.
/// </summary>
internal sealed class MachineLateness : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(15);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<(DateTimeOffset At, TimeSpan Late)> _late = new();
    private readonly Task _measuring;

    public MachineLateness() => _measuring = MeasureAsync();

    /// <summary>The most in a span of time, and in the second before it: what was late then arrives now.</summary>
    public TimeSpan Most(DateTimeOffset from, DateTimeOffset to) =>
        _late.Where(entry => entry.At >= from - TimeSpan.FromSeconds(1) && entry.At <= to + TimeSpan.FromSeconds(1)).Select(entry => entry.Late).DefaultIfEmpty().Max();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _measuring;
        _end.Dispose();
    }

    private async Task MeasureAsync()
    {
        var time = TimeProvider.System;
        while (!_end.IsCancellationRequested)
        {
            var before = time.GetTimestamp();
            await Task.Delay(Step, time, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (time.GetElapsedTime(before) - Step is { TotalMilliseconds: > 10 } late)
                _late.Enqueue((time.GetUtcNow(), late));
        }
    }
}
