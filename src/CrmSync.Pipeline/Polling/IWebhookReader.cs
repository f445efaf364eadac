using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>
/// Reads notices that a CRM sends when something changed. They only wake polling up: polling stays the truth, so a lost, late, doubled or forged notice does no harm
/// beyond a poll. Thread-safe, sends nothing.
/// </summary>
public interface IWebhookReader
{
    /// <summary>Checks the signature and age of a request and says what it is about. A failure is <see cref="FailureCategory.Reject"/>: answer 401 and forget it.</summary>
    Result<IReadOnlyList<WebhookEvent>> Read(WebhookRequest request);
}

/// <summary>A request as it arrived.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Address">The address that the CRM called, as it sees us (behind a proxy not the one that arrived here), query included.</param>
/// <param name="Headers">Headers by name, any case.</param>
/// <param name="Body">The raw bytes.</param>
public sealed record WebhookRequest(string Method, string Address, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);

/// <summary>One change that a CRM tells of.</summary>
/// <param name="Key">The same for every delivery of the same change, different for others; at most 200 characters.</param>
/// <param name="ObjectType">The CRM's type as we call it.</param>
/// <param name="ExternalId">The CRM's id.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">What happened.</param>
public sealed record WebhookEvent(string Key, string ObjectType, string ExternalId, DateTimeOffset At, WebhookEventKind Kind);

/// <summary>What a notice tells.</summary>
public enum WebhookEventKind
{
    /// <summary>Created, changed or restored: a poll will see it.</summary>
    Changed,

    /// <summary>A link was made or taken away, which polls may not see.</summary>
    Linked,

    /// <summary>Archived, deleted or merged away.</summary>
    Gone,

    /// <summary>Our own write, come back.</summary>
    Echo,
}
