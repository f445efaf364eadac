using System.Net;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotPropertyTests
{
    private static object Stage(string name = "crmsync_stage", params string[] values) => new
    {
        name,
        label = "Stage",
        type = "enumeration",
        fieldType = "select",
        groupName = "crmsync",
        options = values.Select((v, i) => new { label = v, value = v, displayOrder = i, hidden = false }),
    };

    private static async Task<HubSpotBench> WithGroupAsync(string type)
    {
        var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)));
        (await bench.PostAsync($"crm/properties/2026-09/{type}/groups",
            new { name = "crmsync", label = "CrmSync", displayOrder = -1 })).Status.ShouldBe(HttpStatusCode.Created);
        return bench;
    }

    [Theory]
    [InlineData("notes", PropertyPermission.Deny403, HttpStatusCode.Forbidden)]
    [InlineData("emails", PropertyPermission.Deny403, HttpStatusCode.Forbidden)]
    [InlineData("tasks", PropertyPermission.Deny400, HttpStatusCode.BadRequest)]
    public async Task Create_WhereTheTypeIsClosed_IsRefusedAsSwitched(string type, PropertyPermission permission, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(null,
            new HubSpotSimulatorOptions
            {
                QuotasOn = false,
                PropertyPermissions = new Dictionary<string, PropertyPermission> { [type] = permission },
            });

        var answer = await bench.PostAsync($"crm/properties/2026-09/{type}", Stage());
        var group = await bench.PostAsync($"crm/properties/2026-09/{type}/groups", new { name = "crmsync", label = "CrmSync" });

        answer.Status.ShouldBe(status);
        group.Status.ShouldBe(status);
        if (status == HttpStatusCode.Forbidden)
        {
            answer.Category.ShouldBe("MISSING_SCOPES");
            answer.Json.GetProperty("errors")[0].GetProperty("context").GetProperty("requiredGranularScopes")[0].GetString()
                .ShouldBe($"crm.schemas.{type}.write");
            answer.Json.GetProperty("links").GetProperty("scopes").GetString().ShouldBe("https://developers.hubspot.com/scopes");
        }
        (await bench.GetAsync($"crm/properties/2026-09/{type}/hs_timestamp")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public void Options_Default_CloseNotesAndEmailsOnly()
    {
        new HubSpotSimulatorOptions().PropertyPermissions.Keys.ShouldBe(["notes", "emails"], ignoreOrder: true);
    }

    [Fact]
    public async Task Create_Property_CanBeReadWrittenAndSearched()
    {
        await using var bench = await WithGroupAsync("calls");
        var id = (await bench.IdsAsync("calls")).Single();
        (await bench.GetAsync("crm/properties/2026-09/calls/crmsync_stage")).Status.ShouldBe(HttpStatusCode.NotFound);

        var created = await bench.PostAsync("crm/properties/2026-09/calls", Stage(values: ["Demo", "Negotiation"]));
        created.Status.ShouldBe(HttpStatusCode.Created);
        created.Json.GetProperty("modificationMetadata").GetProperty("archivable").GetBoolean().ShouldBeTrue();

        (await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { crmsync_stage = "Demo" } })).Status.ShouldBe(
            HttpStatusCode.OK);
        (await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { crmsync_stage = "demo" } })).Status.ShouldBe(
            HttpStatusCode.BadRequest);
        bench.Clock.Advance(TimeSpan.FromSeconds(3));
        var found = await bench.SearchAsync("calls",
            new { filterGroups = new[] { new { filters = new[] { HubSpotBench.Filter("crmsync_stage", "EQ", "Demo") } } } });
        found.Ids.ShouldBe([id]);
        (await bench.GetAsync("crm/limits/2026-09/custom-properties")).Json.GetProperty("overallUsage").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Create_NameTaken_Is409()
    {
        await using var bench = await WithGroupAsync("calls");
        await bench.PostAsync("crm/properties/2026-09/calls", Stage());

        var answer = await bench.PostAsync("crm/properties/2026-09/calls", Stage());

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Category.ShouldBe("OBJECT_ALREADY_EXISTS");
        answer.Json.GetProperty("subCategory").GetString().ShouldBe("Properties.PROPERTY_WITH_NAME_EXISTS");
        answer.Message.ShouldBe("A property named 'crmsync_stage' already exists.");
    }

    [Fact]
    public async Task Create_ArchivedName_RestoresTheOldDefinition()
    {
        await using var bench = await WithGroupAsync("calls");
        await bench.PostAsync("crm/properties/2026-09/calls", Stage(values: ["Old"]));
        (await bench.DeleteAsync("crm/properties/2026-09/calls/crmsync_stage")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bench.GetAsync("crm/properties/2026-09/calls/crmsync_stage")).Status.ShouldBe(HttpStatusCode.NotFound);
        bench.Clock.Advance(TimeSpan.FromHours(1));

        var restored = await bench.PostAsync("crm/properties/2026-09/calls", Stage(values: ["New"]));

        restored.Status.ShouldBe(HttpStatusCode.Created);
        restored.Json.GetProperty("options")[0].GetProperty("value").GetString().ShouldBe("Old");
        restored.Json.GetProperty("createdAt").GetString().ShouldBe("2026-11-20T15:00:00.000Z");
    }

    [Fact]
    public async Task Patch_Options_ReplacesTheWholeListAndKeepsItWhenLeftOut()
    {
        await using var bench = await WithGroupAsync("calls");
        await bench.PostAsync("crm/properties/2026-09/calls", Stage(values: ["Demo", "Negotiation"]));

        var renamed = await bench.PatchAsync("crm/properties/2026-09/calls/crmsync_stage", new { label = "Sales stage" });
        var replaced = await bench.PatchAsync("crm/properties/2026-09/calls/crmsync_stage",
            new { options = new[] { new { label = "Closed", value = "Closed", displayOrder = 0, hidden = false } } });

        renamed.Json.GetProperty("options").GetArrayLength().ShouldBe(2);
        replaced.Json.GetProperty("label").GetString().ShouldBe("Sales stage");
        replaced.Json.GetProperty("options").EnumerateArray().Select(o => o.GetProperty("value").GetString()).ShouldBe(["Closed"]);
    }

    [Theory]
    [InlineData("""{"name":"crmsync_x","label":"X","type":"datetime","fieldType":"text","groupName":"crmsync"}""", "INVALID_FIELD_TYPE")]
    [InlineData("""{"name":"crmsync_x","label":"X","type":"string","fieldType":"text","groupName":"nowhere"}""", "INVALID_GROUP")]
    [InlineData("""{"name":"Crm-Sync","label":"X","type":"string","fieldType":"text","groupName":"crmsync"}""", "INVALID_NAME")]
    [InlineData("""{"name":"crmsync_x","type":"string","fieldType":"text","groupName":"crmsync"}""", "REQUIRED_FIELD")]
    [InlineData("""{"name":"crmsync_x","label":"X","type":"enumeration","fieldType":"select","groupName":"crmsync","options":[{"label":"A","value":"a","hidden":false}]}""", "REQUIRED_FIELD")]
    public async Task Create_BadDefinition_Is400(string body, string code)
    {
        await using var bench = await WithGroupAsync("calls");

        var answer = await bench.PostAsync("crm/properties/2026-09/calls", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(code);
    }

    [Fact]
    public async Task Batch_CreateAndRead_AnswerPerProperty()
    {
        await using var bench = await WithGroupAsync("deals");

        var created = await bench.PostAsync("crm/properties/2026-09/deals/batch/create",
            new { inputs = new[] { Stage("crmsync_a"), Stage("crmsync_b") } });
        var again = await bench.PostAsync("crm/properties/2026-09/deals/batch/create",
            new { inputs = new[] { Stage("crmsync_b"), Stage("crmsync_c") } });
        var read = await bench.PostAsync("crm/properties/2026-09/deals/batch/read",
            new { archived = false, inputs = new[] { new { name = "crmsync_a" }, new { name = "crmsync_z" } } });

        created.Status.ShouldBe(HttpStatusCode.Created);
        again.Status.ShouldBe(HttpStatusCode.MultiStatus);
        again.Results.Single().GetProperty("name").GetString().ShouldBe("crmsync_c");
        read.Status.ShouldBe(HttpStatusCode.MultiStatus);
        read.Results.Single().GetProperty("name").GetString().ShouldBe("crmsync_a");
    }

    [Fact]
    public async Task Group_Lifecycle_RefusesTwinsAndLiveProperties()
    {
        await using var bench = await WithGroupAsync("calls");
        await bench.PostAsync("crm/properties/2026-09/calls", Stage());

        (await bench.PostAsync("crm/properties/2026-09/calls/groups", new { name = "crmsync", label = "again" })).Status.ShouldBe(
            HttpStatusCode.Conflict);
        (await bench.DeleteAsync("crm/properties/2026-09/calls/groups/crmsync")).Text.ShouldContain("GROUP_WITH_ACTIVE_PROPERTIES");
        (await bench.GetAsync("crm/properties/2026-09/calls/groups/crmsync")).Json.GetProperty("label").GetString().ShouldBe("CrmSync");
        (await bench.GetAsync("crm/properties/2026-09/calls/groups")).Results.Count.ShouldBe(2);
        (await bench.PatchAsync("crm/properties/2026-09/calls/groups/crmsync", new { label = "Labels" })).Json.GetProperty("label").GetString()
            .ShouldBe("Labels");
        (await bench.PostAsync("crm/properties/2026-09/calls/batch/archive", new { inputs = new[] { new { name = "crmsync_stage" } } })).Status
            .ShouldBe(HttpStatusCode.NoContent);
        (await bench.DeleteAsync("crm/properties/2026-09/calls/groups/crmsync")).Status.ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task DefineProperty_ByAnAdministrator_WorksOnAClosedType()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes")).Single();

        bench.Simulator.DefineProperty("notes", "crmsync_stage", "enumeration", "Demo").ShouldBeTrue();

        (await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", new { properties = new { crmsync_stage = "Demo" } })).Status.ShouldBe(
            HttpStatusCode.OK);
    }
}
