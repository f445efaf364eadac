namespace CrmSync.Simulator.HubSpot;

/// <summary>One subscription of an app to what happens in the account (fact sheet §10).</summary>
/// <param name="Target">Where deliveries go; the signature covers exactly this address.</param>
/// <param name="AppSecret">Client secret of the app, the key of the signature.</param>
/// <param name="EventType"><c>object.creation</c>, <c>object.propertyChange</c>, <c>object.deletion</c>, <c>object.merge</c>,
/// <c>object.restore</c> or <c>object.associationChange</c>.</param>
/// <param name="ObjectType">Object type by name or id; null for every type.</param>
/// <param name="PropertyName">The one property that a propertyChange subscription watches; null for every property.</param>
/// <param name="AppId">Id of the app.</param>
/// <param name="SubscriptionId">Id of the subscription.</param>
public sealed record HubSpotWebhookSubscription(
    Uri Target, string AppSecret, string EventType, string? ObjectType = null, string? PropertyName = null, long AppId = 4_711_001,
    long SubscriptionId = 25);

/// <summary>How webhooks are delivered (fact sheet §10). Delays run on the simulator's clock.</summary>
public sealed record HubSpotWebhookOptions
{
    /// <summary>Items in a delivery, 1 to 99.</summary>
    public int MostItems { get; init; } = 99;

    /// <summary>How long a delivery waits for an answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Deliveries after the first that a refusal, a timeout or a lost connection leads to.</summary>
    public int Retries { get; init; } = 10;

    /// <summary>
    /// Mean wait before the first retry; it doubles from one to the next, each within half and one and a half of its mean. The default spreads
    /// ten retries over a day.
    /// </summary>
    public TimeSpan FirstRetryAfter { get; init; } = TimeSpan.FromSeconds(80);

    /// <summary>Deliveries on their way at a time; 1 keeps them in order.</summary>
    public int Parallel { get; init; } = 10;

    /// <summary>Whether every delivery is sent twice.</summary>
    public bool Duplicates { get; init; }

    /// <summary>Whether the items of a delivery come in another order than they happened.</summary>
    public bool Unordered { get; init; }

    /// <summary>Whether items name their type <c>eventType</c>, as some of HubSpot's pages do, instead of <c>subscriptionType</c>.</summary>
    public bool SaysEventType { get; init; }

    /// <summary>§10, unverified: whether items carry <c>sourceId</c>.</summary>
    public bool SendsSourceId { get; init; } = true;
}
