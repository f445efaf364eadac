using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Salesforce;

/// <summary>
/// How a simulated Salesforce behaves from its start; <see cref="SalesforceSimulator.Dials"/> and <see cref="SalesforceSimulator.Faults"/> change it
/// while it runs. Paragraph signs name the section of the Salesforce facts that a switch comes from.
/// </summary>
public sealed record SalesforceSimulatorOptions
{
    /// <summary>Port on loopback; 0 (default) takes any free one.</summary>
    public int Port { get; init; }

    /// <summary>Seed of tokens, locators and faults by chance, so that two runs are alike.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Consumer key of the connected app.</summary>
    public string ClientId { get; init; } = "sim-client";

    /// <summary>Consumer secret of the connected app.</summary>
    public string ClientSecret { get; init; } = "sim-secret";

    /// <summary>First refresh token (§2).</summary>
    public string RefreshToken { get; init; } = "sim-refresh";

    /// <summary>Whether each use of a refresh token kills it and gives a new one (§2; default true).</summary>
    public bool RefreshTokenRotation { get; init; } = true;

    /// <summary>Public key (PEM) of the certificate that JWT bearer assertions are signed with; null (default) refuses the flow.</summary>
    public string? JwtPublicKey { get; init; }

    /// <summary>Username that JWT bearer assertions must name.</summary>
    public string JwtUser { get; init; } = "crmsync.integration@sim.example";

    /// <summary>Word for an unknown client id at the token endpoint (§2, not confirmed; default "invalid_client_id").</summary>
    public string UnknownClientError { get; init; } = "invalid_client_id";

    /// <summary>Word for a wrong client secret at the token endpoint (§2, not confirmed; default "invalid_client").</summary>
    public string WrongSecretError { get; init; } = "invalid_client";

    /// <summary>Whether the allocations of requests and bulk jobs are enforced (default true). They are counted and reported either way.</summary>
    public bool QuotasOn { get; init; } = true;

    /// <summary>Requests within any 24 hours (§12, editions differ and Developer Edition's 15,000 is not confirmed; default 150,000).</summary>
    public int DailyApiRequests { get; init; } = 150_000;

    /// <summary>Name of the app in a <c>per-app-api-usage</c> suffix of Sforce-Limit-Info (§3); null (default) sends none.</summary>
    public string? LimitInfoApp { get; init; }

    /// <summary>Largest page of a query's answer (default 2,000, as Salesforce); any size from 1 for tests.</summary>
    public int PageSize { get; init; } = 2_000;

    /// <summary>Largest page where a statement selects a long text field, 1 or more (§1.8: 200 to 1,000); null (default) never shrinks.</summary>
    public int? WideRowPageSize { get; init; }

    /// <summary>
    /// Widest time window that a statement over Task, Event or EmailMessage may read, by its bounds of SystemModstamp, before it answers
    /// QUERY_TIMEOUT (§4); null (default) for any.
    /// </summary>
    public TimeSpan? QueryTimeoutWindow { get; init; }

    /// <summary>Longest address in bytes before 414 is answered, at most 16,000 (§4; default).</summary>
    public int LongestAddress { get; init; } = 16_000;

    /// <summary>How long a session lives without use (§2, the rule is not confirmed; default two hours).</summary>
    public TimeSpan SessionLifetime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>Whether using a session prolongs it (§2, not confirmed; default true).</summary>
    public bool SessionsProlong { get; init; } = true;

    /// <summary>How long a locator lives (§4: two days, older pages say 15 minutes; default two days).</summary>
    public TimeSpan LocatorLifetime { get; init; } = TimeSpan.FromDays(2);

    /// <summary>Open locators, of which the oldest is lost when one more is opened (§4; default 10).</summary>
    public int OpenLocators { get; init; } = 10;

    /// <summary>Newest API version that is served (default 68, Winter '27); 61 or more.</summary>
    public int NewestApiVersion { get; init; } = 68;

    /// <summary>
    /// Whether a field that does not exist fails a whole collection (default) or only its record (§7, not confirmed: a client must stand
    /// either).
    /// </summary>
    public bool UnknownFieldFailsWholeRequest { get; init; } = true;

    /// <summary>Code of records that a failed neighbour took back (§7, not confirmed).</summary>
    public string AllOrNoneCode { get; init; } = "ALL_OR_NONE_OPERATION_ROLLED_BACK";

    /// <summary>Whether row locks met by the org's own code come wrapped in CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY (§8; default false).</summary>
    public bool RowLocksComeWrapped { get; init; }

