using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceBulkQueryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static async Task<JsonNode> CreateAsync(SalesforceClient client, string query, string operation = "query")
    {
        (HttpStatusCode status, JsonNode? job) = await client.CallAsync(HttpMethod.Post, "jobs/query", new { operation, query });
        status.ShouldBe(HttpStatusCode.OK, job?.ToJsonString());
        return job!;
    }

    private static async Task<string> FinishAsync(SalesforceClient client, string query, string operation = "query")
    {
        string id = (string)(await CreateAsync(client, query, operation))["id"]!;
        for (int polls = 0; polls < 9; polls++)
        {
            if ((string)(await client.GetAsync($"jobs/query/{id}"))["state"]! == "JobComplete")
                return id;
        }

        throw new InvalidOperationException("The job never ends.");
    }

    private static async Task<(string Csv, string Locator, string Records)> PageAsync(SalesforceClient client, string id, string options = "")
    {
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, $"jobs/query/{id}/results{options}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        return (await response.Content.ReadAsStringAsync(Cancel), response.Headers.GetValues("Sforce-Locator").Single(),
            response.Headers.GetValues("Sforce-NumberOfRecords").Single());
    }

    [Fact]
    public async Task Job_Polled_GoesThroughItsStates()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(7));

        JsonNode job = await CreateAsync(client, "SELECT Id FROM Task", "queryAll");
        string id = (string)job["id"]!;

        id.ShouldStartWith("750");
        ((string)job["state"]!, (decimal)job["apiVersion"]!, (string)job["object"]!).ShouldBe(("UploadComplete", 66.0m, "Task"));
        (await client.FailAsync(HttpMethod.Get, $"jobs/query/{id}/results")).Code.ShouldBe("INVALIDJOBSTATE");
        ((string)(await client.GetAsync($"jobs/query/{id}"))["state"]!).ShouldBe("UploadComplete");
        ((string)(await client.GetAsync($"jobs/query/{id}"))["state"]!).ShouldBe("InProgress");
        JsonNode done = await client.GetAsync($"jobs/query/{id}");
        ((string)done["state"]!, (int)done["numberRecordsProcessed"]!, (int)done["retries"]!).ShouldBe(("JobComplete", 7, 0));
    }

    [Fact]
    public async Task Job_Unpolled_GoesOnWithTheClock()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(7));
        string id = (string)(await CreateAsync(client, "SELECT Id FROM Task"))["id"]!;

        client.Clock.Advance(TimeSpan.FromSeconds(5));

        ((string)(await client.GetAsync($"jobs/query/{id}"))["state"]!).ShouldBe("JobComplete");
    }

    [Fact]
    public async Task Results_SeveralPages_EndWithTheWordNullAndRepeat()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25));
        string id = await FinishAsync(client, "SELECT Id, Subject, Who.Name, CreatedDate FROM Task ORDER BY Id");

        (string csv, string locator, string records) = await PageAsync(client, id, "?maxRecords=10");
        (string, string, string) second = await PageAsync(client, id, $"?maxRecords=10&locator={locator}");
        (string Csv, string Locator, string Records) third = await PageAsync(client, id, $"?maxRecords=10&locator={second.Item2}");

        string[] lines = csv.TrimEnd('\n').Split('\n');
        lines[0].ShouldBe("\"Id\",\"Subject\",\"Who.Name\",\"CreatedDate\"");
        lines[1].ShouldEndWith("\"Touch 0\",\"Cora Dane\",\"2026-10-13T09:00:00.000Z\"");
        (locator, records, lines.Length).ShouldBe(("MTA", "10", 11));
        (third.Locator, third.Records).ShouldBe(("null", "5"));
        (await PageAsync(client, id, $"?maxRecords=10&locator={locator}")).ShouldBe(second);
        JsonNode pages = await client.GetAsync($"jobs/query/{id}/resultPages?maxRecords=10");
        pages["resultPages"]!.AsArray().Count.ShouldBe(3);
        using HttpResponseMessage last = await client.SendAsync(HttpMethod.Get, (string)pages["resultPages"]![2]!["resultUrl"]! + "&maxRecords=10");
        (await last.Content.ReadAsStringAsync(Cancel)).ShouldBe(third.Csv);
        (await client.FailAsync(HttpMethod.Get, $"jobs/query/{id}/results?locator=nonsense")).Code.ShouldBe("INVALIDLOCATOR");
    }

    [Fact]
    public async Task Results_TextWithQuotesAndLines_IsQuoted()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(
            Small(Activity() with { Body = "He said \"no\",\nthen left" }), new() { Bulk = new() { DateTimesEndInZ = false } });
        string id = await FinishAsync(client, "SELECT Description, CreatedDate, CallObject FROM Task");

        (await PageAsync(client, id)).Csv.ShouldBe(
            "\"Description\",\"CreatedDate\",\"CallObject\"\n\"He said \"\"no\"\",\nthen left\",\"2026-10-30T09:00:00.000+0000\",\"\"\n");
    }

    [Fact]
    public async Task Results_OtherVersion_Conflict()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3));
        string id = await FinishAsync(client, "SELECT Id FROM Task");

        (await client.FailAsync(HttpMethod.Get, $"/services/data/v65.0/jobs/query/{id}/results")).Status.ShouldBe(HttpStatusCode.Conflict);
        await PageAsync(client, id);
    }

    [Theory]
    [InlineData("SELECT Id, BillingAddress FROM Account", "FUNCTIONALITY_NOT_ENABLED", "Selecting compound data not supported in Bulk Query")]
    [InlineData("SELECT Id, Content FROM ContentNote", "FUNCTIONALITY_NOT_ENABLED", "binary")]
    [InlineData("SELECT TYPEOF What WHEN Account THEN Name END FROM Task", "FUNCTIONALITY_NOT_ENABLED", "TYPEOF")]
    [InlineData("SELECT Id, (SELECT Id FROM Contacts) FROM Account", "FUNCTIONALITY_NOT_ENABLED", "Nested")]
    [InlineData("SELECT COUNT() FROM Task", "FUNCTIONALITY_NOT_ENABLED", "Aggregate")]
    [InlineData("SELECT Id FROM TaskStatus", "INVALIDENTITY", "is not supported by the Bulk API")]
    [InlineData("SELECT Nope FROM Task", "INVALID_FIELD", "No such column")]
    [InlineData("SELECT FROM Task", "MALFORMED_QUERY", "unexpected token")]
    [InlineData("SELECT Id FROM Nope", "INVALID_TYPE", "not supported")]
    public async Task Create_WhatJobsDoNotTake_IsRefused(string query, string code, string message)
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());

        (HttpStatusCode status, string answered, string text) = await client.FailAsync(HttpMethod.Post, "jobs/query", new { operation = "query", query });

        (status, answered).ShouldBe((HttpStatusCode.BadRequest, code));
        text.ShouldContain(message);
    }

    [Fact]
    public async Task Job_AimedAtByADial_MeetsIt()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(), Activity(subject: "Other")));
        client.Simulator.Dials.Turn("F25", new() { Route = "/jobs/query", Count = 1 });

        await client.RecordsAsync("SELECT Id FROM Task");
        client.Simulator.ListActivities(0, 9).ShouldNotContain(record => record.Subject.StartsWith("Edited", StringComparison.Ordinal));
        await FinishAsync(client, "SELECT Id FROM Task");

        client.Simulator.ListActivities(0, 9).ShouldContain(record => record.Subject.StartsWith("Edited", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AbortAndDelete_Job_EndsIt()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3));
        string id = (string)(await CreateAsync(client, "SELECT Id FROM Task"))["id"]!;

        (await client.FailAsync(HttpMethod.Delete, $"jobs/query/{id}")).Code.ShouldBe("INVALIDJOBSTATE");
        (_, JsonNode? aborted) = await client.CallAsync(HttpMethod.Patch, $"jobs/query/{id}", new { state = "Aborted" });
        (HttpStatusCode deleted, _) = await client.CallAsync(HttpMethod.Delete, $"jobs/query/{id}");

        ((string)aborted!["state"]!, deleted).ShouldBe(("Aborted", HttpStatusCode.NoContent));
        (await client.FailAsync(HttpMethod.Get, $"jobs/query/{id}")).Code.ShouldBe("NOT_FOUND");
    }

    [Fact]
    public async Task Jobs_OfADay_AreCountedLimitedAndForgotten()
    {
        SalesforceSimulatorOptions options = new() { Bulk = new() { DailyQueryJobs = 2 }, SessionLifetime = TimeSpan.FromDays(30) };
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3), options);
        string id = (string)(await CreateAsync(client, "SELECT Id FROM Task"))["id"]!;
        await CreateAsync(client, "SELECT Id FROM Task");

        (await client.FailAsync(HttpMethod.Post, "jobs/query", new { operation = "query", query = "SELECT Id FROM Task" })).Code.ShouldBe("REQUEST_LIMIT_EXCEEDED");
        ((int)(await client.GetAsync("limits"))["DailyBulkV2QueryJobs"]!["Remaining"]!).ShouldBe(0);
        (await client.GetAsync("jobs/query"))["records"]!.AsArray().Count.ShouldBe(2);
        client.Clock.Advance(TimeSpan.FromDays(7.1));

        (await client.FailAsync(HttpMethod.Get, $"jobs/query/{id}")).Code.ShouldBe("NOT_FOUND");
        await CreateAsync(client, "SELECT Id FROM Task");
    }
}
