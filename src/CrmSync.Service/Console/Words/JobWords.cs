namespace CrmSync.Service.Console.Words;

/// <summary>Words about runs, schedules and queues.</summary>
internal static class JobWords
{
    /// <summary>State of a run, for a chip.</summary>
    public static string Run(string state) => state switch
    {
        "running" => "Running",
        "paused" => "Paused",
        "completed" => "Completed",
        "failed" => "Failed",
        "cancelled" => "Cancelled",
        _ => state,
    };

    /// <summary>State of a batch.</summary>
    public static string Batch(string state) => state switch
    {
        "available" => "Ready",
        "scheduled" => "Waits for its time",
        "retryable" => "Tried again",
        "running" => "Running",
        "completed" => "Done",
        "cancelled" => "Cancelled",
        "discarded" => "Given up",
        _ => state,
    };

    /// <summary>State of a scan or a comparison.</summary>
    public static string Scan(string state) => state switch
    {
        "open" or "checking" => "Under way",
        "drained" => "Read to the end",
        "abandoned" => "Broken off",
        "complete" => "Complete",
        "repaired" => "Repaired",
        "incomplete" => "Not complete",
        "failed" => "Failed",
        _ => state,
    };

    /// <summary>What a schedule of a kind does, in a sentence.</summary>
    public static string Schedule(string kind) => kind switch
    {
        "poll_fresh" => "Reads what changed a moment ago, so that labels are quick.",
        "poll_settled" => "Reads what has settled, and notes how far everything is known.",
        "poll_reach_back" => "Reads two hours back, for what the CRM's index showed late.",
        "poll_records" => "Reads deals, companies, people, owners and stages that changed.",
        "poll_links" => "Reads the links of recent activities anew, because HubSpot does not tell when they change.",
        "poll_gone" => "Finds activities that were deleted, archived or merged.",
        "segment_fit" => "Looks for groups of accounts whose notes speak of the same things, in all connections.",
        "segment_assign" => "Assigns accounts with new activities to segments, and follows what people decided about these.",
        "reconcile" => "Compares counts and ids with the CRM, and repairs gaps.",
        _ => "",
    };

    /// <summary>Who asked for a run.</summary>
    public static string Who(string requestedBy) => requestedBy switch
    {
        "schedule" => "a schedule",
        "notice" => "a notice of the CRM",
        "first look" => "the first look",
        _ => OneLine.Of(requestedBy, 60),
    };

    /// <summary>A queue's name.</summary>
    public static string Queue(string queue) => queue switch
    {
        "poll" => "Read from CRM",
        "classify" => "Classify",
        "ask" => "Ask hosted model",
        "write_back" => "Write back",
        _ => "Background",
    };

    /// <summary>The queue of a kind of batch.</summary>
    public static string QueueOf(string batchKind) => batchKind switch
    {
        "scan" => "poll",
        "classify" => "classify",
        "ask" => "ask",
        "write" => "write_back",
        _ => "background",
    };

    /// <summary>The setting that holds a queue's limit.</summary>
    public static string SettingOf(string queue) => "CrmSync:Queues:" + queue switch
    {
        "poll" => "Poll",
        "classify" => "Classify",
        "ask" => "Ask",
        "write_back" => "WriteBack",
        _ => "Background",
    };

    /// <summary>What an audit row says was done with a schedule.</summary>
    public static string ScheduleAct(string action) => action switch
    {
        "schedule.create" => "Created",
        "schedule.save" => "Changed",
        "schedule.pause" => "Paused",
        "schedule.resume" => "Resumed",
        "schedule.delete" => "Deleted",
        _ => action,
    };
}
