using System.Globalization;
using System.Net;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotObjectTests
{
    [Theory]
    [InlineData("crm/v3/objects/notes")]
    [InlineData("crm/objects/2026-03/note")]
    [InlineData("crm/objects/2026-09/0-46")]
    public async Task List_AnyVersionAndTypeName_GivesTheSame(string path)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(3));

        var answer = await bench.GetAsync(path);

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Results.Count.ShouldBe(3);
        bench.Simulator.Calls.Snapshot().Single().Route.ShouldBe("/crm/objects/{version}/{type}");
        bench.Simulator.Calls.Snapshot().Single().Path.ShouldBe("/" + path);
        bench.Simulator.Calls.Snapshot().Single().Items.ShouldBe(3);
    }

    [Theory]
    [InlineData("crm/objects/2025-01/notes")]
    [InlineData("crm/objects/2026-09/unicorns")]
    [InlineData("crm/objects/2026-09/notes/1")]
    [InlineData("crm/objects/2026-09/notes/abc")]
    [InlineData("crm/nothing")]
    public async Task Get_WhatIsNotThere_Is404InJson(string path)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));

        var answer = await bench.GetAsync(path);

        answer.Status.ShouldBe(HttpStatusCode.NotFound);
        answer.Json.GetProperty("status").GetString().ShouldBe("error");
        Guid.TryParse(answer.Json.GetProperty("correlationId").GetString(), out _).ShouldBeTrue();
    }

    [Fact]
    public async Task Get_Record_HasTextValuesNullForUnsetAndDropsUnknown()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            HubSpotWorlds.Activity("call", 0) with { Duration = TimeSpan.FromSeconds(61.5), Direction = "outbound", Disposition = "Left voicemail", Status = "COMPLETED" }));
        var id = (await bench.IdsAsync("calls")).Single();

        var answer = await bench.GetAsync($"crm/objects/2026-09/calls/{id}?properties=hs_call_duration,hs_call_disposition,hs_call_direction&properties=hs_call_recording_url,nonsense");

        answer.Property("hs_object_id").ShouldBe(id);
        answer.Property("hs_call_duration").ShouldBe("61500");
        answer.Property("hs_call_direction").ShouldBe("OUTBOUND");
        answer.Property("hs_call_disposition").ShouldBe("b2cf5968-551e-4856-9783-52b3da59a7d0");
        answer.Property("hs_createdate").ShouldBe("2026-11-02T09:00:00.000Z");
        answer.Property("hs_call_recording_url").ShouldBeNull();
        answer.Json.GetProperty("properties").TryGetProperty("nonsense", out _).ShouldBeFalse();
        answer.Json.GetProperty("archived").GetBoolean().ShouldBeFalse();
        answer.Json.GetProperty("updatedAt").GetString().ShouldBe("2026-11-02T09:00:00.000Z");
    }

    [Fact]
    public async Task Create_ThenPatch_StampsWritesAndHistory()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        var contact = (await bench.IdsAsync("contacts"))[0];

        var created = await bench.PostAsync("crm/objects/2026-09/notes", new
        {
            properties = new { hs_note_body = "one", hs_timestamp = 1_793_000_000_000 },
            associations = new[] { new { to = new { id = contact }, types = new[] { new { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 202 } } } },
        });
        created.Status.ShouldBe(HttpStatusCode.Created);
        created.Property("hs_timestamp").ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1_793_000_000_000).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        var id = created.Json.GetProperty("id").GetString();
        bench.Clock.Advance(TimeSpan.FromMilliseconds(1_500));
        var patched = await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", new { properties = new { hs_note_body = "two" } });
        patched.Property("hs_lastmodifieddate").ShouldBe("2026-11-20T15:00:01.500Z");
        patched.Json.GetProperty("createdAt").GetString().ShouldBe("2026-11-20T15:00:00.000Z");

        var read = await bench.GetAsync($"crm/objects/2026-09/notes/{id}?propertiesWithHistory=hs_note_body&associations=contacts");
        JsonElement[] history = [.. read.Json.GetProperty("propertiesWithHistory").GetProperty("hs_note_body").EnumerateArray()];
        history.Select(h => h.GetProperty("value").GetString()).ShouldBe(["two", "one"]);
        history.ShouldAllBe(h => h.GetProperty("sourceType").GetString() == "INTEGRATION" && h.GetProperty("sourceId").GetString() == "4711001");
        var link = read.Json.GetProperty("associations").GetProperty("contacts").GetProperty("results")[0];
        link.GetProperty("id").GetString().ShouldBe(contact);
        link.GetProperty("type").GetString().ShouldBe("note_to_contact");
    }

    [Fact]
    public async Task Create_WithoutTimestamp_Is400NamingIt()
    {
        await using var bench = await HubSpotBench.StartAsync();

        var answer = await bench.PostAsync("crm/objects/2026-09/tasks", new { properties = new { hs_task_subject = "call back" } });

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldBe("Error creating TASK. Some required properties were not set.");
        answer.Json.GetProperty("context").GetProperty("properties")[0].GetString().ShouldBe("hs_timestamp");
        bench.Simulator.CountActivities().ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"nonsense":"1"}""", "PROPERTY_DOESNT_EXIST", "nonsense")]
    [InlineData("""{"hs_call_status":"SHOUTING"}""", "INVALID_OPTION", "SHOUTING was not one of the allowed options: [")]
    [InlineData("""{"hs_object_id":"1"}""", "READ_ONLY_VALUE", "hs_object_id")]
    [InlineData("""{"hs_call_duration":"long"}""", "INVALID_DOUBLE", "long")]
    [InlineData("""{"hs_timestamp":"soon"}""", "INVALID_DATE", "soon")]
    [InlineData("""{"hubspot_owner_id":"17"}""", "INVALID_OWNER_ID", "17")]
    public async Task Patch_BadValue_Is400InHubSpotsTextForm(string properties, string error, string named)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)));
        var id = (await bench.IdsAsync("calls")).Single();

        var answer = await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", $$"""{"properties":{{properties}}}""");

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Category.ShouldBe("VALIDATION_ERROR");
        const string Prefix = "Property values were not valid: ";
        answer.Message.ShouldStartWith(Prefix);
        var listed = JsonDocument.Parse(answer.Message[Prefix.Length..]).RootElement[0];
        listed.GetProperty("isValid").GetBoolean().ShouldBeFalse();
        listed.GetProperty("error").GetString().ShouldBe(error);
        listed.GetProperty("message").GetString()!.ShouldContain(named);
        answer.Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe(error);
    }

    [Theory]
    [InlineData("""{"properties":{"hs_note_body":"\ud83d"}}""")]
    [InlineData("""{"properties":{"hs_note_body":{}}}""")]
    [InlineData("""{"properties":[]}""")]
    [InlineData("""{"properties":""")]
    [InlineData("")]
    public async Task Patch_BrokenBody_Is400(string body)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes")).Single();

        var answer = await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldStartWith("Invalid input JSON");
    }

    [Theory]
    [InlineData(true, "2026-11-20T15:00:00.000Z")]
    [InlineData(false, "2026-11-02T09:00:00.000Z")]
    public async Task Patch_IdenticalValue_MovesModifiedAsSwitchedAndWritesNoHistory(bool moves, string modified)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)),
            new HubSpotSimulatorOptions { QuotasOn = false, IdenticalWriteMovesModified = moves });
        var id = (await bench.IdsAsync("calls")).Single();

        var answer = await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_title = "Subject 0" } });

        answer.Property("hs_lastmodifieddate").ShouldBe(modified);
        bench.Simulator.History("calls", id, "hs_call_title").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Patch_EmptyText_Clears()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)));
        var id = (await bench.IdsAsync("calls")).Single();

        (await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_title = "" } })).Property("hs_call_title").ShouldBeNull();
        bench.Simulator.History("calls", id, "hs_call_title").Select(h => (h.Value, h.By)).ShouldBe([("Subject 0", "seed"), (null, "app")]);
    }

    [Fact]
    public async Task Delete_Record_GoesToTheRecycleBinWithItsModifiedInstant()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(2));
        var ids = await bench.IdsAsync("notes");

        (await bench.DeleteAsync($"crm/objects/2026-09/notes/{ids[0]}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await bench.GetAsync($"crm/objects/2026-09/notes/{ids[0]}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var archived = await bench.GetAsync("crm/objects/2026-09/notes?archived=true");
        archived.Ids.ShouldBe([ids[0]]);
        archived.Results[0].GetProperty("updatedAt").GetString().ShouldBe("2026-11-02T09:00:00.000Z");
        archived.Results[0].GetProperty("archivedAt").GetString().ShouldBe("2026-11-20T15:00:00.000Z");
        (await bench.IdsAsync("notes")).ShouldBe([ids[1]]);
        bench.Simulator.CountActivities().ShouldBe(1);

        bench.Simulator.Restore("notes", ids[0]);
        (await bench.IdsAsync("notes")).ShouldBe(ids);
    }

    [Theory]
    [InlineData("limit=101")]
    [InlineData("limit=51&propertiesWithHistory=hs_note_body")]
    [InlineData("limit=0")]
    [InlineData("after=x")]
    public async Task List_BeyondItsLimits_Is400(string query)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));

        (await bench.GetAsync($"crm/objects/2026-09/notes?{query}")).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task List_WithAssociations_PagesInside()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(5), new HubSpotSimulatorOptions { QuotasOn = false, InlineAssociations = 2 });

        var inner = (await bench.GetAsync("crm/objects/2026-09/companies?associations=notes")).Results[0].GetProperty("associations").GetProperty("notes");

        inner.GetProperty("results").GetArrayLength().ShouldBe(2);
        var rest = await bench.GetAsync(inner.GetProperty("paging").GetProperty("next").GetProperty("link").GetString()!);
        rest.Results.Count.ShouldBe(3);
    }

    [Fact]
    public async Task Write_LeavingAnAdministratorsRequiredPropertyBlank_Is400UnderTheNewestVersionOnly()
    {
        var options = new HubSpotSimulatorOptions { QuotasOn = false, RequiredByAdministrator = new Dictionary<string, IReadOnlyList<string>> { ["calls"] = ["hs_call_status"] } };
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)), options);
        var id = (await bench.IdsAsync("calls")).Single();
        var body = new { properties = new { hs_call_title = "x" } };

        var newest = await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", body);
        newest.Status.ShouldBe(HttpStatusCode.BadRequest);
        newest.Json.GetProperty("errors")[0].GetProperty("code").GetString().ShouldBe("MISSING_CONDITIONAL_REQUIRED_PROPERTY");
        (await bench.PatchAsync($"crm/objects/2026-03/calls/{id}", body)).Status.ShouldBe(HttpStatusCode.OK);
        (await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_status = "COMPLETED" } })).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Patch_LockedRecord_Is423UntilUnlocked()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes")).Single();
        var body = new { properties = new { hs_note_body = "x" } };
        bench.Simulator.Lock("notes", id);

        (await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", body)).Status.ShouldBe((HttpStatusCode)423);
        bench.Simulator.Unlock("notes", id);
        (await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", body)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_BodyWithHalfASurrogate_TravelsAsAnEscape()
    {
        const string Broken = "before \ud83d after \ud83d\ude00 \"end\"\n";
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0) with { Body = Broken }));
        var id = (await bench.IdsAsync("calls")).Single();

        var answer = await bench.GetAsync($"crm/objects/2026-09/calls/{id}?properties=hs_call_body");

        answer.Text.ShouldContain("\"before \\ud83d after \\ud83d\\ude00 \\u0022end\\u0022\\u000a\"");
        bench.Simulator.Find("calls", id)!.Body.ShouldBe(Broken);
    }
}
