using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Holds the session, and knows whose it is. All callers share one; whoever finds it expired first renews it, the others take the new one, on all nodes
/// where the credential is kept. Only the refresh flow keeps it beyond the process: the other two can always begin a session by themselves. A refused
/// sign-in is not repeated for a minute, so that a wrong secret does not lock the app. Thread-safe.
/// </summary>
/// <remarks>
/// Sessions have no end that Salesforce would tell, and may expire twice in a minute; so, unlike <see cref="RenewingTokenSource"/>, this renews whenever
/// one is refused. It cannot go round in circles: a call is replayed once only.
/// </remarks>
internal sealed class SalesforceSessions : ITokenSource, IDisposable
{
    // Two live at a time while a session is renewed; the rest is room for renewals in quick succession.
    private const int Remembered = 4;
    private static readonly TimeSpan RefusalKept = TimeSpan.FromMinutes(1);
    private readonly SalesforceSignIn _signIn;
    private readonly ICredentialStore _store;
    private readonly string _key;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<SalesforceSession> _known = [];
    private volatile AccessToken? _current;
    private (Failure Failure, DateTimeOffset Until)? _refusal;
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
        _store = options.Flow == SalesforceFlow.Refresh ? store : new InProcessCredentialStore();
        _key = key;
        _time = time;
        _logger = logger;
    }

    private CallPlace Place => new(_key, "signing in");

    /// <summary>Host of the org's API; null before the first sign-in.</summary>
    public string? Instance => _current?.BaseAddress.Host;

    /// <inheritdoc/>
    public async ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        if (Usable(refused) is { } ready)
            return ready;
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            if (Usable(refused) is { } renewed)
                return renewed;
            if (_refusal is { } refusal && _time.GetUtcNow() < refusal.Until)
                return refusal.Failure;
            var result = await RenewAsync(refused, cancellationToken);
            _current = result.Value;
            _refusal = result.Failure?.Category == FailureCategory.Stop ? (result.Failure, _time.GetUtcNow() + RefusalKept) : null;
            return result;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <summary>The org that a session belongs to, without asking anybody: the sign-in told it.</summary>
    public Result<string> OrgOf(AccessToken token) =>
        (Find(token)?.OrgId ?? SalesforceSignIn.OrgOf(token.Value)) is { } org ? org : SalesforceFailures.AccountUnknown.At(Place);

    /// <summary>Our own user. A session that another node began does not tell it; then a new one is asked for.</summary>
    public async Task<Result<string>> UserAsync(CancellationToken cancellationToken)
    {
        var token = await GetAsync(refused: null, cancellationToken);
        if (token.Succeeded && Find(token.Value) is null)
            token = await GetAsync(token.Value, cancellationToken);
        if (!token.Succeeded)
            return token.Failure;
        return Find(token.Value)?.UserId is { } user ? user : SalesforceFailures.UserUnknown.At(Place);
    }

    /// <inheritdoc/>
    public void Dispose() => _renewing.Dispose();

    private async Task<Result<AccessToken>> RenewAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        Failure? failure = null;
        StoredCredential? taken = null;
        // With rotation on, every answer kills the refresh token that it was asked with: the store makes the new one durable before it is used.
        var kept = await _store.RenewAsync(_key, async (stored, token) =>
        {
            if (stored?.AccessToken is { } value && value != refused?.Value && value != _current?.Value)
            {
                taken = stored;
                return stored;
            }

            var asked = await AskAsync(stored, token);
            failure = asked.Failure;
            taken = asked.Value;
            return taken;
        }, cancellationToken);
        if (failure is not null)
            return failure;
        // A stored address that somebody changed must not get the session.
        var credential = kept ?? taken;
        return credential?.AccessToken is { } access && Uri.TryCreate(credential.Address, UriKind.Absolute, out var address) && _signIn.IsTrusted(address)
            ? new AccessToken(access, SafeAddress.AsBase(address))
            : SalesforceFailures.InstanceUntrusted.At(Place);
    }

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

    private AccessToken? Usable(AccessToken? refused) => _current is { } current && current.Value != refused?.Value ? current : null;

    private SalesforceSession? Find(AccessToken token)
    {
        lock (_lock)
            return _known.FindLast(session => session.Token.Value == token.Value);
    }
}
