namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// HubSpot's limits as published (usage guidelines, 2026). The answers' headers name the account's own; a lower one there wins by itself,
/// a higher one only when it is put here.
/// </summary>
public sealed class HubSpotBudget
{
    /// <summary>Requests per 10 seconds, search left out. Default 190 (Professional and above; Free and Starter have 100).</summary>
    public int BurstLimit { get; set; } = 190;

    /// <summary>Searches per second, all applications of the account together. Default 5.</summary>
    public int SearchPerSecond { get; set; } = 5;

    /// <summary>Requests per day of the account. Default 1,000,000 (Enterprise); HubSpot's headers lower it to the plan's.</summary>
    public long DailyLimit { get; set; } = 1_000_000;

    /// <summary>Our share of the day, above 0 and at most 1. Default 0.5, because other applications live on the rest. It may be changed while the connector runs.</summary>
    public double DayShare { get; set; } = 0.5;
}
