using Azure.Core;
using Azure.Identity;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.AzureOpenAI;

/// <summary>Tokens of Entra ID; the credential keeps them until shortly before they end. Thread-safe.</summary>
internal sealed class EntraTokenSource(TokenCredential credential, Uri baseAddress, string place) : ITokenSource
{
    private static readonly string[] Scopes = ["https://cognitiveservices.azure.com/.default"];

    /// <summary>
    /// The identities of a host, the first one that works. Spelled out and not the package's default chain, which also looks into editors and browsers of whoever is signed in.
    /// </summary>
    public static TokenCredential Chain(string? managedIdentityClientId) => new ChainedTokenCredential(
        new EnvironmentCredential(),
        new WorkloadIdentityCredential(),
        new ManagedIdentityCredential(managedIdentityClientId is null ? ManagedIdentityId.SystemAssigned : ManagedIdentityId.FromUserAssignedClientId(managedIdentityClientId)),
        new AzureCliCredential());

    /// <inheritdoc/>
    public async ValueTask<Result<Http.AccessToken>> GetAsync(Http.AccessToken? refused, CancellationToken cancellationToken)
    {
        try
        {
            var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), cancellationToken);
            return new Http.AccessToken(token.Token, baseAddress);
        }
        catch (AuthenticationFailedException exception)
        {
            // Its words list what was tried; they hold no secret, but a tenant's own text may.
            return AzureOpenAiFailures.NoIdentity.At(new CallPlace(place, "signing in")) with { RemoteMessage = Scrub.Text(exception.Message) };
        }
    }
}
