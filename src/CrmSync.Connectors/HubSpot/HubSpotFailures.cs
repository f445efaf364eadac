using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// HubSpot's refusals. Sources: HubSpot's error and usage pages as of 2026-09. A write that met a server error is unknown, because
/// the error may have come after the change.
/// </summary>
internal static class HubSpotFailures
{
    public static readonly FailureKind TokenMissing = new("hubspot.token_missing", FailureCategory.Stop,
        "No usable HubSpot token is configured",
        "Put a service key into the connection's Token or into the file that TokenFile names.");

    public static readonly FailureKind TokenRefused = new("hubspot.token_refused", FailureCategory.Stop,
        "HubSpot does not accept the token",
        "Create a new service key (Development > Keys) in the right account and put it into the connection's Token.");

    public static readonly FailureKind GrantDead = new("hubspot.grant_dead", FailureCategory.Stop,
        "HubSpot has ended the app's grant, so no new token can be had",
        "Install the app in the account again and put the new refresh token into the connection's RefreshToken.");

    public static readonly FailureKind GrantMissing = new("hubspot.grant_missing", FailureCategory.Stop,
        "The app's client secret or refresh token is missing or unreadable",
        "Put them into the connection's ClientSecret and RefreshToken, or into the files that ClientSecretFile and RefreshTokenFile name.");

    public static readonly FailureKind AppRefused = new("hubspot.app_refused", FailureCategory.Stop,
        "HubSpot does not accept the app's client id or secret",
        "Copy both from the app's page in HubSpot into the connection's ClientId and ClientSecret.");

    public static readonly FailureKind WrongAccount = new("hubspot.wrong_account", FailureCategory.Stop,
        "The token belongs to another HubSpot account than this connection",
        "Put a token of the connection's own account back, or add the other account as a connection of its own.");

    public static readonly FailureKind ScopeMissing = new("hubspot.scope_missing", FailureCategory.Stop,
        "The HubSpot token lacks a scope",
        "Add the scope to the service key or app; emails need sales-email-read besides the contact scopes.");

    public static readonly FailureKind AccessRefused = new("hubspot.access_refused", FailureCategory.Stop,
        "HubSpot refuses access",
        "Check in the account that the key is active and that its owner may use this part of HubSpot.");

    public static readonly FailureKind AddressWrong = new("hubspot.address_wrong", FailureCategory.Stop,
        "There is nothing at this address in HubSpot's API",
        "Check the connection's BaseAddress and ApiVersion.");

    public static readonly FailureKind VersionUnknown = new("hubspot.version_unknown", FailureCategory.Stop,
        "HubSpot does not serve this version of its API any more, or not yet",
        "Set the connection's ApiVersion to a version that HubSpot supports, or add one to FallbackVersions.");

    public static readonly FailureKind NotFound = new("hubspot.not_found", FailureCategory.Gone,
        "The HubSpot record or property does not exist",
        "Nothing needs to be done; it was deleted or archived.");

    public static readonly FailureKind InvalidRequest = new("hubspot.invalid_request", FailureCategory.Reject,
        "HubSpot rejects the request as invalid",
        "Look at HubSpot's own words beside this; the record or the property's definition has to change.");

    public static readonly FailureKind PropertyMissing = new("hubspot.property_missing", FailureCategory.Stop,
        "A property that is written does not exist in HubSpot",
        "Run `crmsync setup` for the connection; what is to be written waits meanwhile.");

    public static readonly FailureKind OptionMissing = new("hubspot.option_missing", FailureCategory.Reject,
        "HubSpot's property does not have the option that is written",
        "Run `crmsync setup` for the connection; it adds missing options and removes none.");

    public static readonly FailureKind PropertyReadOnly = new("hubspot.property_read_only", FailureCategory.Stop,
        "A property that is written has become read-only in HubSpot",
        "Make it editable again in HubSpot (Settings > Properties); what is to be written waits meanwhile.");

    public static readonly FailureKind RuleRefused = new("hubspot.rule_refused", FailureCategory.Reject,
        "A rule of the HubSpot account refuses changes to this record until other properties are filled",
        "Fill the required properties of the record in HubSpot, or relax the rule, then retry the item.");

    public static readonly FailureKind Conflict = new("hubspot.conflict", FailureCategory.Reject,
        "HubSpot says that this exists already or was changed at the same time",
        "Look at HubSpot's own words beside this, then retry the item.");

    public static readonly FailureKind ChangedAtOnce = new("hubspot.changed_at_once", FailureCategory.Retry,
        "HubSpot says that the record was changed by somebody else at the same moment",
        "It is tried again by itself.");

    public static readonly FailureKind TooLarge = new("hubspot.request_too_large", FailureCategory.Reject,
        "HubSpot says that the request is too long",
        "Report this with the version; requests are built to stay below the limits.");

    public static readonly FailureKind Locked = new("hubspot.locked", FailureCategory.Retry,
        "HubSpot has locked the record or account for a moment",
        "It is tried again by itself.");

