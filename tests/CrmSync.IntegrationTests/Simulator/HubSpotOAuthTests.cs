using System.Net;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotOAuthTests
{
    private static readonly HubSpotSimulatorOptions Installed = new() { OAuthApps = [new("client", "hidden", "refresh")] };

    private static async Task<(HttpStatusCode Status, JsonElement Json)> RefreshAsync(
        HubSpotBench bench, string refreshToken = "refresh", string secret = "hidden", string grant = "refresh_token")
    {
        using var client = new HttpClient { BaseAddress = bench.Simulator.BaseAddress };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = grant, ["client_id"] = "client", ["client_secret"] = secret, ["refresh_token"] = refreshToken,
        });
        using var response = await client.PostAsync(new Uri("oauth/2026-09/token", UriKind.Relative), form, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, JsonDocument.Parse(text).RootElement);
    }

    [Fact]
    public async Task Refresh_GivesATokenForThirtyMinutes()
    {
        await using var bench = await HubSpotBench.StartAsync(options: Installed);

        var (status, json) = await RefreshAsync(bench);
        status.ShouldBe(HttpStatusCode.OK);
        json.GetProperty("expires_in").GetInt32().ShouldBe(1_800);
        bench.Token = json.GetProperty("access_token").GetString()!;

        bench.Clock.Advance(TimeSpan.FromSeconds(1_799));
        (await bench.GetAsync("crm/owners/2026-09")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        (await bench.GetAsync("crm/owners/2026-09")).Category.ShouldBe("EXPIRED_AUTHENTICATION");
    }

    [Fact]
    public async Task Refresh_Rotating_EndsTheOldRefreshToken()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions
        {
            OAuthApps = [new("client", "hidden", "refresh", RotatesRefreshToken: true)],
        });

        var next = (await RefreshAsync(bench)).Json.GetProperty("refresh_token").GetString()!;

        (await RefreshAsync(bench)).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await RefreshAsync(bench, next)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("revoked", "hidden", "refresh_token", "invalid_grant", "BAD_REFRESH_TOKEN")]
    [InlineData("refresh", "guessed", "refresh_token", "invalid_client", "BAD_CLIENT_ID")]
    [InlineData("refresh", "hidden", "password", "unsupported_grant_type", "BAD_GRANT_TYPE")]
    public async Task Refresh_Refused_SaysWhy(string refreshToken, string secret, string grant, string error, string status)
    {
        await using var bench = await HubSpotBench.StartAsync(options: Installed);

        var answer = await RefreshAsync(bench, refreshToken, secret, grant);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("error").GetString().ShouldBe(error);
        answer.Json.GetProperty("status").GetString().ShouldBe(status);
    }

    [Fact]
    public async Task RevokeToken_OfARefreshToken_EndsTheGrant()
    {
        await using var bench = await HubSpotBench.StartAsync(options: Installed);
        bench.Simulator.RevokeToken("refresh");

        (await RefreshAsync(bench)).Json.GetProperty("error").GetString().ShouldBe("invalid_grant");
    }
}
