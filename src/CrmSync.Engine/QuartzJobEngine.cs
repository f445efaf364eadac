using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CrmSync.Engine;

/// <summary>
/// The job engine on Quartz 4. In memory it serves one node; with <see cref="QuartzStore.Postgres"/> several nodes share the waiting jobs, each
/// keeping the queue limits for itself. Priorities count from -12 to 12, further ones as the nearest of these; each level is worth an hour of
/// waiting. Thread-safe.
/// </summary>
/// <param name="options">Queue limits.</param>
/// <param name="store">Where waiting jobs are kept.</param>
/// <param name="time">The clock by which jobs come due.</param>
/// <param name="loggers">For this engine's and Quartz's own messages.</param>
public sealed class QuartzJobEngine(EngineOptions options, QuartzStore store, TimeProvider time, ILoggerFactory loggers) : IJobEngine, IAsyncDisposable
{
    private const int MaxKeyLength = 100;
    private readonly ILogger _logger = loggers.CreateLogger<QuartzJobEngine>();
    private readonly SemaphoreSlim _life = new(1, 1);
    private volatile Running? _running;
    private volatile bool _stopped;

    /// <inheritdoc />
    public string Name => $"Quartz ({store})";

    /// <inheritdoc />
    public async Task StartAsync(IJobCallbacks callbacks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(callbacks);
        options.ThrowIfInvalid();
        await _life.WaitAsync(cancellationToken);
        try
        {
            if (_running is not null || _stopped)
                throw new InvalidOperationException("The job engine starts once; make a new one to start again.");
            var jobs = new RunningJobs(callbacks, _logger);
            _running = new Running(await QuartzLanes.StartAsync(options, store, jobs, time, loggers, cancellationToken), jobs);
        }
        finally
        {
            _life.Release();
        }

        Log.Started(_logger, Name);
    }

    /// <inheritdoc />
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _life.WaitAsync(CancellationToken.None);
        try
        {
            if (_running is not { } running || _stopped)
                return;
            await running.Lanes.PauseAsync();
            // What still runs may ask for more until it has ended: its next batches, or to go on later itself.
            var ended = await running.Jobs.StopAsync(options.StopGrace, time, cancellationToken);
            _stopped = true;
            await running.Lanes.ShutdownAsync(ended);
            await running.Lanes.DisposeAsync();
        }
        finally
        {
            _life.Release();
        }

        Log.Stopped(_logger, Name);
    }

    /// <inheritdoc />
    public Task EnqueueAsync(EngineJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(job.BatchId);
        return AskAsync($"enqueue batch {job.BatchId}", running => PlaceAsync(running.Lanes, job, cancellationToken));
    }

    /// <inheritdoc />
    public Task CancelAsync(long batchId, CancellationToken cancellationToken) => AskAsync($"cancel batch {batchId}", async running =>
    {
        foreach (var scheduler in running.Lanes.WithBatches)
            await scheduler.UnscheduleJob(QuartzTriggers.BatchKey(batchId), cancellationToken);
        running.Jobs.Cancel(batchId);
    });

    /// <inheritdoc />
    public Task SetRecurringAsync(RecurringJob job, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (string.IsNullOrWhiteSpace(job.Key) || job.Key.Length > MaxKeyLength)
            throw new ArgumentException($"A schedule's key has 1 to {MaxKeyLength} characters.", nameof(job));
        return AskAsync($"set schedule {job.Key}", running => SetAsync(running.Lanes.Schedules, job, cancellationToken));
    }

    /// <inheritdoc />
    public Task RemoveRecurringAsync(string key, CancellationToken cancellationToken) => AskAsync($"remove schedule {key}", async running =>
        await running.Lanes.Schedules.DeleteJob(QuartzTriggers.ScheduleJobKey(key), cancellationToken));

    /// <inheritdoc />
    public Task TriggerAsync(string key, CancellationToken cancellationToken) => AskAsync($"trigger schedule {key}", async running =>
    {
        var scheduler = running.Lanes.Schedules;
        if (!await scheduler.Exists(QuartzTriggers.ScheduleJobKey(key), cancellationToken))
            throw new KeyNotFoundException($"The job engine has no schedule \"{key}\".");
        await scheduler.ScheduleTrigger(QuartzTriggers.Now(key, time.GetUtcNow()), TriggerConflict.Replace, cancellationToken);
    });

    /// <summary>Stops without patience, where nobody stopped it before.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(new CancellationToken(canceled: true));

    private async Task PlaceAsync(QuartzLanes lanes, EngineJob job, CancellationToken cancellationToken)
    {
        var key = QuartzTriggers.BatchKey(job.BatchId);
        var now = time.GetUtcNow();
        if (job.NotBefore is { } due && due > now)
        {
            await lanes[job.Queue].UnscheduleJob(key, cancellationToken);
            await lanes.Waiting.ScheduleTrigger(QuartzTriggers.Wait(job, due), TriggerConflict.Replace, cancellationToken);
        }
        else
        {
            await lanes.Waiting.UnscheduleJob(key, cancellationToken);
            await lanes[job.Queue].ScheduleTrigger(QuartzTriggers.Run(job, now), TriggerConflict.Replace, cancellationToken);
        }
    }

    private async Task SetAsync(IScheduler scheduler, RecurringJob job, CancellationToken cancellationToken)
    {
        if (await IsArmedAsync(scheduler, job, cancellationToken))
            return;
        await scheduler.AddJob(QuartzTriggers.Schedule(job), AddJobOptions.Replacing, cancellationToken);
        if (job.FirstDue(time.GetUtcNow()) is { } due)
            await scheduler.ScheduleTrigger(QuartzTriggers.Rhythm(job.Key, due), TriggerConflict.Replace, cancellationToken);
        else
            await scheduler.UnscheduleJob(QuartzTriggers.RhythmKey(job.Key), cancellationToken);
    }

    // Nodes that start or restart set the same schedules again; moving the next time then would lose one that is already due.
    private static async Task<bool> IsArmedAsync(IScheduler scheduler, RecurringJob job, CancellationToken cancellationToken) =>
        await scheduler.GetJobDetail(QuartzTriggers.ScheduleJobKey(job.Key), cancellationToken) is { } detail
        && Recurrence.TryParse(QuartzTriggers.ReadText(detail), QuartzTriggers.ReadZone(detail), out var stored, out _)
        && stored == job.Recurrence
        && await scheduler.GetTrigger(QuartzTriggers.RhythmKey(job.Key), cancellationToken) is { MayFireAgain: true };

    private async Task AskAsync(string request, Func<Running, Task> ask)
    {
        var running = Current();
        try
        {
            await ask(running);
        }
        catch (SchedulerException) when (_stopped)
        {
            throw HasStopped();
        }
        catch (SchedulerException exception)
        {
            throw new JobEngineException($"The job engine ({Name}) could not {request}: {exception.Message}", exception);
        }
    }

    private Running Current() => _stopped ? throw HasStopped() : _running ?? throw new InvalidOperationException("The job engine has not started yet; call StartAsync first.");

    private static InvalidOperationException HasStopped() =>
        new("The job engine has stopped and takes no more jobs; the ledger keeps them for the next start.");

    private sealed record Running(QuartzLanes Lanes, RunningJobs Jobs);
}
