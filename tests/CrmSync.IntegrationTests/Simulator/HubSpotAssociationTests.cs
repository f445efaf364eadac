using System.Net;
using System.Text.Json;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotAssociationTests
{
    private static object Inputs(IEnumerable<string> ids) => new { inputs = ids.Select(id => new { id }) };

    [Fact]
    public async Task BatchRead_SomeWithout_Is207WithNumbersForTargets()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            HubSpotWorlds.Activity("note", 0), HubSpotWorlds.Activity("note", 1) with { Contact = null }));
        var notes = await bench.IdsAsync("notes");
        var contact = (await bench.IdsAsync("contacts"))[0];

        var answer = await bench.PostAsync("crm/associations/2026-09/notes/contacts/batch/read", Inputs([.. notes, "77"]));

        answer.Status.ShouldBe(HttpStatusCode.MultiStatus);
        var only = answer.Results.Single();
        only.GetProperty("from").GetProperty("id").GetString().ShouldBe(notes[0]);
        var target = only.GetProperty("to")[0];
        target.GetProperty("toObjectId").ValueKind.ShouldBe(JsonValueKind.Number);
        target.GetProperty("toObjectId").GetRawText().ShouldBe(contact);
        target.GetProperty("associationTypes")[0].GetRawText().ShouldBe("""{"category":"HUBSPOT_DEFINED","typeId":202,"label":null}""");
        answer.Json.GetProperty("numErrors").GetInt32().ShouldBe(2);
        var error = answer.Json.GetProperty("errors")[0];
        error.GetProperty("subCategory").GetString().ShouldBe("crm.associations.NO_ASSOCIATIONS_FOUND");
        error.GetProperty("message").GetString().ShouldBe($"No contact is associated with note {notes[1]}.");
        error.GetProperty("context").GetProperty("fromObjectId")[0].GetString().ShouldBe(notes[1]);
    }

    [Fact]
    public async Task BatchRead_ThousandInputs_IsTheMost()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1_000));
        var ids = await bench.IdsAsync("notes");

        var most = await bench.PostAsync("crm/v4/associations/notes/companies/batch/read", Inputs(ids));
        var more = await bench.PostAsync("crm/v4/associations/notes/companies/batch/read", Inputs([.. ids, "1"]));

        most.Status.ShouldBe(HttpStatusCode.OK);
        most.Results.Select(r => r.GetProperty("from").GetProperty("id").GetString()!).ShouldBe(ids, ignoreOrder: true);
        more.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task BatchRead_ManyTargets_PagesPerInput()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(5), new HubSpotSimulatorOptions { QuotasOn = false, AssociationPageSize = 2 });
        var company = (await bench.IdsAsync("companies"))[0];
        var seen = new List<string>();
        string? after = null;
        do
        {
            var result = (await bench.PostAsync("crm/associations/2026-09/companies/notes/batch/read", new { inputs = new[] { new { id = company, after } } })).Results.Single();
            seen.AddRange(result.GetProperty("to").EnumerateArray().Select(t => t.GetProperty("toObjectId").GetRawText()));
            after = result.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }
        while (after is not null);

        seen.ShouldBe(await bench.IdsAsync("notes"));
    }

    [Fact]
    public async Task Get_DealToCompany_ShowsBothTypesOfOneTarget()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        var deal = (await bench.IdsAsync("deals")).Single();

        var target = (await bench.GetAsync($"crm/v4/objects/deals/{deal}/associations/companies")).Results.Single();

        target.GetProperty("associationTypes").EnumerateArray().Select(t => t.GetProperty("typeId").GetInt32()).ShouldBe([5, 341]);
        target.GetProperty("associationTypes")[0].GetProperty("label").GetString().ShouldBe("Primary");
    }

    [Fact]
    public async Task Associate_Later_IsSeenFromBothSidesAndMovesNoModifiedInstant()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var (note, deal) = ((await bench.IdsAsync("notes")).Single(), (await bench.IdsAsync("deals")).Single());
        var before = bench.Simulator.Find("notes", note)!;
        before.Deal.ShouldBeNull();

        bench.Simulator.Associate("notes", note, "deals", deal);
        bench.Simulator.Associate("notes", note, "deals", deal);

        (await bench.GetAsync($"crm/objects/2026-09/deals/{deal}/associations/notes")).Results.Single().GetProperty("toObjectId").GetRawText().ShouldBe(note);
        bench.Simulator.Find("notes", note)!.ShouldSatisfyAllConditions(n => n.Deal.ShouldBe("Fernhill rollout"), n => n.ModifiedAt.ShouldBe(before.ModifiedAt));
    }

    [Fact]
    public async Task BatchCreateAndArchive_LinkAndUnlink()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var (note, deal) = ((await bench.IdsAsync("notes")).Single(), (await bench.IdsAsync("deals")).Single());
        object Pair(int typeId) => new { from = new { id = note }, to = new { id = deal }, types = new[] { new { associationCategory = "HUBSPOT_DEFINED", associationTypeId = typeId } } };

        var wrong = await bench.PostAsync("crm/associations/2026-09/notes/deals/batch/create", new { inputs = new[] { Pair(202) } });
        var created = await bench.PostAsync("crm/associations/2026-09/notes/deals/batch/create", new { inputs = new[] { Pair(214) } });
        wrong.Status.ShouldBe(HttpStatusCode.BadRequest);
        created.Status.ShouldBe(HttpStatusCode.Created);
        (await bench.GetAsync($"crm/objects/2026-09/notes/{note}/associations/deals")).Results.Count.ShouldBe(1);

        await bench.PostAsync("crm/associations/2026-09/notes/deals/batch/archive", new { inputs = new[] { new { from = new { id = note }, to = new[] { new { id = deal } } } } });
        (await bench.GetAsync($"crm/objects/2026-09/deals/{deal}/associations/notes")).Results.ShouldBeEmpty();

        var standard = await bench.PostAsync("crm/associations/2026-09/notes/deals/batch/associate/default", new { inputs = new object[] { new { from = new { id = note }, to = new { id = deal } }, new { from = new { id = "3" }, to = new { id = deal } } } });
        standard.Status.ShouldBe(HttpStatusCode.MultiStatus);
        (await bench.GetAsync($"crm/objects/2026-09/deals/{deal}/associations/notes")).Results.Count.ShouldBe(1);
    }
}
