using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Salesforce's refusals. Meanings follow the codes' documented names; what to do about them is our policy.</summary>
internal static class SalesforceFailures
{
    public static readonly FailureKind SecretMissing = new("salesforce.secret_missing", FailureCategory.Stop,
        "No usable consumer secret is configured",
        "Put it into the connection's ClientSecret or into the file that ClientSecretFile names.");

    public static readonly FailureKind LoginRefused = new("salesforce.login_refused", FailureCategory.Stop,
        "Salesforce refuses the sign-in",
        "Check ClientId and the secret, key or refresh token, and that the external client app allows this flow for the integration user.");

    public static readonly FailureKind KeyUnusable = new("salesforce.key_unusable", FailureCategory.Stop,
        "The private key cannot be read",
        "Put the path of a readable file with an RSA private key in PEM into PrivateKeyFile.");

    public static readonly FailureKind RefreshTokenMissing = new("salesforce.refresh_token_missing", FailureCategory.Stop,
        "No usable refresh token is configured",
        "Put it into the connection's RefreshToken or into the file that RefreshTokenFile names.");

    public static readonly FailureKind WrongAccount = new("salesforce.wrong_account", FailureCategory.Stop,
        "The credentials belong to another org than this connection",
        "Put back credentials of the connection's own org, or make a new connection for the other one; nothing was read or written.");

    public static readonly FailureKind AccountUnknown = new("salesforce.account_unknown", FailureCategory.Stop,
        "The sign-in does not say which org it is for, so nothing is done with it",
        "Use an external client app that issues ordinary access tokens with an identity address.");

    public static readonly FailureKind UserUnknown = new("salesforce.user_unknown", FailureCategory.Stop,
        "The sign-in does not say which user we are",
        "Use an external client app that issues ordinary access tokens with an identity address.");

    public static readonly FailureKind InstanceUntrusted = new("salesforce.instance_untrusted", FailureCategory.Stop,
        "The sign-in named an API address that is not Salesforce's",
        "Check LoginAddress; the token was not sent anywhere.");

    public static readonly FailureKind SessionRefused = new("salesforce.session_refused", FailureCategory.Stop,
        "Salesforce refuses the session, although it is fresh",
        "Check the app's policies (IP ranges, session level, API access) and that the run-as user is active.");

    public static readonly FailureKind AccessRefused = new("salesforce.access_refused", FailureCategory.Stop,
        "Salesforce refuses access",
        "Check the permissions of the run-as user; the integration needs API access and to read and edit tasks and events.");

    public static readonly FailureKind ApiDisabled = new("salesforce.api_disabled", FailureCategory.Stop,
        "The API is switched off in this org or for this user",
        "Ask the Salesforce administrator to enable API access for the run-as user.");

    public static readonly FailureKind PolicyRefused = new("salesforce.policy_refused", FailureCategory.Stop,
        "A transaction security policy of the org blocks the integration",
        "Ask the Salesforce administrator to exempt the run-as user.");

    public static readonly FailureKind AddressWrong = new("salesforce.address_wrong", FailureCategory.Stop,
        "There is nothing at this address in Salesforce's API",
        "Check the connection's LoginAddress and ApiVersion.");

    public static readonly FailureKind VersionRetired = new("salesforce.version_retired", FailureCategory.Stop,
        "Salesforce has retired this API version",
        "Raise the connection's ApiVersion.");

    public static readonly FailureKind DailyLimited = new("salesforce.daily_limited", FailureCategory.Wait,
        "The org has used up its API requests of the last 24 hours",
        "It goes on by itself as soon as requests are free again; lower Budget:DayShare to leave room for other applications.");

    public static readonly FailureKind ConcurrentLimited = new("salesforce.concurrent_limited", FailureCategory.Wait,
        "Too many long API requests run in the org at the same time",
        "It goes on by itself; find out which application runs requests of 20 seconds and more.");

    public static readonly FailureKind Unavailable = new("salesforce.unavailable", FailureCategory.Retry,
        "Salesforce answers with a server error",
        "It is tried again by itself; if it goes on, look at Salesforce's status page.");

    public static readonly FailureKind UnavailableWrite = new("salesforce.unavailable_write", FailureCategory.Unknown,
        "Salesforce answered a write with a server error, so it may or may not have taken effect",
        "The records are read to learn which; nothing needs to be done.");

    public static readonly FailureKind AnswerMismatch = new("salesforce.answer_mismatch", FailureCategory.Unknown,
        "Salesforce answered another number of records than was sent, so nobody can say which ones were written",
        "The records are read to learn which; nothing needs to be done.");

    public static readonly FailureKind QueryTimeout = new("salesforce.query_timeout", FailureCategory.Retry,
        "The query took Salesforce too long",
        "It is tried again by itself; scan a shorter range if it goes on.");

    public static readonly FailureKind LocatorLost = new("salesforce.locator_lost", FailureCategory.Retry,
        "Salesforce has forgotten the query's cursor",
        "The scan goes on from its stored position by itself.");

    public static readonly FailureKind BulkSpent = new("salesforce.bulk_spent", FailureCategory.Wait,
        "The org has used up its bulk jobs of the last 24 hours",
        "Reading goes on by ordinary queries; writes go on by themselves when jobs are free again.");

    public static readonly FailureKind BulkWriteFailed = new("salesforce.bulk_write_failed", FailureCategory.Unknown,
        "A bulk write ended before it said what became of every record",
        "The records are read to learn which were written; nothing needs to be done.");

    public static readonly FailureKind BulkNotProcessed = new("salesforce.bulk_not_processed", FailureCategory.Retry,
        "Salesforce did not get to this record before the bulk write ended",
        "It is tried again by itself.");

