namespace CrmSync.Connectors.HubSpot;

/// <summary>A type of record that is scanned by its modified time.</summary>
/// <param name="Name">Name in paths.</param>
/// <param name="Modified">Its last-modified property: contacts have another one, and filtering them by the usual one gives no rows and no error.</param>
/// <param name="Properties">Properties that are read.</param>
/// <param name="Linked">Types whose links the list endpoint gives along.</param>
internal sealed record HubSpotScanType(string Name, string Modified, IReadOnlyList<string> Properties, IReadOnlyList<string> Linked)
{
    /// <summary>The last-modified property of a type.</summary>
    public static string ModifiedOf(string type) => type == "contacts" ? "lastmodifieddate" : "hs_lastmodifieddate";
}
