using System.Net;
using CrmSync.Simulator.HubSpot;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class HubSpotBatchTests
{
    private static readonly string[] Title = ["hs_call_title"];

    private static readonly HubSpotSimulatorOptions PerRecord = new() { QuotasOn = false, BadValueInBatch = BadValueInBatch.FailsItsRecord };

    private static Task<HubSpotBench> CallsAsync(int count, HubSpotSimulatorOptions? options = null) =>
        HubSpotBench.StartAsync(HubSpotWorlds.With([.. Enumerable.Range(0, count).Select(i => HubSpotWorlds.Activity("call", i))]), options);

    private static object Read(IEnumerable<string> ids, string[]? history = null) =>
        new { inputs = ids.Select(id => new { id }), properties = Title, propertiesWithHistory = history ?? [] };

    private static object Update(IEnumerable<(string Id, string Status)> inputs) =>
        new { inputs = inputs.Select(i => new { id = i.Id, properties = new { hs_call_status = i.Status }, objectWriteTraceId = "trace-" + i.Id }) };

    [Fact]
    public async Task Read_HundredRecords_GivesAllShuffledAndTheSameEachTime()
    {
        await using var bench = await CallsAsync(100);
        var ids = await bench.IdsAsync("calls");

        var first = await bench.PostAsync("crm/objects/2026-09/calls/batch/read", Read(ids));
        var second = await bench.PostAsync("crm/objects/2026-09/calls/batch/read", Read(ids));

        first.Status.ShouldBe(HttpStatusCode.OK);
        first.Json.GetProperty("status").GetString().ShouldBe("COMPLETE");
        first.Ids.ShouldNotBe(ids);
        first.Ids.ShouldBe(ids, ignoreOrder: true);
        second.Ids.ShouldBe(first.Ids);
    }

    [Theory]
    [InlineData("read", 101, false)]
    [InlineData("read", 51, true)]
    [InlineData("update", 101, false)]
    public async Task Batch_TooManyInputs_Is400(string action, int count, bool history)
    {
        await using var bench = await CallsAsync(1);
        var ids = Enumerable.Range(1, count).Select(i => $"{i}").ToList();
        var body = action == "read" ? Read(ids, history ? Title : null) : Update(ids.Select(i => (i, "BUSY")));

        var answer = await bench.PostAsync($"crm/objects/2026-09/calls/batch/{action}", body);

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Category.ShouldBe("VALIDATION_ERROR");
    }

    [Fact]
    public async Task Read_SomeMissing_Is207WithTheirIds()
    {
        await using var bench = await CallsAsync(3);
        var ids = await bench.IdsAsync("calls");
        bench.Simulator.Archive("calls", ids[0]);

        var answer = await bench.PostAsync("crm/objects/2026-09/calls/batch/read", Read([.. ids, "999999", "abc"]));

        answer.Status.ShouldBe(HttpStatusCode.MultiStatus);
        answer.Ids.ShouldBe(ids.Skip(1), ignoreOrder: true);
        answer.Json.GetProperty("numErrors").GetInt32().ShouldBe(1);
        var error = answer.Json.GetProperty("errors")[0];
        error.GetProperty("category").GetString().ShouldBe("OBJECT_NOT_FOUND");
        error.GetProperty("message").GetString()!.ShouldStartWith("Could not get some CALL objects");
        error.GetProperty("context").GetProperty("ids").EnumerateArray().Select(i => i.GetString()).ShouldBe([ids[0], "999999", "abc"]);
    }

    [Fact]
    public async Task Read_WithHistory_TellsAppFromPerson()
    {
        await using var bench = await CallsAsync(1);
        var id = (await bench.IdsAsync("calls")).Single();
        await bench.PatchAsync($"crm/objects/2026-09/calls/{id}", new { properties = new { hs_call_title = "by app" } });
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        bench.Simulator.EditProperty("calls", id, "hs_call_title", "by person");

        var entries = (await bench.PostAsync("crm/objects/2026-09/calls/batch/read", Read([id], Title))).Results[0]
            .GetProperty("propertiesWithHistory").GetProperty("hs_call_title").EnumerateArray().ToList();

        entries.Select(e => e.GetProperty("value").GetString()).ShouldBe(["by person", "by app", "Subject 0"]);
        entries.Select(e => e.GetProperty("sourceType").GetString()).ShouldBe(["CRM_UI", "INTEGRATION", "CRM_UI"]);
        entries[0].GetProperty("sourceId").GetString().ShouldBe($"userId:{entries[0].GetProperty("updatedByUserId").GetInt64()}");
        bench.Simulator.History("calls", id, "hs_call_title").Select(h => h.By).ShouldBe(["seed", "app", "person"]);
    }

    [Fact]
    public async Task Update_AllGood_Is200WithTraceIds()
    {
        await using var bench = await CallsAsync(5);
        var ids = await bench.IdsAsync("calls");

        var answer = await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update(ids.Select(i => (i, "COMPLETED"))));

        answer.Status.ShouldBe(HttpStatusCode.OK);
        answer.Results.ShouldAllBe(r => r.GetProperty("objectWriteTraceId").GetString() == "trace-" + r.GetProperty("id").GetString());
        ids.ShouldAllBe(id => bench.Simulator.Find("calls", id)!.Properties["hs_call_status"] == "COMPLETED");
        bench.Simulator.Calls.Snapshot()[^1].Items.ShouldBe(5);
    }

    [Fact]
    public async Task Update_OneBadValue_FailsTheWholeCallByDefault()
    {
        await using var bench = await CallsAsync(3);
        var ids = await bench.IdsAsync("calls");

        var answer = await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update([(ids[0], "BUSY"), (ids[1], "SHOUTING"), (ids[2], "BUSY")]));

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Message.ShouldContain("INVALID_OPTION");
        ids.ShouldAllBe(id => !bench.Simulator.Find("calls", id)!.Properties.ContainsKey("hs_call_status"));
    }

    [Fact]
    public async Task Update_OneBadValue_FailsItsRecordWhereSwitchedSo()
    {
        await using var bench = await CallsAsync(3, PerRecord);
        var ids = await bench.IdsAsync("calls");

        var answer = await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update([(ids[0], "BUSY"), (ids[1], "SHOUTING"), ("5", "BUSY")]));

        answer.Status.ShouldBe(HttpStatusCode.MultiStatus);
        answer.Ids.ShouldBe([ids[0]]);
        answer.Json.GetProperty("numErrors").GetInt32().ShouldBe(2);
        var errors = answer.Json.GetProperty("errors").EnumerateArray().ToDictionary(e => e.GetProperty("category").GetString()!, e => e.GetProperty("context"));
        errors["VALIDATION_ERROR"].GetProperty("ids")[0].GetString().ShouldBe(ids[1]);
        errors["VALIDATION_ERROR"].GetProperty("objectWriteTraceId")[0].GetString().ShouldBe("trace-" + ids[1]);
        errors["OBJECT_NOT_FOUND"].GetProperty("ids")[0].GetString().ShouldBe("5");
    }

    [Fact]
    public async Task Update_IdPropertyOrTwins_Is400()
    {
        await using var bench = await CallsAsync(1);
        var id = (await bench.IdsAsync("calls")).Single();

        var named = await bench.PostAsync("crm/objects/2026-09/calls/batch/update",
            new { inputs = new[] { new { id, idProperty = "hs_object_id", properties = new { hs_call_title = "x" } } } });
        var twins = await bench.PostAsync("crm/objects/2026-09/calls/batch/update", Update([(id, "BUSY"), (id, "FAILED")]));

        named.Status.ShouldBe(HttpStatusCode.BadRequest);
        named.Message.ShouldContain("non-unique property");
        twins.Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Create_Batch_Is201AndNamesTheBadOneWhereSwitchedSo()
    {
        await using var bench = await CallsAsync(0, PerRecord);
        object Input(string status) => new { properties = new { hs_timestamp = "2026-11-20T10:00:00Z", hs_call_status = status }, objectWriteTraceId = status };

        var good = await bench.PostAsync("crm/objects/2026-09/calls/batch/create", new { inputs = new[] { Input("BUSY"), Input("FAILED") } });
        var mixed = await bench.PostAsync("crm/objects/2026-09/calls/batch/create", new { inputs = new[] { Input("BUSY"), Input("SHOUTING") } });

        good.Status.ShouldBe(HttpStatusCode.Created);
        good.Results.Count.ShouldBe(2);
        mixed.Status.ShouldBe(HttpStatusCode.MultiStatus);
        mixed.Json.GetProperty("errors")[0].GetProperty("context").GetProperty("objectWriteTraceId")[0].GetString().ShouldBe("SHOUTING");
        bench.Simulator.CountActivities().ShouldBe(3);
    }
}
