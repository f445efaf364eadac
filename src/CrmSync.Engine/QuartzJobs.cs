using CrmSync.Pipeline.Jobs;
using Microsoft.Extensions.Logging;
using Quartz;

namespace CrmSync.Engine;

// The names and namespace of these three types are stored in the clustered store, so they never change.

/// <summary>Runs one batch.</summary>
internal sealed class RunBatchJob(RunningJobs running, ILogger<RunBatchJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (QuartzTriggers.TryReadBatch(context.MergedJobDataMap, out var job))
            await running.RunBatchAsync(job.BatchId);
        else
            Log.Unreadable(logger);
    }
}

/// <summary>
/// Moves a batch whose time has come into its queue. Without this step it would stand in the queue by its time alone, and its priority would count
/// for nothing.
/// </summary>
internal sealed class MoveBatchJob(QuartzLanes lanes, ILogger<MoveBatchJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (!QuartzTriggers.TryReadBatch(context.MergedJobDataMap, out var job))
        {
            Log.Unreadable(logger);
            return;
        }

        // An enqueue of the same batch that came in meanwhile is newer than this one, whether it waits here or stands in the queue.
        if (await context.Scheduler.GetTrigger(QuartzTriggers.BatchKey(job.BatchId), cancellationToken) is { MayFireAgain: true })
            return;
        var trigger = QuartzTriggers.Run(job, context.Scheduler.TimeProvider.GetUtcNow());
        await lanes[job.Queue].ScheduleTrigger(trigger, TriggerConflict.Keep, cancellationToken);
    }
}

/// <summary>Runs a due schedule. Its next time is armed first, so that a crash during the run cannot end the rhythm.</summary>
[DisallowConcurrentExecution]
internal sealed class RunScheduleJob(RunningJobs running, ILogger<RunScheduleJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var key = context.JobDetail.Key.Name;
        if (QuartzTriggers.IsRhythm(context.Trigger))
            await ArmAsync(key, context, cancellationToken);
        await running.RunScheduleAsync(key);
    }

    private async Task ArmAsync(string key, IJobExecutionContext context, CancellationToken cancellationToken)
    {
        var now = context.Scheduler.TimeProvider.GetUtcNow();
        try
        {
            var recurrence = Recurrence.Parse(QuartzTriggers.ReadText(context.JobDetail), QuartzTriggers.ReadZone(context.JobDetail));
            // From now on, not from the time that was due: however many times were missed, one run makes them up.
            var after = context.ScheduledFireTimeUtc is { } due && due > now ? due : now;
            if (recurrence.NextAfter(after) is { } next)
                await context.Scheduler.ScheduleTrigger(QuartzTriggers.Rhythm(key, next), TriggerConflict.Keep, cancellationToken);
            else
                Log.ScheduleEnds(logger, key, recurrence.ToString());
        }
        catch (Exception exception) when (exception is SchedulerException or FormatException)
        {
            // Taken out while it was starting: there is nothing left to arm.
            if (await context.Scheduler.Exists(context.JobDetail.Key, cancellationToken))
                Log.ArmingFailed(logger, exception, key);
        }
    }
}
