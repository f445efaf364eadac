using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Dials that show while writing, and those of an administrator.</summary>
public sealed class SalesforceWriteDialTests
{
    private const string Stage = "CrmSync_Stage__c";

    private static async Task<(SalesforceClient Client, string[] Ids)> StartAsync(int tasks = 3, SalesforceSimulatorOptions? options = null)
    {
        SalesforceClient client = await SalesforceClient.StartAsync(Many(tasks), options);
        await client.CreateStageAsync("Task", "Event");
        return (client, [.. (await client.RecordsAsync("SELECT Id FROM Task ORDER BY Id")).Select(row => (string)row["Id"]!)]);
    }

    private static async Task<string[]> WriteAsync(SalesforceClient client, string value, params string[] ids)
    {
        (HttpStatusCode status, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects", Body(value, ids));
        status.ShouldBe(HttpStatusCode.OK, answer?.ToJsonString());
        return [.. answer!.AsArray().Select(one => (bool)one!["success"]! ? "ok" : (string)one["errors"]![0]!["statusCode"]!)];
    }

    private static object Body(string value, string[] ids) =>
        new { allOrNone = false, records = ids.Select(id => new { attributes = new { type = "Task" }, id, CrmSync_Stage__c = value }) };

    private static async Task<string?> ValueAsync(SalesforceClient client, string id) =>
        (string?)(await client.GetAsync($"sobjects/Task/{id}?fields={Stage}"))[Stage];

    [Fact]
    public async Task F12_FieldHidden_LooksMissingUntilHealed()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F12", $"Task.{Stage}");

        (await client.FailQueryAsync($"SELECT {Stage} FROM Task")).Message.ShouldContain($"No such column '{Stage}' on entity 'Task'");
        (await client.FailAsync(HttpMethod.Patch, "composite/sobjects", Body("Demo", ids))).Code.ShouldBe("INVALID_FIELD");
        await client.QueryAsync($"SELECT {Stage} FROM Event");
        client.Simulator.Dials.Heal("F12");

        (await WriteAsync(client, "Demo", ids)).ShouldBe(["ok", "ok", "ok"]);
    }

    [Fact]
    public async Task F12_EditRemoved_IsRefusedPerRecordAndStillRead()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F12", $"Task.{Stage}:edit");

        (await WriteAsync(client, "Demo", ids[0])).ShouldBe(["INVALID_FIELD_FOR_INSERT_UPDATE"]);
        await client.QueryAsync($"SELECT {Stage} FROM Task");
        client.Turn("F12");
        (await client.FailAsync(HttpMethod.Get, "limits")).ShouldBe(
            (HttpStatusCode.Forbidden, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner"));
        client.Simulator.Dials.Heal("F12");

        (await WriteAsync(client, "Demo", ids[0])).ShouldBe(["ok"]);
    }

    [Fact]
    public async Task F14_OneBadRow_FailsTheWholeCallUntilItStandsElsewhere()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F14", ids[1]);

        (HttpStatusCode status, string code, string message) = await client.FailAsync(HttpMethod.Patch, "composite/sobjects", Body("Demo", ids));

        (status, code).ShouldBe((HttpStatusCode.BadRequest, "JSON_PARSER_ERROR"));
        message.ShouldContain(ids[1]);
        (await ValueAsync(client, ids[0])).ShouldBeNull();
        (await WriteAsync(client, "Demo", ids[0], ids[2])).ShouldBe(["ok", "ok"]);
    }

    [Fact]
    public async Task F16_ChosenRecords_FailAloneAndThenSucceed()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F16", $"{ids[0]}, {ids[2]}", count: 2);

