using System.Collections.Concurrent;
using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>What every job engine keeps: batches. The rest stands in the other part.</summary>
public abstract partial class JobEngineContract : IAsyncLifetime
{
    private readonly RecordingCallbacks _calls = new();
    private IJobEngine? _engine;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private IJobEngine Engine => _engine!;

    public virtual async ValueTask InitializeAsync()
    {
        _engine = await CreateAsync(new EngineOptions { PollLimit = 2, ClassifyLimit = 3, AskLimit = 2, WriteBackLimit = 1, BackgroundLimit = 1 });
        await Engine.StartAsync(_calls, Token);
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (_engine is not null)
            await _engine.StopAsync(new CancellationToken(canceled: true));
        if (_engine is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
    }

    [Fact]
    public async Task Enqueue_Now_RunsTheBatch()
    {
        await Engine.EnqueueAsync(new EngineJob(42, JobQueue.Classify), Token);

        (await _calls.NextBatchAsync()).BatchId.ShouldBe(42);
    }

    [Fact]
    public async Task Enqueue_Later_RunsNotBefore()
    {
        var due = TimeProvider.System.GetUtcNow().AddMilliseconds(700);
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll, due), Token);
        await Engine.EnqueueAsync(new EngineJob(2, JobQueue.Poll), Token);

