using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>The OAuth token endpoint: client credentials, JWT bearer, and refresh tokens with rotation. Its errors have a shape of their own.</summary>
internal sealed class TokenEndpoint(SalesforceServer server)
{
    private const string JwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    public void Map(WebApplication app) => app.MapPost("/services/oauth2/token", AnswerAsync);

    private async Task AnswerAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
        {
            await RefuseAsync(context, "invalid_request", "must use HTTP POST with a form as the body");
            return;
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        string grant = form["grant_type"].ToString();
        WireCall call = WireCall.Of(context);
        (string? id, string? secret) = ReadClient(context, form);
        if (server.Dials.Draw("F10", call))
            await RefuseAsync(context, "invalid_grant", grant == "refresh_token" ? "expired access/refresh token" : "user hasn't approved this consumer");
        else if (grant == JwtGrant)
            await AnswerJwtAsync(context, form["assertion"].ToString());
        else if (grant is not ("client_credentials" or "refresh_token"))
            await RefuseAsync(context, "unsupported_grant_type", "grant type not supported");
        else if (!SameText(id, server.Options.ClientId))
            await RefuseAsync(context, server.Options.UnknownClientError, "client identifier invalid");
        else if (!SameText(secret, server.Options.ClientSecret))
            await RefuseAsync(context, server.Options.WrongSecretError, "invalid client credentials");
        else if (grant == "client_credentials")
            await GrantAsync(context, refreshToken: null, withApi: true);
        else if (server.Sessions.Rotate(form["refresh_token"].ToString(), server.Dials.On("F11") is not null) is { } rotated)
            await GrantAsync(context, rotated);
        else
            await RefuseAsync(context, "invalid_grant", "expired access/refresh token");
    }

    private Task AnswerJwtAsync(HttpContext context, string assertion) =>
        JwtAssertion.Refuse(assertion, server.Options, Origin(context), server.Clock.GetUtcNow()) is { } reason
            ? RefuseAsync(context, "invalid_grant", reason)
            : GrantAsync(context, refreshToken: null);

    private static string Origin(HttpContext context) => $"{context.Request.Scheme}://{context.Request.Host}";

    private Task GrantAsync(HttpContext context, string? refreshToken, bool withApi = false)
    {
        string origin = Origin(context);
        string id = $"{origin}/id/{server.Org.OrgId}/{server.Org.IntegrationUserId}";
        string issuedAt = server.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        byte[] signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(server.Options.ClientSecret), Encoding.UTF8.GetBytes(id + issuedAt));
        JsonObject answer = new()
        {
            ["access_token"] = server.Sessions.Open(),
            ["signature"] = Convert.ToBase64String(signature),
            ["scope"] = "api id",
            ["instance_url"] = origin,
            ["id"] = id,
            ["token_type"] = "Bearer",
            ["issued_at"] = issuedAt,
        };
        if (refreshToken is not null)
            answer["refresh_token"] = refreshToken;
        if (withApi)
            answer["api_instance_url"] = "https://api.salesforce.com";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return SalesforceAnswers.WriteAsync(context, answer);
    }

    private static (string? Id, string? Secret) ReadClient(HttpContext context, IFormCollection form)
    {
        const string scheme = "Basic ";
        string header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return (form["client_id"], form["client_secret"]);

        byte[] bytes = new byte[header.Length];
        if (!Convert.TryFromBase64String(header[scheme.Length..].Trim(), bytes, out int length))
            return (null, null);
        string[] parts = Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2);
        return parts.Length == 2 ? (Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1])) : (null, null);
    }

    private static bool SameText(string? given, string wanted) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given ?? ""), Encoding.UTF8.GetBytes(wanted));

    private static Task RefuseAsync(HttpContext context, string error, string description) =>
        SalesforceAnswers.WriteAsync(context, new JsonObject { ["error"] = error, ["error_description"] = description }, status: 400);
}
