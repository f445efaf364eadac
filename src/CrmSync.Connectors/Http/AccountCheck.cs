using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Knows which account each token belongs to, and refuses tokens of another account than the expected one before anything is sent with them.
/// Asked once per token value. Thread-safe.
/// </summary>
/// <param name="key">Key of the connection, for messages.</param>
/// <param name="otherAccount">The failure of a token that belongs elsewhere.</param>
/// <param name="identify">
/// Finds out whose token it is. Where that takes a request, it is sent by <see cref="CrmTransport.SendWithAsync"/>, which asks nobody back.
/// </param>
internal sealed class AccountCheck(
    string key, FailureKind otherAccount, Func<AccessToken, CancellationToken, Task<Result<AccountIdentity>>> identify)
    : IDisposable
{
    // Two live at a time while a token is renewed; the rest is room for rotations in quick succession.
    private const int Remembered = 8;
    private readonly SemaphoreSlim _identifying = new(1, 1);
    private readonly Lock _lock = new();
    private readonly List<(string Token, AccountIdentity Identity)> _known = [];
    private volatile string? _expected;

    /// <summary>Names the account that tokens must belong to from now on.</summary>
    public void Expect(string accountId) => _expected = accountId;

    /// <summary>Whether a failure says that the token is another account's.</summary>
    public bool IsOther(Failure failure) => failure.Code == otherAccount.Code;

    /// <summary>Whether an account is another one than tokens must belong to.</summary>
    public bool IsOther(AccountIdentity identity) => _expected is { } expected && identity.Id != expected;

    /// <summary>Null where requests may go out with a token: no account is expected yet, or it is the token's.</summary>
    public async ValueTask<Failure?> RefuseAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (_expected is not { } expected)
            return null;
        var identity = await IdentifyAsync(token, cancellationToken);
        if (!identity.Succeeded)
            return identity.Failure;
        return identity.Value.Id == expected
            ? null
            : otherAccount.At(new CallPlace(key, "checking the account"), $"it belongs to {Scrub.Text(identity.Value.Id)} instead of {expected}");
    }

    /// <summary>Whose token it is. Failures are not remembered.</summary>
    public async ValueTask<Result<AccountIdentity>> IdentifyAsync(AccessToken token, CancellationToken cancellationToken)
    {
        if (Find(token) is { } known)
            return known;
        await _identifying.WaitAsync(cancellationToken);
        try
        {
            if (Find(token) is { } found)
                return found;
            var identity = await identify(token, cancellationToken);
            if (identity.Succeeded)
                Remember(token, identity.Value);
            return identity;
        }
        finally
        {
            _identifying.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _identifying.Dispose();

    private AccountIdentity? Find(AccessToken token)
    {
        lock (_lock)
            return _known.Find(known => known.Token == token.Value).Identity;
    }

    private void Remember(AccessToken token, AccountIdentity identity)
    {
        lock (_lock)
        {
            _known.Add((token.Value, identity));
            if (_known.Count > Remembered)
                _known.RemoveAt(0);
        }
    }
}
