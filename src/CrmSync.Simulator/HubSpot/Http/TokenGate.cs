using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Knows the accepted tokens. Thread-safe.</summary>
internal sealed class TokenGate(IEnumerable<HubSpotToken> tokens, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private readonly ConcurrentDictionary<string, HubSpotToken> _tokens = new(tokens.Select(t => KeyValuePair.Create(t.Value, t)), StringComparer.Ordinal);

    public void Put(HubSpotToken token) => _tokens[token.Value] = token;

    public void Revoke(string value) => _tokens.TryRemove(value, out _);

    /// <summary>The token of a call.</summary>
    /// <exception cref="ApiRefusal">401: none, unknown or expired.</exception>
    public HubSpotToken Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !_tokens.TryGetValue(header[Scheme.Length..].Trim(), out var token))
            throw new ApiRefusal(ApiErrors.NotAuthenticated());
        return token.ExpiresAt <= clock.GetUtcNow() ? throw new ApiRefusal(ApiErrors.Expired()) : token;
    }
}
