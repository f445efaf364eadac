using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.Salesforce;

/// <summary>One Salesforce org, reached by the client-credentials flow of an external client app.</summary>
public sealed class SalesforceOptions
{
    /// <summary>The org's My Domain, such as https://example.my.salesforce.com; login.salesforce.com refuses this flow.</summary>
    public Uri? LoginAddress { get; set; }

    /// <summary>Consumer key of the external client app.</summary>
    public string? ClientId { get; set; }

    /// <summary>Consumer secret. Read at every sign-in.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>File that holds the consumer secret instead; read at every sign-in.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>API version. Default 66.0 (Spring '26).</summary>
    public string ApiVersion { get; set; } = "66.0";

    /// <summary>Rows of one page of a scan. Default 2,000, the most that one request gives; 200 to 2,000.</summary>
    public int PageRows { get; set; } = SalesforceClient.QueryLimit;

    /// <summary>How much of the org's limits we take.</summary>
    public SalesforceBudget Budget { get; set; } = new();

    /// <summary>How long we wait.</summary>
    public TimeoutOptions Timeouts { get; set; } = new();

    /// <summary>Everything that is wrong, each as one sentence.</summary>
    internal IEnumerable<string> Faults(string place)
    {
        if (SafeAddress.Fault(LoginAddress) is { } fault)
            yield return $"{place}:Salesforce:LoginAddress {fault}; it is the org's My Domain.";
        else if (LoginAddress!.Host is "login.salesforce.com" or "test.salesforce.com")
            yield return $"{place}:Salesforce:LoginAddress is {LoginAddress.Host}, which refuses client credentials; put the org's My Domain there.";
        if (string.IsNullOrWhiteSpace(ClientId))
            yield return $"{place}:Salesforce has no ClientId; put the consumer key of the external client app there.";
        if (string.IsNullOrWhiteSpace(ClientSecret) && string.IsNullOrWhiteSpace(ClientSecretFile))
            yield return $"{place}:Salesforce has no ClientSecret and no ClientSecretFile; put the consumer secret into one of them.";
        if (!Version.TryParse(ApiVersion, out var version) || version.Major is < 31 or > 999 || ApiVersion != version.ToString(2))
            yield return $"{place}:Salesforce:ApiVersion is '{ApiVersion}', but must look like 66.0.";
        if (PageRows is < 200 or > SalesforceClient.QueryLimit)
            yield return $"{place}:Salesforce:PageRows is {PageRows}, but must lie between 200 and {SalesforceClient.QueryLimit}.";
        if (Budget.DayShare is not (> 0 and <= 1))
            yield return $"{place}:Salesforce:Budget:DayShare is {Budget.DayShare}, but must be above 0 and at most 1.";
        if (Budget.RequestsPerSecond < 1 || Budget.DailyLimit < 1)
            yield return $"{place}:Salesforce:Budget needs RequestsPerSecond and DailyLimit of at least 1.";
        if (Budget.MaxConcurrent < 1)
            yield return $"{place}:Salesforce:Budget:MaxConcurrent is {Budget.MaxConcurrent}, but must be at least 1.";
        foreach (var timeout in Timeouts.Faults($"{place}:Salesforce"))
            yield return timeout;
    }
}

/// <summary>The org's limits. Every answer names the daily one; a lower one there wins by itself.</summary>
public sealed class SalesforceBudget
{
    /// <summary>Requests in 24 rolling hours of the whole org. Default 1,000,000; the answers lower it to the org's.</summary>
    public long DailyLimit { get; set; } = 1_000_000;

    /// <summary>Our share of it, above 0 and at most 1. Default 0.5, because every integration lives on the same limit.</summary>
    public double DayShare { get; set; } = 0.5;

    /// <summary>Pace. Default 100; Salesforce has no such limit, this one keeps a fault of ours from spending the day at once.</summary>
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>
    /// Requests under way at the same time from one process. Default 10; Salesforce allows the whole org 25 that last 20 seconds or more, and
    /// a developer or trial org 5.
    /// </summary>
    public int MaxConcurrent { get; set; } = 10;
}
