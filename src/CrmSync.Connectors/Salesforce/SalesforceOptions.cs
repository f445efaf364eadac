using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// One Salesforce org, reached by an external client app. What is set says how we sign in: Username and PrivateKeyFile mean JWT bearer (the
/// first choice),
/// RefreshToken the refresh flow, ClientSecret alone client credentials.
/// </summary>
public sealed class SalesforceOptions
{
    /// <summary>
    /// Where we sign in: the org's My Domain, such as https://example.my.salesforce.com. The JWT and refresh flows also take
    /// login.salesforce.com and
    /// test.salesforce.com, which refuse client credentials.
    /// </summary>
    public Uri? LoginAddress { get; set; }

    /// <summary>Consumer key of the external client app.</summary>
    public string? ClientId { get; set; }

    /// <summary>Consumer secret; not needed for JWT. Read at every sign-in.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>File that holds the consumer secret instead; read at every sign-in.</summary>
    public string? ClientSecretFile { get; set; }

    /// <summary>JWT: name of the integration user.</summary>
    public string? Username { get; set; }

    /// <summary>JWT: file with the RSA private key in PEM whose certificate the app knows; read at every sign-in.</summary>
    public string? PrivateKeyFile { get; set; }

    /// <summary>
    /// JWT: the authorization server that the assertion is for, whatever host it is sent to. Default https://test.salesforce.com where <see
    /// cref="LoginAddress"/>
    /// is a sandbox's, else https://login.salesforce.com.
    /// </summary>
    public Uri? Audience { get; set; }

    /// <summary>Refresh flow: the first refresh token. Where the org rotates them, later ones are kept in the credential store.</summary>
    public string? RefreshToken { get; set; }

    /// <summary>File that holds the first refresh token instead.</summary>
    public string? RefreshTokenFile { get; set; }

    /// <summary>API version. Default 66.0 (Spring '26). Where the org does not offer it, the newest one below is taken.</summary>
    public string ApiVersion { get; set; } = "66.0";

    /// <summary>Rows of one page of a scan. Default 2,000, the most that one request gives; 200 to 2,000.</summary>
    public int PageRows { get; set; } = SalesforceClient.QueryLimit;

    /// <summary>
    /// A scan with more rows to come than this goes on by a Bulk API 2.0 query. Default 2,000, where Salesforce's own advice draws the
    /// line; 0 never uses bulk queries.
    /// </summary>
    public int BulkReadRows { get; set; } = SalesforceClient.QueryLimit;

    /// <summary>
    /// Records of one write. Default 200, which one collections call takes; above that, up to 2,000, a write of more than 200 records is a
    /// Bulk API 2.0 job.
    /// </summary>
    public int BulkWriteRows { get; set; } = SalesforceClient.BatchLimit;

    /// <summary>Names of fields on Opportunity that may say why it was won or lost; the first one that the org has is read.</summary>
    public IList<string> CloseReasonFields { get; } = ["Loss_Reason__c", "Closed_Lost_Reason__c", "Lost_Reason__c", "Reason_Lost__c", "Close_Reason__c"];

    /// <summary>Names of fields on User that say a rep's region; the first one that the org has is read.</summary>
    public IList<string> RegionFields { get; } = ["Region__c", "Country", "State"];

    /// <summary>How much of the org's limits we take.</summary>
    public SalesforceBudget Budget { get; set; } = new();

    /// <summary>How long we wait.</summary>
    public TimeoutOptions Timeouts { get; set; } = new();

    /// <summary>How we sign in.</summary>
    internal SalesforceFlow Flow =>
        IsSet(Username) || IsSet(PrivateKeyFile) ? SalesforceFlow.Jwt
        : IsSet(RefreshToken) || IsSet(RefreshTokenFile) ? SalesforceFlow.Refresh
        : SalesforceFlow.ClientCredentials;

    /// <summary>The authorization server that a JWT names.</summary>
    internal string AudienceName => Audience?.AbsoluteUri.TrimEnd('/')
        ?? (LoginAddress!.Host is "test.salesforce.com" || LoginAddress.Host.EndsWith(".sandbox.my.salesforce.com", StringComparison.OrdinalIgnoreCase)
            ? "https://test.salesforce.com"
            : "https://login.salesforce.com");

