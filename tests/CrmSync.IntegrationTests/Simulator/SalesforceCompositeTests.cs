using System.Net;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using static CrmSync.IntegrationTests.Simulator.SalesforceWorlds;

namespace CrmSync.IntegrationTests.Simulator;

public sealed class SalesforceCompositeTests
{
    private const string Data = "/services/data/v66.0";

    private static object Part(string method, string url, string reference, object? body = null) =>
        new { method, url = $"{Data}/{url}", referenceId = reference, body };

    private static async Task<JsonArray> ComposeAsync(SalesforceClient client, bool allOrNone, params object[] parts)
    {
        (HttpStatusCode status, JsonNode? answer) = await client.CallAsync(HttpMethod.Post, "composite", new { allOrNone, compositeRequest = parts });
        status.ShouldBe(HttpStatusCode.OK, answer?.ToJsonString());
        return answer!["compositeResponse"]!.AsArray();
    }

    private static async Task<int> UsedAsync(SalesforceClient client) =>
        150_000 - (int)(await client.GetAsync("limits"))["DailyApiRequests"]!["Remaining"]!;

    [Fact]
    public async Task Composite_References_AreFilledAndOneCallIsCounted()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());
        int before = await UsedAsync(client);

        JsonArray parts = await ComposeAsync(
            client, true,
            Part("POST", "sobjects/Account", "account", new { Name = "Reed & Sons" }),
            Part("POST", "sobjects/Contact", "contact", new { LastName = "Reed", AccountId = "@{account.id}" }),
            Part("GET", "query?q=SELECT+Id,Name+FROM+Contact+WHERE+AccountId='@{account.id}'", "found"),
            Part("PATCH", "sobjects/Contact/@{found.records[0].Id}", "patched", new { Title = "Owner" }));

        parts.Select(part => (int)part!["httpStatusCode"]!).ShouldBe([201, 201, 200, 204]);
        parts.Select(part => (string)part!["referenceId"]!).ShouldBe(["account", "contact", "found", "patched"]);
        (await client.IdAsync("SELECT Id FROM Contact WHERE Title = 'Owner'")).ShouldBe((string)parts[1]!["body"]!["id"]!);
        (await UsedAsync(client)).ShouldBe(before + 3);
        client.Simulator.Calls.Snapshot().Count(call => call.Path == $"{Data}/composite").ShouldBe(1);
    }

    [Fact]
    public async Task Composite_AllOrNone_TakesEverythingBack()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string task = await client.IdAsync("SELECT Id FROM Task");

        JsonArray parts = await ComposeAsync(
            client, true,
            Part("POST", "sobjects/Account", "account", new { Name = "Never" }),
            Part("PATCH", $"sobjects/Task/{task}", "task", new { Subject = "Never" }),
            Part("DELETE", "sobjects/Task/nothing", "bad"));

        parts.Select(part => (int)part!["httpStatusCode"]!).ShouldBe([400, 400, 404]);
        ((string)parts[0]!["body"]![0]!["errorCode"]!).ShouldBe("PROCESSING_HALTED");
        (await client.RecordsAsync("SELECT Id FROM Account WHERE Name = 'Never'", "queryAll")).ShouldBeEmpty();
        client.Simulator.Find("Task", task)!.Subject.ShouldBe("Intro");
        client.Simulator.History("Task", task, "Subject").Select(change => change.Value).ShouldBe(["Intro"]);
    }

    [Fact]
    public async Task Composite_NotAllOrNone_KeepsWhatWorked()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());

        JsonArray parts = await ComposeAsync(
            client, false, Part("POST", "sobjects/Account", "account", new { Name = "Kept" }), Part("GET", "sobjects/Nope/describe", "bad"));

        parts.Select(part => (int)part!["httpStatusCode"]!).ShouldBe([201, 404]);
        (await client.RecordsAsync("SELECT Id FROM Account WHERE Name = 'Kept'")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Composite_TooMuch_IsRefusedWhole()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync();
        object[] many = [.. Enumerable.Range(0, 26).Select(i => Part("GET", "limits", $"r{i}"))];
        object[] queries = [.. Enumerable.Range(0, 6).Select(i => Part("GET", "query?q=SELECT+Id+FROM+User", $"r{i}"))];

        (await client.FailAsync(HttpMethod.Post, "composite", new { compositeRequest = many })).Code.ShouldBe("LIMIT_EXCEEDED");
        (await client.FailAsync(HttpMethod.Post, "composite", new { compositeRequest = queries })).Code.ShouldBe("LIMIT_EXCEEDED");
        (await ComposeAsync(client, false, queries[..5])).Count.ShouldBe(5);
    }

    [Fact]
    public async Task Batch_Parts_AreCountedEachAndFailAlone()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small(Activity()));
        string task = await client.IdAsync("SELECT Id FROM Task");
        int before = await UsedAsync(client);

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Post, "composite/batch", new
        {
            batchRequests = new object[]
            {
                new { method = "PATCH", url = $"v66.0/sobjects/Task/{task}", richInput = new { Subject = "Batched" } },
                new { method = "GET", url = "v66.0/sobjects/Task/nothing" },
                new { method = "GET", url = $"v66.0/sobjects/Task/{task}?fields=Subject" },
            },
        });

        ((bool)answer!["hasErrors"]!).ShouldBeTrue();
        answer["results"]!.AsArray().Select(part => (int)part!["statusCode"]!).ShouldBe([204, 404, 200]);
        ((string)answer["results"]![2]!["result"]!["Subject"]!).ShouldBe("Batched");
        (await UsedAsync(client)).ShouldBe(before + 5);
    }

    [Fact]
    public async Task Batch_HaltOnError_DoesNothingMore()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());

        (_, JsonNode? answer) = await client.CallAsync(HttpMethod.Post, "composite/batch", new
        {
            haltOnError = true,
            batchRequests = new object[]
            {
                new { method = "GET", url = "v66.0/sobjects/Task/nothing" },
                new { method = "POST", url = "v66.0/sobjects/Account", richInput = new { Name = "Halted" } },
            },
        });

        answer!["results"]!.AsArray().Select(part => (int)part!["statusCode"]!).ShouldBe([404, 412]);
        (await client.RecordsAsync("SELECT Id FROM Account WHERE Name = 'Halted'")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Collection_CreateAndDelete_AnswerEachInItsPlace()
    {
        await using SalesforceClient client = await SalesforceClient.StartAsync(Small());

        (_, JsonNode? made) = await client.CallAsync(HttpMethod.Post, "composite/sobjects", new
        {
            records = new object[]
            {
                new { attributes = new { type = "Task" }, Subject = "One" }, new { attributes = new { type = "Contact" }, FirstName = "Nameless" },
                new { attributes = new { type = "Task" }, Subject = "Two" },
            },
        });
        made!.AsArray().Select(one => (bool)one!["success"]!).ShouldBe([true, false, true]);
        ((string)made[1]!["errors"]![0]!["statusCode"]!).ShouldBe("REQUIRED_FIELD_MISSING");
        (_, JsonNode? gone) = await client.CallAsync(HttpMethod.Delete, $"composite/sobjects?ids={made[0]!["id"]},00TgL000000zzzz&allOrNone=false");

        gone!.AsArray().Select(one => (bool)one!["success"]!).ShouldBe([true, false]);
        (await client.RecordsAsync("SELECT Subject FROM Task")).Select(row => (string)row["Subject"]!).ShouldBe(["Two"]);
    }
}
