using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Pipeline.Model;

/// <summary>One CRM connection: reading, writing, set-up and a self-check. Thread-safe, lives as long as the host.</summary>
public interface ICrmConnector
{
    /// <summary>Permanent key of the connection.</summary>
    string Key { get; }

    /// <summary><c>hubspot</c> or <c>salesforce</c>.</summary>
    string Kind { get; }

    /// <summary>The longest that one call of any method below takes, its quick retries included; a lease must outlast it.</summary>
    TimeSpan CallTimeout { get; }

    /// <summary>Reading.</summary>
    IActivityReader Reader { get; }

    /// <summary>Counting, ids and direct reads, for proofs of completeness.</summary>
    IWindowReader Windows { get; }

    /// <summary>Writing.</summary>
    ILabelWriter Writer { get; }

    /// <summary>Writing notes to accounts; null where this CRM takes none from us.</summary>
    INoteWriter? Notes => null;

    /// <summary>Creating properties.</summary>
    IPropertySetup Setup { get; }

    /// <summary>Reading what stands beside activities.</summary>
    IRecordReader Records { get; }

    /// <summary>Reading notices that the CRM sends us; null where none are set up.</summary>
    IWebhookReader? Webhooks { get; }

    /// <summary>Which account the credential belongs to. Cheap: asked of the CRM once per token.</summary>
    Task<Result<AccountIdentity>> IdentifyAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Names the account that this connection belongs to for good. From then on a token of another account is refused with
    /// <see cref="FailureCategory.Stop"/> before any other request is sent with it.
    /// </summary>
    void Expect(string accountId);

    /// <summary>Requests sent since the start, answered or not.</summary>
    long RequestsSent { get; }

    /// <summary>Checks address, credentials, scopes and quota left; each check says pass, warn or fail with the way out. Never throws.</summary>
    Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken);

    /// <summary>The CRM's day that an instant belongs to, with our part of its requests; null where none is counted.</summary>
    QuotaDay? QuotaDayAt(DateTimeOffset now) => null;

    /// <summary>Address of a record in the CRM's own pages, for a link; null where it is not known.</summary>
    Uri? RecordLink(string objectType, string externalId);
}

/// <summary>A day of requests.</summary>
/// <param name="Start">When it began: a midnight of the account, or 24 hours ago.</param>
/// <param name="End">When the requests are fresh again.</param>
/// <param name="Limit">Requests of the account in it, as configured or as the CRM last said.</param>
/// <param name="Share">Our share of them, above 0 and at most 1.</param>
/// <param name="IsRolling">Whether it is always the last 24 hours.</param>
public sealed record QuotaDay(DateTimeOffset Start, DateTimeOffset End, long Limit, double Share, bool IsRolling);

/// <summary>The portal or org behind a credential.</summary>
/// <param name="Id">HubSpot's portal id, or Salesforce's org id in 18 characters.</param>
/// <param name="Name">What people call it; may be blank.</param>
public sealed record AccountIdentity(string Id, string Name);

/// <summary>The connections that the configuration names.</summary>
public interface IConnectorCatalog
{
    /// <summary>All connectors, in configuration order.</summary>
    IReadOnlyList<ICrmConnector> All { get; }

    /// <summary>The connector with a key, or null where the configuration no longer names it.</summary>
    ICrmConnector? Find(string connectionKey);
}

/// <summary>Result of one check.</summary>
public enum HealthState
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>Works, but somebody should look.</summary>
    Warn,

    /// <summary>Does not work.</summary>
    Fail,
}

/// <summary>One line of <c>doctor</c>.</summary>
/// <param name="Name">What was checked, such as "Token" or "Scopes".</param>
/// <param name="State">How it is.</param>
/// <param name="Sentence">What was found.</param>
/// <param name="Fix">The way out; empty when it passed.</param>
public sealed record HealthCheck(string Name, HealthState State, string Sentence, string Fix = "");
