using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>What the token endpoint gave.</summary>
/// <param name="Token">The session.</param>
/// <param name="OrgId">The org, where the answer tells it.</param>
/// <param name="UserId">Our own user, where the answer tells it.</param>
/// <param name="RefreshToken">
/// What the next session is asked with: the new token where the org rotates them, else the one that was used; null in other flows.
/// </param>
internal sealed record SalesforceSession(AccessToken Token, string? OrgId, string? UserId, string? RefreshToken)
{
    /// <inheritdoc/>
    public override string ToString() => $"session for {Token.BaseAddress}";
}

/// <summary>
/// Asks Salesforce's token endpoint, by any of the three flows. Signing in twice is harmless, so it counts as a read. Thread-safe.
/// </summary>
internal sealed class SalesforceSignIn(SalesforceOptions options, string key, HttpClient client, TimeProvider time)
{
    // Salesforce takes an assertion that ends at most about three minutes ahead; two leave room for a clock that is off.
    private static readonly TimeSpan AssertionLifetime = TimeSpan.FromMinutes(2);
    private static readonly string[] Trusted = [".salesforce.com", ".force.com", ".salesforce.mil", ".sfcrmproducts.cn"];

    private CallPlace Place => new(key, "signing in");

    /// <summary>Signs in.</summary>
    /// <param name="refreshToken">For the refresh flow: the token to use; null for the configured one.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<Result<SalesforceSession>> AskAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        var form = options.Flow switch
        {
            SalesforceFlow.Jwt => await JwtAsync(cancellationToken),
            SalesforceFlow.Refresh => await RefreshAsync(refreshToken, cancellationToken),
            SalesforceFlow.ClientCredentials => await ClientCredentialsAsync(cancellationToken),
        };
        if (!form.Succeeded)
            return form.Failure;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(SafeAddress.AsBase(options.LoginAddress!), "services/oauth2/token"))
        {
            Content = new FormUrlEncodedContent(form.Value),
        };
        ResilienceHandler.Mark(request, CallKind.Read);
        var sent = await CrmWires.SendAsync(client, request, CallKind.Read, Place, cancellationToken);
        if (!sent.Succeeded)
            return sent.Failure;
        var result = sent.Value.IsSuccess ? Accept(sent.Value.Body, form.Value.GetValueOrDefault("refresh_token")) : Refuse(sent.Value);
        if (result.Succeeded)
            return result;
        // Salesforce may quote what it was sent.
        return form.Value.Where(pair => pair.Key is "client_secret" or "refresh_token" or "assertion")
            .Aggregate(result.Failure, (failure, pair) => Scrub.Without(failure, pair.Value));
    }

    /// <summary>Whether a token may be sent to an address.</summary>
    public bool IsTrusted(Uri instance) =>
        SafeAddress.Fault(instance) is null
        && (instance.Host.Equals(options.LoginAddress!.Host, StringComparison.OrdinalIgnoreCase)
            || Trusted.Any(suffix => instance.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)));

    /// <summary>The org id at the front of a classic session id; null in other tokens.</summary>
    public static string? OrgOf(string accessToken) =>
        accessToken.StartsWith("00D", StringComparison.Ordinal) && accessToken.IndexOf('!', StringComparison.Ordinal) is var end and > 0
            ? SalesforceId.Normalise(accessToken[..end])
            : null;

    private async Task<Result<IReadOnlyDictionary<string, string>>> JwtAsync(CancellationToken cancellationToken)
    {
        try
        {
            var pem = await File.ReadAllTextAsync(options.PrivateKeyFile!, cancellationToken);
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return Form(("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), ("assertion", Assertion(rsa)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            return SalesforceFailures.KeyUnusable.At(Place);
        }
    }

    private string Assertion(RSA rsa)
    {
        var claims = new JsonObject
        {
            ["iss"] = options.ClientId!.Trim(),
            ["sub"] = options.Username!.Trim(),
            ["aud"] = options.AudienceName,
            // Seconds; milliseconds are a common fault that Salesforce answers with "expired".
            ["exp"] = (time.GetUtcNow() + AssertionLifetime).ToUnixTimeSeconds(),
        };
        var content = $"{Encoded("""{"alg":"RS256"}""")}.{Encoded(claims.ToJsonString())}";
        var signature = rsa.SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{content}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private async Task<Result<IReadOnlyDictionary<string, string>>> ClientCredentialsAsync(CancellationToken cancellationToken) =>
        await SecretText.ReadAsync(options.ClientSecret, options.ClientSecretFile, cancellationToken) is { } secret
            ? Form(("grant_type", "client_credentials"), ("client_id", options.ClientId!.Trim()), ("client_secret", secret))
            : SalesforceFailures.SecretMissing.At(Place);

    private async Task<Result<IReadOnlyDictionary<string, string>>> RefreshAsync(string? refreshToken, CancellationToken cancellationToken)
    {
        if (await SecretText.ReadAsync(options.ClientSecret, options.ClientSecretFile, cancellationToken) is not { } secret)
            return SalesforceFailures.SecretMissing.At(Place);
        refreshToken ??= await SecretText.ReadAsync(options.RefreshToken, options.RefreshTokenFile, cancellationToken);
        return refreshToken is null
            ? SalesforceFailures.RefreshTokenMissing.At(Place)
            : Form(("grant_type", "refresh_token"), ("refresh_token", refreshToken), ("client_id", options.ClientId!.Trim()), ("client_secret", secret));
    }

    private static Result<IReadOnlyDictionary<string, string>> Form(params (string Name, string Value)[] fields) =>
        Result.Success<IReadOnlyDictionary<string, string>>(fields.ToDictionary(field => field.Name, field => field.Value));

    private Result<SalesforceSession> Accept(JsonElement body, string? usedToken)
    {
        if (body.Filled("access_token") is not { } token || body.Filled("instance_url") is not { } instance)
            return HttpFailures.Unreadable.At(Place);
        if (!Uri.TryCreate(instance, UriKind.Absolute, out var address) || !IsTrusted(address))
            return SalesforceFailures.InstanceUntrusted.At(Place);
        // The identity address ends in org and user; every other member of the answer is optional.
        var identity = body.Filled("id")?.Split('/') ?? [];
        var org = identity.Length > 1 ? SalesforceId.Normalise(identity[^2]) : null;
        return new SalesforceSession(
            new AccessToken(token, SafeAddress.AsBase(address)), org ?? OrgOf(token),
            identity.Length > 1 ? SalesforceId.Normalise(identity[^1]) : null, body.Filled("refresh_token") ?? usedToken);
    }

    private Failure Refuse(CrmAnswer answer)
    {
        if (answer.Status is 406 or 408 or 420 or 429 or >= 500)
            return SalesforceFailures.Unavailable.At(Place);
        if (answer.Status is >= 300 and < 400)
            return HttpFailures.Redirected.At(Place);
        var error = Scrub.Text(answer.Body.Text("error"));
        return (error is null ? SalesforceFailures.AddressWrong : SalesforceFailures.LoginRefused).At(Place, error) with
        {
            RemoteMessage = Scrub.Text(answer.Body.Text("error_description")),
        };
    }
}
