namespace CrmSync.Pipeline.Model;

/// <summary>Whether labels are sent to the CRM. Stored in lower case.</summary>
public enum WriteMode
{
    /// <summary>Intents are computed and shown; nothing is sent. The default at first contact with a portal.</summary>
    Preview,

    /// <summary>Only intents that an operator released are sent.</summary>
    Approve,

    /// <summary>Intents are sent.</summary>
    On,

    /// <summary>Nothing is sent until somebody resumes.</summary>
    Paused,
}

/// <summary>One portal or org that the service is connected to, as the ledger knows it.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Key">Permanent key from the configuration, such as <c>hubspot-main</c>.</param>
/// <param name="Kind"><c>hubspot</c> or <c>salesforce</c>.</param>
/// <param name="Name">Display name.</param>
/// <param name="WriteMode">Seeded from the configuration once; afterwards the ledger wins.</param>
/// <param name="BackfillFrom">Activities modified before this are not looked at.</param>
public sealed record Connection(long Id, string Key, string Kind, string Name, WriteMode WriteMode, DateTimeOffset BackfillFrom)
{
    /// <summary>Why the mode is what it is, in the words of whoever set it; null where nobody said.</summary>
    public string? ModeReason { get; init; }

    /// <summary>Who set the mode; null while it is the seeded one.</summary>
    public string? ModeBy { get; init; }

    /// <summary>When the mode was set.</summary>
    public DateTimeOffset? ModeAt { get; init; }

    /// <summary>When a pause ends by itself; null where a person has to end it.</summary>
    public DateTimeOffset? ResumeAt { get; init; }

    /// <summary>The mode that a pause goes back to.</summary>
    public WriteMode? ResumeMode { get; init; }
}
