using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot;

/// <summary>How the simulated HubSpot behaves. Defaults are HubSpot's published numbers for a Professional account.</summary>
public sealed record HubSpotSimulatorOptions
{
    /// <summary>Port on 127.0.0.1; 0 takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Seed of ids and shuffles: the same calls in the same order get the same answers.</summary>
    public int Seed { get; init; } = 20_261_121;

    /// <summary>Accepted tokens.</summary>
    public IReadOnlyList<HubSpotToken> Tokens { get; init; } = [new(HubSpotToken.DefaultValue)];

    /// <summary>Installed OAuth apps, whose refresh tokens the token endpoint takes.</summary>
    public IReadOnlyList<HubSpotOAuthApp> OAuthApps { get; init; } = [];

    /// <summary>Whether rate limits hold. Off, no rate headers are sent either.</summary>
    public bool QuotasOn { get; init; } = true;

    /// <summary>Requests that an app may make in any 10 seconds, search left out.</summary>
    public int RequestsPerTenSeconds { get; init; } = 190;

    /// <summary>Requests that the account may make in a day of its time zone, search included.</summary>
    public int RequestsPerDay { get; init; } = 625_000;

    /// <summary>Search requests that the account may make in any second.</summary>
    public int SearchesPerSecond { get; init; } = 5;

    /// <summary>How long a write stays unseen by search. Reads by id see it at once.</summary>
    public TimeSpan IndexLag { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Per object type (plural name) whether property definitions may be written; types left out allow it.</summary>
    public IReadOnlyDictionary<string, PropertyPermission> PropertyPermissions { get; init; } = new Dictionary<string, PropertyPermission>
    {
        ["notes"] = PropertyPermission.Deny403,
        ["emails"] = PropertyPermission.Deny403,
    };

    /// <summary>What one bad value in a batch does.</summary>
    public BadValueInBatch BadValueInBatch { get; init; } = BadValueInBatch.FailsWholeCall;

    /// <summary>Whether writing the value that is there already moves the last-modified instant (it never writes history).</summary>
    public bool IdenticalWriteMovesModified { get; init; } = true;

    /// <summary>
    /// Per object type (plural name) properties that an administrator made required: a write under version 2026-09 that leaves one of them blank is refused
    /// with 400 MISSING_CONDITIONAL_REQUIRED_PROPERTY. Older versions do not look.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RequiredByAdministrator { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>History entries answered per property, newest first (HubSpot keeps about 20 to 45).</summary>
    public int HistoryEntriesAnswered { get; init; } = 45;

    /// <summary>Associations per page and record.</summary>
    public int AssociationPageSize { get; init; } = 500;

    /// <summary>Associations per record inside an object answer, before its own paging starts.</summary>
    public int InlineAssociations { get; init; } = 100;

    /// <summary>Account id.</summary>
    public long PortalId { get; init; } = 145_600_001;

    /// <summary>Account time zone (IANA): the daily limit starts anew at its midnight.</summary>
    public string TimeZone { get; init; } = "America/New_York";

    /// <summary>Maps pages for people beside the API; they need no token, count in no quota and are not logged.</summary>
    public Action<IEndpointRouteBuilder, ISimulatedCrm>? MapPages { get; init; }

    /// <summary>The switches of <c>demo</c>: properties allowed on every object type.</summary>
    public static HubSpotSimulatorOptions ForDemo() => new() { PropertyPermissions = new Dictionary<string, PropertyPermission>() };

    internal PropertyPermission PermissionOf(HubSpotObjectType type) => PropertyPermissions.GetValueOrDefault(type.Plural, PropertyPermission.Allow);
}
