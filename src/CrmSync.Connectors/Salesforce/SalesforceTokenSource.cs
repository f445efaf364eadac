using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Signs in with client credentials. All callers share one session; whoever finds it expired first renews it, the others take the new
/// one. A refused sign-in is not repeated for a minute, so that a wrong secret does not lock the app.
/// </summary>
internal sealed class SalesforceTokenSource(
    SalesforceOptions options, string key, HttpClient client, TimeProvider time, ILogger logger) : ITokenSource, IDisposable
{
    private static readonly TimeSpan RefusalKept = TimeSpan.FromMinutes(1);
    private static readonly string[] Trusted = [".salesforce.com", ".force.com", ".salesforce.mil", ".sfcrmproducts.cn"];
    private readonly SemaphoreSlim _signingIn = new(1, 1);
    private volatile AccessToken? _current;
    private (Failure Failure, DateTimeOffset Until)? _refusal;
    private int _signIns;

    /// <summary>Our own user, from the last two parts of the identity address; null before the first sign-in.</summary>
    public string? UserId { get; private set; }

    /// <inheritdoc/>
    public async ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        if (Usable(refused) is { } ready)
            return ready;
        await _signingIn.WaitAsync(cancellationToken);
        try
        {
            if (Usable(refused) is { } renewed)
                return renewed;
            if (_refusal is { } refusal && time.GetUtcNow() < refusal.Until)
                return refusal.Failure;
            var result = await SignInAsync(cancellationToken);
            _current = result.Value;
            _refusal = result.Failure?.Category == FailureCategory.Stop ? (result.Failure, time.GetUtcNow() + RefusalKept) : null;
            return result;
        }
        finally
        {
            _signingIn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signingIn.Dispose();

    private AccessToken? Usable(AccessToken? refused) => _current is { } current && !ReferenceEquals(current, refused) ? current : null;

    private async Task<Result<AccessToken>> SignInAsync(CancellationToken cancellationToken)
    {
        var place = new CallPlace(key, "signing in");
        if (await SecretText.ReadAsync(options.ClientSecret, options.ClientSecretFile, cancellationToken) is not { } secret)
            return SalesforceFailures.SecretMissing.At(place);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(SafeAddress.AsBase(options.LoginAddress!), "services/oauth2/token"))
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = options.ClientId!.Trim(),
                ["client_secret"] = secret,
            }),
        };
        // Signing in twice is harmless.
        ResilienceHandler.Mark(request, CallKind.Read);
        var sent = await CrmWires.SendAsync(client, request, CallKind.Read, place, cancellationToken);
        if (!sent.Succeeded)
            return sent.Failure;
        return sent.Value.IsSuccess ? Accept(sent.Value.Body, place) : Refuse(sent.Value, place);
    }

    private Result<AccessToken> Accept(JsonElement body, CallPlace place)
    {
        if (body.Filled("access_token") is not { } token || body.Filled("instance_url") is not { } instance)
            return HttpFailures.Unreadable.At(place);
        if (!Uri.TryCreate(instance, UriKind.Absolute, out var address) || SafeAddress.Fault(address) is not null || !IsTrusted(address))
            return SalesforceFailures.InstanceUntrusted.At(place);
        UserId = body.Filled("id")?.Split('/')[^1] is { } user ? SalesforceId.Normalise(user) : null;
        ConnectorLog.SignedIn(logger, key, Interlocked.Increment(ref _signIns) - 1);
        return new AccessToken(token, SafeAddress.AsBase(address));
    }

    private static Failure Refuse(CrmAnswer answer, CallPlace place)
    {
        if (answer.Status >= 500)
            return SalesforceFailures.Unavailable.At(place);
        if (answer.Status is >= 300 and < 400)
            return HttpFailures.Redirected.At(place);
        var error = Scrub.Text(answer.Body.Text("error"));
        return (error is null ? SalesforceFailures.AddressWrong : SalesforceFailures.LoginRefused).At(place, error) with
        {
            RemoteMessage = Scrub.Text(answer.Body.Text("error_description")),
        };
    }

    private bool IsTrusted(Uri instance) =>
        instance.Host.Equals(options.LoginAddress!.Host, StringComparison.OrdinalIgnoreCase)
        || Trusted.Any(suffix => instance.Host.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
}