    public static readonly FailureKind Migrating = new("hubspot.migrating", FailureCategory.Wait,
        "HubSpot is moving the account's data and takes no requests",
        "It goes on by itself at the time that HubSpot named.");

    public static readonly FailureKind RateLimited = new("hubspot.rate_limited", FailureCategory.Wait,
        "HubSpot's limit of requests per ten seconds is reached",
        "It goes on by itself; if it happens often, lower Budget:BurstLimit.");

    public static readonly FailureKind SearchLimited = new("hubspot.search_limited", FailureCategory.Wait,
        "HubSpot's limit of searches per second is reached, probably together with another application",
        "It goes on by itself.");

    public static readonly FailureKind DailyLimited = new("hubspot.daily_limited", FailureCategory.Wait,
        "The HubSpot account has used up its requests of the day",
        "It goes on by itself at the account's midnight; lower Budget:DayShare to leave room for other applications.");

    public static readonly FailureKind Unavailable = new("hubspot.unavailable", FailureCategory.Retry,
        "HubSpot answers with a server error",
        "It is tried again by itself; if it goes on, look at HubSpot's status page.");

    public static readonly FailureKind UnavailableWrite = new("hubspot.unavailable_write", FailureCategory.Unknown,
        "HubSpot answered a write with a server error, so it may or may not have taken effect",
        "The records are read to learn which; nothing needs to be done.");

    public static readonly FailureKind WriteRefused = new("hubspot.write_refused", FailureCategory.Reject,
        "HubSpot refuses to change this record",
        "Look at HubSpot's own words beside this; the record has to change before it can be retried.");

    public static readonly FailureKind AssociationsIncomplete = new("hubspot.associations_incomplete", FailureCategory.Retry,
        "HubSpot could not give the associations of some activities",
        "The page is read again by itself; nothing of it was stored.");

    public static readonly FailureKind ReadIncomplete = new("hubspot.read_incomplete", FailureCategory.Retry,
        "HubSpot could not read some of the records",
        "It is tried again by itself.");

    public static readonly FailureKind ScanStuck = new("hubspot.scan_stuck", FailureCategory.Retry,
        "HubSpot's search repeats records that were already read",
        "It is tried again by itself; if it goes on, report it with the version.");

    public static readonly FailureKind BadPosition = new("hubspot.bad_position", FailureCategory.Reject,
        "The stored position of the scan is not one of ours",
        "Start the scan again from its beginning.");

    public static readonly FailureKind PropertyRefused = new("hubspot.property_refused", FailureCategory.Reject,
        "HubSpot does not let this key create the property",
        "Create it by hand in HubSpot (Settings > Properties), or use a key with the schema scope, then run `crmsync setup` again.");

    public static readonly FailureKind PropertyUnsuitable = new("hubspot.property_unsuitable", FailureCategory.Stop,
        "A property of this name exists in HubSpot but cannot hold what is written",
        "Rename or remove it in HubSpot (Settings > Properties), then run `crmsync setup` again.");

    public static readonly FailureKind PropertyInUse = new("hubspot.property_in_use", FailureCategory.Reject,
        "HubSpot keeps the property or group because something in the account still uses it",
        "Take it out of the workflows, lists, reports or forms that HubSpot names, then run `crmsync setup --remove` again.");

    public static readonly FailureKind NoticeForged = new("hubspot.notice_unsigned", FailureCategory.Reject,
        "A webhook request does not carry HubSpot's signature",
        "Check WebhookSecret, and that the public address is passed on unchanged by the proxy; polling goes on meanwhile.");

    public static readonly FailureKind NoticeStale = new("hubspot.notice_stale", FailureCategory.Reject,
        "A webhook request is older than five minutes",
        "Check this machine's clock; polling goes on meanwhile.");

    public static readonly FailureKind NoticeUnreadable = new("hubspot.notice_unreadable", FailureCategory.Reject,
        "A webhook request is not the list of events that HubSpot documents",
        "Nothing needs to be done; polling goes on.");

    /// <summary>All rows, for the operator's list of codes.</summary>
    public static IReadOnlyList<FailureKind> All { get; } =
    [
        TokenMissing, TokenRefused, GrantDead, GrantMissing, AppRefused, WrongAccount, ScopeMissing, AccessRefused, AddressWrong, VersionUnknown, NotFound,
        InvalidRequest, PropertyMissing, OptionMissing, PropertyReadOnly, RuleRefused, Conflict, ChangedAtOnce, TooLarge, Locked, Migrating, RateLimited, SearchLimited, DailyLimited, Unavailable, UnavailableWrite,
        WriteRefused, AssociationsIncomplete, ReadIncomplete, ScanStuck, BadPosition, PropertyRefused, PropertyUnsuitable,
        PropertyInUse, NoticeForged, NoticeStale, NoticeUnreadable,
    ];
}
