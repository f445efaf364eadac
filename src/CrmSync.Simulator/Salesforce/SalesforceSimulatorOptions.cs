using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Salesforce;

/// <summary>How a simulated Salesforce behaves from its start. <see cref="SalesforceFaults"/> changes behaviour while it runs.</summary>
public sealed record SalesforceSimulatorOptions
{
    /// <summary>Port on loopback; 0 (default) takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Seed of tokens and locators, so that two runs are alike.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Consumer key of the connected app.</summary>
    public string ClientId { get; init; } = "sim-client";

    /// <summary>Consumer secret of the connected app.</summary>
    public string ClientSecret { get; init; } = "sim-secret";

    /// <summary>First refresh token; each use kills it and gives a new one, as with rotation on.</summary>
    public string RefreshToken { get; init; } = "sim-refresh";

    /// <summary>Whether the daily allocation is enforced (default true). It is counted and reported either way.</summary>
    public bool QuotasOn { get; init; } = true;

    /// <summary>Requests within any 24 hours (default 150,000).</summary>
    public int DailyApiRequests { get; init; } = 150_000;

    /// <summary>Largest page of a query's answer (default 2,000, as Salesforce); any size from 1 for tests.</summary>
    public int PageSize { get; init; } = 2_000;

    /// <summary>How long a session lives without use (default two hours).</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>How long a locator lives (default two days).</summary>
    public TimeSpan LocatorLifetime { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Open locators, of which the oldest is lost when one more is opened (default 10).</summary>
    public int OpenLocators { get; init; } = 10;

    /// <summary>Whether loading hides activities older than a year from plain queries, as Salesforce's nightly archiving does (default true).</summary>
    public bool ArchiveOldActivities { get; init; } = true;

    /// <summary>Adds pages of our own beside the API's routes.</summary>
    public Action<IEndpointRouteBuilder, ISimulatedCrm>? MapPages { get; init; }
}
