using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Api.Access;

/// <summary>What came of looking at a request's key.</summary>
/// <param name="Key">The key; null where it opens nothing.</param>
/// <param name="Error">Why not; null where it does.</param>
/// <param name="Detail">More about it; null where the error says all.</param>
internal sealed record KeyCheck(ApiKey? Key, ApiError? Error, string? Detail = null);

/// <summary>Finds out whose request it is. Only the header counts: a cookie of the console opens nothing here. Thread-safe.</summary>
internal sealed class KeyChecker(IApiKeyStore keys, TimeProvider time)
{
    private const string Scheme = "Bearer ";

    // Compared where there is no such prefix, so that an unknown one takes as long as a wrong rest.
    private static readonly string NoHash = new('0', 64);

    public async Task<KeyCheck> CheckAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return new KeyCheck(null, ApiErrors.NoKey);
        if (!KeyText.TryParse(header[Scheme.Length..].Trim(), out var text))
            return new KeyCheck(null, ApiErrors.UnknownKey);
        var found = await keys.FindKeyAsync(text.Prefix, cancellationToken);
        if (!text.Fits(found?.Hash ?? NoHash) || found is null)
            return new KeyCheck(null, ApiErrors.UnknownKey);
        var key = found.Key;
        if (key.RevokedAt is { } revoked)
            return new KeyCheck(null, ApiErrors.RevokedKey, $"The key {key.Prefix} was revoked at {revoked:u}.");
        if (key.ExpiresAt <= time.GetUtcNow())
            return new KeyCheck(null, ApiErrors.ExpiredKey, $"The key {key.Prefix} expired at {key.ExpiresAt:u}.");
        await keys.MarkKeyUsedAsync(key, cancellationToken);
        return new KeyCheck(key, null);
    }
}
