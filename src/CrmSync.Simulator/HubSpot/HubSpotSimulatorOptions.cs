using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot;

/// <summary>How the simulated HubSpot behaves. Defaults are HubSpot's published numbers for a Professional account.</summary>
public sealed partial record HubSpotSimulatorOptions
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

    /// <summary>Requests that an OAuth app may make in any 10 seconds, search left out; its answers carry no daily headers.</summary>
    public int OAuthRequestsPerTenSeconds { get; init; } = 110;

    /// <summary>Search requests that the account may make in any second.</summary>
    public int SearchesPerSecond { get; init; } = 5;

    /// <summary>How long a write stays unseen by search. Reads by id see it at once.</summary>
    public TimeSpan IndexLag { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Per object type (plural name) properties that an administrator made required: a write under version 2026-09 that leaves one of them
    /// blank is refused with 400 MISSING_CONDITIONAL_REQUIRED_PROPERTY. Older versions do not look.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RequiredByAdministrator { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// Per object type (plural name) properties that an administrator made required on new records: a create under version 2026-09 that leaves
    /// one of them blank is refused with 400 MISSING_REQUIRED_PROPERTY. Older versions do not look.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> RequiredOnCreate { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>
    /// Properties that a list or a workflow of the account uses, as <c>object type/name</c>: archiving them is refused with 400
    /// CANNOT_DELETE_PROPERTY_IN_USE.
    /// </summary>
    public IReadOnlyList<string> PropertiesInUse { get; init; } = [];

    /// <summary>Custom properties that an object type takes.</summary>
    public int CustomPropertiesPerType { get; init; } = 1_000;

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

    /// <summary>Webhook subscriptions of apps in the account; none by default.</summary>
    public IReadOnlyList<HubSpotWebhookSubscription> Webhooks { get; init; } = [];

    /// <summary>How webhooks are delivered.</summary>
    public HubSpotWebhookOptions WebhookDelivery { get; init; } = new();

    internal PropertyPermission PermissionOf(HubSpotObjectType type) =>
        PropertyPermissions.GetValueOrDefault(type.Plural, PropertyPermission.Allow);
}