    /// <summary>Most queries and collections calls among the 25 parts of a composite call (§7, not confirmed; default 5).</summary>
    public int CompositeQueries { get; init; } = 5;

    /// <summary>Whether loading hides activities older than a year from plain queries, as nightly archiving does (§5.5; default true).</summary>
    public bool ArchiveOldActivities { get; init; } = true;

    /// <summary>How long deleted rows appear in queryAll (§6.7, not confirmed; default 15 days).</summary>
    public TimeSpan RecycleBin { get; init; } = TimeSpan.FromDays(15);

    /// <summary>Zone of words such as TODAY (§4: the running user's, not confirmed; default UTC).</summary>
    public TimeZoneInfo UserTimeZone { get; init; } = TimeZoneInfo.Utc;

    /// <summary>Whether Task has CompletedDateTime (§5.1, not in every org; default true).</summary>
    public bool HasCompletedDateTime { get; init; } = true;

    /// <summary>Values of TaskSubtype (§5.1, list not confirmed).</summary>
    public IReadOnlyList<string> TaskSubtypes { get; init; } = ["Task", "Email", "ListEmail", "Cadence", "Call", "LinkedIn"];

    /// <summary>Whether EmailMessage exists (§5.3: only with Email-to-Case or Enhanced Email; default true).</summary>
    public bool HasEmailMessage { get; init; } = true;

    /// <summary>Whether seeded and created mails become an EmailMessage with its twin Task (§1.9; default true). Needs <see cref="HasEmailMessage"/>.</summary>
    public bool EnhancedEmail { get; init; } = true;

    /// <summary>Share of the seeded mails that become such pairs, 0 to 100 (default 50); the others came by the BCC address, as a Task alone.</summary>
    public int EnhancedEmailPercent { get; init; } = 50;

    /// <summary>Status of a sent mail and of a draft (§5.3, codes not confirmed; default "3" and "5").</summary>
    public (string Sent, string Draft) EmailStatus { get; init; } = ("3", "5");

    /// <summary>Whether TaskRelation and EventRelation exist and are filled (§5.1, Shared Activities; default false).</summary>
    public bool SharedActivities { get; init; }

    /// <summary>Whether ActivityFieldHistory is kept (§9: opt-in, at most six fields; default false).</summary>
    public bool ActivityFieldHistory { get; init; }

    /// <summary>How late rows of ActivityFieldHistory appear (§9; default five minutes).</summary>
    public TimeSpan ActivityFieldHistoryDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Fields of Task and Event that ActivityFieldHistory tracks, six at most; null (default) takes the first six custom fields.</summary>
    public IReadOnlyList<string>? TrackedActivityFields { get; init; }

    /// <summary>Whether a new opportunity starts its OpportunityHistory (§5.6: one that never changed may have none; default true).</summary>
    public bool HistoryOfNewOpportunities { get; init; } = true;

    /// <summary>Fields of Opportunity that OpportunityFieldHistory tracks (§5.6).</summary>
    public IReadOnlyList<string> TrackedOpportunityFields { get; init; } = ["StageName", "Amount", "CloseDate", "OwnerId"];

    /// <summary>Custom fields that Activity takes in all (§9, not confirmed; default 100).</summary>
    public int ActivityCustomFields { get; init; } = 100;

    /// <summary>
    /// The only name under which a Tooling picklist value is accepted, "valueName" or "fullName" (§10, not confirmed); null (default) takes
    /// both.
    /// </summary>
    public string? ToolingPicklistName { get; init; }

    /// <summary>Whether picklist values left out of an update are gone (§10, not confirmed; default false: they stay).</summary>
    public bool ToolingDropsLeftOutValues { get; init; }

    /// <summary>How many leads a loaded world gets (default 6); they are invented.</summary>
    public int Leads { get; init; } = 6;

    /// <summary>Whether ContentNote and ContentDocumentLink exist (§5.4: an administrator switches enhanced notes on; default true).</summary>
    public bool EnhancedNotes { get; init; } = true;

    /// <summary>How many ContentNotes a loaded world gets (default 6), linked to opportunities and accounts.</summary>
    public int ContentNotes { get; init; } = 6;

    /// <summary>How bulk jobs behave (§11).</summary>
    public SalesforceBulkOptions Bulk { get; init; } = new();

    /// <summary>Adds pages of our own beside the API's routes.</summary>
    public Action<IEndpointRouteBuilder, ISimulatedCrm>? MapPages { get; init; }
}
