using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>
/// The OAuth token endpoint (fact sheet §1): the refresh grant only, because the others need a person in a browser or serve the webhook journal.
/// It stands before the token check and counts in no quota.
/// </summary>
internal sealed class OAuthRoutes(HubSpotSimulatorOptions options, TokenGate tokens, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1_800);
    private readonly ConcurrentDictionary<string, HubSpotOAuthApp> _refreshTokens = new(
        options.OAuthApps.Select(app => KeyValuePair.Create(app.RefreshToken, app)), StringComparer.Ordinal);
    private int _issued;

    public void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/oauth/{version}/token", ["POST"], (RequestDelegate)IssueAsync);

    /// <summary>Ends a refresh token, as uninstalling the app does.</summary>
    public void Revoke(string refreshToken) => _refreshTokens.TryRemove(refreshToken, out _);

    private async Task IssueAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            throw new ApiRefusal(new ApiError(415, "VALIDATION_ERROR", "The token endpoint takes application/x-www-form-urlencoded."));
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["grant_type"] != "refresh_token")
            throw Refused("unsupported_grant_type", "BAD_GRANT_TYPE", "grant_type must be refresh_token here");
        var sent = form["refresh_token"].ToString();
        if (!_refreshTokens.TryGetValue(sent, out var app))
            throw Refused("invalid_grant", "BAD_REFRESH_TOKEN", "missing or invalid refresh token");
        if (form["client_id"] != app.ClientId || form["client_secret"] != app.ClientSecret)
            throw Refused("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id or secret");

        var number = Interlocked.Increment(ref _issued).ToString(CultureInfo.InvariantCulture);
        var refresh = app.RotatesRefreshToken ? $"{app.RefreshToken}-{number}" : sent;
        if (app.RotatesRefreshToken && _refreshTokens.TryRemove(sent, out _))
            _refreshTokens[refresh] = app;
        var access = new HubSpotToken($"sim-access-{app.AppId.ToString(CultureInfo.InvariantCulture)}-{number}", app.Scopes, app.AppId, clock.GetUtcNow() + Lifetime);
        tokens.Put(access);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("access_token", access.Value);
            json.WriteString("refresh_token", refresh);
            json.WriteNumber("expires_in", (int)Lifetime.TotalSeconds);
            json.WriteString("token_type", "bearer");
            json.WriteString("token_use", "access_token");
            json.WriteNumber("hub_id", options.PortalId);
            json.WriteEndObject();
        });
    }

    private static ApiRefusal Refused(string error, string status, string message) =>
        new(new ApiError(400, "VALIDATION_ERROR", message) { OAuthError = error, OAuthStatus = status });
}
