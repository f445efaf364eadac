using System.Globalization;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Sessions and refresh tokens of the one connected app. Thread-safe; tokens follow from the seed.</summary>
internal sealed class SessionStore(SalesforceSimulatorOptions options, Func<string> orgId, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Random _random = new(options.Seed);
    private readonly Dictionary<string, DateTimeOffset> _sessions = new(StringComparer.Ordinal);
    private readonly HashSet<string> _usedUp = new(StringComparer.Ordinal);
    private string? _refreshToken = options.RefreshToken;

    public string Open()
    {
        lock (_gate)
        {
            string token = $"{orgId()[..15]}!AQ{Letters(60)}";
            _sessions[token] = clock.GetUtcNow() + options.SessionLifetime;
            return token;
        }
    }

    /// <summary>Whether the session lives; using it prolongs it.</summary>
    public bool Use(string token)
    {
        lock (_gate)
        {
            DateTimeOffset now = clock.GetUtcNow();
            if (!_sessions.TryGetValue(token, out DateTimeOffset until) || until <= now)
                return false;
            if (options.SessionsProlong)
                _sessions[token] = now + options.SessionLifetime;
            return true;
        }
    }

    public void ExpireAll()
    {
        lock (_gate)
            _sessions.Clear();
    }

    /// <summary>Exchanges the refresh token; null where it is not, or no longer, the valid one.</summary>
    /// <param name="refreshToken">What the client has.</param>
    /// <param name="punish">Whether a token that was used up already takes its successor with it.</param>
    public string? Rotate(string refreshToken, bool punish)
    {
        lock (_gate)
        {
            if (punish && _usedUp.Contains(refreshToken))
                _refreshToken = null;
            if (refreshToken != _refreshToken)
                return null;
            if (!options.RefreshTokenRotation)
                return refreshToken;
            _usedUp.Add(refreshToken);
            _refreshToken = $"5Aep{Letters(60)}";
            return _refreshToken;
        }
    }

    private string Letters(int count)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
        return string.Create(CultureInfo.InvariantCulture, $"{new string(_random.GetItems<char>(letters, count))}");
    }
}
