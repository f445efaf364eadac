using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Bulk;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceBulkIngestTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<string> OpenAsync(SalesforceClient client, string operation = "update", string type = "Task")
    {
        (HttpStatusCode status, JsonNode? job) = await client.CallAsync(
            HttpMethod.Post, "jobs/ingest", new Dictionary<string, string> { ["object"] = type, ["operation"] = operation, ["contentType"] = "CSV", ["lineEnding"] = "LF" });
        status.ShouldBe(HttpStatusCode.OK, job?.ToJsonString());
        ((string)job!["state"]!).ShouldBe("Open");
        ((string)job["contentUrl"]!).ShouldBe($"services/data/v66.0/jobs/ingest/{job["id"]}/batches");
        return (string)job["id"]!;
    }

    private static async Task<(HttpStatusCode Status, string Body)> UploadAsync(SalesforceClient client, string id, string csv)
    {
        using HttpRequestMessage request = new(HttpMethod.Put, $"/services/data/v66.0/jobs/ingest/{id}/batches") { Content = new StringContent(csv, Encoding.UTF8, "text/csv") };
        using HttpResponseMessage response = await client.Http.SendAsync(request, Cancel);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(Cancel));
    }

    private static async Task<string> StartAsync(SalesforceClient client, string csv, string operation = "update")
    {
        string id = await OpenAsync(client, operation);
        (await UploadAsync(client, id, csv)).ShouldBe((HttpStatusCode.Created, ""));
        (HttpStatusCode status, JsonNode? job) = await client.CallAsync(HttpMethod.Patch, $"jobs/ingest/{id}", new { state = "UploadComplete" });
        (status, (string)job!["id"]!, (string)job["state"]!).ShouldBe((HttpStatusCode.OK, id, "UploadComplete"));
        return id;
    }

    private static async Task<JsonNode> EndAsync(SalesforceClient client, string id)
    {
        client.Clock.Advance(TimeSpan.FromSeconds(60));
        return await client.GetAsync($"jobs/ingest/{id}");
    }

    private static async Task<List<string[]>> RowsAsync(SalesforceClient client, string id, string kind)
    {
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, $"jobs/ingest/{id}/{kind}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return CsvText.Read(await response.Content.ReadAsStringAsync(Cancel), ',')!;
    }

    private static async Task<string[]> TasksAsync(SalesforceClient client) =>
        [.. (await client.RecordsAsync("SELECT Id FROM Task ORDER BY Id")).Select(row => (string)row["Id"]!)];

    [Fact]
    public async Task Update_Rows_EachEndWhereTheyBelong()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(4));
        await client.CreateStageAsync("Task");
        string[] ids = await TasksAsync(client);
        client.Turn("F17", ids[3]);

        string id = await StartAsync(client, $"Id,CrmSync_Stage__c,Subject\n{ids[0]},Demo,\"a, \"\"b\"\"\"\n{ids[1]},Nope,x\n{ids[2]},Negotiation,\n{ids[3]},Demo,y\n");
        JsonNode job = await EndAsync(client, id);

        ((string)job["state"]!, (int)job["numberRecordsProcessed"]!, (int)job["numberRecordsFailed"]!).ShouldBe(("JobComplete", 4, 2));
        List<string[]> saved = await RowsAsync(client, id, "successfulResults");
        saved[0].ShouldBe(["sf__Id", "sf__Created", "Id", "CrmSync_Stage__c", "Subject"]);
        saved.Skip(1).Select(row => row[0]).ShouldBe([ids[0], ids[2]], ignoreOrder: true);
        Dictionary<string, string> failed = (await RowsAsync(client, id, "failedResults")).Skip(1).ToDictionary(row => row[0], row => row[1]);
        failed[ids[1]].ShouldStartWith("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:");
        failed[ids[3]].ShouldStartWith("UNABLE_TO_LOCK_ROW:");
        (await RowsAsync(client, id, "unprocessedrecords")).Count.ShouldBe(1);
        client.Simulator.Find("Task", ids[0])!.Subject.ShouldBe("a, \"b\"");
        client.Simulator.Find("Task", ids[2])!.Subject.ShouldBe("Touch 2");
        client.Simulator.History("Task", ids[0], "CrmSync_Stage__c")[^1].By.ShouldBe("app");
    }

    [Fact]
    public async Task Update_TheNullWord_ClearsAndAnEmptyCellDoesNot()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(2));
        string[] ids = await TasksAsync(client);

        await EndAsync(client, await StartAsync(client, $"Id,Description\n{ids[0]},#N/A\n{ids[1]},\n"));

        client.Simulator.Find("Task", ids[0])!.Body.ShouldBe("");
        client.Simulator.Find("Task", ids[1])!.Body.ShouldNotBe("");
    }

    [Fact]
    public async Task InsertAndDelete_Rows_AreMadeAndGone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(1));
        string made = await StartAsync(client, "Subject,IsReminderSet\nFirst,true\nSecond,false\n", "insert");
        await EndAsync(client, made);
        List<string[]> rows = await RowsAsync(client, made, "successfulResults");
        rows.Skip(1).ShouldAllBe(row => row[1] == "true");

        string gone = await StartAsync(client, $"Id\n{rows[1][0]}\n", "delete");
        await EndAsync(client, gone);

        (await client.RecordsAsync("SELECT Id FROM Task")).Count.ShouldBe(2);
        (await RowsAsync(client, gone, "failedResults")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Abort_HalfWay_LeavesTheRestUnprocessed()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(50), new() { Bulk = new() { RowsPerStep = 10 } });
        string[] ids = await TasksAsync(client);
        string id = await StartAsync(client, "Id,Subject\n" + string.Concat(ids.Select(one => $"{one},Done\n")));
        for (int polls = 0; polls < 3; polls++)
            await client.GetAsync($"jobs/ingest/{id}");

        (_, JsonNode? job) = await client.CallAsync(HttpMethod.Patch, $"jobs/ingest/{id}", new { state = "Aborted" });
        client.Clock.Advance(TimeSpan.FromMinutes(5));

        ((string)job!["state"]!, (int)job["numberRecordsProcessed"]!).ShouldBe(("Aborted", 20));
        (await RowsAsync(client, id, "successfulResults")).Count.ShouldBe(21);
        List<string[]> rest = await RowsAsync(client, id, "unprocessedrecords");
        rest[0].ShouldBe(["Id", "Subject"]);
        rest.Skip(1).Select(row => row[0]).ShouldBe(ids[20..]);
        (await client.RecordsAsync("SELECT Id FROM Task WHERE Subject = 'Done'")).Count.ShouldBe(20);
        (await client.FailAsync(HttpMethod.Patch, $"jobs/ingest/{id}", new { state = "UploadComplete" })).Code.ShouldBe("INVALIDJOBSTATE");
    }

    [Fact]
    public async Task Upload_SecondTime_OrUnknownColumn_IsRefused()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(1));
        string twice = await OpenAsync(client);
        await UploadAsync(client, twice, "Id\nx\n");
        (await UploadAsync(client, twice, "Id\nx\n")).Body.ShouldContain("INVALIDJOBSTATE");
        (await UploadAsync(client, await OpenAsync(client), "Id\n\"never closed\n")).Body.ShouldContain("CLIENT_INPUT_ERROR");
        string empty = await OpenAsync(client);
        (await client.FailAsync(HttpMethod.Patch, $"jobs/ingest/{empty}", new { state = "UploadComplete" })).Code.ShouldBe("INVALIDJOBSTATE");

        string id = await StartAsync(client, "Id,Nope__c\nx,y\n");
        JsonNode job = await EndAsync(client, id);

        ((string)job["state"]!, (string)job["errorMessage"]!).ShouldBe(("Failed", "InvalidBatch : Field name not found : Nope__c"));
        (await RowsAsync(client, id, "unprocessedrecords")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Batches_OfADay_AreCountedAndLimited()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(1), new() { Bulk = new() { DailyBatches = 1 } });
        string[] ids = await TasksAsync(client);
        await StartAsync(client, $"Id\n{ids[0]}\n");
        string second = await OpenAsync(client);
        await UploadAsync(client, second, $"Id\n{ids[0]}\n");

        (await client.FailAsync(HttpMethod.Patch, $"jobs/ingest/{second}", new { state = "UploadComplete" })).Code.ShouldBe("REQUEST_LIMIT_EXCEEDED");
        ((int)(await client.GetAsync("limits"))["DailyBulkApiBatches"]!["Remaining"]!).ShouldBe(0);
    }

    [Theory]
    [InlineData("upsert", "Task", "INVALIDJOB")]
    [InlineData("update", "Nope", "INVALIDJOB")]
    [InlineData("update", "TaskStatus", "INVALIDENTITY")]
    public async Task Create_WhatJobsDoNotTake_IsRefused(string operation, string type, string code)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        (await client.FailAsync(HttpMethod.Post, "jobs/ingest", new Dictionary<string, string> { ["object"] = type, ["operation"] = operation })).Code.ShouldBe(code);
    }
}
