using System.Globalization;
using System.Net;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Faults of batches, pages, stamps and the index.</summary>
public sealed class HubSpotRowDialTests
{
    private static readonly HubSpotSimulatorOptions NoLag = new() { QuotasOn = false, IndexLag = TimeSpan.Zero };

    private static object Update(IEnumerable<string> ids, string body) =>
        new { inputs = ids.Select(id => new { id, properties = new { hs_note_body = body } }) };

    private static async Task<(HubSpotBench Bench, List<string> Ids)> WithNotesAsync(int count)
    {
        var bench = await HubSpotBench.StartAsync(HubSpotWorlds.Notes(count), NoLag);
        return (bench, await bench.IdsAsync("notes"));
    }

    private static Task<Answer> WriteAsync(HubSpotBench bench, IEnumerable<string> ids, string body = "written") =>
        bench.PostAsync("crm/objects/2026-09/notes/batch/update", Update(ids, body));

    [Fact]
    public async Task F14_BadRow_RejectsEveryBatchThatHoldsIt()
    {
        var (bench, ids) = await WithNotesAsync(4);
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F14", new DialSetting { Target = ids[2] });

        var whole = await WriteAsync(bench, ids);
        whole.Status.ShouldBe(HttpStatusCode.BadRequest);
        whole.Message.ShouldStartWith("Property values were not valid: [");
        bench.Simulator.Find("notes", ids[0])!.Body.ShouldNotBe("written");
        (await WriteAsync(bench, ids[..2])).Status.ShouldBe(HttpStatusCode.OK);
        (await WriteAsync(bench, [ids[2]])).Status.ShouldBe(HttpStatusCode.BadRequest);

        bench.Simulator.Dials.Turn("F14", new DialSetting());
        (await WriteAsync(bench, [ids[0], ids[1]])).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await WriteAsync(bench, [ids[0]])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F15_SomeRowsFail_Is207AndTheRestIsWritten()
    {
        var (bench, ids) = await WithNotesAsync(6);
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F15", new DialSetting { Count = 1 });

        var answer = await WriteAsync(bench, ids);

        answer.Status.ShouldBe(HttpStatusCode.MultiStatus);
        answer.Ids.Count.ShouldBe(4);
        answer.Json.GetProperty("numErrors").GetInt32().ShouldBe(2);
        var failed = answer.Json.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("context").GetProperty("ids")[0].GetString()!).ToList();
        failed.Concat(answer.Ids).ShouldBe(ids, ignoreOrder: true);
        bench.Simulator.Find("notes", failed[0])!.Body.ShouldNotBe("written");
        answer.Json.GetProperty("errors")[0].GetProperty("category").GetString().ShouldBe("CONFLICT");
        (await WriteAsync(bench, failed)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task F18_OtherOrder_GivesTheSameRowsMixed()
    {
        var (bench, ids) = await WithNotesAsync(30);
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F18", new DialSetting());
        object body = new { sorts = new[] { new { propertyName = "hs_object_id", direction = "ASCENDING" } }, limit = 100 };

        foreach (var page in new[] { await bench.SearchAsync("notes", body), await bench.GetAsync("crm/objects/2026-09/notes?limit=100") })
        {
            page.Ids.ShouldBe(ids, ignoreOrder: true);
            page.Ids.ShouldNotBe(ids);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task F19_RowsTwice_RepeatWithinAndBetweenPagesAndLoseNone(bool search)
    {
        var (bench, ids) = await WithNotesAsync(23);
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F19", new DialSetting());
        var pages = new List<IReadOnlyList<string>>();
        for (string? after = "0"; after is not null;)
        {
            var page = search ? await bench.SearchAsync("notes", new { limit = 5, after })
                : await bench.GetAsync($"crm/objects/2026-09/notes?limit=5&after={after}");
            pages.Add(page.Ids);
            after = page.Json.TryGetProperty("paging", out var paging) ? paging.GetProperty("next").GetProperty("after").GetString() : null;
        }

        pages.ShouldAllBe(page => page.Count <= 5);
        pages.SelectMany(page => page).Distinct().ShouldBe(ids, ignoreOrder: true);
        pages[0].Distinct().Count().ShouldBeLessThan(pages[0].Count);
        pages[0].Intersect(pages[1]).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task F20_BackDated_StampsTheWriteInThePast()
    {
        var (bench, ids) = await WithNotesAsync(1);
        await using var _ = bench;
        bench.Simulator.Dials.Turn("F20", new DialSetting { Target = "900", Count = 1 });

        await WriteAsync(bench, ids);
        bench.Simulator.Find("notes", ids[0])!.ModifiedAt.ShouldBe(HubSpotBench.Now.AddSeconds(-900));
        await WriteAsync(bench, ids, "again");
        bench.Simulator.Find("notes", ids[0])!.ModifiedAt.ShouldBe(HubSpotBench.Now);
        Should.Throw<ArgumentException>(() => bench.Simulator.Dials.Turn("F20", new DialSetting { Target = "soon" }));
        bench.Simulator.Dials.On("F20").ShouldBeNull();
    }

    [Fact]
    public async Task F21_IndexLag_HidesNewWritesAndNothingThatWasSeen()
    {
        var (bench, ids) = await WithNotesAsync(2);
        await using var _ = bench;
        await WriteAsync(bench, [ids[0]], "before");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        bench.Simulator.Dials.Turn("F21", new DialSetting { Target = "600" });
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await WriteAsync(bench, [ids[1]], "after");
        async Task<string?[]> BodiesAsync() => [.. (await bench.SearchAsync("notes", new { properties = new[] { "hs_note_body" } })).Results
            .Select(r => r.GetProperty("properties").GetProperty("hs_note_body").GetString())];

        (await BodiesAsync()).ShouldBe(["before", "Subject 1\nBody 1"]);
        bench.Clock.Advance(TimeSpan.FromSeconds(599));
        (await BodiesAsync())[1].ShouldNotBe("after");
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        (await BodiesAsync())[1].ShouldBe("after");
        await WriteAsync(bench, [ids[1]], "last");
        bench.Simulator.Dials.Heal("F21");
        (await BodiesAsync())[1].ShouldBe("last");
    }

    [Fact]
    public async Task F22_RowOutside_StandsAmongTheRowsAsked()
    {
        var (bench, ids) = await WithNotesAsync(5);
        await using var _ = bench;
        await WriteAsync(bench, [ids[0], ids[1], ids[3], ids[4]]);
        bench.Simulator.Dials.Turn("F22", new DialSetting { Count = 1 });
        var window = HubSpotBench.Keyset(0, HubSpotBench.Now);

        (await bench.SearchAsync("notes", window)).Ids.ShouldBe(ids);
        (await bench.SearchAsync("notes", window)).Ids.ShouldBe([ids[0], ids[1], ids[3], ids[4]]);
    }

    [Fact]
    public async Task F23_BulkTouch_StampsAllRowsOfATypeAlike()
    {
        await using var bench = await HubSpotBench.StartAsync(
            HubSpotWorlds.With(HubSpotWorlds.Activity("note", 0), HubSpotWorlds.Activity("note", 1), HubSpotWorlds.Activity("call", 2)), NoLag);
        bench.Simulator.Dials.Turn("F23", new DialSetting { Target = "notes" });
        var from = HubSpotBench.Now.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        object window = new { filterGroups = new[] { new { filters = new[] { HubSpotBench.Filter("hs_lastmodifieddate", "EQ", from) } } } };

        (await bench.SearchAsync("notes", window)).Json.GetProperty("total").GetInt32().ShouldBe(2);
        (await bench.SearchAsync("calls", window)).Json.GetProperty("total").GetInt32().ShouldBe(0);
        Should.Throw<ArgumentException>(() => bench.Simulator.Dials.Turn("F23", new DialSetting { Target = "rockets" }));
        bench.Simulator.Dials.On("F23").ShouldBeNull();
    }
}