    /// <summary>Everything that is wrong, each as one sentence.</summary>
    internal IEnumerable<string> Faults(string place)
    {
        if (SafeAddress.Fault(LoginAddress) is { } fault)
            yield return $"{place}:Salesforce:LoginAddress {fault}; it is the org's My Domain.";
        else if (Flow == SalesforceFlow.ClientCredentials && LoginAddress!.Host is "login.salesforce.com" or "test.salesforce.com")
            yield return $"{place}:Salesforce:LoginAddress is {LoginAddress.Host}, which refuses client credentials; put the org's My Domain there.";
        if (!IsSet(ClientId))
            yield return $"{place}:Salesforce has no ClientId; put the consumer key of the external client app there.";
        foreach (var missing in FlowFaults(place))
            yield return missing;
        if (!Version.TryParse(ApiVersion, out var version) || version.Major is < 31 or > 999 || ApiVersion != version.ToString(2))
            yield return $"{place}:Salesforce:ApiVersion is '{ApiVersion}', but must look like 66.0.";
        if (PageRows is < 200 or > SalesforceClient.QueryLimit)
            yield return $"{place}:Salesforce:PageRows is {PageRows}, but must lie between 200 and {SalesforceClient.QueryLimit}.";
        if (BulkReadRows < 0)
            yield return $"{place}:Salesforce:BulkReadRows is {BulkReadRows}, but must be 0 (never) or more.";
        if (BulkWriteRows is < SalesforceClient.BatchLimit or > SalesforceClient.BulkWriteLimit)
        {
            yield return $"{place}:Salesforce:BulkWriteRows is {BulkWriteRows}, but must lie between {SalesforceClient.BatchLimit} and"
                + $" {SalesforceClient.BulkWriteLimit}.";
        }

        foreach (var name in CloseReasonFields.Concat(RegionFields).Where(name => !SalesforceValues.IsFieldName(name)))
            yield return $"{place}:Salesforce: '{name}' in CloseReasonFields or RegionFields is not the API name of a field.";
        if (Budget.DayShare is not (> 0 and <= 1))
            yield return $"{place}:Salesforce:Budget:DayShare is {Budget.DayShare}, but must be above 0 and at most 1.";
        if (Budget.RequestsPerSecond < 1 || Budget.DailyLimit < 1)
            yield return $"{place}:Salesforce:Budget needs RequestsPerSecond and DailyLimit of at least 1.";
        if (Budget.MaxConcurrent < 1)
            yield return $"{place}:Salesforce:Budget:MaxConcurrent is {Budget.MaxConcurrent}, but must be at least 1.";
        foreach (var timeout in Timeouts.Faults($"{place}:Salesforce"))
            yield return timeout;
    }

    private IEnumerable<string> FlowFaults(string place)
    {
        var hasSecret = IsSet(ClientSecret) || IsSet(ClientSecretFile);
        var hasRefresh = IsSet(RefreshToken) || IsSet(RefreshTokenFile);
        switch (Flow)
        {
            case SalesforceFlow.Jwt:
                if (hasRefresh)
                    yield return $"{place}:Salesforce has both a RefreshToken and a Username or PrivateKeyFile; keep one way of signing in.";
                if (!IsSet(Username))
                    yield return $"{place}:Salesforce has a PrivateKeyFile but no Username; put the integration user's name there.";
                if (!IsSet(PrivateKeyFile))
                    yield return $"{place}:Salesforce has a Username but no PrivateKeyFile; put the path of the RSA key in PEM there.";
                if (Audience is not null && !Audience.IsAbsoluteUri)
                    yield return $"{place}:Salesforce:Audience is '{Audience}', but must be https://login.salesforce.com or https://test.salesforce.com.";
                break;
            case SalesforceFlow.Refresh when !hasSecret:
                yield return $"{place}:Salesforce has a RefreshToken but no ClientSecret and no ClientSecretFile; put the consumer secret into one of them.";
                break;
            case SalesforceFlow.ClientCredentials when !hasSecret:
                yield return $"{place}:Salesforce has no ClientSecret and no ClientSecretFile; put the consumer secret into one of them, or Username and"
                    + " PrivateKeyFile for JWT.";
                break;
        }
    }

    private static bool IsSet(string? text) => !string.IsNullOrWhiteSpace(text);
}

/// <summary>Ways of signing in.</summary>
internal enum SalesforceFlow
{
    /// <summary>An assertion signed with our key.</summary>
    Jwt,

    /// <summary>The app's run-as user, by the app's secret.</summary>
    ClientCredentials,

    /// <summary>A refresh token that a person once gave.</summary>
    Refresh,
}

/// <summary>The org's limits. Every answer names the daily one; a lower one there wins by itself.</summary>
public sealed class SalesforceBudget
{
    /// <summary>Requests in 24 rolling hours of the whole org. Default 1,000,000; the answers lower it to the org's.</summary>
    public long DailyLimit { get; set; } = 1_000_000;

    /// <summary>Our share of it, above 0 and at most 1. Default 0.5, because every integration lives on the same limit. It may be changed while the connector runs.</summary>
    public double DayShare { get; set; } = 0.5;

    /// <summary>Pace. Default 100; Salesforce has no such limit, this one keeps a fault of ours from spending the day at once.</summary>
    public int RequestsPerSecond { get; set; } = 100;

    /// <summary>
    /// Requests under way at the same time from one process. Default 10; Salesforce allows the whole org 25 that last 20 seconds or more,
    /// and
    /// a developer or trial org 5.
    /// </summary>
    public int MaxConcurrent { get; set; } = 10;
}
