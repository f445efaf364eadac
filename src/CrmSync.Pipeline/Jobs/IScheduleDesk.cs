namespace CrmSync.Pipeline.Jobs;

/// <summary>A schedule as a person wants it.</summary>
/// <param name="Name">As people call it, 1 to 80 characters.</param>
/// <param name="Kind">One of <see cref="ScheduleKinds.All"/>; never changes afterwards.</param>
/// <param name="ConnectionId">Where; never changes afterwards.</param>
/// <param name="Recurrence">A rhythm that <see cref="Recurrence.Parse"/> reads.</param>
/// <param name="Zone">IANA time zone.</param>
public sealed record ScheduleDraft(string Name, string Kind, long ConnectionId, string Recurrence, string Zone);

/// <summary>The kinds of work that a schedule can start.</summary>
public static class ScheduleKinds
{
    /// <summary>As stored, the most usual first.</summary>
    public static IReadOnlyList<string> All { get; } =
        ["poll_fresh", "poll_settled", "poll_reach_back", "poll_records", "poll_links", "poll_gone", "reconcile", "segment_fit", "segment_assign", "segment_learn"];
}

/// <summary>What became of a person's act on a schedule.</summary>
public enum ScheduleAnswer
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>It was so already; nothing was changed and nothing stands in the audit.</summary>
    Unchanged,

    /// <summary>There is no such schedule, or not any more.</summary>
    Missing,

    /// <summary>Somebody else changed it since it was looked at.</summary>
    Stale,

    /// <summary>The end of a pause lies in the past.</summary>
    EndIsPast,
}

/// <summary>
/// What people do with schedules. Every act is one transaction with its audit row; acts on a schedule name the version that the person saw. Hosts follow within
/// seconds (<see cref="IScheduleStore.ListAsync"/> with every sign of life). Thread-safe.
/// </summary>
public interface IScheduleDesk
{
    /// <summary>Makes a schedule, with a key of its own. It fires for the first time at its next time.</summary>
    /// <returns>Its id.</returns>
    Task<long> CreateScheduleAsync(ScheduleDraft draft, string actor, CancellationToken cancellationToken);

    /// <summary>Changes name, rhythm and zone. Times that came due before the change are not made up.</summary>
    Task<ScheduleAnswer> ChangeScheduleAsync(long id, long version, ScheduleDraft draft, string actor, CancellationToken cancellationToken);

    /// <summary>Holds a schedule, with a reason, for good or until an instant by the database's clock.</summary>
    Task<ScheduleAnswer> PauseScheduleAsync(long id, long version, string reason, DateTimeOffset? until, string actor, CancellationToken cancellationToken);

    /// <summary>Lets a held schedule go on with its next time.</summary>
    Task<ScheduleAnswer> ResumeScheduleAsync(long id, long version, string actor, CancellationToken cancellationToken);

    /// <summary>Deletes a schedule for good; its runs stay, and the configuration does not bring it back.</summary>
    Task<ScheduleAnswer> DeleteScheduleAsync(long id, long version, string actor, CancellationToken cancellationToken);
}
