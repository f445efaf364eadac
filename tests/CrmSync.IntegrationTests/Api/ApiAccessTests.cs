using System.Net;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>Who gets in, and as whom.</summary>
public sealed class ApiAccessTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_WithoutAGoodKey_IsRefusedWithTheReason()
    {
        await using var host = await ApiHost.StartAsync();
        var good = await host.KeyAsync(ApiRole.Viewer);
        var revoked = await host.KeyAsync(ApiRole.Admin);
        await host.Ledger.RevokeKeyAsync((await host.Ledger.ListKeysAsync(Token))[0].Id, "test", Token);
        var expired = await host.KeyAsync(ApiRole.Admin, TimeSpan.FromSeconds(-1));

        (await host.GetAsync("runs", good)).Status.ShouldBe(200);
        foreach (var (key, code) in new[]
        {
            (null, "api.no_key"), ("", "api.no_key"), ("pat-na1-something", "api.unknown_key"), (good[..^1] + (good[^1] == 'A' ? 'B' : 'A'), "api.unknown_key"),
            ("crmsync_00000000" + good[16..], "api.unknown_key"), (revoked, "api.revoked_key"), (expired, "api.expired_key"),
        })
        {
            using var response = await host.SendAsync(HttpMethod.Get, "runs", key);
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized, code);
            response.Headers.WwwAuthenticate.ToString().ShouldStartWith("Bearer");
            response.Content.Headers.ContentType.ShouldNotBeNull().MediaType.ShouldBe("application/problem+json");
            (await response.Content.ReadAsStringAsync(Token)).ShouldContain($"\"code\":\"{code}\"");
        }
    }

    [Theory]
    [InlineData("POST", "corrections", ApiRole.Reviewer)]
    [InlineData("POST", "corrections/1/undo", ApiRole.Reviewer)]
    [InlineData("POST", "acts", ApiRole.Operator)]
    [InlineData("PATCH", "runs/1", ApiRole.Operator)]
    [InlineData("PATCH", "connections/hubspot-main", ApiRole.Operator)]
    [InlineData("PATCH", "schedules/hubspot-main/poll-fresh", ApiRole.Admin)]
    public async Task Change_WithTooLowARole_IsRefusedNamingTheRoleAndDoesNothing(string method, string path, ApiRole needed)
    {
        await using var host = await ApiHost.StartAsync(activities: 2);

        var (status, problem) = await host.AskAsync(new HttpMethod(method), path, await host.KeyAsync(needed - 1), "{}");
        var (allowed, _) = await host.AskAsync(new HttpMethod(method), path, await host.KeyAsync(needed), "{}");

        status.ShouldBe(403);
        problem.GetProperty("code").GetString().ShouldBe("api.wrong_role");
        problem.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain($"the role {needed.ToString().ToLowerInvariant()};");
        allowed.ShouldNotBeOneOf(401, 403);
    }

    [Fact]
    public async Task Texts_AreForReviewersAndAbove()
    {
        await using var host = await ApiHost.StartAsync();
        var (viewer, reviewer) = (await host.KeyAsync(ApiRole.Viewer), await host.KeyAsync(ApiRole.Reviewer));
        var id = (await host.GetAsync("activities?type=note", reviewer)).Json.GetProperty("items")[0].GetProperty("id").GetString();

        foreach (var path in new[] { "activities", $"activities/{id}", "log", "decisions", "exports/activities", "exports/log", "exports/decisions" })
        {
            using var response = await host.SendAsync(HttpMethod.Get, path, viewer);
            (await response.Content.ReadAsStringAsync(Token)).ShouldNotContain("net 60", customMessage: path);
        }
        using (var refused = await host.SendAsync(HttpMethod.Get, "exports/activities?texts=true", viewer))
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await host.GetAsync($"activities/{id}", reviewer)).Json.GetProperty("body").GetString().ShouldNotBeNull().ShouldContain("net 60");
        using var export = await host.SendAsync(HttpMethod.Get, "exports/activities?texts=true", reviewer);
        (await export.Content.ReadAsStringAsync(Token)).ShouldContain("net 60");
    }

    [Fact]
    public async Task Doors_OfConsoleAndApi_DoNotTakeEachOthersKeys()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(ApiRole.Admin);
        var account = await People.AddAsync(host.Ledger, ApiRole.Admin);
        using var browser = People.Browser(host.Client.BaseAddress!);
        using var entered = await browser.SendFormAsync("/sign-in", "/sign-in", ("name", account.SignIn), ("password", People.Password));
        var cookie = entered.Headers.GetValues("Set-Cookie").Single(text => text.StartsWith("crmsync=", StringComparison.Ordinal)).Split(';')[0];

        var (api, _) = await host.AskAsync(HttpMethod.Get, "runs", null, null, ("Cookie", cookie));
        using var page = await host.SendAsync(HttpMethod.Get, "/log", key);
        using var form = await host.SendAsync(HttpMethod.Post, "/review?row=1&taxonomy=engagement&label=nd", key);

        api.ShouldBe(401);
        page.Headers.Location!.ToString().ShouldStartWith("/sign-in");
        form.StatusCode.ShouldNotBe(HttpStatusCode.OK);
        form.Headers.Location!.ToString().ShouldStartWith("/sign-in");
    }

    [Fact]
    public async Task Rate_OfOneKeyIsSpent_AnswersWhenToComeBackAndLeavesOthersAlone()
    {
        await using var host = await ApiHost.StartAsync(activities: 2, requestsPerMinute: 3);
        var (first, second) = (await host.KeyAsync(ApiRole.Viewer), await host.KeyAsync(ApiRole.Viewer));
        for (var call = 0; call < 3; call++)
            (await host.GetAsync("connections", first)).Status.ShouldBe(200);

        using var refused = await host.SendAsync(HttpMethod.Get, "connections", first);

        ((int)refused.StatusCode).ShouldBe(429);
        refused.Headers.RetryAfter.ShouldNotBeNull().Delta.ShouldNotBeNull().ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        (await refused.Content.ReadAsStringAsync(Token)).ShouldContain("api.too_many_requests");
        (await host.GetAsync("connections", second)).Status.ShouldBe(200);
        using var browser = await People.Browser(host.Client.BaseAddress!).SignInAsync(await People.AddAsync(host.Ledger, ApiRole.Viewer));
        using var page = await browser.GetAsync("/log", Token);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Key_AtRest_IsAHashAndItsUseIsNoted()
    {
        await using var host = await ApiHost.StartAsync(activities: 2);
        var key = await host.KeyAsync(ApiRole.Viewer);
        (await host.GetAsync("connections", key)).Status.ShouldBe(200);

        await using var db = await host.Ledger.OpenReadAsync(Token);
        var row = (IDictionary<string, object>)await db.QuerySingleAsync("select * from api_key");
        string.Join('|', row.Values).ShouldNotContain(key[17..]);
        row["last_used_at"].ShouldNotBeNull();
    }

    [Fact]
    public async Task HostName_OfAProxy_ReachesTheApiAndNotTheConsole()
    {
        await using var host = await ApiHost.StartAsync(activities: 2);
        var key = await host.KeyAsync(ApiRole.Viewer);
        using var api = await host.SendAsync(HttpMethod.Get, "connections", key, null, ("Host", "crmsync.example.com"));
        using var page = await host.SendAsync(HttpMethod.Get, "/log", key, null, ("Host", "crmsync.example.com"));

        api.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }
}
