namespace CrmSync.Service.Console.Words;

/// <summary>Words about runs, schedules and queues.</summary>
internal static class JobWords
{
    private static readonly Texts T = Texts.Of(typeof(JobWords));

    /// <summary>State of a run, for a chip.</summary>
    public static string Run(string state) => state switch
    {
        "running" => T["Running"],
        "paused" => T["Paused"],
        "completed" => T["Completed"],
        "failed" => T["Failed"],
        "cancelled" => T["Cancelled"],
        _ => state,
    };

    /// <summary>State of a batch.</summary>
    public static string Batch(string state) => state switch
    {
        "available" => T["Ready"],
        "scheduled" => T["WaitsForItsTime"],
        "retryable" => T["TriedAgain"],
        "running" => T["Running"],
        "completed" => T["Done"],
        "cancelled" => T["Cancelled"],
        "discarded" => T["GivenUp"],
        _ => state,
    };

    /// <summary>State of a scan or a comparison.</summary>
    public static string Scan(string state) => state switch
    {
        "open" or "checking" => T["UnderWay"],
        "drained" => T["ReadToTheEnd"],
        "abandoned" => T["BrokenOff"],
        "complete" => T["Complete"],
        "repaired" => T["Repaired"],
        "incomplete" => T["NotComplete"],
        "failed" => T["Failed"],
        _ => state,
    };

    /// <summary>What a schedule of a kind does, in a sentence.</summary>
    public static string Schedule(string kind) => kind switch
    {
        "poll_fresh" => T["ReadsWhatChangedAMomentAgoSoThat"],
        "poll_settled" => T["ReadsWhatHasSettledAndNotesHow"],
        "poll_reach_back" => T["ReadsTwoHoursBackForWhatTheCRMs"],
        "poll_records" => T["ReadsDealsCompaniesPeopleOwners"],
        "poll_links" => T["ReadsTheLinksOfRecentActivities"],
        "poll_gone" => T["FindsActivitiesThatWereDeleted"],
        "segment_fit" => T["LooksForGroupsOfAccountsWhose"],
        "segment_assign" => T["AssignsAccountsWithNewActivities"],
        "segment_learn" => T["LearnsFromApprovedSegments"],
        "reconcile" => T["ComparesCountsAndIdsWithTheCRM"],
        _ => "",
    };

    /// <summary>Who asked for a run.</summary>
    public static string Who(string requestedBy) => requestedBy switch
    {
        "schedule" => T["ASchedule"],
        "notice" => T["ANoticeOfTheCRM"],
        "first look" => T["TheFirstLook"],
        _ => OneLine.Of(requestedBy, 60),
    };

    /// <summary>A queue's name.</summary>
    public static string Queue(string queue) => queue switch
    {
        "poll" => T["ReadFromCRM"],
        "classify" => T["Classify"],
        "ask" => T["AskHostedModel"],
        "write_back" => T["WriteBack"],
        _ => T["Background"],
    };

    /// <summary>The queue of a kind of batch.</summary>
    public static string QueueOf(string batchKind) => batchKind switch
    {
        "scan" => "poll",
        "classify" => "classify",
        "ask" => "ask",
        "write" or "note" => "write_back",
        _ => "background",
    };

    /// <summary>The setting that holds a queue's limit.</summary>
    public static string SettingOf(string queue) => "CrmSync:Queues:" + queue switch
    {
        "poll" => T["Poll"],
        "classify" => T["Classify"],
        "ask" => T["Ask"],
        "write_back" => "WriteBack",
        _ => T["Background"],
    };

    /// <summary>What an audit row says was done with a schedule.</summary>
    public static string ScheduleAct(string action) => action switch
    {
        "schedule.create" => T["Created"],
        "schedule.save" => T["Changed"],
        "schedule.pause" => T["Paused"],
        "schedule.resume" => T["Resumed"],
        "schedule.delete" => T["Deleted"],
        _ => action,
    };
}
