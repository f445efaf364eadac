using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.HubSpot;

/// <summary>One HubSpot account.</summary>
public sealed class HubSpotOptions
{
    /// <summary>Where the API listens. Default https://api.hubapi.com; the simulator and tests put their own.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.hubapi.com");

    /// <summary>The dated version in every path. Default 2026-09; each is supported for 18 months (HubSpot's versioning announcement of 2026-03).</summary>
    public string ApiVersion { get; set; } = "2026-09";

    /// <summary>Service key or static token of a project app. Read for every request.</summary>
    public string? Token { get; set; }

    /// <summary>File that holds the token instead; read for every request, so a rotation needs no restart.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Search pages of 200 that one page of a scan is put together from. Default 5, so that 1,000 ids share one associations read; 1 to 5.</summary>
    public int SearchPages { get; set; } = 5;

    /// <summary>How much of the account's limits we take.</summary>
    public HubSpotBudget Budget { get; set; } = new();

    /// <summary>How long we wait.</summary>
    public TimeoutOptions Timeouts { get; set; } = new();

    /// <summary>Everything that is wrong, each as one sentence.</summary>
    internal IEnumerable<string> Faults(string place)
    {
        if (SafeAddress.Fault(BaseAddress) is { } fault)
            yield return $"{place}:HubSpot:BaseAddress {fault}.";
        if (ApiVersion.Length is < 2 or > 10 || ApiVersion.Any(character => !char.IsAsciiLetterOrDigit(character) && character != '-'))
            yield return $"{place}:HubSpot:ApiVersion is '{ApiVersion}', but must look like 2026-09.";
        if (string.IsNullOrWhiteSpace(Token) && string.IsNullOrWhiteSpace(TokenFile))
            yield return $"{place}:HubSpot has no Token and no TokenFile; put a service key of the account into one of them.";
        if (SearchPages is < 1 or > 5)
            yield return $"{place}:HubSpot:SearchPages is {SearchPages}, but must lie between 1 and 5.";
        if (Budget.DayShare is not (> 0 and <= 1))
            yield return $"{place}:HubSpot:Budget:DayShare is {Budget.DayShare}, but must be above 0 and at most 1.";
        if (Budget.BurstLimit < 1 || Budget.SearchPerSecond < 1 || Budget.DailyLimit < 1)
            yield return $"{place}:HubSpot:Budget needs BurstLimit, SearchPerSecond and DailyLimit of at least 1.";
        foreach (var timeout in Timeouts.Faults($"{place}:HubSpot"))
            yield return timeout;
    }
}

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

    /// <summary>Our share of the day, above 0 and at most 1. Default 0.5, because other applications live on the rest.</summary>
    public double DayShare { get; set; } = 0.5;
}
