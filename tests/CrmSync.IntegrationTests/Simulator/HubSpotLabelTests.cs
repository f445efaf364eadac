using System.Net;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Association labels, and what the world derives beside what its seed holds.</summary>
public sealed class HubSpotLabelTests
{
    private static SeedWorld World => SeedWorldBuilder.Build(new SeedWorldOptions { Crm = "hubspot", Now = HubSpotBench.Now, Activities = 60 });

    [Fact]
    public async Task Labels_OfTheWorld_StandBesideHubSpotsOwnTypes()
    {
        await using var bench = await HubSpotBench.StartAsync(World);

        var types = (await bench.GetAsync("crm/associations/2026-09/deals/contacts/labels")).Results;
        types.Select(t => (t.GetProperty("category").GetString(), t.GetProperty("label").GetString()))
            .ShouldBe([("HUBSPOT_DEFINED", null), ("USER_DEFINED", "Decision maker")]);
        var deals = await bench.IdsAsync("deals");
        var linked = await bench.PostAsync("crm/v4/associations/deals/contacts/batch/read", new { inputs = deals.Select(id => new { id }) });
        var labels = linked.Results.SelectMany(r => r.GetProperty("to").EnumerateArray())
            .Select(to => to.GetProperty("associationTypes").EnumerateArray().Select(t => t.GetProperty("label").GetString()).ToArray()).ToList();
        labels.ShouldContain(l => l.Length == 1);
        labels.ShouldContain(l => l.Contains("Decision maker") && l.Length == 2);
    }

    [Fact]
    public async Task Label_Lifecycle_ReadsDifferentlyFromEitherSide()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        const string Route = "crm/v4/associations/contacts/deals/labels";
        var (contact, deal) = ((await bench.IdsAsync("contacts"))[1], (await bench.IdsAsync("deals"))[0]);

        var made = await bench.PostAsync(Route, new { name = "blocker", label = "Blocks", inverseLabel = "Blocked by" });
        made.Results.Count.ShouldBe(2);
        var id = made.Results[0].GetProperty("typeId").GetInt32();
        (await bench.PostAsync(Route, new { name = "blocker", label = "Blocks" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await bench.SendAsync(HttpMethod.Put, $"crm/v4/objects/contacts/{contact}/associations/deals/{deal}",
            new[] { new { associationCategory = "USER_DEFINED", associationTypeId = id } })).Json.GetProperty("labels")[0].GetString().ShouldBe("Blocks");
        var back = (await bench.GetAsync($"crm/v4/objects/deals/{deal}/associations/contacts")).Results
            .Single(r => r.GetProperty("toObjectId").GetRawText() == contact).GetProperty("associationTypes")[0];
        back.GetProperty("label").GetString().ShouldBe("Blocked by");
        back.GetProperty("category").GetString().ShouldBe("USER_DEFINED");

        (await bench.SendAsync(HttpMethod.Put, Route, new { associationTypeId = id, label = "Stops" })).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bench.GetAsync(Route)).Results.ShouldContain(t => t.GetProperty("label").GetString() == "Stops");
        (await bench.PostAsync("crm/v4/associations/contacts/deals/batch/labels/archive",
            new { inputs = new[] { new { from = new { id = contact }, to = new { id = deal }, types = new[] { new { associationTypeId = id } } } } }))
            .Status.ShouldBe(HttpStatusCode.NoContent);
        (await bench.GetAsync($"crm/v4/objects/contacts/{contact}/associations/deals")).Results.ShouldBeEmpty();
        (await bench.DeleteAsync($"{Route}/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await bench.GetAsync(Route)).Results.ShouldNotContain(t => t.GetProperty("label").GetString() == "Stops");
    }

    [Fact]
    public async Task World_Companies_ContactsAndDeals_AreFilledTheSameEachTime()
    {
        await using var bench = await HubSpotBench.StartAsync(World);
        await using var again = await HubSpotBench.StartAsync(World);
        string[] company = ["industry", "numberofemployees", "annualrevenue", "city", "country"];
        var query = $"crm/objects/2026-09/companies?limit=100&properties={string.Join(',', company)}";

        var companies = await bench.GetAsync(query);
        companies.Results.ShouldAllBe(r => company.All(p => r.GetProperty("properties").GetProperty(p).GetString() != null));
        (await again.GetAsync(query)).Text.ShouldBe(companies.Text.Replace($":{bench.Simulator.BaseAddress.Port}/", $":{again.Simulator.BaseAddress.Port}/"));
        var contacts = (await bench.GetAsync("crm/objects/2026-09/contacts?limit=100&properties=lifecyclestage,jobtitle")).Results
            .Select(r => r.GetProperty("properties").GetProperty("lifecyclestage").GetString()).ToHashSet();
        contacts.ShouldContain("customer");
        contacts.ShouldContain("opportunity");
        var closed = (await bench.SearchAsync("deals", new
        {
            filterGroups = new[] { new { filters = new[] { HubSpotBench.Filter("hs_is_closed", "EQ", "true") } } },
            properties = new[] { "closed_won_reason", "closed_lost_reason" },
            limit = 200,
        })).Results;
        closed.ShouldNotBeEmpty();
        closed.ShouldAllBe(d => d.GetProperty("properties").GetProperty("closed_won_reason").GetString() != null
            ^ d.GetProperty("properties").GetProperty("closed_lost_reason").GetString() != null);
    }
}
