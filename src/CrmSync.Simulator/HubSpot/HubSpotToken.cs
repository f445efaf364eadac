namespace CrmSync.Simulator.HubSpot;

/// <summary>A bearer token that the simulated HubSpot accepts.</summary>
/// <param name="Value">The token itself.</param>
/// <param name="Scopes">Granted scopes in HubSpot's words, such as <c>crm.objects.contacts.read</c>; null grants all.</param>
/// <param name="AppId">Id of the app that it belongs to: tokens of one app share its 10-second window, and writes carry it in the property
/// history.</param>
/// <param name="ExpiresAt">From when it is refused as expired; null for never.</param>
public sealed record HubSpotToken(string Value, IReadOnlyList<string>? Scopes = null, long AppId = 4_711_001,
    DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The token accepted where the options name none.</summary>
    public const string DefaultValue = "pat-sim-hubspot";

    /// <summary>
    /// Whether the token, lacking <c>sales-email-read</c>, reads mails with their text blanked instead of being refused with 403. Nobody outside
    /// knows which of the two HubSpot does (fact sheet §1), so a client must live with both.
    /// </summary>
    public bool ReadsMailsWithoutText { get; init; }

    /// <summary>Whether the token endpoint issued it to an OAuth app.</summary>
    internal bool Issued { get; init; }

    /// <summary>A scope that was taken from it; null for none.</summary>
    internal string? Removed { get; init; }

    internal bool Allows(string scope) => scope != Removed && (Scopes is null || Scopes.Contains(scope, StringComparer.Ordinal));
}
