namespace CrmSync.Pipeline.Model;

/// <summary>What the caller should do about a failure. Stored in lower snake case, so the names never change.</summary>
public enum FailureCategory
{
    /// <summary>Passing trouble (5xx, lock, reset before anything was sent). Try again with back-off; the attempt counts.</summary>
    Retry,

    /// <summary>A limit was reached. Come back at <see cref="Failure.NotBefore"/>; waiting is not failing, so no attempt is counted.</summary>
    Wait,

    /// <summary>Nothing on this connection can work until a person acts (token revoked, scope missing, wrong portal).</summary>
    Stop,

    /// <summary>This record, or this request as it stands, will never be accepted. Put it aside with the reason; the rest goes on.</summary>
    Reject,

    /// <summary>The record is not there any more.</summary>
    Gone,

    /// <summary>The request may or may not have taken effect (timeout, reset after sending). Read the record to learn which.</summary>
    Unknown,
}

/// <summary>An expected failure of a remote system, as a value.</summary>
/// <param name="Category">What to do.</param>
/// <param name="Code">Permanent code of our registry, such as <c>hubspot.rate_limited</c>.</param>
/// <param name="Message">One plain sentence: what happened and where.</param>
/// <param name="Fix">One plain sentence: the way out.</param>
public sealed record Failure(FailureCategory Category, string Code, string Message, string Fix)
{
    /// <summary>The CRM's own words, shortened to 1,000 characters and free of credentials; null where it said nothing.</summary>
    public string? RemoteMessage { get; init; }

    /// <summary>The CRM's correlation id, for its support.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>When trying again makes sense; set for <see cref="FailureCategory.Wait"/>.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message} {Fix}";
}
