namespace CrmSync.Pipeline.Model;

/// <summary>What kind of customer touch an activity is. The names are stored (lower case), so they never change.</summary>
public enum ActivityType
{
    /// <summary>A telephone or video call.</summary>
    Call,

    /// <summary>A mail, sent or received.</summary>
    Email,

    /// <summary>A meeting with a start and an end. Salesforce calls it an Event.</summary>
    Meeting,

    /// <summary>A note that a person wrote.</summary>
    Note,

    /// <summary>A to-do, or anything that a tool logged as one; Salesforce logs mails and calls as tasks, too.</summary>
    Task,
}

/// <summary>Which side started the touch, as the CRM says it.</summary>
public enum ActivityDirection
{
    /// <summary>From the prospect or customer to us.</summary>
    Inbound,

    /// <summary>From us to the prospect or customer.</summary>
    Outbound,
}