    public static readonly FailureKind Conflict = new("salesforce.conflict", FailureCategory.Retry,
        "Salesforce says that the request does not fit the state of what it is about",
        "It is tried again by itself; look at Salesforce's own words if it goes on.");

    public static readonly FailureKind ObjectMissing = new("salesforce.object_missing", FailureCategory.Stop,
        "An object does not exist in this org or is not visible to the integration user",
        "Grant the integration user access to the object.");

    public static readonly FailureKind InvalidRequest = new("salesforce.invalid_request", FailureCategory.Reject,
        "Salesforce rejects the request as invalid",
        "Look at Salesforce's own words beside this.");

    public static readonly FailureKind TooLarge = new("salesforce.request_too_large", FailureCategory.Reject,
        "Salesforce says that the request is too long",
        "Report this with the version; requests are built to stay below the limits.");

    public static readonly FailureKind FieldMissing = new("salesforce.field_missing", FailureCategory.Stop,
        "A field does not exist or is not visible to the integration user",
        "Run `crmsync setup` for the connection; it creates fields and grants access to them.");

    public static readonly FailureKind FieldNotEditable = new("salesforce.field_not_editable", FailureCategory.Stop,
        "The integration user may not edit a field",
        "Run `crmsync setup` for the connection, or grant edit access to the field on this object.");

    public static readonly FailureKind NotesRefused = new("salesforce.notes_refused", FailureCategory.Stop,
        "The integration user may create neither enhanced notes nor tasks",
        "Let an administrator switch notes on (Setup > Notes Settings), or grant the run-as user Edit Tasks; the permission set CrmSync_Integration has it.");

    public static readonly FailureKind Locked = new("salesforce.record_locked", FailureCategory.Retry,
        "The record or its account is locked by another change at this moment",
        "It is tried again by itself.");

    public static readonly FailureKind InApproval = new("salesforce.record_in_approval", FailureCategory.Wait,
        "An approval process holds the record",
        "It is tried again in some hours; unlock the record in Salesforce to go on sooner.");

    public static readonly FailureKind Gone = new("salesforce.not_found", FailureCategory.Gone,
        "The Salesforce record does not exist any more",
        "Nothing needs to be done.");

    public static readonly FailureKind RuleRefused = new("salesforce.rule_refused", FailureCategory.Reject,
        "A validation rule, flow or trigger of the org refuses changes to this record",
        "Look at Salesforce's own words beside this; change the record or the rule, then retry the item.");

    public static readonly FailureKind OptionMissing = new("salesforce.option_missing", FailureCategory.Reject,
        "The picklist does not have the value that is written",
        "Run `crmsync setup` for the connection; it adds missing values and removes none.");

    public static readonly FailureKind RecordAccessRefused = new("salesforce.record_access_refused", FailureCategory.Reject,
        "The integration user may not edit this record",
        "Grant the run-as user edit access by role, sharing rule or permission, then retry the item.");

    public static readonly FailureKind WriteRefused = new("salesforce.write_refused", FailureCategory.Reject,
        "Salesforce refuses to change this record",
        "Look at Salesforce's own words beside this; the record has to change before it can be retried.");

    public static readonly FailureKind ScanStuck = new("salesforce.scan_stuck", FailureCategory.Retry,
        "Salesforce says that there are more records, but gives none",
        "It is tried again by itself; if it goes on, report it with the version.");

    public static readonly FailureKind BadPosition = new("salesforce.bad_position", FailureCategory.Reject,
        "The stored position of the scan is not one of ours",
        "Start the scan again from its beginning.");

    public static readonly FailureKind FieldRefused = new("salesforce.field_refused", FailureCategory.Reject,
        "Salesforce does not let the integration user create or grant the field",
        "Let an administrator deploy the package in deploy/salesforce, then run `crmsync setup` again.");

    public static readonly FailureKind RemovalRefused = new("salesforce.removal_refused", FailureCategory.Reject,
        "Salesforce does not let the integration user delete this",
        "Let an administrator delete it in Salesforce (Setup > Object Manager for fields, Setup > Permission Sets for those).");

    public static readonly FailureKind FieldUnsuitable = new("salesforce.field_unsuitable", FailureCategory.Stop,
        "A field of this name exists in Salesforce but cannot hold what is written",
        "Rename or remove it in Salesforce (Setup > Object Manager), then run `crmsync setup` again.");

    public static readonly FailureKind FieldInvisible = new("salesforce.field_invisible", FailureCategory.Stop,
        "The field was created and granted, but Salesforce still does not show it to the integration user",
        "Run `crmsync setup` again in a minute; if it stays so, check the assignment of the permission set CrmSync_Integration.");

    /// <summary>All rows, for the operator's list of codes.</summary>
    public static IReadOnlyList<FailureKind> All { get; } =
    [
        SecretMissing, LoginRefused, KeyUnusable, RefreshTokenMissing, WrongAccount, AccountUnknown, UserUnknown, InstanceUntrusted,
        SessionRefused, AccessRefused, ApiDisabled, PolicyRefused, AddressWrong, VersionRetired, DailyLimited, ConcurrentLimited,
        Unavailable, UnavailableWrite, AnswerMismatch, QueryTimeout, LocatorLost, BulkSpent, BulkWriteFailed, BulkNotProcessed, Conflict,
        ObjectMissing, InvalidRequest, TooLarge, FieldMissing, FieldNotEditable, NotesRefused, Locked, InApproval, Gone, RuleRefused, OptionMissing,
        RecordAccessRefused, WriteRefused, ScanStuck, BadPosition, FieldRefused, RemovalRefused, FieldUnsuitable, FieldInvisible,
    ];
}
