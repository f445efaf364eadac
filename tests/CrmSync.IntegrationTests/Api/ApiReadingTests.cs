using System.Globalization;
using System.Text.Json;
using CrmSync.Pipeline.Access;
using CrmSync.Storage.Reading;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>Lists, single rows, and what is wrong with a question.</summary>
public sealed class ApiReadingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("log", "")]
    [InlineData("log", "outcome=applied&connection=hubspot-main")]
    [InlineData("activities", "type=call")]
    [InlineData("decisions", "label=engagement")]
    [InlineData("runs", "")]
    [InlineData("jobs", "")]
    public async Task List_PagedToItsEnd_GivesEveryRowOnce(string list, string filter)
    {
        await using var host = await ApiHost.StartAsync(60);
        var key = await host.KeyAsync(ApiRole.Viewer);
        var whole = Ids((await host.GetAsync($"{list}?limit=1000&{filter}", key)).Json);

        var paged = new List<string>();
        var cursor = "";
        for (var page = 0; page < 200; page++)
        {
            var (status, json) = await host.GetAsync($"{list}?limit=2&{filter}{cursor}", key);
            status.ShouldBe(200, json.ToString());
            paged.AddRange(Ids(json));
            if (json.GetProperty("next").GetString() is not { } next)
                break;
            cursor = $"&cursor={next}";
        }

        whole.Count.ShouldBeGreaterThan(2);
        paged.ShouldBe(whole);
        paged.ShouldBeUnique();
    }

    [Fact]
    public async Task Rows_CarryIdsAsTextAndInstantsWithOffset()
    {
        await using var host = await ApiHost.StartAsync(seed: async (db, _) =>
        {
            var id = await db.ExecuteScalarAsync<long>("select min(id) from intent where connection_id = 1");
            await db.ExecuteAsync("update intent set status = 'rejected', code = 'hubspot.property_missing' where id = @id", new { id });
            await db.ExecuteAsync("delete from outcome where intent_id = @id", new { id });
            await db.ExecuteAsync("insert into outcome (intent_id, status, at, code, message, remote_message) values (@id, 'rejected', 5, 'hubspot.property_missing', 'There is no such property.', 'INVALID_OPTION')", new { id });
        });
        var key = await host.KeyAsync(ApiRole.Reviewer);
        var row = (await host.GetAsync("log?code=hubspot.property_missing&limit=1", key)).Json.GetProperty("items")[0];
        var id = row.GetProperty("id").GetString().ShouldNotBeNull();

        row.GetProperty("updatedAt").GetString().ShouldNotBeNull().ShouldEndWith("+00:00");
        row.GetProperty("message").GetString().ShouldBe("There is no such property.");
        row.GetProperty("fix").GetString().ShouldNotBeNullOrEmpty();
        var story = (await host.GetAsync($"log/{id}", key)).Json;
        story.GetProperty("write").GetProperty("id").GetString().ShouldBe(id);
        story.GetProperty("outcomes")[0].GetProperty("remoteMessage").GetString().ShouldNotBeNull().ShouldContain("INVALID_OPTION");
        var activity = (await host.GetAsync($"activities/{row.GetProperty("activityId").GetString()}", key)).Json;
        activity.GetProperty("decisions").GetArrayLength().ShouldBe(2);
        activity.GetProperty("decisions")[0].GetProperty("evidence").ValueKind.ShouldBe(JsonValueKind.Array);
        activity.GetProperty("writes").EnumerateArray().ShouldContain(write => write.GetProperty("write").GetProperty("id").GetString() == id);
        (await host.GetAsync("runs/2/log", key)).Json.GetProperty("items")[0].GetProperty("code").GetString().ShouldBe("salesforce.limit_near");
        (await host.GetAsync("jobs?state=discarded", key)).Json.GetProperty("items")[0].GetProperty("code").GetString().ShouldBe("salesforce.field_missing");
        (await host.GetAsync("queues", key)).Json.GetProperty("items").EnumerateArray().Sum(queue => queue.GetProperty("count").GetInt64()).ShouldBe(2);
        var dead = (await host.GetAsync("dead-letters?connection=hubspot-main", key)).Json.GetProperty("items").EnumerateArray().Single(group => group.GetProperty("code").GetString() == "hubspot.property_missing");
        (dead.GetProperty("kind").GetString(), dead.GetProperty("exampleIds")[0].GetString()).ShouldBe(("write", id));
        dead.GetProperty("fix").GetString().ShouldNotBeNullOrEmpty();
        (await host.GetAsync("dead-letters?connection=nowhere", key)).Status.ShouldBe(404);
        (await host.GetAsync("completeness", key)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await host.GetAsync("schedules", key)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("log?limit=0", "api.bad_parameter", "\"limit\" is 0")]
    [InlineData("log?limit=1000000", "api.bad_parameter", "1 to 1,000")]
    [InlineData("activities?limit=ten", "api.bad_parameter", "\"limit\" is ten")]
    [InlineData("log?outcom=applied", "api.bad_parameter", "There is no \"outcom\"")]
    [InlineData("log?outcome=done", "api.bad_parameter", "\"done\" is no outcome")]
    [InlineData("log?from=yesterday", "api.bad_parameter", "no time for \"from\"")]
    [InlineData("log?run=1&run=2", "api.bad_parameter", "\"run\" stands 2 times")]
    [InlineData("activities?state=lost", "api.bad_parameter", "\"lost\" is no state")]
    [InlineData("runs?kind=dance", "api.bad_parameter", "\"dance\" is no kind")]
    [InlineData("runs/seven", "api.bad_parameter", "ids are decimal numbers")]
    [InlineData("decisions?former=perhaps", "api.bad_parameter", "true, false")]
    [InlineData("exports/log?format=xlsx", "api.bad_parameter", "csv, jsonl")]
    [InlineData("exports/log?limit=5", "api.bad_parameter", "There is no \"limit\"")]
    [InlineData("exports/left-out", "api.bad_parameter", "\"run\" is missing")]
    [InlineData("log?cursor=nonsense", "api.bad_cursor", "does not belong")]
    public async Task Get_WrongQuestion_Is400NamingThePart(string path, string code, string part)
    {
        await using var host = await ApiHost.StartAsync(activities: 2);

        var (status, problem) = await host.GetAsync(path, await host.KeyAsync(ApiRole.Admin));

        status.ShouldBe(400, problem.ToString());
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("status").GetInt32().ShouldBe(400);
        $"{problem.GetProperty("title")} {problem.GetProperty("detail")}".ShouldContain(part);
    }

    [Fact]
    public async Task Cursor_OfAnotherFilterOrList_IsRefused()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(ApiRole.Viewer);
        var next = (await host.GetAsync("log?limit=2&outcome=applied", key)).Json.GetProperty("next").GetString();

        (await host.GetAsync($"log?limit=5&outcome=applied&cursor={next}", key)).Status.ShouldBe(200);
        foreach (var path in new[] { $"log?cursor={next}", $"log?outcome=kept&cursor={next}", $"activities?cursor={next}", $"decisions?cursor={next}", $"log?outcome=applied&cursor={next}x" })
            (await host.GetAsync(path, key)).Json.GetProperty("code").GetString().ShouldBe("api.bad_cursor", path);
        // A bare cursor of the pages is none either.
        (await host.GetAsync($"log?cursor={new PageCursor(1, 1)}", key)).Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("GET", "log/999999")]
    [InlineData("GET", "activities/999999")]
    [InlineData("GET", "runs/999999")]
    [InlineData("GET", "runs/999999/log")]
    [InlineData("GET", "acts/1")]
    [InlineData("GET", "previews/1")]
    [InlineData("POST", "corrections/999999/undo")]
    [InlineData("GET", "nothing/here")]
    [InlineData("DELETE", "runs/1")]
    public async Task Address_WithNothingThere_IsAProblemAndNoPage(string method, string path)
    {
        await using var host = await ApiHost.StartAsync(activities: 2);

        var (status, problem) = await host.AskAsync(new HttpMethod(method), path, await host.KeyAsync(ApiRole.Admin));

        status.ShouldBe(404);
        problem.GetProperty("code").GetString().ShouldBeOneOf("api.not_found", "api.no_route");
    }

    private static List<string> Ids(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString().ShouldNotBeNull()).Where(id => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out _))];
}
