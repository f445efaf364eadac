using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceWriteTests
{
    [Fact]
    public async Task Patch_OneRecord_MovesStampAndNamesTheIntegrationUser()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        client.Clock.Advance(TimeSpan.FromSeconds(7.6));

        (HttpStatusCode status, JsonNode? body) = await client.CallAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { Subject = "Changed" });

        (status, body).ShouldBe((HttpStatusCode.NoContent, null));
        JsonNode task = await client.GetAsync($"sobjects/Task/{id}?fields=Subject,SystemModstamp,LastModifiedById,CreatedDate");
        ((string)task["Subject"]!).ShouldBe("Changed");
        ((string)task["SystemModstamp"]!).ShouldBe("2026-11-02T09:00:07.000+0000");
        ((string)task["LastModifiedById"]!).ShouldBe(client.Simulator.IntegrationUserId);
        client.Simulator.History("Task", id, "Subject").Select(c => (c.Value, c.By)).ShouldBe([("Intro", "seed"), ("Changed", "app")]);
    }

    [Fact]
    public async Task Post_Task_IsCreatedWithDerivedFields()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());
        string contact = await client.IdAsync("SELECT Id FROM Contact");
        string account = await client.IdAsync("SELECT Id FROM Account");

        string id = await client.CreateAsync("sobjects/Task", new { Subject = "Call back", WhoId = contact, Status = "Completed", ActivityDate = "2026-11-01" });

        JsonNode task = await client.GetAsync($"sobjects/Task/{id}");
        ((string)task["AccountId"]!, (bool)task["IsClosed"]!, (string)task["TaskSubtype"]!).ShouldBe((account, true, "Task"));
        ((string)task["CompletedDateTime"]!).ShouldBe("2026-11-02T09:00:00.000+0000");
        client.Simulator.History("Task", id, "Subject").ShouldHaveSingleItem().By.ShouldBe("app");
    }

    [Theory]
    [InlineData("""{"AccountId":null}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("""{"TaskSubtype":"Call"}""", "INVALID_FIELD_FOR_INSERT_UPDATE")]
    [InlineData("""{"CallType":"Sideways"}""", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST")]
    [InlineData("""{"Nope":1}""", "INVALID_FIELD")]
    [InlineData("""{"WhoId":"nonsense"}""", "MALFORMED_ID")]
    [InlineData("""{"WhoId":"003gL0000000zzz"}""", "INVALID_CROSS_REFERENCE_KEY")]
    [InlineData("""{"ActivityDate":"tomorrow"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"CallDurationInSeconds":[]}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Subject":"\ud800"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Subject":"a","Subject":"b"}""", "JSON_PARSER_ERROR")]
    [InlineData("""{"Subject":""", "JSON_PARSER_ERROR")]
    [InlineData("[]", "JSON_PARSER_ERROR")]
    public async Task Patch_WrongBody_IsRefusedWithItsCode(string body, string code)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        using HttpRequestMessage request = new(HttpMethod.Patch, $"/services/data/v66.0/sobjects/Task/{id}") { Content = new StringContent(body) };

        using HttpResponseMessage response = await client.Http.SendAsync(request, TestContext.Current.CancellationToken);
        JsonNode answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        ((string)answer[0]!["errorCode"]!).ShouldBe(code);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Patch_TextTooLong_NamesTheField()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { Subject = new string('x', 256) });

        ((string)answer![0]!["errorCode"]!, (string)answer[0]!["fields"]![0]!).ShouldBe(("STRING_TOO_LONG", "Subject"));
    }

    [Theory]
    [InlineData("GET", "sobjects/Task/00TgL000000zzzz", 404, "NOT_FOUND")]
    [InlineData("PATCH", "sobjects/Task/00TgL000000zzzz", 404, "NOT_FOUND")]
    [InlineData("GET", "sobjects/Nope/describe", 404, "NOT_FOUND")]
    [InlineData("GET", "nowhere", 404, "NOT_FOUND")]
    [InlineData("PUT", "limits", 405, "METHOD_NOT_ALLOWED")]
    public async Task Call_NothingThere_AnswersTheErrorShape(string method, string path, int status, string code)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        (HttpStatusCode answered, string errorCode, _) = await client.FailAsync(new HttpMethod(method), path, method == "GET" ? null : new { Subject = "x" });

        ((int)answered, errorCode).ShouldBe((status, code));
    }

    [Fact]
    public async Task Collection_MixedRecords_AnswersEachInItsPlace()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(), Activity(subject: "Locked"), Activity(subject: "Invalid"), Activity("meeting")));
        string[] ids = [.. (await client.RecordsAsync("SELECT Id FROM Task ORDER BY Id")).Select(r => (string)r["Id"]!), await client.IdAsync("SELECT Id FROM Event")];
        client.Turn("F17", ids[1], count: 1);
        client.Turn("F29", $"rule:{ids[2]}");
        object body = Collection(("Task", ids[0]), ("Task", ids[1]), ("Task", ids[2]), ("Task", ids[3]), ("Event", ids[3]), ("Task", ids[0]));

        (HttpStatusCode status, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects", body);

        status.ShouldBe(HttpStatusCode.OK);
        answer!.AsArray().Select(r => (bool)r!["success"]! ? "ok" : (string)r["errors"]![0]!["statusCode"]!)
            .ShouldBe(["ok", "UNABLE_TO_LOCK_ROW", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "MALFORMED_ID", "ok", "DUPLICATE_VALUE"]);
        answer[1]!.AsObject().ContainsKey("id").ShouldBeFalse();
        ((string)answer[2]!["errors"]![0]!["message"]!).ShouldBe("Subject required");
        (_, JsonNode? retry) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects/", Collection(("Task", ids[1])));
        ((bool)retry![0]!["success"]!).ShouldBeTrue();
        client.Simulator.Calls.Snapshot()[^1].Items.ShouldBe(1);
    }

    [Fact]
    public async Task Collection_AllOrNone_ChangesNothingWhenOneFails()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(), Activity()));
        string[] ids = [.. (await client.RecordsAsync("SELECT Id FROM Task")).Select(r => (string)r["Id"]!)];
        client.Turn("F29", $"rule:{ids[1]}");

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects", Collection(true, ("Task", ids[0]), ("Task", ids[1])));

        ((string)answer![0]!["errors"]![0]!["statusCode"]!).ShouldBe("ALL_OR_NONE_OPERATION_ROLLED_BACK");
        client.Simulator.Find("Task", ids[0])!.Subject.ShouldBe("Intro");
    }

    [Fact]
    public async Task Collection_TooManyRecordsOrRuns_IsRefusedWhole()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        (string, string)[] many = [.. Enumerable.Repeat(("Task", "00T"), 201)];
        (string, string)[] runs = [.. Enumerable.Range(0, 11).Select(i => (i % 2 == 0 ? "Task" : "Event", "x"))];

        (await client.FailAsync(HttpMethod.Patch, "composite/sobjects", Collection(many))).Code.ShouldBe("EXCEEDED_ID_LIMIT");
        (await client.FailAsync(HttpMethod.Patch, "composite/sobjects", Collection(runs))).Code.ShouldBe("LIMIT_EXCEEDED");
        (await client.CallAsync(HttpMethod.Patch, "composite/sobjects", Collection(runs[..10]))).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(true, HttpStatusCode.BadRequest)]
    [InlineData(false, HttpStatusCode.OK)]
    public async Task Collection_UnknownField_FailsTheRequestOrTheRecord(bool whole, HttpStatusCode expected)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()), new() { UnknownFieldFailsWholeRequest = whole });
        string id = await client.IdAsync("SELECT Id FROM Task");

        (HttpStatusCode status, JsonNode? answer) = await client.CallAsync(
            HttpMethod.Patch, "composite/sobjects", new { records = new[] { new { attributes = new { type = "Task" }, id, Nope__c = "x" } } });

        status.ShouldBe(expected);
        answer!.ToJsonString().ShouldContain("No such column");
        answer.ToJsonString().ShouldContain("INVALID_FIELD");
    }

    [Fact]
    public async Task Collection_Read_GivesNullForWhatIsGone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");

        JsonNode answer = await client.GetAsync($"composite/sobjects/Task?ids={id},00TgL000000zzzz&fields=Id,Subject");

        ((string)answer[0]!["Subject"]!).ShouldBe("Intro");
        answer[1].ShouldBeNull();
        (_, JsonNode? listed) = await client.CallAsync(HttpMethod.Post, "composite/sobjects/Task", new { ids = new[] { id }, fields = new[] { "Status" } });
        ((string)listed!.AsArray().ShouldHaveSingleItem()!["Status"]!).ShouldBe("Completed");
    }

    [Fact]
    public async Task Changes_WithinATime_AreListedByKind()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(), Activity(subject: "gone")));
        string kept = await client.IdAsync("SELECT Id FROM Task WHERE Subject = 'Intro'");
        string gone = await client.IdAsync("SELECT Id FROM Task WHERE Subject = 'gone'");
        await client.CallAsync(HttpMethod.Delete, $"sobjects/Task/{gone}");

        JsonNode updated = await client.GetAsync("sobjects/Task/updated/?start=2026-10-20T00:00:00Z&end=2026-11-03T00:00:00Z");
        JsonNode deleted = await client.GetAsync("sobjects/Task/deleted/?start=2026-10-20T00:00:00Z&end=2026-11-03T00:00:00Z");

        updated["ids"]!.AsArray().ShouldHaveSingleItem()!.ToString().ShouldBe(kept);
        deleted["deletedRecords"]!.AsArray().ShouldHaveSingleItem()!["id"]!.ToString().ShouldBe(gone);
        (await client.FailAsync(HttpMethod.Get, "sobjects/Task/updated?start=2026-09-01T00:00:00Z&end=2026-11-03T00:00:00Z")).Code
            .ShouldBe("INVALID_REPLICATION_DATE");
    }

    [Fact]
    public async Task Person_Edits_MoveTheStampAsTheOwner()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        client.Clock.Advance(TimeSpan.FromMinutes(1));

        client.Simulator.EditText("Task", id, "New subject", "New body");
        client.Simulator.EditProperty("Task", id, "CallDisposition", null);

        JsonNode task = (await client.RecordsAsync("SELECT Subject, Description, CallDisposition, SystemModstamp, LastModifiedBy.Name FROM Task"))[0];
        ((string)task["LastModifiedBy"]!["Name"]!, (string)task["SystemModstamp"]!).ShouldBe(("Ada Moss", "2026-11-02T09:01:00.000+0000"));
        ((string)task["Subject"]!, (string)task["Description"]!, (string?)task["CallDisposition"]).ShouldBe(("New subject", "New body", null));
        client.Simulator.History("Task", id, "CallDisposition").ShouldBe(
        [
            new SimulatedChange("Connected", Now.AddDays(-3), "seed"), new SimulatedChange(null, Now.AddMinutes(1), "person"),
        ]);
        Should.Throw<ArgumentException>(() => client.Simulator.EditProperty("Task", id, "Nope__c", "x"));
        Should.Throw<ArgumentException>(() => client.Simulator.EditProperty("Task", id, "IsClosed", "x"));
    }

    private static object Collection(params (string Type, string Id)[] records) => Collection(false, records);

    private static object Collection(bool allOrNone, params (string Type, string Id)[] records) => new
    {
        allOrNone,
        records = records.Select(record => new { attributes = new { type = record.Type }, id = record.Id, Subject = "Written" }),
    };
}
