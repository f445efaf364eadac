using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>What a request is signed with, and where it goes.</summary>
/// <param name="Value">The bearer token. Never logged.</param>
/// <param name="BaseAddress">Where the API listens; Salesforce says so together with the token.</param>
internal sealed record AccessToken(string Value, Uri BaseAddress)
{
    /// <summary>Leaves the token out, so that no log line or exception text ever carries it.</summary>
    public override string ToString() => $"token for {BaseAddress}";
}

/// <summary>Where the token of a request comes from. Thread-safe.</summary>
internal interface ITokenSource
{
    /// <summary>The token to use now.</summary>
    /// <param name="refused">A token that the CRM has just called expired: the answer is another one, or a failure. Null on a first try.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    ValueTask<Result<AccessToken>> GetAsync(AccessToken? refused, CancellationToken cancellationToken);
}
