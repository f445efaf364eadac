using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors;

/// <summary>What connectors get from their host, most of it shared with other nodes.</summary>
/// <param name="Quotas">Turns under the CRM's limits.</param>
/// <param name="Credentials">Credentials that the CRM renews.</param>
public sealed record ConnectorStores(IQuotaStore Quotas, ICredentialStore Credentials)
{
    /// <summary>Judges where requests may go.</summary>
    internal OutboundGate Outbound { get; init; } = new(new OutboundOptions());

    /// <summary>Where the newest calls are noted for people to look at.</summary>
    public RecentCalls Calls { get; init; } = new();

    /// <summary>
    /// Stores in memory, for tests and tools without a ledger: limits hold within this process only, and a renewed credential is lost with it.
    /// </summary>
    public static ConnectorStores InProcess(TimeProvider time) => new(new InProcessQuotaStore(time), new InProcessCredentialStore());
}
