using System.Collections.Concurrent;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Faults;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Knows the accepted tokens. Thread-safe.</summary>
internal sealed class TokenGate(HubSpotSimulatorOptions options, FaultBoard dials, TimeProvider clock)
{
    private const string Scheme = "Bearer ";
    private readonly ConcurrentDictionary<string, HubSpotToken> _tokens = new(
        options.Tokens.Select(t => KeyValuePair.Create(t.Value, t)), StringComparer.Ordinal);

    public void Put(HubSpotToken token) => _tokens[token.Value] = token;

    public void Revoke(string value) => _tokens.TryRemove(value, out _);

    /// <summary>A token by its value, whatever its state; null where it is unknown.</summary>
    public HubSpotToken? Find(string value) => _tokens.GetValueOrDefault(value);

    /// <summary>Ends an issued token at once; a static one never expires.</summary>
    public void Expire(HubSpotToken token)
    {
        if (token.Issued && _tokens.TryGetValue(token.Value, out var known))
            _tokens[token.Value] = known with { ExpiresAt = clock.GetUtcNow() };
    }

    /// <summary>Ends every issued token, as uninstalling the app does.</summary>
    public void ExpireIssued()
    {
        foreach (var token in _tokens.Values)
            Expire(token);
    }

    /// <summary>The token of a call.</summary>
    /// <exception cref="ApiRefusal">401: none, unknown or expired.</exception>
    public HubSpotToken Authenticate(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !_tokens.TryGetValue(header[Scheme.Length..].Trim(), out var token))
            throw new ApiRefusal(ApiErrors.NotAuthenticated());
        if (token.ExpiresAt <= clock.GetUtcNow())
            throw new ApiRefusal(ApiErrors.Expired(options));
        if (options.MailsWithoutScope == MailsWithoutScope.Blanked)
            token = token with { ReadsMailsWithoutText = true };
        return dials.On(DialCode.ScopeRemoved) is { } removed ? token with { Removed = removed.Target ?? "crm.objects.contacts.read" } : token;
    }
}
