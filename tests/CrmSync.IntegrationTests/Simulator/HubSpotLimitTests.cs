using System.Globalization;
using System.Net;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotLimitTests
{
    private const string AnyRoute = "account-info/2026-09/details";

    [Fact]
    public async Task Requests_BeyondTenSecondLimit_Are429UntilTheWindowRolls()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { RequestsPerTenSeconds = 3 });
        (await bench.GetAsync(AnyRoute)).Headers["X-HubSpot-RateLimit-Remaining"].ShouldBe("2");
        bench.Clock.Advance(TimeSpan.FromSeconds(6));
        await bench.GetAsync(AnyRoute);
        await bench.GetAsync(AnyRoute);

        var refused = await bench.GetAsync(AnyRoute);
        refused.Status.ShouldBe(HttpStatusCode.TooManyRequests);
        refused.Message.ShouldBe("You have reached your ten_secondly_rolling limit.");
        refused.Json.GetProperty("policyName").GetString().ShouldBe("TEN_SECONDLY_ROLLING");
        refused.Json.GetProperty("errorType").GetString().ShouldBe("RATE_LIMIT");
        refused.Headers["X-HubSpot-RateLimit-Remaining"].ShouldBe("0");
        refused.Headers["X-HubSpot-RateLimit-Max"].ShouldBe("3");
        refused.Headers["X-HubSpot-RateLimit-Interval-Milliseconds"].ShouldBe("10000");

        bench.Clock.Advance(TimeSpan.FromSeconds(4));
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Window_IsPerAppAndTheDayPerAccount()
    {
        var options = new HubSpotSimulatorOptions { RequestsPerTenSeconds = 2, RequestsPerDay = 3, Tokens = [new("one", AppId: 1), new("two", AppId: 2)] };
        await using var bench = await HubSpotBench.StartAsync(options: options);
        bench.Token = "one";
        await bench.GetAsync(AnyRoute);
        await bench.GetAsync(AnyRoute);
        (await bench.GetAsync(AnyRoute)).Json.GetProperty("policyName").GetString().ShouldBe("TEN_SECONDLY_ROLLING");
        bench.Token = "two";
        (await bench.GetAsync(AnyRoute)).Headers["X-HubSpot-RateLimit-Daily-Remaining"].ShouldBe("0");

        var refused = await bench.GetAsync(AnyRoute);
        refused.Json.GetProperty("policyName").GetString().ShouldBe("DAILY");
        refused.Message.ShouldBe("You have reached your daily limit.");
    }

    [Fact]
    public async Task Day_EndsAtMidnightOfTheAccountsZone()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { RequestsPerDay = 1 });
        await bench.GetAsync(AnyRoute);

        bench.Clock.Advance(TimeSpan.FromHours(13.99));
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
        bench.Clock.Advance(TimeSpan.FromHours(0.01));
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
        bench.Simulator.RequestsToday.ShouldBe(1);
    }

    [Fact]
    public async Task Search_SixthInASecond_Is429WithoutHeadersAndOutsideTheWindow()
    {
        var options = new HubSpotSimulatorOptions { RequestsPerTenSeconds = 1, Tokens = [new("one", AppId: 1), new("two", AppId: 2)] };
        await using var bench = await HubSpotBench.StartAsync(options: options);
        for (var i = 0; i < 5; i++)
        {
            bench.Token = i % 2 == 0 ? "one" : "two";
            var answer = await bench.SearchAsync("notes", new { });
            answer.Status.ShouldBe(HttpStatusCode.OK);
            answer.Headers.Keys.ShouldNotContain(k => k.StartsWith("X-HubSpot-RateLimit", StringComparison.OrdinalIgnoreCase));
        }

        var refused = await bench.SearchAsync("calls", new { });
        refused.Json.GetProperty("policyName").GetString().ShouldBe("SECONDLY");
        refused.Message.ShouldBe("You have reached your secondly limit.");
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        (await bench.SearchAsync("notes", new { })).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task QuotasOff_NothingIsRefusedAndNoHeadersAreSent()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { QuotasOn = false, RequestsPerTenSeconds = 1, SearchesPerSecond = 1, RequestsPerDay = 1 });
        for (var i = 0; i < 5; i++)
        {
            (await bench.SearchAsync("notes", new { })).Status.ShouldBe(HttpStatusCode.OK);
            (await bench.GetAsync(AnyRoute)).Headers.Keys.ShouldNotContain("X-HubSpot-RateLimit-Max");
        }
    }

    [Theory]
    [InlineData("", "INVALID_AUTHENTICATION")]
    [InlineData("wrong", "INVALID_AUTHENTICATION")]
    [InlineData("old", "EXPIRED_AUTHENTICATION")]
    public async Task Token_MissingWrongOrExpired_Is401(string token, string category)
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { Tokens = [new("old", ExpiresAt: HubSpotBench.Now)] });
        bench.Token = token;

        var answer = await bench.GetAsync(AnyRoute);

        answer.Status.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Category.ShouldBe(category);
    }

    [Fact]
    public async Task Token_RevokedAndReplaced_TakesEffectAtOnce()
    {
        await using var bench = await HubSpotBench.StartAsync();
        bench.Simulator.RevokeToken(HubSpotToken.DefaultValue);
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.Unauthorized);
        bench.Simulator.PutToken(new HubSpotToken("rotated"));
        bench.Token = "rotated";
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("GET", "crm/objects/2026-09/notes", "crm.objects.contacts.read")]
    [InlineData("GET", "crm/objects/2026-09/emails", "sales-email-read")]
    [InlineData("GET", "crm/objects/2026-09/deals", "crm.objects.deals.read")]
    [InlineData("POST", "crm/objects/2026-09/companies/search", "crm.objects.companies.read")]
    [InlineData("POST", "crm/objects/2026-09/tasks/batch/update", "crm.objects.contacts.write")]
    [InlineData("GET", "crm/owners/2026-09", "crm.objects.owners.read")]
    [InlineData("GET", "crm/properties/2026-09/calls", "crm.schemas.calls.read")]
    [InlineData("POST", "crm/properties/2026-09/calls", "crm.schemas.calls.write")]
    [InlineData("POST", "crm/associations/2026-09/notes/deals/batch/read", "crm.objects.contacts.read")]
    [InlineData("GET", "crm/limits/2026-09/custom-properties", "crm.objects.contacts.read")]
    public async Task Call_WithoutItsScope_Is403NamingIt(string method, string path, string scope)
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { QuotasOn = false, Tokens = [new("bare", ["oauth"])] });
        bench.Token = "bare";

        var answer = await bench.SendAsync(new HttpMethod(method), path, method == "GET" ? null : new { inputs = Array.Empty<object>() });

        answer.Status.ShouldBe(HttpStatusCode.Forbidden);
        answer.Category.ShouldBe("MISSING_SCOPES");
        answer.Message.ShouldStartWith("This app hasn't been granted all required scopes");
        answer.Json.GetProperty("errors")[0].GetProperty("context").GetProperty("requiredGranularScopes").EnumerateArray().Select(s => s.GetString()).ShouldContain(scope);
        (await bench.GetAsync(AnyRoute)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task ContactScopesAlone_ReadDefinitionsOfNotesButNotOfEmails()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { QuotasOn = false, Tokens = [new("contacts", ["crm.objects.contacts.read"])] });
        bench.Token = "contacts";

        (await bench.GetAsync("crm/properties/2026-09/notes")).Status.ShouldBe(HttpStatusCode.OK);
        (await bench.GetAsync("crm/properties/2026-09/emails")).Status.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task AccountDetails_TellZoneAndOffset()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions { PortalId = 99, TimeZone = "Asia/Kolkata" });

        var details = (await bench.GetAsync("account-info/v3/details")).Json;

        details.GetProperty("portalId").GetInt64().ShouldBe(99);
        details.GetProperty("timeZone").GetString().ShouldBe("Asia/Kolkata");
        details.GetProperty("utcOffset").GetString().ShouldBe("+05:30");
        details.GetProperty("utcOffsetMilliseconds").GetInt64().ToString(CultureInfo.InvariantCulture).ShouldBe("19800000");
    }
}
