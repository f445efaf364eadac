using CrmSync.Pipeline.Budgets;

namespace CrmSync.Pipeline.Alerts;

/// <summary>Everything that the rules look at, as it was at one moment.</summary>
public sealed record AlertSigns
{
    /// <summary>When it was looked at.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Since when this process watches; what was due before it started is not its fault.</summary>
    public required DateTimeOffset WatchingSince { get; init; }

    /// <summary>The connections that the configuration names.</summary>
    public IReadOnlyList<ConnectionSigns> Connections { get; init; } = [];

    /// <summary>The schedules that are switched on.</summary>
    public IReadOnlyList<ScheduleSign> Schedules { get; init; } = [];

    /// <summary>The newest result of each comparison with the CRM.</summary>
    public IReadOnlyList<CompletenessSign> Completeness { get; init; } = [];

    /// <summary>How labels are spread.</summary>
    public IReadOnlyList<LabelMix> Mixes { get; init; } = [];

    /// <summary>The hosted model's day; null where there is none.</summary>
    public BudgetForecast? Hosted { get; init; }
}

/// <summary>What is known of a connection.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Key">Permanent key.</param>
/// <param name="Name">Display name.</param>
public sealed record ConnectionSigns(long Id, string Key, string Name)
{
    /// <summary>Work that failed and is put again, by direction.</summary>
    public IReadOnlyList<HeldWork> Held { get; init; } = [];

    /// <summary>Writes of the last hour that ended.</summary>
    public long Settled { get; init; }

    /// <summary>Of these, those that the CRM refused.</summary>
    public long Rejected { get; init; }

    /// <summary>Since when the oldest work is due that no backfill asked for; null where none is.</summary>
    public DateTimeOffset? OldestDueAt { get; init; }

    /// <summary>Its requests of the day; null where its connector counts none.</summary>
    public BudgetForecast? Requests { get; init; }
}

/// <summary>Work of one direction that failed and waits for another try.</summary>
/// <param name="IsWriting">Writing, else reading.</param>
/// <param name="Since">When the oldest of it was made.</param>
/// <param name="Code">Code of the last failure.</param>
/// <param name="Message">Its sentence.</param>
/// <param name="LastSuccessAt">When work of this direction last succeeded; null where it never did.</param>
public sealed record HeldWork(bool IsWriting, DateTimeOffset Since, string Code, string Message, DateTimeOffset? LastSuccessAt);

/// <summary>A schedule that is switched on.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ConnectionId">Whose; null where it belongs to no connection.</param>
/// <param name="Recurrence">Its rhythm.</param>
/// <param name="Zone">IANA zone of the rhythm.</param>
/// <param name="LastAt">When it last fired, or was last changed.</param>
public sealed record ScheduleSign(string Key, long? ConnectionId, string Recurrence, string Zone, DateTimeOffset LastAt);

/// <summary>The newest result of a comparison.</summary>
/// <param name="ConnectionId">Whose.</param>
/// <param name="ConnectionKey">Its key.</param>
/// <param name="ObjectType">The CRM's type.</param>
/// <param name="IsIncomplete">Whether something is still missing.</param>
/// <param name="Sentence">What was found.</param>
public sealed record CompletenessSign(long ConnectionId, string ConnectionKey, string ObjectType, bool IsIncomplete, string Sentence);

/// <summary>How the answers to one question are spread over a connection's activities, lately and before.</summary>
/// <param name="ConnectionId">Whose.</param>
/// <param name="ConnectionKey">Its key.</param>
/// <param name="Taxonomy">The question.</param>
/// <param name="Counts">By answer: activities of the last week, and of the four weeks before.</param>
public sealed record LabelMix(long ConnectionId, string ConnectionKey, string Taxonomy, IReadOnlyDictionary<string, (long Lately, long Before)> Counts);
