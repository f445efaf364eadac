using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Switches for what is not confirmed, and limits of requests.</summary>
public sealed class SalesforceSwitchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Gzip_AskedFor_PacksTheAnswerAndTakesPackedBodies()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(300));
        using HttpRequestMessage request = new(HttpMethod.Get, "/services/data/v66.0/query?q=SELECT+Id,Subject+FROM+Task");
        request.Headers.AcceptEncoding.ParseAdd("gzip, deflate");
        using HttpResponseMessage response = await client.Http.SendAsync(request, Cancel);
        await using GZipStream plain = new(await response.Content.ReadAsStreamAsync(Cancel), CompressionMode.Decompress);
        using MemoryStream packed = new();
        await using (GZipStream pack = new(packed, CompressionMode.Compress, leaveOpen: true))
            await pack.WriteAsync(Encoding.UTF8.GetBytes("""{"Subject":"Packed"}"""), Cancel);
        using HttpRequestMessage post = new(HttpMethod.Post, "/services/data/v66.0/sobjects/Task") { Content = new ByteArrayContent(packed.ToArray()) };
        post.Content.Headers.ContentEncoding.Add("gzip");
        post.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        response.Content.Headers.ContentEncoding.ShouldBe(["gzip"]);
        ((int)(await JsonNode.ParseAsync(plain, cancellationToken: Cancel))!["totalSize"]!).ShouldBe(300);
        (await client.Http.SendAsync(post, Cancel)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await client.RecordsAsync("SELECT Id FROM Task WHERE Subject = 'Packed'")).Count.ShouldBe(1);
        using HttpRequestMessage refusing = new(HttpMethod.Get, "/services/data/v66.0/limits");
        refusing.Headers.AcceptEncoding.ParseAdd("gzip;q=0");
        (await client.Http.SendAsync(refusing, Cancel)).Content.Headers.ContentEncoding.ShouldBeEmpty();
    }

    [Fact]
    public async Task LongAddress_Answers414()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();

        (await client.FailQueryAsync($"SELECT Id FROM Task WHERE Subject != '{new string('x', 3_900)}' AND Subject != '{new string('é', 2_000)}'")).Status
            .ShouldBe(HttpStatusCode.RequestUriTooLong);
        (await client.FailQueryAsync($"SELECT Id FROM Task WHERE Subject = '{new string('x', 4_001)}'")).Code.ShouldBe("MALFORMED_QUERY");
    }

    [Fact]
    public async Task QueryTimeout_WideWindow_IsRefusedAndANarrowOneAnswered()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(9), new() { QueryTimeoutWindow = TimeSpan.FromDays(30) });

        (await client.FailQueryAsync("SELECT Id FROM Task")).ShouldBe((HttpStatusCode.BadRequest, "QUERY_TIMEOUT", "Your query request was running for too long."));
        (await client.FailQueryAsync("SELECT Id FROM Task WHERE SystemModstamp >= 2026-08-01T00:00:00Z AND SystemModstamp < 2026-11-01T00:00:00Z")).Code.ShouldBe("QUERY_TIMEOUT");
        (await client.RecordsAsync("SELECT Id FROM Task WHERE SystemModstamp >= 2026-10-05T00:00:00Z")).Count.ShouldBe(9);
        await client.QueryAsync("SELECT Id FROM Task LIMIT 1");
        await client.QueryAsync("SELECT Id FROM Account");
    }

    [Fact]
    public async Task BatchSize_Hint_CutsPagesButNotBelow200()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(450));
        client.Http.DefaultRequestHeaders.Add("Sforce-Query-Options", "batchSize=50");

        JsonNode first = await client.QueryAsync("SELECT Id FROM Task", "queryAll");

        (first["records"]!.AsArray().Count, (bool)first["done"]!, (int)first["totalSize"]!).ShouldBe((200, false, 450));
        ((string)first["nextRecordsUrl"]!).ShouldStartWith("/services/data/v66.0/query/0r8");
    }

    [Fact]
    public async Task LimitInfo_App_IsASuffix()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(options: new() { LimitInfoApp = "CrmSync", DailyApiRequests = 9 });
        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, "limits");

        response.Headers.GetValues("Sforce-Limit-Info").Single().ShouldBe("api-usage=1/9; per-app-api-usage=1/9(appName=CrmSync)");
    }

    [Fact]
    public async Task RecycleBin_AfterItsDays_IsEmpty()
    {
        SalesforceSimulatorOptions options = new() { RecycleBin = TimeSpan.FromDays(15), SessionLifetime = TimeSpan.FromDays(60) };
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()), options);
        client.Simulator.Delete("Task", await client.IdAsync("SELECT Id FROM Task"));

        (await client.RecordsAsync("SELECT Id FROM Task", "queryAll")).Count.ShouldBe(1);
        client.Clock.Advance(TimeSpan.FromDays(15));

        (await client.RecordsAsync("SELECT Id FROM Task", "queryAll")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Merge_ByAPerson_MovesTheStampsOfChildren()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string loser = await client.IdAsync("SELECT Id FROM Account");
        string winner = await client.CreateAsync("sobjects/Account", new { Name = "Larkfield Group" });

        client.Simulator.Merge("Account", loser, winner);

        JsonNode task = (await client.RecordsAsync("SELECT AccountId, WhatId, SystemModstamp FROM Task"))[0];
        ((string)task["WhatId"]!, (string)task["AccountId"]!, (string)task["SystemModstamp"]!).ShouldBe((winner, winner, "2026-11-02T09:00:00.000+0000"));
    }

    [Fact]
    public async Task Task_OrgWithoutCompletedDateTime_KnowsNoSuchField()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()), new() { HasCompletedDateTime = false, TaskSubtypes = ["Task", "Call", "Email"] });

        (await client.FailQueryAsync("SELECT CompletedDateTime FROM Task")).Code.ShouldBe("INVALID_FIELD");
        (await client.FailAsync(HttpMethod.Post, "sobjects/Task", new { Subject = "x", TaskSubtype = "Cadence" })).Code.ShouldBe("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    }

    [Fact]
    public async Task Today_InAUsersZone_StartsEarlier()
    {
        TimeZoneInfo east = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(14), "east", "east");
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity(at: Now.AddHours(-1)), Activity(at: Now)), new() { UserTimeZone = east });
        client.Clock.Advance(TimeSpan.FromHours(2));
        await client.SignInAsync();

        // 11:00 is past midnight there, 08:00 and 09:00 were yesterday.
        (await client.RecordsAsync("SELECT Id FROM Task WHERE CreatedDate = TODAY")).ShouldBeEmpty();
        (await client.RecordsAsync("SELECT Id FROM Task WHERE CreatedDate = YESTERDAY")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task ToolingPicklistName_Set_RefusesTheOther()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(options: new() { ToolingPicklistName = "fullName", ActivityCustomFields = 0 });
        object Field(string entity, string name) => new
        {
            FullName = $"{entity}.Stage__c",
            Metadata = new { label = "Stage", type = "Picklist", valueSet = new { valueSetDefinition = new { value = new[] { new Dictionary<string, object> { [name] = "Demo", ["label"] = "Demo" } } } } },
        };

        (await client.FailAsync(HttpMethod.Post, "tooling/sobjects/CustomField", Field("Account", "valueName"))).Code.ShouldBe("REQUIRED_FIELD_MISSING");
        await client.CreateAsync("tooling/sobjects/CustomField", Field("Account", "fullName"));
        (await client.FailAsync(HttpMethod.Post, "tooling/sobjects/CustomField", Field("Activity", "fullName"))).Code.ShouldBe("LIMIT_EXCEEDED");
    }

    [Fact]
    public async Task AllOrNoneCodeAndWords_Set_AreUsed()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(2), new() { AllOrNoneCode = "PROCESSING_HALTED", WrongSecretError = "invalid_client_secret" });
        string[] ids = [.. (await client.RecordsAsync("SELECT Id FROM Task")).Select(row => (string)row["Id"]!)];
        client.Turn("F29", $"rule:{ids[1]}");

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Patch, "composite/sobjects", new
        {
            allOrNone = true, records = ids.Select(id => new { attributes = new { type = "Task" }, id, Subject = "x" }),
        });
        (_, JsonNode? refused) = await client.TokenAsync(new() { ["grant_type"] = "client_credentials", ["client_id"] = "sim-client", ["client_secret"] = "no" });

        ((string)answer![0]!["errors"]![0]!["statusCode"]!).ShouldBe("PROCESSING_HALTED");
        ((string)refused!["error"]!).ShouldBe("invalid_client_secret");
    }

    [Fact]
    public async Task Query_TypeofAndChildren_AreNested()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity() with { Deal = 0 }, Activity(subject: "Plain")));

        List<JsonNode> tasks = await client.RecordsAsync(
            "SELECT Id, TYPEOF What WHEN Opportunity THEN StageName, Amount ELSE Name END FROM Task ORDER BY Id");
        JsonNode account = (await client.RecordsAsync("SELECT Name, (SELECT Subject FROM Tasks ORDER BY Subject LIMIT 1), (SELECT Id FROM Events) FROM Account"))[0];

        ((string)tasks[0]["What"]!["StageName"]!, (decimal)tasks[0]["What"]!["Amount"]!).ShouldBe(("Negotiation", 12_500m));
        ((string)tasks[1]["What"]!["Name"]!, (string)tasks[1]["What"]!["attributes"]!["type"]!).ShouldBe(("Larkfield Mills", "Account"));
        ((int)account["Tasks"]!["totalSize"]!, (string)account["Tasks"]!["records"]![0]!["Subject"]!).ShouldBe((1, "Intro"));
        account["Events"].ShouldBeNull();
        (await client.FailQueryAsync("SELECT Id, (SELECT Id FROM Nopes) FROM Account")).Code.ShouldBe("INVALID_TYPE");
        (await client.FailQueryAsync("SELECT TYPEOF Owner WHEN Nope THEN Id END FROM Task")).Code.ShouldBe("INVALID_TYPE");
        (await client.FailQueryAsync("SELECT TYPEOF Account WHEN Account THEN Id END FROM Task")).Code.ShouldBe("INVALID_FIELD");
    }
}
