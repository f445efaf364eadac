using System.Net;
using System.Text;
using CrmSync.Simulator;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotWorldTests
{
    [Fact]
    public async Task Load_EveryType_BecomesWhatHubSpotWouldHold()
    {
        var starts = HubSpotWorlds.Start.AddDays(2);
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            HubSpotWorlds.Activity("note", 0) with { Subject = "", Body = "<p>Plain &amp; simple</p>" },
            HubSpotWorlds.Activity("email", 1) with { Direction = "inbound", Status = "SENT", Body = "<div>Hello<br>there</div>" },
            HubSpotWorlds.Activity("meeting", 2) with
            {
                StartsAt = starts,
                EndsAt = starts.AddMinutes(30),
                Outcome = "COMPLETED",
                Deal = 0
            },
            HubSpotWorlds.Activity("task", 3, owner: 1) with { Status = "NOT_STARTED", StartsAt = starts }));

        SimulatedRecord Only(string type) => bench.Simulator.ListActivities(0, 10).Single(r => r.ObjectType == type);
        Only("notes").Properties["hs_note_body"].ShouldBe("<p>Plain &amp; simple</p>");
        Only("notes").Properties["hs_body_preview"].ShouldBe("Plain & simple");
        Only("emails").Properties["hs_email_direction"].ShouldBe("INCOMING_EMAIL");
        Only("emails").Properties["hs_email_text"].ShouldBe("Hello\nthere");
        Only("emails").Properties["hs_email_from_email"].ShouldBe("cora@fernhill.example");
        Only("emails").Body.ShouldBe("<div>Hello<br>there</div>");
        Only("meetings").Properties["hs_meeting_start_time"].ShouldBe("2026-11-04T09:00:00.000Z");
        Only("meetings").ShouldSatisfyAllConditions(m => m.Deal.ShouldBe("Fernhill rollout"), m => m.Company.ShouldBe("Fernhill Looms"),
            m => m.Contact.ShouldBe("Cora Winde"),
            m => m.Type.ShouldBe("meeting"), m => m.SourceId.ShouldBe("t-000002"));
        Only("tasks").OccurredAt.ShouldBe(starts);
        Only("tasks").Owner.ShouldBe("Ben Tarn");
        bench.Simulator.ListActivities(0, 10).Select(r => r.ObjectType).ShouldBe(["tasks", "meetings", "emails", "notes"]);
        bench.Simulator.ListActivities(1, 2).Select(r => r.ObjectType).ShouldBe(["meetings", "emails"]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Load_MegabytesOfUnclosedTags_StaysLinear()
    {
        var body = string.Concat(Enumerable.Repeat("<a", 1_000_000));
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            HubSpotWorlds.Activity("email", 0) with { Body = body }, HubSpotWorlds.Activity("email", 1) with { Body = "<p>x</p>" + body }));

        bench.Simulator.ListActivities(0, 2).Select(r => r.Body.Length).ShouldBe([body.Length + 8, body.Length]);
    }

    [Fact]
    public async Task Load_AuthorsTruth_NeverReachesAnAnswer()
    {
        await using var bench = await HubSpotBench.StartAsync(
            HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0) with { Engagement = "ENGAGED", Stage = "Negotiation" }));
        var names = (await bench.GetAsync("crm/properties/2026-09/calls")).Results.Select(p => p.GetProperty("name").GetString());

        var all = await bench.GetAsync($"crm/objects/2026-09/calls?properties={string.Join(',', names)}");

        all.Text.ShouldNotContain("ENGAGED");
        all.Text.ShouldNotContain("Negotiation");
        all.Text.ShouldNotContain("t-000000");
    }

    [Fact]
    public async Task Load_Deal_HasItsStageHistoryAndPipeline()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        var stages = (await bench.GetAsync("crm/pipelines/2026-09/deals")).Results.Single().GetProperty("stages").EnumerateArray()
            .ToDictionary(s => s.GetProperty("id").GetString()!, s => s.GetProperty("label").GetString());

        var deal = (await bench.GetAsync(
            "crm/objects/2026-09/deals?propertiesWithHistory=dealstage&properties=hs_is_closed_won,amount,closed_won_reason")).Results.Single();

        deal.GetProperty("propertiesWithHistory").GetProperty("dealstage").EnumerateArray()
            .Select(h => stages[h.GetProperty("value").GetString()!]).ShouldBe(["Closed Won", "Demo", "Discovery"]);
        deal.GetProperty("properties").GetProperty("hs_is_closed_won").GetString().ShouldBe("true");
        deal.GetProperty("properties").GetProperty("amount").GetString().ShouldBe("12500");
        deal.GetProperty("properties").GetProperty("closed_won_reason").GetString().ShouldBe("Best fit");
        deal.GetProperty("updatedAt").GetString().ShouldBe("2026-11-01T09:00:00.000Z");
    }

    [Fact]
    public async Task Owners_AreListedPagedAndFoundByUserId()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));

        var first = await bench.GetAsync("crm/owners/2026-09?limit=1");
        var second = await bench.GetAsync(
            $"crm/owners/2026-09?limit=1&after={first.Json.GetProperty("paging").GetProperty("next").GetProperty("after").GetString()}");
        var ada = first.Results.Single();

        ada.GetProperty("firstName").GetString().ShouldBe("Ada");
        second.Results.Single().GetProperty("email").GetString().ShouldBe("ben.tarn@seller.example");
        second.Json.TryGetProperty("paging", out _).ShouldBeFalse();
        (await bench.GetAsync($"crm/owners/2026-09/{ada.GetProperty("userId").GetInt64()}?idProperty=userId")).Json.GetProperty("id")
            .GetString().ShouldBe(ada.GetProperty("id").GetString());
        bench.Simulator.ListActivities(0, 1).Single().Properties["hubspot_owner_id"].ShouldBe(ada.GetProperty("id").GetString());
        (await bench.GetAsync("crm/owners/2026-09/1")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Dispositions_AreTheKnownTable()
    {
        await using var bench = await HubSpotBench.StartAsync();

        var known = (await bench.GetAsync("calling/v1/dispositions")).Json.EnumerateArray()
            .ToDictionary(d => d.GetProperty("label").GetString()!, d => d.GetProperty("id").GetString());

        known["No answer"].ShouldBe("73a0d17f-1163-4015-bdd5-ec830791da20");
        known.Count.ShouldBe(6);
    }

    [Fact]
    public async Task EditText_ByAPerson_MovesModifiedAndWritesHistory()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("email", 0)));
        var id = (await bench.IdsAsync("emails")).Single();

        bench.Simulator.EditText("emails", id, "New subject", "<p>New body</p>");

        var edited = bench.Simulator.Find("emails", id)!;
        edited.ShouldSatisfyAllConditions(e => e.Subject.ShouldBe("New subject"), e => e.Body.ShouldBe("<p>New body</p>"), e =>
            e.ModifiedAt.ShouldBe(HubSpotBench.Now));
        bench.Simulator.History("emails", id, "hs_email_subject").Select(h => (h.Value, h.By))
            .ShouldBe([("Subject 0", "seed"), ("New subject", "person")]);
    }

    [Fact]
    public async Task People_DoingTheImpossible_AreToldSo()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(HubSpotWorlds.Activity("call", 0)));
        var id = (await bench.IdsAsync("calls")).Single();

        Should.Throw<ArgumentException>(() => bench.Simulator.EditProperty("calls", id, "nonsense", "x")).Message.ShouldContain("nonsense");
        Should.Throw<ArgumentException>(() =>
            bench.Simulator.EditProperty("calls", id, "hs_call_status", "x")).Message.ShouldContain("allowed options");
        Should.Throw<ArgumentException>(() => bench.Simulator.Archive("calls", "4")).Message.ShouldContain("4");
        Should.Throw<ArgumentException>(() => bench.Simulator.Add(HubSpotWorlds.Activity("fax", 1))).Message.ShouldContain("fax");
        Should.Throw<InvalidOperationException>(() => bench.Simulator.Load(HubSpotWorlds.With()));
        bench.Simulator.Find("calls", "4").ShouldBeNull();
        bench.Simulator.Find("unicorns", "4").ShouldBeNull();
    }

    [Fact]
    public async Task SameSeedAndCalls_GiveTheSameAnswers_AnotherSeedOthers()
    {
        async Task<string> PlayAsync(int seed)
        {
            await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(30),
                new HubSpotSimulatorOptions { QuotasOn = false, Seed = seed });
            var told = new StringBuilder();
            var ids = await bench.IdsAsync("notes");
            told.Append((await bench.PostAsync("crm/objects/2026-09/notes/batch/read",
                new { inputs = ids.Select(id => new { id }), properties = Array.Empty<string>() })).Text);
            told.Append((await bench.SearchAsync("notes",
                new { sorts = new[] { new { propertyName = "hubspot_owner_id" } }, limit = 100 })).Text);
            told.Append((await bench.GetAsync("crm/objects/2026-09/notes/1")).Text);
            return told.ToString();
        }

        var first = await PlayAsync(5);
        (await PlayAsync(5)).ShouldBe(first);
        (await PlayAsync(6)).ShouldNotBe(first);
    }

    [Fact]
    public async Task ParallelReadersAndWriters_LoseNothing()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(50),
            new HubSpotSimulatorOptions { QuotasOn = false, IndexLag = TimeSpan.Zero });
        var ids = await bench.IdsAsync("notes");
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), TestContext.Current.CancellationToken, async (i, _) =>
        {
            await bench.PatchAsync($"crm/objects/2026-09/notes/{ids[i % 50]}", new { properties = new { hs_note_body = $"b{i}" } });
            (await bench.PostAsync("crm/objects/2026-09/notes", new { properties = new { hs_timestamp = 1 } })).Status.ShouldBe(
                HttpStatusCode.Created);
            (await bench.SearchAsync("notes", HubSpotBench.Keyset(0, HubSpotWorlds.Start))).Status.ShouldBe(HttpStatusCode.OK);
        });

        (await bench.SearchAsync("notes", new { limit = 1 })).Json.GetProperty("total").GetInt32().ShouldBe(250);
        ids.Sum(id => bench.Simulator.History("notes", id, "hs_note_body").Count).ShouldBe(250);
        bench.Simulator.CountActivities().ShouldBe(250);
    }
}