        (await _calls.NextBatchAsync()).BatchId.ShouldBe(2);
        var (batchId, at) = await _calls.NextBatchAsync();
        batchId.ShouldBe(1);
        at.ShouldBeGreaterThanOrEqualTo(due);
    }

    [Fact]
    public async Task Enqueue_ManyAtOnce_QueueLimitsAreReachedAndNeverExceeded()
    {
        const int PerQueue = 60;
        var now = new ConcurrentDictionary<JobQueue, int>();
        var most = new ConcurrentDictionary<JobQueue, int>();
        var full = new TaskCompletionSource();
        _calls.OnBatch = async (batchId, token) =>
        {
            var queue = (JobQueue)(batchId % 5);
            var count = now.AddOrUpdate(queue, 1, (_, value) => value + 1);
            most.AddOrUpdate(queue, count, (_, value) => Math.Max(value, count));
            // Poll 2, classify 3, ask 2, write-back 1, background 1: once all nine places were taken at the same time, everything may flow.
            if (now.Values.Sum() == 9)
                full.TrySetResult();
            await full.Task.WaitAsync(token);
            await Task.Yield();
            now.AddOrUpdate(queue, 0, (_, value) => value - 1);
        };

        for (var index = 0; index < PerQueue * 5; index++)
            await Engine.EnqueueAsync(new EngineJob(5 + index, (JobQueue)(index % 5)), Token);
        for (var index = 0; index < PerQueue * 5; index++)
            await _calls.NextBatchAsync();

        most.OrderBy(entry => entry.Key).Select(entry => entry.Value).ShouldBe([2, 3, 2, 1, 1]);
    }

    [Fact]
    public async Task Enqueue_WhileAnotherQueueIsBlocked_Runs()
    {
        var release = new TaskCompletionSource();
        _calls.OnBatch = (batchId, token) => batchId < 1000 ? release.Task.WaitAsync(token) : Task.CompletedTask;
        for (var batchId = 1; batchId <= 200; batchId++)
            await Engine.EnqueueAsync(new EngineJob(batchId, JobQueue.Background), Token);
        (await _calls.NextBatchAsync()).BatchId.ShouldBeLessThan(1000);

        foreach (var queue in new[] { JobQueue.Poll, JobQueue.Classify, JobQueue.WriteBack })
        {
            await Engine.EnqueueAsync(new EngineJob(1000 + (int)queue, queue), Token);
            (await _calls.NextBatchAsync()).BatchId.ShouldBe(1000 + (int)queue);
        }

        release.SetResult();
    }

    [Fact]
    public async Task Enqueue_WithPriorities_HigherGoesFirstThenFirstCome()
    {
        var release = new TaskCompletionSource();
        _calls.OnBatch = (batchId, token) => batchId == 1 ? release.Task.WaitAsync(token) : Task.CompletedTask;
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Background), Token);
        await _calls.NextBatchAsync();
        (long Id, int Priority)[] waiting = [(7, 0), (3, -5), (9, 5), (2, 0), (8, 5)];
        foreach (var (id, priority) in waiting)
            await Engine.EnqueueAsync(new EngineJob(id, JobQueue.Background, Priority: priority), Token);

        release.SetResult();

        List<long> order = [];
        foreach (var _ in waiting)
            order.Add((await _calls.NextBatchAsync()).BatchId);
        order.ShouldBe([9, 8, 7, 2, 3]);
    }

    [Fact]
    public async Task Cancel_BeforeRun_NeverRuns()
    {
        var release = new TaskCompletionSource();
        _calls.OnBatch = (batchId, token) => batchId == 1 ? release.Task.WaitAsync(token) : Task.CompletedTask;
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Background), Token);
        await _calls.NextBatchAsync();
        await Engine.EnqueueAsync(new EngineJob(2, JobQueue.Background), Token);
        await Engine.EnqueueAsync(new EngineJob(3, JobQueue.Background, TimeProvider.System.GetUtcNow().AddMilliseconds(200)), Token);
        await Engine.EnqueueAsync(new EngineJob(4, JobQueue.Background, TimeProvider.System.GetUtcNow().AddMilliseconds(600)), Token);

        await Engine.CancelAsync(2, Token);
        await Engine.CancelAsync(3, Token);
        await Engine.CancelAsync(99, Token);
        release.SetResult();

        // Batch 4 was due last of all, so when it runs the others have had their chance.
        (await _calls.NextBatchAsync()).BatchId.ShouldBe(4);
    }

    [Fact]
    public async Task Cancel_WhileRunning_CancelsItsTokenAlone()
    {
        var cancelled = new TaskCompletionSource<long>();
        var release = new TaskCompletionSource();
        _calls.OnBatch = async (batchId, token) =>
        {
            try
            {
                await release.Task.WaitAsync(token);
            }
            catch (OperationCanceledException)
            {
                cancelled.TrySetResult(batchId);
                throw;
            }
        };
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll), Token);
        await Engine.EnqueueAsync(new EngineJob(2, JobQueue.Poll), Token);
        await _calls.NextBatchAsync();
        await _calls.NextBatchAsync();

        await Engine.CancelAsync(2, Token);

        await RecordingCallbacks.WithinPatience(cancelled.Task);
        (await cancelled.Task).ShouldBe(2);
        // The place of the cancelled batch is free again while the other one still holds its own.
        await Engine.EnqueueAsync(new EngineJob(3, JobQueue.Poll), Token);
        (await _calls.NextBatchAsync()).BatchId.ShouldBe(3);
        release.SetResult();
    }

    [Fact]
    public async Task Run_CallbackThrows_IsNotRetriedAndTheEngineGoesOn()
    {
        _calls.OnBatch = (batchId, _) => batchId == 1 ? throw new InvalidOperationException("on purpose") : Task.CompletedTask;
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.WriteBack), Token);
        (await _calls.NextBatchAsync()).BatchId.ShouldBe(1);

        await Engine.EnqueueAsync(new EngineJob(2, JobQueue.WriteBack), Token);
        (await _calls.NextBatchAsync()).BatchId.ShouldBe(2);
        await Engine.EnqueueAsync(new EngineJob(3, JobQueue.WriteBack, TimeProvider.System.GetUtcNow().AddMilliseconds(500)), Token);
        (await _calls.NextBatchAsync()).BatchId.ShouldBe(3);
    }

    [Fact]
    public async Task Enqueue_SameBatchWhileItWaits_IsNotDoubledAndTheNewerTimeHolds()
    {
        var far = TimeProvider.System.GetUtcNow().AddHours(1);
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll, far), Token);
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll), Token);
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll, far), Token);
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll), Token);

        (await _calls.NextBatchAsync()).BatchId.ShouldBe(1);
    }

    [Fact]
    public async Task Enqueue_SameBatchFromItsOwnRun_RunsAgain()
    {
        var tries = 0;
        _calls.OnBatch = async (batchId, token) =>
        {
            if (Interlocked.Increment(ref tries) < 3)
                await Engine.EnqueueAsync(new EngineJob(batchId, JobQueue.Classify, TimeProvider.System.GetUtcNow().AddMilliseconds(50)), token);
        };
        await Engine.EnqueueAsync(new EngineJob(5, JobQueue.Classify), Token);

        for (var run = 1; run <= 3; run++)
            (await _calls.NextBatchAsync()).BatchId.ShouldBe(5);
    }

    [Fact]
    public async Task Enqueue_TwoThousandBatches_AllRun()
    {
        const int Count = 2000;
        await Parallel.ForEachAsync(Enumerable.Range(1, Count), Token, async (batchId, token) =>
            await Engine.EnqueueAsync(new EngineJob(batchId, (JobQueue)(batchId % 4)), token));

        HashSet<long> seen = [];
        while (seen.Count < Count)
            seen.Add((await _calls.NextBatchAsync()).BatchId);
        seen.Order().ShouldBe(Enumerable.Range(1, Count).Select(batchId => (long)batchId));
    }

    /// <summary>A new engine, not started.</summary>
    private protected abstract Task<IJobEngine> CreateAsync(EngineOptions options);
}
