namespace CrmSync.Pipeline.WriteBack;

/// <summary>Which writes are followed by a look at the record's history, for a value that somebody set between our read and our write.</summary>
public enum RaceCheck
{
    /// <summary>Those to records that somebody changed within the last hour before our read: where a person may be at work. The default.</summary>
    Recent,

    /// <summary>All of them. Costs a request per 50 records on HubSpot, on top of one read and one write per 100.</summary>
    Always,

    /// <summary>None.</summary>
    Never,
}

/// <summary>How careful writing is, beyond what it always is.</summary>
public sealed record WriteBackOptions
{
    /// <summary>Which writes are checked for a value that they may have covered.</summary>
    public RaceCheck RaceCheck { get; init; } = RaceCheck.Recent;

    /// <summary>How long before our read a change counts as recent. Default one hour.</summary>
    public TimeSpan Recent { get; init; } = TimeSpan.FromHours(1);
}
