using System.Net;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Upserts, names by unique properties, merges, erasure, tickets, pipelines, owners who left.</summary>
public sealed class HubSpotRouteTests
{
    [Fact]
    public async Task Upsert_ByEmail_UpdatesOneAndCreatesTheOther()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        var known = (await bench.IdsAsync("contacts"))[0];
        object Input(string email, string title) => new { id = email, idProperty = "email", properties = new { jobtitle = title } };

        var answer = await bench.PostAsync("crm/objects/2026-09/contacts/batch/upsert",
            new { inputs = new[] { Input("cora@fernhill.example", "Head"), Input("new@fernhill.example", "Clerk") } });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Results.Single(r => r.GetProperty("new").GetBoolean()).GetProperty("id").GetString().ShouldNotBe(known);
        var updated = answer.Results.Single(r => !r.GetProperty("new").GetBoolean());
        updated.GetProperty("id").GetString().ShouldBe(known);
        updated.GetProperty("properties").GetProperty("jobtitle").GetString().ShouldBe("Head");
        (await bench.GetAsync("crm/objects/2026-09/contacts/new@fernhill.example?idProperty=email&properties=email,jobtitle"))
            .Property("email").ShouldBe("new@fernhill.example");
        (await bench.PostAsync("crm/objects/2026-09/contacts/batch/upsert", new { inputs = new[] { new { id = "1", properties = new { } } } }))
            .Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task IdProperty_UniqueOnly_NamesRecordsOnEveryRoute()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        const string Path = "crm/objects/2026-09/contacts";

        (await bench.PatchAsync($"{Path}/cora@fernhill.example?idProperty=email", new { properties = new { city = "Leeds" } })).Status.ShouldBe(HttpStatusCode.OK);
        var read = await bench.PostAsync($"{Path}/batch/read", new
        {
            idProperty = "email",
            properties = new[] { "city" },
            propertiesWithHistory = Array.Empty<string>(),
            inputs = new[] { new { id = "cora@fernhill.example" }, new { id = "nobody@fernhill.example" } },
        });
        read.Status.ShouldBe(HttpStatusCode.MultiStatus);
        read.Results.Single().GetProperty("properties").GetProperty("city").GetString().ShouldBe("Leeds");
        var updated = await bench.PostAsync($"{Path}/batch/update",
            new { inputs = new[] { new { id = "cora@fernhill.example", idProperty = "email", properties = new { city = "York" } } } });
        updated.Status.ShouldBe(HttpStatusCode.OK);
        (await bench.GetAsync($"{Path}/Leeds?idProperty=city")).Text.ShouldContain("non-unique property");
        (await bench.PostAsync(Path, new { properties = new { email = "cora@fernhill.example" } })).Status.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Merge_ByTheApi_LeadsTheOldIdToTheSurvivor()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var ids = await bench.IdsAsync("contacts");

        var answer = await bench.PostAsync("crm/v3/objects/contacts/merge", new { primaryObjectId = ids[1], objectIdToMerge = ids[0] });

