namespace CrmSync.Simulator.HubSpot;

/// <summary>An OAuth app that is installed in the account already: its refresh token buys access tokens (fact sheet §1).</summary>
/// <param name="ClientId">Client id.</param>
/// <param name="ClientSecret">Client secret.</param>
/// <param name="RefreshToken">The refresh token of the installation.</param>
/// <param name="Scopes">Scopes of its access tokens; null grants all.</param>
/// <param name="AppId">Id of the app, as in <see cref="HubSpotToken"/>.</param>
/// <param name="RotatesRefreshToken">Whether each refresh answers a new refresh token and ends the old one.</param>
public sealed record HubSpotOAuthApp(
    string ClientId, string ClientSecret, string RefreshToken, IReadOnlyList<string>? Scopes = null, long AppId = 4_711_002,
    bool RotatesRefreshToken = false);
