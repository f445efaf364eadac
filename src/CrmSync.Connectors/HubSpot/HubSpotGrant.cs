using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Asks HubSpot for tokens by an app's refresh token, which HubSpot may rotate. Thread-safe.</summary>
internal sealed class HubSpotGrant(
    HubSpotOptions options, string key, HttpClient client, HubSpotVersion version, HubSpotDialect dialect, TimeProvider time, ILogger logger)
{
    // HubSpot's OAuth guide; the answer says it, too.
    private static readonly TimeSpan UsualLife = TimeSpan.FromMinutes(30);
    private volatile IReadOnlyList<string>? _scopes;
    private int _times;

    /// <summary>Scopes that the last token came with; null where HubSpot did not say.</summary>
    public IReadOnlyList<string>? Scopes => _scopes;

    /// <summary>A new credential.</summary>
    public async Task<Result<StoredCredential>> AskAsync(StoredCredential? stored, CancellationToken cancellationToken)
    {
        var place = new CallPlace(key, "renewing the token");
        var secret = await SecretText.ReadAsync(options.ClientSecret, options.ClientSecretFile, cancellationToken);
        var configured = await SecretText.ReadAsync(options.RefreshToken, options.RefreshTokenFile, cancellationToken);
        if (secret is null || (stored?.RefreshToken ?? configured) is not { } refresh)
            return HubSpotFailures.GrantMissing.At(place);
        var asked = await AskAsync(refresh, secret, place, cancellationToken);
        // After a new installation the stored grant is dead and the configuration names the new one.
        if (!asked.Succeeded && asked.Failure.Code == HubSpotFailures.GrantDead.Code && configured is not null && configured != refresh)
            asked = await AskAsync(configured, secret, place, cancellationToken);
        return asked;
    }

    private async Task<Result<StoredCredential>> AskAsync(string refresh, string secret, CallPlace place, CancellationToken cancellationToken)
    {
        Result<CrmAnswer> sent = HubSpotFailures.AddressWrong.At(place);
        foreach (var candidate in options.FallbackVersions.Prepend(version.Current).Distinct())
        {
            sent = await SendAsync(candidate, refresh, secret, place, cancellationToken);
            // Without a token nothing else can be asked, so the other versions are tried here.
            if (!sent.Succeeded || sent.Value.Status is not (404 or 410))
                break;
        }

        if (!sent.Succeeded)
            return sent.Failure;
        var result = sent.Value.IsSuccess ? Accept(sent.Value.Body, refresh, place) : Refuse(sent.Value, place);
        return result.Succeeded ? result : Scrub.Without(Scrub.Without(result.Failure, secret), refresh);
    }

    private async Task<Result<CrmAnswer>> SendAsync(string candidate, string refresh, string secret, CallPlace place, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(SafeAddress.AsBase(options.BaseAddress), $"oauth/{candidate}/token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "refresh_token",
                ["client_id"] = options.ClientId!.Trim(),
                ["client_secret"] = secret,
                ["refresh_token"] = refresh,
            }),
        };
        // Many callers wait for one renewal, so a passing fault is tried again here. Where the lost answer had rotated the grant, the old one is dead in either case.
        ResilienceHandler.Mark(request, CallKind.Read);
        return await CrmWires.SendAsync(client, request, CallKind.Read, place, cancellationToken);
    }

    private Result<StoredCredential> Accept(JsonElement body, string refresh, CallPlace place)
    {
        if (body.Filled("access_token") is not { } token)
            return HttpFailures.Unreadable.At(place);
        if (body.HasItems("scopes"))
            _scopes = [.. body.Items("scopes").Select(scope => scope.Text()).OfType<string>()];
        var life = body.Number("expires_in") is { } seconds and > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : UsualLife;
        ConnectorLog.SignedIn(logger, key, Interlocked.Increment(ref _times) - 1);
        return new StoredCredential(body.Filled("refresh_token") ?? refresh, token, time.GetUtcNow() + life, null);
    }

    private Failure Refuse(CrmAnswer answer, CallPlace place)
    {
        var words = $"{answer.Body.Text("error")} {answer.Body.Text("status")} {answer.Body.Text("category")}";
        var failure = answer.Status switch
        {
            >= 300 and < 400 => HttpFailures.Redirected.At(place),
            400 or 401 or 403 when Has(words, "invalid_grant") || Has(words, "BAD_REFRESH_TOKEN") => HubSpotFailures.GrantDead.At(place),
            400 or 401 or 403 when Has(words, "invalid_client") || Has(words, "BAD_CLIENT") => HubSpotFailures.AppRefused.At(place),
            400 or 401 or 403 => HubSpotFailures.AppRefused.At(place, Scrub.Text(answer.Body.Text("error"))),
            _ => dialect.Refuse(answer, CrmCall.Read(HttpMethod.Post, "oauth", place.Purpose), place),
        };
        return failure with
        {
            RemoteMessage = Scrub.Text(answer.Body.Text("error_description") ?? answer.Body.Text("message")),
            CorrelationId = Scrub.Text(answer.Body.Text("correlationId")),
        };
    }

    private static bool Has(string words, string word) => words.Contains(word, StringComparison.OrdinalIgnoreCase);
}
