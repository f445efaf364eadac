using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;

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

    /// <summary>Writing.</summary>
    ILabelWriter Writer { get; }

    /// <summary>Creating properties.</summary>
    IPropertySetup Setup { get; }

    /// <summary>Requests sent since the start, answered or not.</summary>
    long RequestsSent { get; }

    /// <summary>Checks address, credentials, scopes and quota left; each check says pass, warn or fail with the way out. Never throws.</summary>
    Task<IReadOnlyList<HealthCheck>> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Address of a record in the CRM's own pages, for a link; null where it is not known.</summary>
    Uri? RecordLink(string objectType, string externalId);
}

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
