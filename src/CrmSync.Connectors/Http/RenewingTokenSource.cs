using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Tokens that the CRM renews. Renewed ahead, at 80 % of their life; a token without an end lives until the CRM refuses it. Only one caller
/// renews at a time, on all nodes together: whoever comes second takes what the first one stored. A new credential is stored before it is
/// used, because its renewal killed the old one. Thread-safe.
/// </summary>
/// <param name="key">Key of the connection.</param>
/// <param name="address">Where the API listens, where the credential does not say so itself.</param>
/// <param name="store">Where credentials outlive the process.</param>
/// <param name="ask">Asks the CRM for a new credential with what is stored, null before the first one. It checks any address that the CRM names.</param>
/// <param name="time">The clock.</param>
internal sealed class RenewingTokenSource(
    string key, Uri address, ICredentialStore store, Func<StoredCredential?, CancellationToken, Task<Result<StoredCredential>>> ask,
    TimeProvider time) : ITokenSource, IDisposable
{
    private const double RenewedAt = 0.8;

    // A refused renewal needs a person; asking faster than this could lock the app. Passing trouble is asked again sooner.
    private static readonly TimeSpan RefusalKept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TroubleKept = TimeSpan.FromSeconds(5);

    // Another node's token that ends within this is not worth taking.
    private static readonly TimeSpan WorthTaking = TimeSpan.FromMinutes(1);
    private readonly SemaphoreSlim _renewing = new(1, 1);
    private volatile Held? _current;
    private (Failure Failure, DateTimeOffset Until)? _trouble;
    private (string Value, DateTimeOffset At)? _forced;
    private int _renewals;

    /// <summary>Credentials that this process was given by the CRM.</summary>
    public int Renewals => Volatile.Read(ref _renewals);

    /// <inheritdoc/>
    public async ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        if (Fresh(refused) is { } ready)
            return ready;
        await _renewing.WaitAsync(cancellationToken);
        try
        {
            if (Fresh(refused) is { } renewed)
                return renewed;
            // A token that was made a moment ago to replace a refused one and is refused itself: the CRM's own words say more than a third token would. Later than
            // that it has served, and ends like any other.
            if (refused is not null && _forced is { } forced && forced.Value == refused.Value && time.GetUtcNow() - forced.At < TroubleKept)
                return refused;
            if (_trouble is { } trouble && time.GetUtcNow() < trouble.Until)
                return Living(refused) is { } living ? living : Waiting(trouble.Failure, trouble.Until);
            return await RenewAsync(refused, cancellationToken);
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _renewing.Dispose();

    private async Task<Result<AccessToken>> RenewAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        Failure? failure = null;
        StoredCredential? taken = null;
        var stored = await store.RenewAsync(
            key,
            async (credential, token) =>
            {
                failure = null;
                taken = IsAnothers(credential, refused) ? credential : null;
                if (taken is not null)
                    return null;
                var asked = await ask(credential, token);
                failure = asked.Failure;
                return asked.Value;
            },
            cancellationToken);

        var now = time.GetUtcNow();
        if (failure is not null)
        {
            _trouble = (failure, now + (failure.Category == FailureCategory.Stop ? RefusalKept : TroubleKept));
            return Living(refused) is { } living ? living : failure;
        }

        _trouble = null;
        var credential = taken ?? stored ?? throw new InvalidOperationException($"The credential store kept nothing for {key}.");
        if (taken is null)
            Interlocked.Increment(ref _renewals);
        var value = credential.AccessToken ?? throw new InvalidOperationException($"The renewed credential of {key} has no access token.");
        var held = new Held(
            new AccessToken(value, credential.Address is { } named ? SafeAddress.AsBase(new Uri(named)) : SafeAddress.AsBase(address)),
            credential.ExpiresAt is { } end ? now + ((end - now) * RenewedAt) : DateTimeOffset.MaxValue,
            credential.ExpiresAt ?? DateTimeOffset.MaxValue);
        _current = held;
        _forced = refused is not null ? (value, now) : null;
        return held.Token;
    }

    // Somebody else renewed it meanwhile: neither the token that we hold nor the one that was refused.
    private bool IsAnothers(StoredCredential? stored, AccessToken? refused) =>
        stored?.AccessToken is { } value && value != refused?.Value && value != _current?.Token.Value
        && (stored.ExpiresAt is not { } end || end - time.GetUtcNow() > WorthTaking);

    private AccessToken? Fresh(AccessToken? refused) =>
        _current is { } held && held.Token.Value != refused?.Value && time.GetUtcNow() < held.RenewAt ? held.Token : null;

    // Many callers meet one passing trouble that only one of them caused; for the others it is a wait, and no try that counts.
    private static Failure Waiting(Failure failure, DateTimeOffset until) =>
        failure.Category == FailureCategory.Retry ? failure with { Category = FailureCategory.Wait, NotBefore = until } : failure;

    private AccessToken? Living(AccessToken? refused) =>
        _current is { } held && held.Token.Value != refused?.Value && time.GetUtcNow() < held.EndsAt ? held.Token : null;

    private sealed record Held(AccessToken Token, DateTimeOffset RenewAt, DateTimeOffset EndsAt);
}
