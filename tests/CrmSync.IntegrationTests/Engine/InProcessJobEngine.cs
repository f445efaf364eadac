using System.Threading.Channels;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>
/// A second engine without any library: one priority channel and a fixed number of workers per queue, one timer per late batch or schedule. It
/// keeps the seam honest and serves tests that want no scheduler threads.
/// </summary>
public sealed class InProcessJobEngine(EngineOptions options, TimeProvider time) : IJobEngine, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<JobQueue, Channel<Entry>> _queues = Enum.GetValues<JobQueue>().ToDictionary(
        queue => queue,
        _ => Channel.CreateUnboundedPrioritized(new UnboundedPrioritizedChannelOptions<Entry> { Comparer = Comparer<Entry>.Create(Entry.Compare) }));
    private readonly Dictionary<long, Entry> _waiting = [];
    private readonly HashSet<Entry> _running = [];
    private readonly Dictionary<string, InProcessSchedule> _schedules = [];
    private readonly CancellationTokenSource _impatience = new();
    private readonly List<Task> _workers = [];
    private IJobCallbacks? _callbacks;
    private bool _stopping;
    private bool _stopped;
    private long _asked;

    public string Name => "In process";

    public Task StartAsync(IJobCallbacks callbacks, CancellationToken cancellationToken)
    {
        options.ThrowIfInvalid();
        lock (_lock)
        {
            if (_callbacks is not null)
                throw new InvalidOperationException("The job engine starts once; make a new one to start again.");
            _callbacks = callbacks;
            foreach (var (queue, channel) in _queues)
                _workers.AddRange(Enumerable.Range(0, options.LimitOf(queue)).Select(_ => Task.Run(() => WorkAsync(channel.Reader), CancellationToken.None)));
        }

        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Task all;
        lock (_lock)
        {
            if (_callbacks is null)
                return;
            _stopping = true;
            foreach (var channel in _queues.Values)
                channel.Writer.TryComplete();
            all = Task.WhenAll([.. _workers, .. _schedules.Values.Select(schedule => schedule.StopAsync())]);
        }

        try
        {
            await all.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await _impatience.CancelAsync();
            await Task.WhenAny(all, Task.Delay(options.StopGrace, time, CancellationToken.None));
        }

        lock (_lock)
        {
            _stopped = true;
            foreach (var entry in _waiting.Values)
                entry.Timer?.Dispose();
            _waiting.Clear();
        }
    }

    public Task EnqueueAsync(EngineJob job, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfNotRunning();
            if (_waiting.Remove(job.BatchId, out var older))
                older.Timer?.Dispose();
            var entry = new Entry(job, _asked++);
            _waiting.Add(job.BatchId, entry);
            if (job.NotBefore is { } due && due > time.GetUtcNow())
                entry.Timer = InProcessSchedule.At(due, time, () => Offer(entry));
            else
                Offer(entry);
        }

        return Task.CompletedTask;
    }

    public Task CancelAsync(long batchId, CancellationToken cancellationToken)
    {
        Entry[] running;
        lock (_lock)
        {
            ThrowIfNotRunning();
            if (_waiting.Remove(batchId, out var waiting))
                waiting.Timer?.Dispose();
            running = [.. _running.Where(entry => entry.Job.BatchId == batchId)];
        }

        foreach (var entry in running)
            entry.Cancellation.Cancel();
        return Task.CompletedTask;
    }

    public Task SetRecurringAsync(RecurringJob job, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfNotRunning();
            if (_schedules.TryGetValue(job.Key, out var known))
            {
                if (known.Recurrence == job.Recurrence)
                    return Task.CompletedTask;
                _ = known.StopAsync();
            }

            _schedules[job.Key] = new InProcessSchedule(job, time, token => _callbacks!.RunScheduleAsync(job.Key, token), known, _impatience.Token);
        }

        return Task.CompletedTask;
    }

    public Task RemoveRecurringAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfNotRunning();
            if (_schedules.Remove(key, out var schedule))
                _ = schedule.StopAsync();
        }

        return Task.CompletedTask;
    }

    public Task TriggerAsync(string key, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfNotRunning();
            if (!_schedules.TryGetValue(key, out var schedule))
                throw new KeyNotFoundException($"The job engine has no schedule \"{key}\".");
            schedule.Trigger();
        }

        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(new CancellationToken(canceled: true));
        _impatience.Dispose();
    }

    private void Offer(Entry entry)
    {
        entry.Timer?.Dispose();
        _queues[entry.Job.Queue].Writer.TryWrite(entry);
    }

    private async Task WorkAsync(ChannelReader<Entry> queue)
    {
        await foreach (var entry in queue.ReadAllAsync(CancellationToken.None))
        {
            lock (_lock)
            {
                // Cancelled, replaced by a newer asking, or left over at the stop.
                if (_stopping || !_waiting.TryGetValue(entry.Job.BatchId, out var current) || current != entry)
                    continue;
                _waiting.Remove(entry.Job.BatchId);
                _running.Add(entry);
            }

            using var token = CancellationTokenSource.CreateLinkedTokenSource(entry.Cancellation.Token, _impatience.Token);
            await InProcessSchedule.QuietlyAsync(() => _callbacks!.RunBatchAsync(entry.Job.BatchId, token.Token));
            lock (_lock)
                _running.Remove(entry);
        }
    }

    private void ThrowIfNotRunning()
    {
        if (_stopped)
            throw new InvalidOperationException("The job engine has stopped and takes no more jobs; the ledger keeps them for the next start.");
        if (_callbacks is null)
            throw new InvalidOperationException("The job engine has not started yet; call StartAsync first.");
    }

    private sealed class Entry(EngineJob job, long asked)
    {
        public EngineJob Job { get; } = job;

        public CancellationTokenSource Cancellation { get; } = new();

        public ITimer? Timer { get; set; }

        private long Asked { get; } = asked;

        public static int Compare(Entry? left, Entry? right) =>
            (-left!.Job.Priority, left.Asked).CompareTo((-right!.Job.Priority, right.Asked));
    }
}
