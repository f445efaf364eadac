namespace CrmSync.Simulator.HubSpot;

/// <summary>A bearer token that the simulated HubSpot accepts.</summary>
/// <param name="Value">The token itself.</param>
/// <param name="Scopes">Granted scopes in HubSpot's words, such as <c>crm.objects.contacts.read</c>; null grants all.</param>
/// <param name="AppId">Id of the app that it belongs to: tokens of one app share its 10-second window, and writes carry it in the property history.</param>
/// <param name="ExpiresAt">From when it is refused as expired; null for never.</param>
public sealed record HubSpotToken(string Value, IReadOnlyList<string>? Scopes = null, long AppId = 4_711_001, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The token accepted where the options name none.</summary>
    public const string DefaultValue = "pat-sim-hubspot";

    internal bool Allows(string scope) => Scopes is null || Scopes.Contains(scope, StringComparer.Ordinal);
}
