using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Holds the session, and knows whose it is. Only the refresh flow keeps its credential beyond the process: the other two can always begin
/// a new session by themselves. Thread-safe.
/// </summary>
internal sealed class SalesforceSessions : ITokenSource, IDisposable
{
    // Two live at a time while a session is renewed; the rest is room for renewals in quick succession.
    private const int Remembered = 4;
    private readonly SalesforceSignIn _signIn;
    private readonly string _key;
    private readonly ILogger _logger;
    private readonly RenewingTokenSource _tokens;
    private readonly Lock _lock = new();
    private readonly List<SalesforceSession> _known = [];
    private int _signIns;

    /// <param name="options">How we sign in.</param>
    /// <param name="signIn">The token endpoint.</param>
    /// <param name="store">Where rotated refresh tokens live.</param>
    /// <param name="key">Key of the connection.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets counts.</param>
    public SalesforceSessions(
        SalesforceOptions options, SalesforceSignIn signIn, ICredentialStore store, string key, TimeProvider time, ILogger logger)
    {
        _signIn = signIn;
        _key = key;
        _logger = logger;
        _tokens = new RenewingTokenSource(
            key, options.LoginAddress!, options.Flow == SalesforceFlow.Refresh ? store : new InProcessCredentialStore(), AskAsync, time);
    }

    /// <inheritdoc/>
    public async ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        var token = await _tokens.GetAsync(refused, cancellationToken);
        // A stored address that somebody changed must not get the session.
        return token.Succeeded && !_signIn.IsTrusted(token.Value.BaseAddress)
            ? SalesforceFailures.InstanceUntrusted.At(new CallPlace(_key, "signing in"))
            : token;
    }

    /// <summary>Host of the org's API; null before the first sign-in.</summary>
    public string? Instance
    {
        get
        {
            lock (_lock)
                return _known.Count == 0 ? null : _known[^1].Token.BaseAddress.Host;
        }
    }

    /// <summary>The org that a session belongs to, without asking anybody: the sign-in told it.</summary>
    public Result<string> OrgOf(AccessToken token) =>
        (Find(token)?.OrgId ?? SalesforceSignIn.OrgOf(token.Value)) is { } org
            ? org
            : SalesforceFailures.AccountUnknown.At(new CallPlace(_key, "signing in"));

    /// <summary>Our own user. A session that another node began does not tell it; then a new one is asked for.</summary>
    public async Task<Result<string>> UserAsync(CancellationToken cancellationToken)
    {
        var token = await GetAsync(refused: null, cancellationToken);
        if (token.Succeeded && Find(token.Value) is null)
            token = await GetAsync(token.Value, cancellationToken);
        if (!token.Succeeded)
            return token.Failure;
        return Find(token.Value)?.UserId is { } user ? user : SalesforceFailures.UserUnknown.At(new CallPlace(_key, "signing in"));
    }

    /// <inheritdoc/>
    public void Dispose() => _tokens.Dispose();

    private async Task<Result<StoredCredential>> AskAsync(StoredCredential? stored, CancellationToken cancellationToken)
    {
        var refresh = string.IsNullOrEmpty(stored?.RefreshToken) ? null : stored.RefreshToken;
        var asked = await _signIn.AskAsync(refresh, cancellationToken);
        // The token that is kept may be older than one that an administrator has just put into the settings.
        if (!asked.Succeeded && asked.Failure.Category == FailureCategory.Stop && refresh is not null)
            asked = await _signIn.AskAsync(refreshToken: null, cancellationToken);
        if (!asked.Succeeded)
            return asked.Failure;
        ConnectorLog.SignedIn(_logger, _key, Interlocked.Increment(ref _signIns) - 1);
        lock (_lock)
        {
            _known.Add(asked.Value);
            if (_known.Count > Remembered)
                _known.RemoveAt(0);
        }

        return new StoredCredential(asked.Value.RefreshToken ?? "", asked.Value.Token.Value, ExpiresAt: null, asked.Value.Token.BaseAddress.AbsoluteUri);
    }

    private SalesforceSession? Find(AccessToken token)
    {
        lock (_lock)
            return _known.FindLast(session => session.Token.Value == token.Value);
    }
}
