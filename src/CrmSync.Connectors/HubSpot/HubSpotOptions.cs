using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// One HubSpot account. Its credential is either a static bearer (service key, static-auth project app: <see cref="Token"/>) or an OAuth grant
/// (<see cref="ClientId"/>, client secret and refresh token).
/// </summary>
public sealed class HubSpotOptions
{
    /// <summary>Where the API listens. Default https://api.hubapi.com; the simulator and tests put their own.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.hubapi.com");

    /// <summary>
    /// The dated version in every path. Default 2026-09; each is supported for 18 months (HubSpot's versioning announcement of 2026-03).
    /// </summary>
    public string ApiVersion { get; set; } = "2026-09";

    /// <summary>Versions to go back to, in this order, where the account does not know <see cref="ApiVersion"/>. Default 2026-03.</summary>
    public IList<string> FallbackVersions { get; } = ["2026-03"];

    /// <summary>Service key or static token of a project app. Read for every request.</summary>
    public string? Token { get; set; }

    /// <summary>File that holds the token instead; read for every request, so a rotation needs no restart.</summary>
    public string? TokenFile { get; set; }

    /// <summary>Client id of an OAuth app; with it the connection renews its own tokens.</summary>
    public string? ClientId { get; set; }

    /// <summary>Client secret of the OAuth app.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>File that holds the client secret instead.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>The refresh token that the app was granted. Used the first time; afterwards the stored one counts, which HubSpot may have rotated.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>File that holds the refresh token instead.</summary>
    public string? RefreshTokenFile { get; set; }

    /// <summary>Secret of the app that signs webhooks (an app's client secret). Without it notices are not taken; polling is enough.</summary>
    public string? WebhookSecret { get; set; }

    /// <summary>File that holds the webhook secret instead.</summary>
    public string? WebhookSecretFile { get; set; }

    /// <summary>Id of our app in HubSpot, by which notices of our own writes are told from others.</summary>
    public string? WebhookAppId { get; set; }

    /// <summary>
    /// Search pages of 200 that one page of a scan is put together from. Default 5, so that 1,000 ids share one associations read; 1 to 5.
    /// </summary>
    public int SearchPages { get; set; } = 5;

    /// <summary>
    /// Windows with at least so many records may be read by the list endpoint, where that is faster at the limits. Default 10,000, from which on
    /// the one more count is nothing beside the scan; above 0.
    /// </summary>
    public int ListFrom { get; set; } = 10_000;

    /// <summary>How much of the account's limits we take.</summary>
    public HubSpotBudget Budget { get; set; } = new();

    /// <summary>How long we wait.</summary>
    public TimeoutOptions Timeouts { get; set; } = new();

    /// <summary>Whether the credential is an OAuth grant.</summary>
    internal bool RenewsTokens => !string.IsNullOrWhiteSpace(ClientId);

    /// <summary>Whether notices are taken.</summary>
    internal bool TakesWebhooks => Given(WebhookSecret, WebhookSecretFile);

    /// <summary>Everything that is wrong, each as one sentence.</summary>
    internal IEnumerable<string> Faults(string place)
    {
        if (SafeAddress.Fault(BaseAddress) is { } fault)
            yield return $"{place}:HubSpot:BaseAddress {fault}.";
        foreach (var version in FallbackVersions.Prepend(ApiVersion).Where(version => !IsVersion(version)))
            yield return $"{place}:HubSpot:ApiVersion or FallbackVersions is '{version}', but must look like 2026-09.";
        foreach (var missing in CredentialFaults(place))
            yield return missing;
        if (SearchPages is < 1 or > 5)
            yield return $"{place}:HubSpot:SearchPages is {SearchPages}, but must lie between 1 and 5.";
        if (ListFrom < 1)
            yield return $"{place}:HubSpot:ListFrom is {ListFrom}, but must be above 0.";
        if (Budget.DayShare is not (> 0 and <= 1))
            yield return $"{place}:HubSpot:Budget:DayShare is {Budget.DayShare}, but must be above 0 and at most 1.";
        if (Budget.BurstLimit < 1 || Budget.SearchPerSecond < 1 || Budget.DailyLimit < 1)
            yield return $"{place}:HubSpot:Budget needs BurstLimit, SearchPerSecond and DailyLimit of at least 1.";
        foreach (var timeout in Timeouts.Faults($"{place}:HubSpot"))
            yield return timeout;
    }

    private IEnumerable<string> CredentialFaults(string place)
    {
        var isStatic = Given(Token, TokenFile);
        if (!RenewsTokens)
        {
            if (Given(ClientSecret, ClientSecretFile) || Given(RefreshToken, RefreshTokenFile))
                yield return $"{place}:HubSpot has a ClientSecret or RefreshToken but no ClientId; put the app's client id there.";
            else if (!isStatic)
                yield return $"{place}:HubSpot has no Token and no TokenFile; put a service key of the account into one of them, or ClientId, ClientSecret and RefreshToken of an app.";
            yield break;
        }

        if (isStatic)
            yield return $"{place}:HubSpot has both a Token and a ClientId; keep the one that is meant.";
        if (!Given(ClientSecret, ClientSecretFile))
            yield return $"{place}:HubSpot has a ClientId but no ClientSecret and no ClientSecretFile.";
        // Once a rotated token is stored, the first one is of no use; so it is looked for when it is needed, and not here.
    }

    private static bool Given(string? value, string? file) => !string.IsNullOrWhiteSpace(value) || !string.IsNullOrWhiteSpace(file);

    private static bool IsVersion(string? version) =>
        version is { Length: >= 2 and <= 10 } && version.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
