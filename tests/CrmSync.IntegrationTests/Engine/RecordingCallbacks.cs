using System.Threading.Channels;
using CrmSync.Pipeline.Jobs;
using Xunit;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>What an engine called and when; a test says what a call does and waits for calls instead of for time.</summary>
internal sealed class RecordingCallbacks : IJobCallbacks
{
    // Far above anything a healthy engine needs, so that only a lost call reaches it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Channel<(long BatchId, DateTimeOffset At)> _batches = Channel.CreateUnbounded<(long, DateTimeOffset)>();
    private readonly Channel<(string Key, DateTimeOffset At)> _schedules = Channel.CreateUnbounded<(string, DateTimeOffset)>();

    public Func<long, CancellationToken, Task> OnBatch { get; set; } = (_, _) => Task.CompletedTask;

    public Func<string, CancellationToken, Task> OnSchedule { get; set; } = (_, _) => Task.CompletedTask;

    public int BatchesWaiting => _batches.Reader.Count;

    public int SchedulesWaiting => _schedules.Reader.Count;

    public async Task RunBatchAsync(long batchId, CancellationToken cancellationToken)
    {
        _batches.Writer.TryWrite((batchId, TimeProvider.System.GetUtcNow()));
        await OnBatch(batchId, cancellationToken);
    }

    public async Task RunScheduleAsync(string scheduleKey, CancellationToken cancellationToken)
    {
        _schedules.Writer.TryWrite((scheduleKey, TimeProvider.System.GetUtcNow()));
        await OnSchedule(scheduleKey, cancellationToken);
    }

    public Task<(long BatchId, DateTimeOffset At)> NextBatchAsync() => NextAsync(_batches.Reader, "batch");

    public Task<(string Key, DateTimeOffset At)> NextScheduleAsync() => NextAsync(_schedules.Reader, "schedule");

    public void ForgetSchedules()
    {
        while (_schedules.Reader.TryRead(out _))
        {
        }
    }

    public static Task WithinPatience(Task task) => task.WaitAsync(Patience, TestContext.Current.CancellationToken);

    private static async Task<T> NextAsync<T>(ChannelReader<T> calls, string what)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await calls.ReadAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The engine ran no {what} within {Patience}.");
        }
    }
}
