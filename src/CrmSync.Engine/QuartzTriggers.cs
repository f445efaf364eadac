using System.Globalization;
using CrmSync.Pipeline.Jobs;
using Quartz;

namespace CrmSync.Engine;

/// <summary>How batches and schedules are written down as Quartz jobs and triggers. Names and data keys are stored, so they never change.</summary>
internal static class QuartzTriggers
{
    private const string BatchGroup = "batch";
    private const string ScheduleGroup = "schedule";
    private const string TriggeredGroup = "triggered";
    private const string BatchIdKey = "batch_id";
    private const string QueueKey = "queue";
    private const string PriorityKey = "priority";
    private const string RecurrenceKey = "recurrence";
    private const string ZoneKey = "zone";
    // Quartz deals by time and looks at priority only among equal times. A head start of an hour per level makes priority count in a long queue,
    // keeps first-come-first-served within a level, and lets no level starve for ever.
    private const int HighestLevel = 12;
    private static readonly TimeSpan HeadStart = TimeSpan.FromHours(1);
    private static readonly JobKey RunKey = new("run", BatchGroup);
    private static readonly JobKey MoveKey = new("move", BatchGroup);

    public static string NameOf(JobQueue queue) => queue switch
    {
        JobQueue.Poll => "poll",
        JobQueue.Classify => "classify",
        JobQueue.Ask => "ask",
        JobQueue.WriteBack => "write_back",
        JobQueue.Background => "background",
        _ => throw new ArgumentOutOfRangeException(nameof(queue), queue, "There is no such queue."),
    };

    public static TriggerKey BatchKey(long batchId) => new(Text(batchId), BatchGroup);

    public static JobKey ScheduleJobKey(string key) => new(key, ScheduleGroup);

    public static TriggerKey RhythmKey(string key) => new(key, ScheduleGroup);

    /// <summary>The job that all triggers of a queue point to. A node that dies has its running batches handed to another one.</summary>
    public static IJobDetail RunJob() => JobBuilder.Create<RunBatchJob>().WithIdentity(RunKey).StoreDurably().RequestRecovery().Build();

    /// <summary>The job that all waiting batches point to.</summary>
    public static IJobDetail MoveJob() => JobBuilder.Create<MoveBatchJob>().WithIdentity(MoveKey).StoreDurably().RequestRecovery().Build();

    /// <summary>One run of a batch, due at once and ranked by priority and time of asking.</summary>
    public static ITrigger Run(EngineJob job, DateTimeOffset now)
    {
        var level = Math.Clamp(job.Priority, -HighestLevel, HighestLevel) + HighestLevel;
        return Batch(job, RunKey, now - level * HeadStart);
    }

    /// <summary>A batch that waits for its time.</summary>
    public static ITrigger Wait(EngineJob job, DateTimeOffset due) => Batch(job, MoveKey, due);

    public static bool TryReadBatch(JobDataMap data, out EngineJob job)
    {
        job = new EngineJob(0, JobQueue.Background);
        if (!long.TryParse(data.GetString(BatchIdKey), NumberStyles.None, CultureInfo.InvariantCulture, out var batchId)
            || !int.TryParse(data.GetString(PriorityKey), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority))
        {
            return false;
        }

        var name = data.GetString(QueueKey);
        foreach (var queue in Enum.GetValues<JobQueue>())
        {
            if (NameOf(queue) == name)
            {
                job = new EngineJob(batchId, queue, Priority: priority);
                return true;
            }
        }

        return false;
    }

    public static IJobDetail Schedule(RecurringJob job) => JobBuilder.Create<RunScheduleJob>()
        .WithIdentity(ScheduleJobKey(job.Key))
        .UsingJobData(RecurrenceKey, job.Recurrence.Text)
        .UsingJobData(ZoneKey, job.Recurrence.ZoneId)
        .StoreDurably()
        .RequestRecovery()
        .Build();

    public static string ReadText(IJobDetail detail) => detail.JobDataMap.GetString(RecurrenceKey) ?? "";

    public static string ReadZone(IJobDetail detail) => detail.JobDataMap.GetString(ZoneKey) ?? "";

    public static ITrigger Rhythm(string key, DateTimeOffset due) => OneShot(RhythmKey(key), ScheduleJobKey(key), due).Build();

    /// <summary>One run beside the rhythm; asking twice before it starts asks once.</summary>
    public static ITrigger Now(string key, DateTimeOffset now) =>
        OneShot(new TriggerKey(key, TriggeredGroup), ScheduleJobKey(key), now).Build();

    public static bool IsRhythm(ITrigger trigger) => trigger.Key.Group == ScheduleGroup;

    private static ITrigger Batch(EngineJob job, JobKey target, DateTimeOffset due) =>
        OneShot(BatchKey(job.BatchId), target, due)
            .UsingJobData(BatchIdKey, Text(job.BatchId))
            .UsingJobData(QueueKey, NameOf(job.Queue))
            .UsingJobData(PriorityKey, Text(job.Priority))
            .Build();

    // Misfires are ignored because being late is normal here: a full queue makes every waiting job late, and a late job runs, once.
    private static TriggerBuilder<IJob> OneShot(TriggerKey key, JobKey target, DateTimeOffset due) => TriggerBuilder.Create()
        .WithIdentity(key)
        .ForJob(target)
        .StartAt(due)
        .WithSchedule(SimpleScheduleBuilder.Create().WithRepeatCount(0).WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
