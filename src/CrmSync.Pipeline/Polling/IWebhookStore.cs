namespace CrmSync.Pipeline.Polling;

/// <summary>Remembers which notices were seen, so that a second delivery wakes nobody. Thread-safe.</summary>
public interface IWebhookStore
{
    /// <summary>Stores events and forgets those older than two days.</summary>
    /// <returns>Those that were not known before, in order.</returns>
    Task<IReadOnlyList<WebhookEvent>> AddAsync(long connectionId, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken);

    /// <summary>When the last notice of a connection arrived; null where none ever did.</summary>
    Task<DateTimeOffset?> LastAtAsync(long connectionId, CancellationToken cancellationToken);
}
