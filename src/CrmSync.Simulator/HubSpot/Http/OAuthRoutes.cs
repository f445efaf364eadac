using System.Collections.Concurrent;
using System.Globalization;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Faults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>
/// The OAuth endpoints (fact sheet §1): refresh, introspection and revocation. The other grants need a person in a browser or serve the
/// webhook journal. They stand before the token check and count in no quota.
/// </summary>
internal sealed class OAuthRoutes(HubSpotSimulatorOptions options, TokenGate tokens, FaultBoard dials, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(1_800);
    private readonly ConcurrentDictionary<string, HubSpotOAuthApp> _refreshTokens = new(
        options.OAuthApps.Select(app => KeyValuePair.Create(app.RefreshToken, app)), StringComparer.Ordinal);
    private int _issued;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods("/oauth/{version}/token", ["POST"], (RequestDelegate)IssueAsync);
        routes.MapMethods("/oauth/{version}/token/introspect", ["POST"], (RequestDelegate)IntrospectAsync);
        routes.MapMethods("/oauth/{version}/token/revoke", ["POST"], (RequestDelegate)RevokeAsync);
        routes.MapMethods("/oauth/{version}/access-tokens/{token}", ["GET"], (RequestDelegate)DescribeAccessAsync);
        routes.MapMethods("/oauth/{version}/refresh-tokens/{token}", ["GET"], (RequestDelegate)DescribeRefreshAsync);
        routes.MapMethods("/oauth/{version}/refresh-tokens/{token}", ["DELETE"], (RequestDelegate)(context =>
        {
            Revoke(Route(context));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }));
    }

    /// <summary>Ends a refresh token, as uninstalling the app does.</summary>
    public void Revoke(string refreshToken) => _refreshTokens.TryRemove(refreshToken, out _);

    private async Task IssueAsync(HttpContext context)
    {
        var form = await ReadFormAsync(context);
        if (form["grant_type"] != "refresh_token")
            throw Refused("unsupported_grant_type", "BAD_GRANT_TYPE", "grant_type must be refresh_token here");
        var sent = form["refresh_token"].ToString();
        var path = context.Request.Path.Value ?? "";
        if (!_refreshTokens.TryGetValue(sent, out var app)
            || dials.Draw(DialCode.GrantRevoked, "POST", ApiPipeline.TemplateOf(context), path))
            throw Refused("invalid_grant", "BAD_REFRESH_TOKEN", "missing or invalid refresh token");
        CheckClient(form, app);

        var number = Interlocked.Increment(ref _issued).ToString(CultureInfo.InvariantCulture);
        var rotates = dials.Draw(DialCode.GrantRotates, "POST", ApiPipeline.TemplateOf(context), path) || app.RotatesRefreshToken;
        var refresh = rotates ? $"{app.RefreshToken}-{number}" : sent;
        if (rotates)
        {
            // Of two that refresh at once with one token, the second comes too late.
            if (!_refreshTokens.TryRemove(sent, out _))
                throw Refused("invalid_grant", "BAD_REFRESH_TOKEN", "missing or invalid refresh token");
            _refreshTokens[refresh] = app;
        }
        var access = new HubSpotToken($"sim-access-{app.AppId.ToString(CultureInfo.InvariantCulture)}-{number}", app.Scopes, app.AppId,
            clock.GetUtcNow() + Lifetime)
        { Issued = true };
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

    private async Task IntrospectAsync(HttpContext context)
    {
        var form = await ReadFormAsync(context);
        CheckClient(form, null);
        var sent = form["token"].ToString();
        var app = _refreshTokens.GetValueOrDefault(sent);
        var access = tokens.Find(sent);
        var active = app is not null || (access is not null && !(access.ExpiresAt <= clock.GetUtcNow()));
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("active", active);
            if (active)
            {
                json.WriteString("token_use", app is null ? "access_token" : "refresh_token");
                json.WriteNumber("hub_id", options.PortalId);
                json.WriteNumber("app_id", app?.AppId ?? access!.AppId);
                if (access?.ExpiresAt is { } expires)
                    json.WriteNumber("exp", expires.ToUnixTimeSeconds());
            }
            json.WriteEndObject();
        });
    }

    private async Task RevokeAsync(HttpContext context)
    {
        var form = await ReadFormAsync(context);
        CheckClient(form, null);
        var sent = form["token"].ToString();
        Revoke(sent);
        if (tokens.Find(sent) is { Issued: true })
            tokens.Revoke(sent);
        context.Response.StatusCode = StatusCodes.Status200OK;
    }

    private Task DescribeAccessAsync(HttpContext context)
    {
        if (tokens.Find(Route(context)) is not { } token || token.ExpiresAt <= clock.GetUtcNow())
            throw new ApiRefusal(new ApiError(404, "OBJECT_NOT_FOUND", "access token not found"));
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("token", token.Value);
            json.WriteString("user", "integration@northwick.example");
            json.WriteString("hub_domain", "northwick.example");
            json.WriteStartArray("scopes");
            foreach (var scope in token.Scopes ?? [])
                json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteNumber("hub_id", options.PortalId);
            json.WriteNumber("app_id", token.AppId);
            json.WriteNumber("expires_in", (int)((token.ExpiresAt - clock.GetUtcNow())?.TotalSeconds ?? Lifetime.TotalSeconds));
            json.WriteNumber("user_id", 28_600_000);
            json.WriteString("token_type", "access");
            json.WriteEndObject();
        });
    }

    private Task DescribeRefreshAsync(HttpContext context)
    {
        var sent = Route(context);
        if (!_refreshTokens.TryGetValue(sent, out var app))
            throw new ApiRefusal(new ApiError(404, "OBJECT_NOT_FOUND", "refresh token not found"));
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("token", sent);
            json.WriteString("user", "integration@northwick.example");
            json.WriteString("hub_domain", "northwick.example");
            json.WriteStartArray("scopes");
            foreach (var scope in app.Scopes ?? [])
                json.WriteStringValue(scope);
            json.WriteEndArray();
            json.WriteNumber("hub_id", options.PortalId);
            json.WriteString("client_id", app.ClientId);
            json.WriteNumber("user_id", 28_600_000);
            json.WriteString("token_type", "refresh");
            json.WriteEndObject();
        });
    }

    private static string Route(HttpContext context) => context.Request.RouteValues["token"] as string ?? "";

    private static async Task<IFormCollection> ReadFormAsync(HttpContext context) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(context.RequestAborted)
        : throw new ApiRefusal(new ApiError(415, "VALIDATION_ERROR", "The token endpoints take application/x-www-form-urlencoded."));

    /// <summary>Refuses a form whose client is not this app; without an app, one whose client is none of the installed.</summary>
    private void CheckClient(IFormCollection form, HubSpotOAuthApp? app)
    {
        bool Is(HubSpotOAuthApp one) => form["client_id"] == one.ClientId && form["client_secret"] == one.ClientSecret;
        if (app is null ? !options.OAuthApps.Any(Is) : !Is(app))
            throw Refused("invalid_client", "BAD_CLIENT_ID", "missing or unknown client id or secret");
    }

    private static ApiRefusal Refused(string error, string status, string message) =>
        new(new ApiError(400, "VALIDATION_ERROR", message) { OAuthError = error, OAuthStatus = status });
}
