using System.Net;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Each switch for what is not confirmed about HubSpot, in both positions.</summary>
public sealed class HubSpotSwitchTests
{
    private static readonly HubSpotSimulatorOptions Base = new() { QuotasOn = false, IndexLag = TimeSpan.Zero };

    [Theory]
    [InlineData(MailsWithoutScope.Refused, HttpStatusCode.Forbidden)]
    [InlineData(MailsWithoutScope.Blanked, HttpStatusCode.OK)]
    public async Task MailsWithoutScope_ForEveryToken(MailsWithoutScope mails, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("email", 0)),
            Base with { MailsWithoutScope = mails, Tokens = [new("bare", ["crm.objects.contacts.read"])] });
        bench.Token = "bare";

        var answer = await bench.GetAsync("crm/objects/2026-09/emails?properties=hs_email_text,hs_timestamp");

        answer.Status.ShouldBe(status);
        if (status == HttpStatusCode.OK)
            answer.Results[0].GetProperty("properties").GetProperty("hs_email_text").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.OK)]
    [InlineData(true, HttpStatusCode.BadRequest)]
    public async Task RefusesUnknownPropertyOnRead_OnEveryReadingRoute(bool refuses, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1), Base with { RefusesUnknownPropertyOnRead = refuses });
        string[] properties = ["no_such"];

        (await bench.GetAsync("crm/objects/2026-09/notes?properties=no_such")).Status.ShouldBe(status);
        (await bench.SearchAsync("notes", new { properties })).Status.ShouldBe(status);
        (await bench.PostAsync("crm/objects/2026-09/notes/batch/read", new { inputs = new[] { new { id = (await bench.IdsAsync("notes"))[0] } }, properties }))
            .Status.ShouldBe(status);
    }

    [Fact]
    public async Task ListsNewestFirst_PagesDownToTheOldest()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(7), Base with { ListsNewestFirst = true });
        var ids = new List<string>();
        for (string? query = "limit=3"; query is not null;)
        {
            var page = await bench.GetAsync($"crm/objects/2026-09/notes?{query}");
            ids.AddRange(page.Ids);
            query = page.Json.TryGetProperty("paging", out var paging) ? $"limit=3&after={paging.GetProperty("next").GetProperty("after")}" : null;
        }

        ids.Select(long.Parse).ShouldBeInOrder(SortDirection.Descending);
        ids.Distinct().Count().ShouldBe(7);
    }

    [Theory]
    [InlineData(false, HttpStatusCode.Created)]
    [InlineData(true, HttpStatusCode.BadRequest)]
    public async Task CreateNeedsAssociations_AnEmptyListWorks(bool needs, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(options: Base with { CreateNeedsAssociations = needs });
        var properties = new { hs_timestamp = "2026-11-20T10:00:00Z" };

        (await bench.PostAsync("crm/objects/2026-09/notes", new { properties })).Status.ShouldBe(status);
        (await bench.PostAsync("crm/objects/2026-09/notes", new { properties, associations = Array.Empty<object>() })).Status.ShouldBe(HttpStatusCode.Created);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.OK)]
    [InlineData(false, HttpStatusCode.BadRequest)]
    public async Task SearchTakesIsoInstants(bool takes, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(options: Base with { SearchTakesIsoInstants = takes });
        object Since(string value) => new { filterGroups = new[] { new { filters = new[] { HubSpotBench.Filter("hs_lastmodifieddate", "GTE", value) } } } };

        (await bench.SearchAsync("notes", Since("2026-11-01T00:00:00Z"))).Status.ShouldBe(status);
        (await bench.SearchAsync("notes", Since("1763683200000"))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task DuplicateIdsInBatch_LastWins()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1), Base with { DuplicateIdsInBatch = DuplicateIdsInBatch.LastWins });
        var id = (await bench.IdsAsync("notes"))[0];
        object Input(string body) => new { id, properties = new { hs_note_body = body } };

        var answer = await bench.PostAsync("crm/objects/2026-09/notes/batch/update", new { inputs = new[] { Input("one"), Input("two") } });

        answer.Ids.ShouldBe([id]);
        bench.Simulator.Find("notes", id)!.Body.ShouldBe("two");
    }

    [Fact]
    public async Task WordsOfErrors_FollowTheirSwitches()
    {
        await using var bench = await HubSpotBench.StartAsync(options: new HubSpotSimulatorOptions
        {
            RequestsPerTenSeconds = 1,
            RateLimitNamesCategory = true,
            ExpiredTokenCategory = "TOKEN_OLD",
            Tokens = [new(HubSpotToken.DefaultValue), new("old", ExpiresAt: HubSpotBench.Now)],
        });
        await bench.GetAsync("crm/owners/2026-09");

        var refused = await bench.GetAsync("crm/owners/2026-09");
        refused.Category.ShouldBe("RATE_LIMITS");
        refused.Json.TryGetProperty("errorType", out _).ShouldBeFalse();
        bench.Token = "old";
        (await bench.GetAsync("crm/owners/2026-09")).Category.ShouldBe("TOKEN_OLD");
    }

    [Fact]
    public async Task ToObjectIdAsText_AndCanceledSpelling()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1),
            Base with { ToObjectIdAsText = true, CanceledMeetingOutcome = "CANCELLED" });
        var note = (await bench.IdsAsync("notes"))[0];

        (await bench.GetAsync($"crm/objects/2026-09/notes/{note}/associations/contacts")).Results[0].GetProperty("toObjectId").ValueKind
            .ShouldBe(JsonValueKind.String);
        (await bench.GetAsync("crm/properties/2026-09/meetings/hs_meeting_outcome")).Json.GetProperty("options").EnumerateArray()
            .Select(o => o.GetProperty("value").GetString()).ShouldContain("CANCELLED");
    }

    [Fact]
    public async Task History_SourceAndOrder_FollowTheirSwitches()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)),
            Base with { AppSourceType = "API", AppSourceId = "key-7", HistoryNewestFirst = false, BatchReadWithHistoryLimit = 1 });
        var id = (await bench.IdsAsync("calls"))[0];
        await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_title = "ours" } });
        bench.Simulator.ChangeBy("calls", id, "hs_call_title", "theirs", "AUTOMATION_PLATFORM", "wf:9");

        var history = (await bench.GetAsync($"crm/objects/2026-09/calls/{id}?propertiesWithHistory=hs_call_title")).Json
            .GetProperty("propertiesWithHistory").GetProperty("hs_call_title").EnumerateArray().ToList();

        history.Select(h => h.GetProperty("sourceType").GetString()).ShouldBe(["CRM_UI", "API", "AUTOMATION_PLATFORM"]);
        history[1].GetProperty("sourceId").GetString().ShouldBe("key-7");
        (await bench.PostAsync("crm/objects/2026-09/calls/batch/read",
            new { inputs = new[] { new { id }, new { id = "7" } }, propertiesWithHistory = new[] { "hs_call_title" } })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Definitions_LimitInUseAndNameRule()
    {
        await using var bench = await HubSpotBench.StartAsync(
            options: Base with { CustomPropertiesPerType = 1, PropertiesInUse = ["calls/Odd Name"], RefusesOddPropertyNames = false });
        object Text(string name) => new { name, label = name, type = "string", fieldType = "text", groupName = "callinformation" };

        (await bench.PostAsync("crm/properties/2026-09/calls", Text("Odd Name"))).Status.ShouldBe(HttpStatusCode.Created);
        (await bench.PostAsync("crm/properties/2026-09/calls", Text("second"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await bench.DeleteAsync("crm/properties/2026-09/calls/Odd%20Name")).Message.ShouldContain("PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE");
    }

    [Fact]
    public async Task RequiredOnCreate_IsEnforcedByTheNewestVersionAlone()
    {
        await using var bench = await HubSpotBench.StartAsync(
            options: Base with { RequiredOnCreate = new Dictionary<string, IReadOnlyList<string>> { ["deals"] = ["amount"] } });
        object Deal(object properties) => new { properties };

        var refused = await bench.PostAsync("crm/objects/2026-09/deals", Deal(new { dealname = "Bare" }));
        refused.Status.ShouldBe(HttpStatusCode.BadRequest);
        refused.Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("MISSING_REQUIRED_PROPERTY");
        (await bench.PostAsync("crm/objects/2026-03/deals", Deal(new { dealname = "Bare" }))).Status.ShouldBe(HttpStatusCode.Created);
        (await bench.PostAsync("crm/objects/2026-09/deals", Deal(new { dealname = "Full", amount = "5" }))).Status.ShouldBe(HttpStatusCode.Created);
    }
}
