namespace CrmSync.Pipeline.Model;

/// <summary>
/// What the CRM's own fields say about an activity, apart from its text. Every member is optional: null means that the CRM said nothing.
/// Values are the CRM's display words (a HubSpot call disposition is resolved from its GUID to its label before it gets here).
/// </summary>
public sealed record CrmEvidence
{
    /// <summary>No evidence at all.</summary>
    public static readonly CrmEvidence None = new();

    /// <summary>Who started the touch.</summary>
    public ActivityDirection? Direction { get; init; }

    /// <summary>Result of a call in words, such as "Connected", "Left voicemail", "No answer".</summary>
    public string? Disposition { get; init; }

    /// <summary>The record's state in words, such as COMPLETED, NO_ANSWER (call), BOUNCED (mail), NOT_STARTED (task).</summary>
    public string? Status { get; init; }

    /// <summary>How long a call or meeting took.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Outcome of a meeting in words, such as COMPLETED, NO_SHOW, CANCELED, RESCHEDULED, SCHEDULED.</summary>
    public string? Outcome { get; init; }

    /// <summary>When a meeting starts.</summary>
    public DateTimeOffset? StartsAt { get; init; }

    /// <summary>When a meeting ends. An activity that has not ended is decided afterwards.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The CRM's finer type, such as a task's CALL, EMAIL, TODO or Salesforce's TaskSubtype.</summary>
    public string? Subtype { get; init; }
}
