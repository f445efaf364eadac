using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Web;
using CrmSync.Connectors;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceSignInTests : IDisposable
{
    private readonly SalesforceScript _org = new();
    private readonly string _keyFile = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");
    private readonly RSA _rsa = RSA.Create(2048);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _org.Dispose();
        _rsa.Dispose();
        File.Delete(_keyFile);
    }

    [Theory]
    [InlineData("https://login.salesforce.com", "https://login.salesforce.com")]
    [InlineData("https://test.salesforce.com", "https://test.salesforce.com")]
    [InlineData("https://example--dev.sandbox.my.salesforce.com", "https://test.salesforce.com")]
    [InlineData("https://example.my.salesforce.com", "https://login.salesforce.com")]
    public async Task Jwt_Assertion_IsSignedForTheAuthorizationServerAndShort(string address, string audience)
    {
        await UseJwtAsync();
        _org.Options.LoginAddress = new Uri(address);

        (await _org.Connector.IdentifyAsync(Token)).Value!.Id.ShouldBe(SalesforceScript.Org);

        var form = HttpUtility.ParseQueryString(_org.Crm.Sent[0].Body);
        form["grant_type"].ShouldBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
        var parts = form["assertion"]!.Split('.');
        Json(parts[0]).GetProperty("alg").GetString().ShouldBe("RS256");
        _rsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .ShouldBeTrue();
        var claims = Json(parts[1]);
        (claims.GetProperty("iss").GetString(), claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString())
            .ShouldBe(("key", "sync@example.com", audience));
        var lifetime = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()) - _org.Clock.GetUtcNow();
        lifetime.ShouldBeInRange(TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(3));
        _org.Crm.Sent[0].Body.ShouldNotContain("hush-hush");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("no key at all")]
    public async Task Jwt_KeyUnusable_IsSaidAndNothingIsSent(string? content)
    {
        await UseJwtAsync();
        File.Delete(_keyFile);
        if (content is not null)
            await File.WriteAllTextAsync(_keyFile, content, Token);

        (await _org.Connector.IdentifyAsync(Token)).Failure!.Code.ShouldBe("salesforce.key_unusable");
        _org.Crm.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Refresh_RotatedToken_IsKeptBeforeUseAndAskedWithNextTime()
    {
        UseRefresh();
        _org.On(["oauth2/token"], (200, Session("a1", "second"), []), (200, Session("a2", "third"), []), (200, Session("a3", null), []))
            .On(["GET /services/data/ "], (401, Expired, []), (200, "[]", []))
            .Rows("", "queryAll");

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Succeeded.ShouldBeTrue();

        _org.Sent("oauth2/token").Select(request => HttpUtility.ParseQueryString(request.Body)["refresh_token"]).ShouldBe(["first", "second"]);
        (await _org.Stores!.Credentials.ReadAsync("salesforce-test", Token))!.RefreshToken.ShouldBe("third");
    }

    [Fact]
    public async Task Refresh_NoRotation_KeepsTheTokenThatWorked()
    {
        UseRefresh();
        _org.On(200, Session("a1", null), "oauth2/token").On(200, "[]", "/services/data/");

        await _org.Connector.IdentifyAsync(Token);

        (await _org.Stores!.Credentials.ReadAsync("salesforce-test", Token))!.RefreshToken.ShouldBe("first");
    }

    [Fact]
    public async Task Refresh_KeptTokenIsDead_TriesTheOneInTheSettings()
    {
        UseRefresh();
        await _org.Stores!.Credentials.RenewAsync(
            "salesforce-test", (_, _) => Task.FromResult<StoredCredential?>(new StoredCredential("stale", null, null, null)), Token);
        _org.On(400, """{"error":"invalid_grant","error_description":"expired access/refresh token stale"}""", "oauth2/token", "stale")
            .On(200, Session("a1", "second"), "oauth2/token", "first");

        (await _org.Connector.IdentifyAsync(Token)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task AnyCall_StoredAddressIsStrange_SendsTheSessionNowhere()
    {
        UseRefresh();
        await _org.Stores!.Credentials.RenewAsync(
            "salesforce-test", (_, _) => Task.FromResult<StoredCredential?>(new StoredCredential("x", "y", null, "https://evil.example/")), Token);

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Failure!.Code.ShouldBe("salesforce.instance_untrusted");
        _org.Crm.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Expect_AnotherOrg_StopsBeforeAnyOtherRequest()
    {
        _org.Connector.Expect("00D000000000009");

        var failure = (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "salesforce.wrong_account"));
        _org.Crm.Sent.ShouldHaveSingleItem().PathAndQuery.ShouldContain("oauth2/token");
    }

    [Fact]
    public async Task Expect_SignInTellsNoOrg_Stops()
    {
        _org.On(200, """{"access_token":"opaque","instance_url":"https://example.my.salesforce.com"}""", "oauth2/token");
        _org.Connector.Expect(SalesforceScript.Org);

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Failure!.Code.ShouldBe("salesforce.account_unknown");
        _org.Crm.Sent.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(200, """{"done":true,"records":[{"Id":"00D000000000001","Name":"Fernhill Looms"}]}""", "Fernhill Looms")]
    [InlineData(400, """[{"errorCode":"INVALID_TYPE","message":"sObject type 'Organization' is not supported."}]""", "")]
    public async Task IdentifyAsync_Org_ComesFromTheSignInAndItsNameWhereItMayBeRead(int status, string body, string name)
    {
        _org.On(status, body, "FROM Organization");

        var identity = (await _org.Connector.IdentifyAsync(Token)).Value!;
        await _org.Connector.IdentifyAsync(Token);

        identity.ShouldBe(new AccountIdentity(SalesforceScript.Org, name));
        _org.Sent("oauth2/token").Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("""[{"version":"62.0"},{"version":"65.0"},{"version":"67.0"}]""", "/services/data/v65.0/")]
    [InlineData("""[{"version":"66.0"}]""", "/services/data/v66.0/")]
    [InlineData("{}", "/services/data/v66.0/")]
    public async Task AnyCall_VersionList_TakesTheNewestThatIsNotAboveOurs(string offered, string expected)
    {
        _org.On(200, offered, "GET /services/data/ ").Rows("", "queryAll");

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Succeeded.ShouldBeTrue();

        _org.Sent("queryAll")[0].PathAndQuery.ShouldStartWith(expected);
        _org.Sent("GET /services/data/ ").Count.ShouldBe(1);
    }

    [Fact]
    public async Task AnyCall_OnlyNewerVersions_SaysThatOursIsRetired()
    {
        _org.On(200, """[{"version":"67.0"}]""", "GET /services/data/ ");

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Failure!.Code.ShouldBe("salesforce.version_retired");
    }

    [Fact]
    public async Task RecordLink_CommonSignInHost_LeadsToTheOrgsOwnPages()
    {
        await UseJwtAsync();
        _org.Options.LoginAddress = new Uri("https://login.salesforce.com");
        _org.Connector.RecordLink("Task", "00T000000000001").ShouldBeNull();

        await _org.Connector.IdentifyAsync(Token);

        _org.Connector.RecordLink("Task", "00T000000000001").ShouldBe(new Uri("https://example.my.salesforce.com/00T000000000001EAA"));
    }

    [Theory]
    [InlineData("Username", "no PrivateKeyFile")]
    [InlineData("PrivateKeyFile", "no Username")]
    [InlineData("RefreshToken", "no ClientSecret")]
    [InlineData("", "no ClientSecret")]
    public void Faults_FlowIsIncomplete_NameWhatIsMissing(string set, string expected)
    {
        var options = new SalesforceOptions { LoginAddress = new Uri("https://example.my.salesforce.com"), ClientId = "key" };
        if (set.Length > 0)
            typeof(SalesforceOptions).GetProperty(set)!.SetValue(options, "x");
        options.Faults("here").ShouldHaveSingleItem().ShouldContain(expected);
    }

    private const string Expired = """[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]""";

    private static string Session(string token, string? refresh) =>
        $$"""{"access_token":"{{SalesforceScript.Org}}!{{token}}","instance_url":"https://example.my.salesforce.com"{{(refresh is null ? "" : $",\"refresh_token\":\"{refresh}\"")}}}""";

    private static JsonElement Json(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement;

    private void UseRefresh()
    {
        _org.Options.RefreshToken = "first";
        _org.Stores = ConnectorStores.InProcess(_org.Clock);
    }

    private async Task UseJwtAsync()
    {
        await File.WriteAllTextAsync(_keyFile, _rsa.ExportPkcs8PrivateKeyPem(), Token);
        _org.Options.ClientSecret = null;
        _org.Options.Username = "sync@example.com";
        _org.Options.PrivateKeyFile = _keyFile;
    }
}
