using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;

namespace CrmSync.Connectors;

/// <summary>One connection as the configuration names it.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Permanent key, such as <c>hubspot-main</c>: 2 to 40 lower-case letters, digits and hyphens. The ledger knows the connection by it.</summary>
    public string Key { get; set; } = "";

    /// <summary><c>hubspot</c> or <c>salesforce</c>.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Display name; the key where it is blank.</summary>
    public string Name { get; set; } = "";

    /// <summary>Settings of a HubSpot account; needed where <see cref="Kind"/> is hubspot.</summary>
    public HubSpotOptions? HubSpot { get; set; }

    /// <summary>Settings of a Salesforce org; needed where <see cref="Kind"/> is salesforce.</summary>
    public SalesforceOptions? Salesforce { get; set; }

    /// <summary>Everything that is wrong with some connections, each as one sentence that names the place and the way out; empty when all is well.</summary>
    public static IReadOnlyList<string> Validate(IReadOnlyList<ConnectionOptions> connections)
    {
        List<string> faults = [];
        for (var at = 0; at < connections.Count; at++)
        {
            var connection = connections[at];
            var place = string.IsNullOrWhiteSpace(connection.Key) ? $"Connections:{at}" : $"Connections:{at} ({connection.Key})";
            if (!IsKey(connection.Key))
                faults.Add($"{place}:Key is '{connection.Key}', but must be 2 to 40 lower-case letters, digits and hyphens, beginning with a letter.");
            if (connections.Take(at).Any(other => other.Key == connection.Key))
                faults.Add($"{place}:Key stands twice; give every connection a key of its own.");
            faults.AddRange(connection.KindFaults(place));
        }

        return faults;
    }

    private IEnumerable<string> KindFaults(string place) => Kind switch
    {
        ConnectionKinds.HubSpot => HubSpot?.Faults(place) ?? [$"{place}:HubSpot is missing; put at least Token or TokenFile there."],
        ConnectionKinds.Salesforce => Salesforce?.Faults(place) ?? [$"{place}:Salesforce is missing; put LoginAddress, ClientId and ClientSecret there."],
        _ => [$"{place}:Kind is '{Kind}', but must be {ConnectionKinds.HubSpot} or {ConnectionKinds.Salesforce}."],
    };

    private static bool IsKey(string key) =>
        key.Length is >= 2 and <= 40 && char.IsAsciiLetterLower(key[0])
        && key.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-');
}