        (await WriteAsync(client, "Demo", ids)).ShouldBe(["UNKNOWN_EXCEPTION", "ok", "UNKNOWN_EXCEPTION"]);
        (await WriteAsync(client, "Demo", ids)).ShouldBe(["ok", "ok", "ok"]);
    }

    [Fact]
    public async Task F17_ByChance_LocksAShareOfTheRows()
    {
        (SalesforceClient client, string[] ids) = await StartAsync(200);
        await using SalesforceClient owner = client;
        client.Simulator.Dials.Turn("F17", new DialSetting { Probability = 0.3, Method = "PATCH", Route = "composite/sobjects" });

        string[] results = await WriteAsync(client, "Demo", ids);

        results.Count(one => one == "UNABLE_TO_LOCK_ROW").ShouldBeInRange(30, 90);
        results.Count(one => one == "ok").ShouldBe(200 - results.Count(one => one == "UNABLE_TO_LOCK_ROW"));
        client.Simulator.Dials.Snapshot().Single(state => state.Dial.Code == "F17").Met.ShouldBe(results.Count(one => one != "ok"));
    }

    [Fact]
    public async Task F17_Wrapped_NamesTheLockInTheMessageAlone()
    {
        (SalesforceClient client, string[] ids) = await StartAsync(1, new() { RowLocksComeWrapped = true });
        await using SalesforceClient owner = client;
        client.Turn("F17", count: 1);

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects", Body("Demo", ids));

        ((string)answer![0]!["errors"]![0]!["statusCode"]!).ShouldBe("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY");
        ((string)answer[0]!["errors"]![0]!["message"]!).ShouldContain("UNABLE_TO_LOCK_ROW");
    }

    [Fact]
    public async Task F26_DeletedJustBefore_IsGone()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F26", count: 1);

        (await WriteAsync(client, "Demo", ids)).ShouldBe(["ENTITY_IS_DELETED", "ok", "ok"]);
        client.Turn("F26", "archive", count: 1);
        (await WriteAsync(client, "Demo", ids[1])).ShouldBe(["ok"]);
        (await client.RecordsAsync("SELECT Id FROM Task")).Select(row => (string)row["Id"]!).ShouldBe([ids[2]]);
        (await client.RecordsAsync("SELECT Id FROM Task", "queryAll")).Count.ShouldBe(3);
    }

    [Fact]
    public async Task F26_Merge_MovesTheChildrenAndNamesTheMaster()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string loser = await client.IdAsync("SELECT Id FROM Account");
        string winner = await client.CreateAsync("sobjects/Account", new { Name = "Larkfield Group" });
        client.Turn("F26", "merge", count: 1);

        (await client.FailAsync(HttpMethod.Patch, $"sobjects/Account/{loser}", new { Name = "x" })).Code.ShouldBe("ENTITY_IS_DELETED");

        (await client.IdAsync($"SELECT Id FROM Contact WHERE AccountId = '{winner}'")).ShouldNotBeNull();
        (await client.IdAsync($"SELECT Id FROM Task WHERE AccountId = '{winner}'")).ShouldNotBeNull();
        JsonNode gone = (await client.RecordsAsync("SELECT MasterRecordId, IsDeleted FROM Account WHERE IsDeleted = true", "queryAll")).ShouldHaveSingleItem();
        ((string)gone["MasterRecordId"]!).ShouldBe(winner);
    }

    [Fact]
    public async Task F27_FieldDeletedOrChanged_ComesBackWithItsValues()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        await WriteAsync(client, "Demo", ids);
        client.Turn("F27", $"Activity.{Stage}");

        (await client.FailQueryAsync($"SELECT {Stage} FROM Task")).Code.ShouldBe("INVALID_FIELD");
        (await client.FailQueryAsync($"SELECT {Stage} FROM Event")).Code.ShouldBe("INVALID_FIELD");
        client.Turn("F27", $"Task.{Stage}:Double");
        JsonNode fields = (await client.GetAsync("sobjects/Task/describe"))["fields"]!;
        ((string)fields.AsArray().Single(field => (string)field!["name"]! == Stage)!["type"]!).ShouldBe("double");
        client.Simulator.Dials.Heal("F27");

        (await ValueAsync(client, ids[0])).ShouldBe("Demo");
        (await WriteAsync(client, "No such value", ids[0])).ShouldBe(["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]);
    }

    [Fact]
    public async Task F28_ValueRemoved_IsRefusedUntilHealed()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F28", $"Task.{Stage}=Demo");

        (await WriteAsync(client, "Demo", ids[0])).ShouldBe(["INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]);
        (await WriteAsync(client, "Negotiation", ids[0])).ShouldBe(["ok"]);
        client.Simulator.Dials.Heal("F28");

        (await WriteAsync(client, "Demo", ids[0])).ShouldBe(["ok"]);
    }

    [Theory]
    [InlineData("rule", "FIELD_CUSTOM_VALIDATION_EXCEPTION")]
    [InlineData("readonly", "INSUFFICIENT_ACCESS_OR_READONLY")]
    [InlineData("locked", "ENTITY_IS_LOCKED")]
    [InlineData("trigger", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY")]
    public async Task F29_Org_RefusesUntilHealed(string kind, string code)
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F29", $"{kind}:{ids[0]}");

        (await WriteAsync(client, "Demo", ids)).ShouldBe([code, "ok", "ok"]);
        client.Turn("F29", kind);
        (await WriteAsync(client, "Demo", ids)).ShouldBe([code, code, code]);
        client.Simulator.Dials.HealAll();

        (await WriteAsync(client, "Demo", ids)).ShouldBe(["ok", "ok", "ok"]);
    }

    [Fact]
    public async Task F30_Flow_StoresAnotherValueThanWasSent()
    {
        (SalesforceClient client, string[] ids) = await StartAsync();
        await using SalesforceClient owner = client;
        client.Turn("F30", count: 1);

        (await WriteAsync(client, "Demo", ids[0], ids[1])).ShouldBe(["ok", "ok"]);

        (await ValueAsync(client, ids[0])).ShouldBe("Negotiation");
        (await ValueAsync(client, ids[1])).ShouldBe("Demo");
    }

    [Fact]
    public async Task Turn_TargetThatIsNotThere_SaysWhatWouldDo()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        Should.Throw<ArgumentException>(() => client.Turn("F27", "Task.Nope__c")).Message.ShouldContain("no field Task.Nope__c");
        Should.Throw<ArgumentException>(() => client.Turn("F28")).Message.ShouldContain("needs a target");
    }
}
