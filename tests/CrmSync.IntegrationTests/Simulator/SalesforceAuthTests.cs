using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceAuthTests
{
    [Fact]
    public async Task Token_ClientCredentialsInHeader_GivesSessionAndInstance()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        string basic = Convert.ToBase64String(Encoding.UTF8.GetBytes("sim-client:sim-secret"));

        (HttpStatusCode status, JsonNode? body) = await client.TokenAsync(new() { ["grant_type"] = "client_credentials" }, new("Basic", basic));

        status.ShouldBe(HttpStatusCode.OK);
        ((string)body!["instance_url"]!).ShouldBe(client.Simulator.BaseAddress.ToString().TrimEnd('/'));
        ((string)body["id"]!).ShouldEndWith($"/{client.Simulator.IntegrationUserId}");
        body["expires_in"].ShouldBeNull();
    }

    [Theory]
    [InlineData("client_credentials", "sim-client", "wrong", "invalid_client")]
    [InlineData("client_credentials", "other", "sim-secret", "invalid_client_id")]
    [InlineData("password", "sim-client", "sim-secret", "unsupported_grant_type")]
    [InlineData("refresh_token", "sim-client", "sim-secret", "invalid_grant")]
    public async Task Token_WrongForm_AnswersTheOAuthShape(string grant, string id, string secret, string error)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        (HttpStatusCode status, JsonNode? body) =
            await client.TokenAsync(new() { ["grant_type"] = grant, ["client_id"] = id, ["client_secret"] = secret });

        status.ShouldBe(HttpStatusCode.BadRequest);
        ((string)body!["error"]!).ShouldBe(error);
        body["error_description"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Token_RefreshTokenUsedTwice_IsDeadTheSecondTime()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "refresh_token", ["client_id"] = "sim-client", ["client_secret"] = "sim-secret", ["refresh_token"] = "sim-refresh",
        };

        (_, JsonNode? first) = await client.TokenAsync(form);
        (HttpStatusCode again, _) = await client.TokenAsync(form);
        form["refresh_token"] = (string)first!["refresh_token"]!;
        (HttpStatusCode rotated, _) = await client.TokenAsync(form);

        again.ShouldBe(HttpStatusCode.BadRequest);
        rotated.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("sim-client", "crmsync.integration@sim.example", "https://login.salesforce.com", 120, null)]
    [InlineData("other", "crmsync.integration@sim.example", "https://login.salesforce.com", 120, "client identifier invalid")]
    [InlineData("sim-client", "someone@sim.example", "https://login.salesforce.com", 120, "user hasn't approved this consumer")]
    [InlineData("sim-client", "crmsync.integration@sim.example", "https://elsewhere.example", 120, "Audience validation failed")]
    [InlineData("sim-client", "crmsync.integration@sim.example", "https://login.salesforce.com", -1, "invalid assertion")]
    [InlineData("sim-client", "crmsync.integration@sim.example", "https://login.salesforce.com", 3_600, "invalid assertion")]
    public async Task Token_JwtBearer_IsCheckedClaimByClaim(string app, string user, string audience, int life, string? refusal)
    {
        using RSA key = RSA.Create(2048);
        await using SalesforceClient client = await SalesforceClient.StartAsync(options: new() { JwtPublicKey = key.ExportSubjectPublicKeyInfoPem() });
        string unsigned = $"{Part(new { alg = "RS256" })}.{Part(new { iss = app, sub = user, aud = audience, exp = SalesforceWorlds.Now.ToUnixTimeSeconds() + life })}";
        byte[] signature = key.SignData(Encoding.UTF8.GetBytes(unsigned), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        (HttpStatusCode status, JsonNode? body) = await SignInAsync(client, $"{unsigned}.{Base64Url.EncodeToString(signature)}");
        (HttpStatusCode forged, _) = await SignInAsync(client, $"{unsigned}.{Base64Url.EncodeToString(new byte[signature.Length])}");

        status.ShouldBe(refusal is null ? HttpStatusCode.OK : HttpStatusCode.BadRequest);
        ((string?)body!["error_description"] ?? "").ShouldStartWith(refusal ?? "");
        (body["access_token"] is null).ShouldBe(refusal is not null);
        forged.ShouldBe(HttpStatusCode.BadRequest);

        static string Part(object claims) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(claims));

        static Task<(HttpStatusCode, JsonNode?)> SignInAsync(SalesforceClient client, string assertion) => client.TokenAsync(
            new() { ["grant_type"] = "urn:ietf:params:oauth:grant-type:jwt-bearer", ["assertion"] = assertion });
    }

    [Fact]
    public async Task Session_Unused_EndsAfterItsLifetimeAndLivesOnWhenUsed()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Clock.Advance(TimeSpan.FromMinutes(90));
        await client.GetAsync("limits");
        client.Clock.Advance(TimeSpan.FromMinutes(90));
        await client.GetAsync("limits");
        client.Clock.Advance(TimeSpan.FromHours(2));

        (HttpStatusCode status, string code, string message) = await client.FailAsync(HttpMethod.Get, "limits");

        (status, code, message).ShouldBe((HttpStatusCode.Unauthorized, "INVALID_SESSION_ID", "Session expired or invalid"));
    }

    [Theory]
    [InlineData("v66.0", HttpStatusCode.OK)]
    [InlineData("v60.0", HttpStatusCode.OK)]
    [InlineData("v68.0", HttpStatusCode.OK)]
    [InlineData("latest", HttpStatusCode.OK)]
    [InlineData("v30.0", HttpStatusCode.Gone)]
    [InlineData("v21.0", HttpStatusCode.Gone)]
    [InlineData("v69.0", HttpStatusCode.NotFound)]
    [InlineData("v66", HttpStatusCode.NotFound)]
    [InlineData("nonsense", HttpStatusCode.NotFound)]
    public async Task Version_AnyNumber_IsServedRetiredOrUnknown(string version, HttpStatusCode expected)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        (HttpStatusCode status, _) = await client.CallAsync(HttpMethod.Get, $"/services/data/{version}/limits");

        status.ShouldBe(expected);
    }

    [Fact]
    public async Task Versions_WithoutSession_AreListedAndNotCounted()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Http.DefaultRequestHeaders.Authorization = null;

        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, "/services/data/");
        JsonArray versions = (JsonArray)JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        response.Headers.Contains("Sforce-Limit-Info").ShouldBeFalse();
        versions.Select(v => (string)v!["version"]!).ShouldContain("66.0");
        ((string)versions.Last()!["label"]!).ShouldBe("Winter '27");
    }

    [Fact]
    public async Task LimitInfo_EveryAuthenticatedAnswer_CountsRollingDay()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(options: new() { DailyApiRequests = 3, SessionLifetime = TimeSpan.FromDays(9) });
        async Task<string> UsageAsync()
        {
            using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, "limits");
            return $"{(int)response.StatusCode} {response.Headers.GetValues("Sforce-Limit-Info").Single()}";
        }

        (await UsageAsync()).ShouldBe("200 api-usage=1/3");
        client.Clock.Advance(TimeSpan.FromHours(12));
        (await UsageAsync()).ShouldBe("200 api-usage=2/3");
        (await UsageAsync()).ShouldBe("200 api-usage=3/3");
        (await UsageAsync()).ShouldBe("403 api-usage=3/3");
        client.Clock.Advance(TimeSpan.FromHours(12));
        (await UsageAsync()).ShouldBe("200 api-usage=3/3");
    }

    [Fact]
    public async Task Start_PortInUse_SaysPortSimulatorAndWayOut()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        int port = client.Simulator.BaseAddress.Port;

        SimulatorPortInUseException failure = await Should.ThrowAsync<SimulatorPortInUseException>(
            () => SalesforceSimulator.StartAsync(new() { Port = port }, client.Clock, TestContext.Current.CancellationToken));

        failure.Message.ShouldContain("Salesforce");
        failure.Message.ShouldContain($"port {port}");
        failure.Message.ShouldContain("another port");
    }
}
