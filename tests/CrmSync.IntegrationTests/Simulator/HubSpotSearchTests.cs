using System.Globalization;
using System.Net;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotSearchTests
{
    private static readonly string[] Body = ["hs_note_body"];

    [Fact]
    public async Task Search_DrainedByIdKeyset_GivesEveryRecordOnceInNumericOrder()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1_050));

        var ids = new List<long>();
        while (true)
        {
            var page = await bench.SearchAsync("notes", HubSpotBench.Keyset(ids.LastOrDefault(), HubSpotWorlds.Start));
            page.Status.ShouldBe(HttpStatusCode.OK);
            if (page.Results.Count == 0)
                break;
            ids.AddRange(page.Ids.Select(i => long.Parse(i, CultureInfo.InvariantCulture)));
        }

        ids.Count.ShouldBe(1_050);
        ids.ShouldBe(ids.Order().Distinct());
        ids[0].ShouldBeLessThan(10_000);
        ids[^1].ShouldBeGreaterThan(10_000);
    }

    [Fact]
    public async Task Search_NewAndChangedRecord_AppearsAfterTheIndexLagOnly()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes")).Single();
        await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", new { properties = new { hs_note_body = "changed" } });
        var added = bench.Simulator.Add(HubSpotWorlds.Activity("note", 2));

        var before = await bench.SearchAsync("notes", new { properties = Body });
        bench.Clock.Advance(TimeSpan.FromSeconds(2.999));
        var justBefore = await bench.SearchAsync("notes", new { properties = Body });
        bench.Clock.Advance(TimeSpan.FromSeconds(0.001));
        var after = await bench.SearchAsync("notes", new { properties = Body });

        before.Ids.ShouldBe([id]);
        before.Results[0].GetProperty("properties").GetProperty("hs_note_body").GetString()!.ShouldContain("Body 0");
        justBefore.Text.ShouldBe(before.Text);
        after.Ids.ShouldBe([id, added.Id]);
        after.Results[0].GetProperty("properties").GetProperty("hs_note_body").GetString().ShouldBe("changed");
        (await bench.GetAsync($"crm/objects/2026-09/notes/{id}?properties=hs_note_body")).Property("hs_note_body").ShouldBe("changed");
    }

    [Fact]
    public async Task Search_ArchivedRecord_LeavesAfterTheLag()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(2));
        var ids = await bench.IdsAsync("notes");
        bench.Simulator.Archive("notes", ids[0]);

        (await bench.SearchAsync("notes", new { })).Ids.ShouldBe(ids);
        bench.Clock.Advance(TimeSpan.FromSeconds(3));
        (await bench.SearchAsync("notes", new { })).Ids.ShouldBe([ids[1]]);
    }

    [Fact]
    public async Task Search_RecordRewrittenThriceWithinTheLag_ShowsEachVersionInItsTime()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        var id = (await bench.IdsAsync("notes")).Single();
        for (var i = 1; i <= 3; i++)
        {
            await bench.PatchAsync($"crm/objects/2026-09/notes/{id}", new { properties = new { hs_note_body = $"v{i}" } });
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        var seen = new List<string?>();
        for (var i = 0; i < 3; i++)
        {
            var found = await bench.SearchAsync("notes", new { properties = Body });
            seen.Add(found.Results[0].GetProperty("properties").GetProperty("hs_note_body").GetString());
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        seen.ShouldBe(["v1", "v2", "v3"]);
    }

    [Theory]
    [InlineData("""{"limit":201}""", "limit")]
    [InlineData("""{"limit":200,"after":"9900"}""", "10000")]
    [InlineData("""{"after":"soon"}""", "after")]
    [InlineData("""{"sorts":[{"propertyName":"hs_object_id"},{"propertyName":"hs_timestamp"}]}""", "sort")]
    [InlineData("""{"filterGroups":[{"filters":[{"propertyName":"nonsense","operator":"EQ","value":"1"}]}]}""", "nonsense")]
    [InlineData("""{"filterGroups":[{"filters":[{"propertyName":"hs_note_body","operator":"LIKE","value":"1"}]}]}""", "LIKE")]
    [InlineData("""{"filterGroups":[{"filters":[{"propertyName":"hs_timestamp","operator":"GT","value":"yesterday"}]}]}""", "yesterday")]
    [InlineData("""{"filterGroups":[{},{},{},{},{},{}]}""", "filters")]
    [InlineData("""{"limit":""", "JSON")]
    [InlineData("[]", "JSON")]
    public async Task Search_BeyondALimit_Is400WithTheReason(string body, string named)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(3));

        var answer = await bench.SearchAsync("notes", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Category.ShouldBe("VALIDATION_ERROR");
        answer.Message.ShouldContain(named);
    }

    [Fact]
    public async Task Search_LastPageBeforeTheCap_IsAnswered()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(3));

        (await bench.SearchAsync("notes", """{"limit":200,"after":"9800"}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Search_BodyOf3001Characters_Is400()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(1));
        string Padded(int length) => "{\"query\":\"\"" + new string(' ', length - 12) + "}";

        (await bench.SearchAsync("notes", Padded(3_000))).Status.ShouldBe(HttpStatusCode.OK);
        (await bench.SearchAsync("notes", Padded(3_001))).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("EQ", "SUBJECT 1", new[] { 1 })]
    [InlineData("NEQ", "Subject 1", new[] { 0, 2, 3 })]
    [InlineData("GT", "Subject 1", new[] { 2, 3 })]
    [InlineData("LTE", "Subject 1", new[] { 0, 1 })]
    [InlineData("CONTAINS_TOKEN", "3", new[] { 3 })]
    [InlineData("CONTAINS_TOKEN", "sub*", new[] { 0, 1, 2, 3 })]
    [InlineData("NOT_CONTAINS_TOKEN", "3", new[] { 0, 1, 2, 4 })]
    [InlineData("HAS_PROPERTY", null, new[] { 0, 1, 2, 3 })]
    [InlineData("NOT_HAS_PROPERTY", null, new[] { 4 })]
    public async Task Search_TextOperator_FindsWhatItSays(string op, string? value, int[] expected)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            [.. Enumerable.Range(0, 4).Select(i => HubSpotWorlds.Activity("call", i)), HubSpotWorlds.Activity("call", 4) with { Subject = "" }]));
        var ids = await bench.IdsAsync("calls");

        var found = await bench.SearchAsync("calls", new { filterGroups = new[] { new { filters = new[] { new { propertyName = "hs_call_title", @operator = op, value } } } } });

        found.Ids.Select(id => ids.IndexOf(id)).ShouldBe(expected);
        found.Json.GetProperty("total").GetInt32().ShouldBe(expected.Length);
    }

    [Theory]
    [InlineData("""{"operator":"BETWEEN","value":"60000","highValue":"120000"}""", new[] { 1, 2 })]
    [InlineData("""{"operator":"LT","value":"100000"}""", new[] { 0, 1 })]
    [InlineData("""{"operator":"EQ","value":"120000.0"}""", new[] { 2 })]
    [InlineData("""{"operator":"IN","values":["0","180000"]}""", new[] { 0, 3 })]
    [InlineData("""{"operator":"NOT_IN","values":["0"]}""", new[] { 1, 2, 3 })]
    public async Task Search_NumberOperator_ComparesAsNumbers(string filter, int[] expected)
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            [.. Enumerable.Range(0, 4).Select(i => HubSpotWorlds.Activity("call", i) with { Duration = TimeSpan.FromMinutes(i) })]));
        var ids = await bench.IdsAsync("calls");

        var found = await bench.SearchAsync("calls", $$"""{"filterGroups":[{"filters":[{{filter.Insert(1, "\"propertyName\":\"hs_call_duration\",")}}]}]}""");

        found.Ids.Select(id => ids.IndexOf(id)).ShouldBe(expected);
    }

    [Fact]
    public async Task Search_GroupsAndAssociations_AreOredAndAnded()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With(
            HubSpotWorlds.Activity("note", 0), HubSpotWorlds.Activity("note", 1) with { Company = 1, Contact = 1 }, HubSpotWorlds.Activity("note", 2)));
        var ids = await bench.IdsAsync("notes");
        var company = (await bench.IdsAsync("companies"))[0];

        var found = await bench.SearchAsync("notes", new
        {
            filterGroups = new object[]
            {
                new { filters = new[] { HubSpotBench.Filter("associations.company", "EQ", company), HubSpotBench.Filter("hs_object_id", "GT", ids[0]) } },
                new { filters = new[] { HubSpotBench.Filter("hs_object_id", "EQ", ids[1]) } },
            },
        });

        found.Ids.ShouldBe([ids[1], ids[2]]);
    }

    [Fact]
    public async Task Search_ListOnTextProperty_WantsLowerCase()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        object In(string value) => new { filterGroups = new[] { new { filters = new[] { new { propertyName = "name", @operator = "IN", values = new[] { value } } } } } };

        (await bench.SearchAsync("companies", In("Orbit Dairy"))).Results.ShouldBeEmpty();
        (await bench.SearchAsync("companies", In("orbit dairy"))).Results.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Search_ContactsByTheWrongModifiedProperty_FindsNothingAndSaysNothing()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.With());
        object Since(string property) => new { filterGroups = new[] { new { filters = new[] { HubSpotBench.Filter(property, "GTE", "0") } } } };

        var wrong = await bench.SearchAsync("contacts", Since("hs_lastmodifieddate"));
        wrong.Status.ShouldBe(HttpStatusCode.OK);
        wrong.Results.ShouldBeEmpty();
        (await bench.SearchAsync("contacts", Since("lastmodifieddate"))).Results.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Search_SortedByATiedProperty_OrdersTiesDifferentlyEachTime()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(40));
        bench.Simulator.Touch("notes", at: HubSpotWorlds.Start).ShouldBe(40);
        bench.Clock.Advance(TimeSpan.FromSeconds(5));
        var body = new { sorts = new[] { new { propertyName = "hs_lastmodifieddate", direction = "ASCENDING" } }, limit = 200 };

        var first = (await bench.SearchAsync("notes", body)).Ids;
        var second = (await bench.SearchAsync("notes", body)).Ids;

        first.ShouldNotBe(second);
        first.Order().ShouldBe(second.Order());
    }

    [Fact]
    public async Task Search_SortedDescending_PagesByOffset()
    {
        await using var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(7));
        var ids = await bench.IdsAsync("notes");
        object Page(string after) => new { sorts = new[] { new { propertyName = "hs_timestamp", direction = "DESCENDING" } }, limit = 3, after };

        var first = await bench.SearchAsync("notes", Page("0"));
        var last = await bench.SearchAsync("notes", Page("6"));

        first.Ids.ShouldBe(ids.AsEnumerable().Reverse().Take(3));
        first.Json.GetProperty("paging").GetProperty("next").GetProperty("after").GetString().ShouldBe("3");
        last.Ids.ShouldBe([ids[0]]);
        last.Json.TryGetProperty("paging", out _).ShouldBeFalse();
    }
}
