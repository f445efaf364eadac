using CrmSync.Pipeline.Access;

namespace CrmSync.Service.Auth.SignOn;

/// <summary>A company's single sign-on: OAuth 2 with authorization code and PKCE, and a user-info endpoint (OpenID Connect providers have all of these).</summary>
internal sealed class SignOnSettings
{
    /// <summary>Whether it is offered.</summary>
    public bool Enabled { get; set; }

    /// <summary>What the button says.</summary>
    public string Name { get; set; } = "Company sign-on";

    public string AuthorizationEndpoint { get; set; } = "";

    public string TokenEndpoint { get; set; } = "";

    public string UserInformationEndpoint { get; set; } = "";

    public string ClientId { get; set; } = "";

    /// <summary>The client's secret; better in <see cref="ClientSecretFile"/> or an environment variable.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>A file with the client's secret.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>What is asked for; empty: openid, profile, email.</summary>
    public List<string> Scopes { get; set; } = [];

    /// <summary>Where the user-info answer has what names the person for good.</summary>
    public string SubjectClaim { get; set; } = "sub";

    /// <summary>Where it has the person's name.</summary>
    public string NameClaim { get; set; } = "name";

    /// <summary>Where it has the person's groups: a list of texts, or one.</summary>
    public string GroupClaim { get; set; } = "groups";

    /// <summary>Role by group; of several the highest counts, and without any nobody gets in.</summary>
    public Dictionary<string, ApiRole> Groups { get; set; } = [];

    /// <summary>Everything that is wrong with the settings.</summary>
    public IEnumerable<string> Faults(string at)
    {
        if (!Enabled)
            yield break;
        foreach (var (name, text) in new[]
        {
            (nameof(AuthorizationEndpoint), AuthorizationEndpoint), (nameof(TokenEndpoint), TokenEndpoint), (nameof(UserInformationEndpoint), UserInformationEndpoint),
        })
        {
            if (!(Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))))
                yield return $"{at}:{name} is '{text}'; give the provider's https address.";
        }
        if (ClientId.Length == 0)
            yield return $"{at}:ClientId is empty; give the id under which the provider knows CrmSync.";
        if (ClientSecret.Length == 0 && ClientSecretFile.Length == 0)
            yield return $"{at}:ClientSecret and ClientSecretFile are empty; give one of them.";
        if (ClientSecretFile.Length > 0 && !File.Exists(ClientSecretFile))
            yield return $"{at}:ClientSecretFile names {ClientSecretFile}, which does not exist.";
        if (Groups.Count == 0)
            yield return $"{at}:Groups is empty, so nobody would get in; name a role per group, such as \"RevOps\": \"Reviewer\".";
        if (Name.Trim().Length == 0)
            yield return $"{at}:Name is empty; say what the button says.";
    }

    /// <summary>The secret, from wherever it stands.</summary>
    public string ReadSecret() => ClientSecret.Length > 0 ? ClientSecret : File.ReadAllText(ClientSecretFile).Trim();
}