        answer.Status.ShouldBe(HttpStatusCode.OK);
        var old = await bench.GetAsync($"crm/v3/objects/contacts/{ids[0]}?properties=hs_merged_object_ids");
        old.Json.GetProperty("id").GetString().ShouldBe(ids[1]);
        old.Property("hs_merged_object_ids").ShouldBe(ids[0]);
        (await bench.GetAsync("crm/v3/objects/contacts?archived=true")).Ids.ShouldBeEmpty();
        (await bench.PostAsync("crm/v3/objects/contacts/merge", new { primaryObjectId = ids[1], objectIdToMerge = ids[1] })).Status
            .ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData(GdprErasure.ContactAlone, "Subject 0\nBody 0")]
    [InlineData(GdprErasure.ContactAndBodies, null)]
    public async Task GdprDelete_Contact_IsGoneForGood(GdprErasure erasure, string? body)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1),
            new HubSpotSimulatorOptions { QuotasOn = false, GdprErasure = erasure });
        var (contact, note) = ((await bench.IdsAsync("contacts"))[0], (await bench.IdsAsync("notes"))[0]);

        (await bench.PostAsync("crm/objects/2026-09/contacts/gdpr-delete", new { objectId = "cora@fernhill.example", idProperty = "email" }))
            .Status.ShouldBe(HttpStatusCode.NoContent);

        (await bench.GetAsync($"crm/objects/2026-09/contacts/{contact}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bench.GetAsync($"crm/objects/2026-09/contacts/{contact}?archived=true")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await bench.GetAsync("crm/objects/2026-09/contacts?archived=true")).Ids.ShouldBeEmpty();
        (await bench.GetAsync($"crm/objects/2026-09/notes/{note}/associations/contacts")).Results.ShouldBeEmpty();
        (await bench.GetAsync($"crm/objects/2026-09/notes/{note}?properties=hs_note_body")).Property("hs_note_body").ShouldBe(body);
    }

    [Fact]
    public async Task Archived_After90Days_IsGone()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes"))[0];
        bench.Simulator.Archive("notes", id);

        bench.Clock.Advance(TimeSpan.FromDays(90));
        (await bench.GetAsync("crm/objects/2026-09/notes?archived=true")).Ids.ShouldBe([id]);
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        (await bench.GetAsync("crm/objects/2026-09/notes?archived=true")).Ids.ShouldBeEmpty();
        (await bench.GetAsync($"crm/objects/2026-09/notes/{id}?archived=true")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("tickets")]
    [InlineData("ticket")]
    [InlineData("0-5")]
    public async Task Tickets_ByAnyName_CanBeCreatedLinkedAndSearched(string type)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1),
            new HubSpotSimulatorOptions { QuotasOn = false, IndexLag = TimeSpan.Zero });
        var note = (await bench.IdsAsync("notes"))[0];

        var ticket = await bench.PostAsync($"crm/objects/2026-09/{type}",
            new { properties = new { subject = "Broken lamp", hs_pipeline = "0", hs_pipeline_stage = "1" }, associations = Array.Empty<object>() });
        ticket.Status.ShouldBe(HttpStatusCode.Created);
        var id = ticket.Json.GetProperty("id").GetString()!;
        (await bench.SendAsync(HttpMethod.Put, $"crm/v4/objects/note/{note}/associations/{type}/{id}",
            new[] { new { associationCategory = "HUBSPOT_DEFINED", associationTypeId = 228 } })).Status.ShouldBe(HttpStatusCode.Created);
        (await bench.GetAsync($"crm/objects/2026-09/{type}/{id}/associations/notes")).Results.Single()
            .GetProperty("associationTypes")[0].GetProperty("typeId").GetInt32().ShouldBe(227);
        (await bench.SearchAsync(type, new { query = "lamp" })).Ids.ShouldBe([id]);
        (await bench.DeleteAsync($"crm/v4/objects/notes/{note}/associations/tickets/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bench.GetAsync($"crm/objects/2026-09/{type}/{id}/associations/notes")).Results.ShouldBeEmpty();
    }

    [Fact]
    public async Task Pipelines_OneAndItsStages_HaveTextsForMetadata()
    {
        await using var bench = await HubSpotBench.StartAsync();

        var pipeline = await bench.GetAsync("crm/v3/pipelines/deals/default");
        pipeline.Json.GetProperty("createdAt").GetString().ShouldBe("1970-01-01T00:00:00.000Z");
        var stages = (await bench.GetAsync("crm/pipelines/2026-03/deals/default/stages")).Results;
        stages.Count.ShouldBe(6);
        stages.ShouldAllBe(s => s.GetProperty("metadata").EnumerateObject().All(m => m.Value.ValueKind == JsonValueKind.String));
        (await bench.GetAsync("crm/pipelines/2026-09/deals/default/stages/closedwon")).Json.GetProperty("metadata").GetProperty("isClosed")
            .GetString().ShouldBe("true");
        (await bench.GetAsync("crm/pipelines/2026-09/tickets")).Results.Single().GetProperty("stages")[3].GetProperty("metadata")
            .GetProperty("ticketState").GetString().ShouldBe("CLOSED");
        (await bench.GetAsync("crm/pipelines/2026-09/deals/other")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Owners_WhoLeft_AreListedAmongTheArchivedAlone()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        var leaver = (await bench.GetAsync("crm/owners/2026-09")).Results[0];
        var id = leaver.GetProperty("id").GetString()!;
        var user = leaver.GetProperty("userId").GetInt64();
        bench.Simulator.DeactivateOwner(id);

        (await bench.GetAsync("crm/owners/2026-09")).Ids.ShouldNotContain(id);
        (await bench.GetAsync("crm/v3/owners?archived=true")).Ids.ShouldContain(id);
        (await bench.GetAsync($"crm/owners/2026-09/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        var found = await bench.GetAsync($"crm/owners/2026-09/{user}?idProperty=userId&archived=true");
        found.Json.GetProperty("id").GetString().ShouldBe(id);
        found.Json.TryGetProperty("userId", out _).ShouldBeFalse();
        found.Json.GetProperty("userIdIncludingInactive").GetInt64().ShouldBe(user);
    }

    [Theory]
    [InlineData("v1", HttpStatusCode.OK)]
    [InlineData("v3", HttpStatusCode.OK)]
    [InlineData("2026-03", HttpStatusCode.OK)]
    [InlineData("2026-09", HttpStatusCode.OK)]
    [InlineData("v2", HttpStatusCode.NotFound)]
    public async Task OAuth_EveryVersion_IssuesIntrospectsAndRevokes(string version, HttpStatusCode status)
    {
        await using var bench = await HubSpotBench.StartAsync(options: HubSpotBench.Installed);
        (string, string)[] client = [("client_id", "client"), ("client_secret", "hidden")];
        Task<Answer> CallAsync(string end, params (string, string)[] fields) => bench.PostFormAsync($"oauth/{version}/{end}", [.. client, .. fields]);

        var issued = await CallAsync("token", ("grant_type", "refresh_token"), ("refresh_token", "refresh"));
        issued.Status.ShouldBe(status);
        if (status != HttpStatusCode.OK)
            return;
        var token = issued.Json.GetProperty("access_token").GetString()!;
        (await CallAsync("token/introspect", ("token", token))).Json.GetProperty("token_use").GetString().ShouldBe("access_token");
        (await CallAsync("token/revoke", ("token", "refresh"), ("token_type_hint", "refresh_token"))).Status.ShouldBe(HttpStatusCode.OK);
        (await CallAsync("token/introspect", ("token", "refresh"))).Json.GetProperty("active").GetBoolean().ShouldBeFalse();
        (await CallAsync("token", ("grant_type", "refresh_token"), ("refresh_token", "refresh"))).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await bench.PostFormAsync($"oauth/{version}/token/introspect", ("token", token))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task OAuthToken_HasItsOwnLimitAndNoDailyHeaders()
    {
        await using var bench = await HubSpotBench.StartAsync(options: HubSpotBench.Installed with { QuotasOn = true });
        bench.Token = (await bench.RefreshAsync()).Json.GetProperty("access_token").GetString()!;

        var answer = await bench.GetAsync("crm/owners/2026-09");

        answer.Headers["X-HubSpot-RateLimit-Max"].ShouldBe("110");
        answer.Headers.Keys.ShouldNotContain("X-HubSpot-RateLimit-Daily");
    }
}
