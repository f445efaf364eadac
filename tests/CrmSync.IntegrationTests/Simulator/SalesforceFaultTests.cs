using System.Net;
using System.Text.Json.Nodes;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceFaultTests
{
    private const string Statement = "SELECT Id, Description FROM Task ORDER BY SystemModstamp, Id";

    private static readonly SalesforceSimulatorOptions SmallPages = new() { PageSize = 10 };

    [Fact]
    public async Task SessionsEndMidPage_NextPage_Answers401AndANewSessionGoesOn()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), SmallPages);
        client.Turn("F9", count: 1);
        string next = (string)(await client.QueryAsync(Statement))["nextRecordsUrl"]!;

        (HttpStatusCode status, string code, _) = await client.FailAsync(HttpMethod.Get, next);
        await client.SignInAsync();

        (status, code).ShouldBe((HttpStatusCode.Unauthorized, "INVALID_SESSION_ID"));
        (await client.GetAsync(next))["records"]!.AsArray().Count.ShouldBe(10);
    }

    [Fact]
    public async Task RefuseQuota_BothKinds_DifferInTheirMessage()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Turn("F3", count: 1);
        (HttpStatusCode, string, string) daily = await client.FailAsync(HttpMethod.Get, "limits");
        client.Turn("concurrent", count: 1);
        (HttpStatusCode, string, string) concurrent = await client.FailAsync(HttpMethod.Get, "limits");

        daily.ShouldBe((HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."));
        concurrent.ShouldBe((HttpStatusCode.Forbidden, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."));
        await client.GetAsync("limits");
    }

    [Fact]
    public async Task AnswerUnavailable_NextCalls_GetAnHtmlPage()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        client.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 503 });

        using HttpResponseMessage response = await client.SendAsync(HttpMethod.Get, "limits");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        await client.GetAsync("limits");
    }

    [Fact]
    public async Task DropAfterWrite_Connection_IsCutButTheWriteStands()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        client.Simulator.Faults.Add(new Fault { Kind = FaultKind.DropAfterApply });

        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { Subject = "Applied" }));

        client.Simulator.Find("Task", id)!.Subject.ShouldBe("Applied");
        client.Simulator.Calls.Snapshot()[^1].Status.ShouldBe(0);
    }

    [Fact]
    public async Task DropConnections_NextCalls_AreCutBeforeAnythingHappens()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string id = await client.IdAsync("SELECT Id FROM Task");
        client.Simulator.Faults.Add(new Fault { Kind = FaultKind.Drop });

        await Should.ThrowAsync<HttpRequestException>(() => client.SendAsync(HttpMethod.Patch, $"sobjects/Task/{id}", new { Subject = "Lost" }));

        client.Simulator.Find("Task", id)!.Subject.ShouldBe("Intro");
    }

    [Fact]
    public async Task Calls_AnsweredCall_IsLoggedByItsRoute()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(7));
        client.Simulator.Calls.Clear();

        await client.QueryAsync("SELECT Id FROM Task");

        SimulatedCall call = client.Simulator.Calls.Snapshot().ShouldHaveSingleItem();
        (call.Method, call.Route, call.Path, call.Status, call.Items)
            .ShouldBe(("GET", "/services/data/{version}/query", "/services/data/v66.0/query", 200, 7));
    }

    [Fact]
    public async Task Writers_AndReadersAtOnce_DisturbNobody()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(300), SmallPages);
        string[] ids = [.. client.Simulator.ListActivities(0, 300).Select(record => record.Id)];

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async worker =>
        {
            for (int i = worker; i < ids.Length; i += 8)
            {
                (HttpStatusCode status, _) = await client.CallAsync(HttpMethod.Patch, $"sobjects/Task/{ids[i]}", new { Subject = $"Written {i}" });
                status.ShouldBe(HttpStatusCode.NoContent);
                client.Simulator.Add(Activity("note"));
                (await client.RecordsAsync("SELECT Id, Who.Name FROM Task ORDER BY SystemModstamp DESC, Id DESC LIMIT 5")).Count.ShouldBe(5);
            }
        }));

        ((int)(await client.QueryAsync("SELECT COUNT() FROM Task"))["totalSize"]!).ShouldBe(600);
        ((int)(await client.QueryAsync("SELECT COUNT() FROM Task WHERE Subject LIKE 'Written %'"))["totalSize"]!).ShouldBe(300);
    }

    [Fact]
    public async Task LoseLocators_NextPage_AnswersInvalidQueryLocator()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), SmallPages);
        string next = (string)(await client.QueryAsync(Statement))["nextRecordsUrl"]!;
        client.Turn("locator", count: 1);

        (HttpStatusCode status, string code, _) = await client.FailAsync(HttpMethod.Get, next);

        (status, code).ShouldBe((HttpStatusCode.BadRequest, "INVALID_QUERY_LOCATOR"));
    }

    [Fact]
    public async Task Locators_ElevenOpen_TheOldestIsLost()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), SmallPages);
        List<string> next = [];
        for (int i = 0; i < 11; i++)
            next.Add((string)(await client.QueryAsync(Statement))["nextRecordsUrl"]!);

        (await client.FailAsync(HttpMethod.Get, next[0])).Code.ShouldBe("INVALID_QUERY_LOCATOR");
        await client.GetAsync(next[1]);
        client.Clock.Advance(TimeSpan.FromDays(2));
        await client.SignInAsync();
        (await client.FailAsync(HttpMethod.Get, next[1])).Code.ShouldBe("INVALID_QUERY_LOCATOR");
    }

    [Fact]
    public async Task WideRows_OnlyWithLongText_ShrinkThePage()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(25), new() { WideRowPageSize = 5 });

        (await client.RecordsAsync(Statement)).Count.ShouldBe(5);
        (await client.RecordsAsync("SELECT Id FROM Task")).Count.ShouldBe(25);
    }

    [Fact]
    public async Task AddLate_RowOfALongTransaction_AppearsBelowWhatWasRead()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Many(3));
        string last = (string)(await client.RecordsAsync("SELECT SystemModstamp FROM Task ORDER BY SystemModstamp DESC LIMIT 1"))[0]["SystemModstamp"]!;

        client.Simulator.AddLate(Activity(subject: "late"), Now.AddDays(-20).AddSeconds(-5));

        List<JsonNode> found = await client.RecordsAsync(
            $"SELECT Subject FROM Task WHERE SystemModstamp < {last.Replace("+0000", "Z", StringComparison.Ordinal)}");
        found.Select(r => (string)r["Subject"]!).ShouldBe(["late"]);
    }
}
