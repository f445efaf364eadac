namespace CrmSync.Pipeline.Alerts;

/// <summary>The ledger's part of alerts. Thread-safe; times are the database's.</summary>
public interface IAlertStore
{
    /// <summary>How connections, schedules and comparisons stand; budgets and spreads are added by the caller.</summary>
    Task<AlertSigns> ReadSignsAsync(DateTimeOffset watchingSince, CancellationToken cancellationToken);

    /// <summary>How labels of activities of the last week are spread, and of the four weeks before. Reads some of them all: for once an hour.</summary>
    Task<IReadOnlyList<LabelMix>> ReadMixesAsync(CancellationToken cancellationToken);

    /// <summary>What is watched and how it is, broken first.</summary>
    Task<IReadOnlyList<WatchedThing>> ListAlertsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Takes verdicts. Only one that differs from the state that stands is a change, is told to the channels that want its kind, and that once, however many nodes
    /// find it: a channel that has not heard the last change yet is not told of one that went back.
    /// </summary>
    /// <returns>The changes.</returns>
    Task<IReadOnlyList<AlertVerdict>> SaveVerdictsAsync(
        IReadOnlyList<AlertVerdict> verdicts, IReadOnlyList<IAlertChannel> channels, CancellationToken cancellationToken);

    /// <summary>Takes deliveries that are due; nobody else gets them before <paramref name="lease"/> is over.</summary>
    Task<IReadOnlyList<AlertDelivery>> TakeDeliveriesAsync(int limit, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Says how a delivery went.</summary>
    /// <param name="id">The delivery.</param>
    /// <param name="end">How.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task EndDeliveryAsync(long id, DeliveryEnd end, CancellationToken cancellationToken);

    /// <summary>Writes a try of a channel into the history, and into the audit.</summary>
    Task RecordTestAsync(string channel, string sentence, string? error, string actor, CancellationToken cancellationToken);

    /// <summary>Notes who looks after something that is broken; it is forgotten when it is fine again.</summary>
    /// <returns>Whether it is broken and nobody did before.</returns>
    Task<bool> AcknowledgeAlertAsync(string key, string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>
    /// Lets channels wait until an instant before they are told of changes of one thing; null ends that. What is fine again by then is not told at all.
    /// </summary>
    /// <returns>Whether it is watched.</returns>
    Task<bool> SilenceAlertAsync(string key, DateTimeOffset? until, string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>What was told, newest first.</summary>
    Task<IReadOnlyList<AlertEvent>> ListEventsAsync(int limit, CancellationToken cancellationToken);
}

/// <summary>Something that is watched.</summary>
public sealed record WatchedThing(string Key, AlertKind Kind, AlertState State, string Sentence, string Fix, DateTimeOffset Since, DateTimeOffset CheckedAt)
{
    /// <summary>Who looks after it; null where nobody said so.</summary>
    public string? SeenBy { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>Until when channels are told nothing of it; null where they are.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }

    /// <summary>Who said so.</summary>
    public string? SilencedBy { get; init; }
}

/// <summary>A change that was, or is to be, told.</summary>
public sealed record AlertEvent(long Id, string Key, AlertKind Kind, AlertState State, string Sentence, DateTimeOffset At)
{
    /// <summary>By channel: pending, sent, failed or overtaken, with what went wrong.</summary>
    public IReadOnlyList<(string Channel, string Status, string? Error)> Deliveries { get; init; } = [];
}

/// <summary>A delivery that was taken.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Channel">Key of the channel.</param>
/// <param name="Attempt">Which try this is, from 1.</param>
/// <param name="Message">What to tell.</param>
public sealed record AlertDelivery(long Id, string Channel, int Attempt, AlertMessage Message);

/// <summary>How a delivery went.</summary>
/// <param name="Error">What went wrong; null where it arrived.</param>
/// <param name="RetryAfter">When to try again; null where it is over.</param>
/// <param name="CountsTry">Whether the try counts; waiting for the end of quiet hours does not.</param>
public readonly record struct DeliveryEnd(string? Error, TimeSpan? RetryAfter, bool CountsTry = true);
