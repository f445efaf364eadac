namespace CrmSync.Pipeline.Polling;

/// <summary>How far scans reach. Sources: hubspot.md §3.1 (index lag, late rows), salesforce.md §6 (late commits).</summary>
public sealed record PollingOptions
{
    /// <summary>How long a change may take to show up in the CRM's index; a settled scan ends this long before now. Default 60 s.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How far a settled scan begins before the watermark. Default 10 minutes.</summary>
    public TimeSpan Overlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How far the hourly scan begins before the watermark. Default 2 hours.</summary>
    public TimeSpan ReachBack { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How far a fresh scan begins before the end of the last one. Default 30 s.</summary>
    public TimeSpan FreshOverlap { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How old activities may be whose links are read anew. Default 30 days.</summary>
    public TimeSpan LinkReach { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How far back archived and deleted activities are looked for. Default 3 days; the look is daily, and Salesforce tells up to 15 days.</summary>
    public TimeSpan GoneReach { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The longest range of a fresh scan; what is older is left to the settled one. Default 15 minutes.</summary>
    public TimeSpan FreshReach { get; init; } = TimeSpan.FromMinutes(15);
}
