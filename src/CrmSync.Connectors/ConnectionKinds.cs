namespace CrmSync.Connectors;

/// <summary>The CRMs that there is a connector for, as the configuration and the ledger spell them.</summary>
public static class ConnectionKinds
{
    /// <summary>HubSpot.</summary>
    public const string HubSpot = "hubspot";

    /// <summary>Salesforce.</summary>
    public const string Salesforce = "salesforce";
}
