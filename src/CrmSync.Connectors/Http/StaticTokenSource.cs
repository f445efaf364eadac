using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>
/// A bearer token that somebody put into the configuration or into a file. It is read for every request, so a rotated token needs no restart.
/// </summary>
internal sealed class StaticTokenSource(Uri baseAddress, Func<string?> value, string? file, Func<Failure> missing) : ITokenSource
{
    /// <inheritdoc/>
    public async ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken)
    {
        var token = await SecretText.ReadAsync(value(), file, cancellationToken);
        return token is null ? missing() : new AccessToken(token, baseAddress);
    }
}

/// <summary>A secret that stands in the configuration or in a file that the configuration names.</summary>
internal static class SecretText
{
    /// <summary>The secret without the white space around it; null where there is none or the file cannot be read.</summary>
    public static async ValueTask<string?> ReadAsync(string? value, string? file, CancellationToken cancellationToken)
    {
        if (!string.IsNullOrWhiteSpace(file))
        {
            try
            {
                value = await File.ReadAllTextAsync(file, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        value = value?.Trim();
        // A line break or another control character inside would make the header invalid; that is a damaged secret, not a token.
        return string.IsNullOrEmpty(value) || value.Any(character => character is < '!' or > '~') ? null : value;
    }
}
