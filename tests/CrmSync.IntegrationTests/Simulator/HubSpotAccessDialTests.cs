using System.Net;
using CrmSync.Simulator.Hosting;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Faults of quota, tokens, scopes and accounts.</summary>
public sealed class HubSpotAccessDialTests
{
    private const string AnyRoute = "crm/owners/2026-09";

    [Fact]
    public async Task Dials_OfHubSpotsOwn_AreOnTheBoard()
    {
        await using var bench = await HubSpotBench.StartAsync();

        var offered = bench.Simulator.Dials.Snapshot().Select(state => state.Dial.Code).ToList();

        string[] own =
        [
            "F3", "F9", "F10", "F11", "F12", "F14", "F15", "F18", "F19", "F20", "F21", "F22", "F23", "F25", "F26", "F27", "F28", "F29", "F30", "F31",
        ];
        own.ShouldBeSubsetOf(offered);
    }

    [Fact]
    public async Task F3_DailyQuota_RefusesUntilHealedOrMidnight()
    {
        await using var bench = await HubSpotBench.StartAsync();
        bench.Simulator.Dials.Turn("F3", new DialSetting());

        var refused = await bench.GetAsync(AnyRoute);
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Json.GetProperty("policyName").GetString().ShouldBe("DAILY");
        bench.Simulator.Dials.Heal("F3");
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);

        bench.Simulator.Dials.Turn("F3", new DialSetting());
        bench.Clock.Advance(TimeSpan.FromHours(13.99));
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        bench.Clock.Advance(TimeSpan.FromHours(0.01));
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Dials.On("F3").ShouldBeNull();
    }

    [Fact]
    public async Task F9_Expiry_EndsAnIssuedTokenAndAStaticOneForOneCall()
    {
        await using var bench = await HubSpotBench.StartAsync(options: HubSpotBench.Installed);
        bench.Simulator.Dials.Turn("F9", new DialSetting { Count = 1, Route = "owners" });
        (await bench.GetAsync("account-info/2026-09/details")).Status.ShouldBe(HttpStatusCode.OK);
        (await bench.GetAsync(AnyRoute)).Category.ShouldBe("EXPIRED_AUTHENTICATION");
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);

        bench.Token = (await bench.RefreshAsync()).Json.GetProperty("access_token").GetString()!;
        bench.Simulator.Dials.Turn("F9", new DialSetting { Count = 1 });
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await bench.GetAsync(AnyRoute)).Category.ShouldBe("EXPIRED_AUTHENTICATION");
        bench.Token = (await bench.RefreshAsync()).Json.GetProperty("access_token").GetString()!;
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F10_GrantRevoked_EndsTokensAndRefreshesUntilHealed()
    {
        await using var bench = await HubSpotBench.StartAsync(options: HubSpotBench.Installed);
        bench.Token = (await bench.RefreshAsync()).Json.GetProperty("access_token").GetString()!;
        bench.Simulator.Dials.Turn("F10", new DialSetting());

        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        var refused = await bench.RefreshAsync();
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("status").GetString().ShouldBe("BAD_REFRESH_TOKEN");
        refused.Json.GetProperty("error").GetString().ShouldBe("invalid_grant");
        bench.Simulator.Dials.Heal("F10");
        bench.Token = (await bench.RefreshAsync()).Json.GetProperty("access_token").GetString()!;
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F11_Rotation_RefusesTheSecondUseOfOneToken()
    {
        await using var bench = await HubSpotBench.StartAsync(options: HubSpotBench.Installed);
        (await bench.RefreshAsync()).Json.GetProperty("refresh_token").GetString().ShouldBe("refresh");
        bench.Simulator.Dials.Turn("F11", new DialSetting());

        Answer[] both = await Task.WhenAll(bench.RefreshAsync(), bench.RefreshAsync());

        both.Select(answer => answer.Status).ShouldBe([HttpStatusCode.OK, HttpStatusCode.BadRequest], ignoreOrder: true);
        var next = both.First(answer => answer.Status == HttpStatusCode.OK).Json.GetProperty("refresh_token").GetString()!;
        bench.Simulator.Dials.Heal("F11");
        (await bench.RefreshAsync(next)).Json.GetProperty("refresh_token").GetString().ShouldBe(next);
    }

    [Fact]
    public async Task F12_ScopeRemoved_Is403NamingItUntilHealed()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        bench.Simulator.Dials.Turn("F12", new DialSetting { Target = "crm.objects.contacts.read" });

        var refused = await bench.SearchAsync("notes", new { });
        refused.Status.ShouldBe(HttpStatusCode.Forbidden);
        refused.Text.ShouldContain("""{"requiredGranularScopes":["crm.objects.contacts.read"]}""");
        (await bench.GetAsync("crm/objects/2026-09/deals")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Dials.Snapshot().Single(state => state.Dial.Code == "F12").Met.ShouldBe(1);
        bench.Simulator.Dials.Heal("F12");
        (await bench.SearchAsync("notes", new { })).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F31_AnotherPortal_HasAnotherIdAndNoneOfTheRecords()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(3));
        var id = (await bench.IdsAsync("notes"))[0];
        var portal = (await bench.GetAsync("account-info/2026-09/details")).Json.GetProperty("portalId").GetInt64();
        bench.Simulator.Dials.Turn("F31", new DialSetting());
        bench.Simulator.Calls.Clear();

        (await bench.GetAsync("account-info/v3/details")).Json.GetProperty("portalId").GetInt64().ShouldNotBe(portal);
        (await bench.GetAsync($"crm/v3/objects/notes/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bench.SearchAsync("notes", new { })).Json.GetProperty("total").GetInt32().ShouldBe(0);
        (await bench.GetAsync("crm/properties/2026-09/notes/hs_note_body")).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.Calls.Snapshot()[1].Path.ShouldBe($"/crm/v3/objects/notes/{id}");
        bench.Simulator.Dials.Heal("F31");
        (await bench.GetAsync($"crm/v3/objects/notes/{id}")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
