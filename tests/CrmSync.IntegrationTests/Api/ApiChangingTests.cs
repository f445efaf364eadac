using System.Text.Json;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using Dapper;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Api;

/// <summary>Acts, corrections, modes and schedules: done once, by whom, and refused with a reason.</summary>
public sealed class ApiChangingTests
{
    private const string Retry = """{"kind":"retry","connection":"hubspot-main","filter":"outcome=rejected"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Act_Started_IsARunThatNamesTheKeyAndCanBeRead()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(ApiRole.Operator);

        using var response = await host.SendAsync(HttpMethod.Post, "acts", key, Retry);
        var run = JsonElement.Parse(await response.Content.ReadAsStringAsync(Token));
        var id = run.GetProperty("id").GetString();

        ((int)response.StatusCode).ShouldBe(202);
        response.Headers.Location.ShouldNotBeNull().ToString().ShouldBe($"/api/v1/runs/{id}");
        (run.GetProperty("kind").GetString(), run.GetProperty("state").GetString(), run.GetProperty("requestedBy").GetString()).ShouldBe(("retry", "running", "key test 1"));
        var act = (await host.GetAsync($"acts/{id}", key)).Json;
        (act.GetProperty("target").GetString(), act.GetProperty("filter").GetString()).ShouldBe(("writes", "outcome=rejected"));
        (await host.GetAsync($"acts/{id}/left-out", key)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        await using var db = await host.Ledger.OpenReadAsync(Token);
        (await db.QuerySingleAsync<string>("select actor || ' ' || action || ' ' || subject from audit where action like 'act.%'")).ShouldBe($"key test 1 act.retry run/{id}");
    }

    [Fact]
    public async Task Act_RepeatedWithItsIdempotencyKey_StartsNothingTwice()
    {
        await using var host = await ApiHost.StartAsync();
        var (key, other) = (await host.KeyAsync(ApiRole.Operator), await host.KeyAsync(ApiRole.Operator));
        var header = ("Idempotency-Key", "nightly-7");
        var first = await host.AskAsync(HttpMethod.Post, "acts", key, Retry, header);

        var again = await host.AskAsync(HttpMethod.Post, "acts", key, Retry, header);
        var changed = await host.AskAsync(HttpMethod.Post, "acts", key, Retry.Replace("retry", "discard", StringComparison.Ordinal), header);
        var others = await host.AskAsync(HttpMethod.Post, "acts", other, Retry, header);
        var blank = await host.AskAsync(HttpMethod.Post, "acts", key, Retry, ("Idempotency-Key", new string('x', 201)));

        (again.Status, again.Json.GetProperty("id").GetString()).ShouldBe((202, first.Json.GetProperty("id").GetString()));
        (changed.Status, changed.Json.GetProperty("code").GetString()).ShouldBe((422, "api.idempotency_key_reused"));
        others.Json.GetProperty("id").GetString().ShouldNotBe(first.Json.GetProperty("id").GetString());
        blank.Status.ShouldBe(400);
    }

    [Theory]
    [InlineData("""{"kind":"retry","connection":"nowhere"}""", 404, "api.no_connection", "nowhere")]
    [InlineData("""{"kind":"dance","connection":"hubspot-main"}""", 400, "api.bad_body", "kind")]
    [InlineData("""{"kind":"retry","connection":"hubspot-main","filter":"outcom=rejected"}""", 400, "api.bad_parameter", "outcom")]
    [InlineData("""{"kind":"retry","connection":"hubspot-main","filter":"label="}""", 400, "api.bad_parameter", "label=")]
    [InlineData("""{"kind":"retry","connection":"hubspot-main","filter":"connection=salesforce-main"}""", 400, "api.bad_parameter", "another connection")]
    [InlineData("""{"kind":"retry","connection":"hubspot-main","target":"people"}""", 400, "api.bad_body", "target")]
    [InlineData("""{"kind":"undo","connection":"hubspot-main","target":"activities"}""", 422, "api.refused", "Activities")]
    [InlineData("""{"kind":"force","connection":"hubspot-main"}""", 400, "api.bad_body", "reason")]
    [InlineData("""{"kind":"preview","connection":"hubspot-main","sample":0}""", 400, "api.bad_body", "sample")]
    [InlineData("""{"kind":"approve","connection":"hubspot-main","previewRunId":"1"}""", 422, "api.refused", "no preview")]
    [InlineData("""{"kind":"retry","connection":"hubspot-main","fliter":"x"}""", 400, "api.bad_body", "does not fit")]
    [InlineData("""{"kind":"retry","connection":""", 400, "api.bad_body", "does not fit")]
    [InlineData("""[]""", 400, "api.bad_body", "does not fit")]
    [InlineData("""null""", 400, "api.bad_body", "null")]
    [InlineData("", 400, "api.bad_body", "does not fit")]
    public async Task Act_WrongOrder_IsRefusedAndNothingStarts(string json, int status, string code, string part)
    {
        await using var host = await ApiHost.StartAsync(activities: 2);

        var answer = await host.AskAsync(HttpMethod.Post, "acts", await host.KeyAsync(ApiRole.Admin), json);

        (answer.Status, answer.Json.GetProperty("code").GetString()).ShouldBe((status, code), answer.Json.ToString());
        answer.Json.GetProperty("detail").GetString().ShouldNotBeNull().ShouldContain(part);
        await using var db = await host.Ledger.OpenReadAsync(Token);
        (await db.ExecuteScalarAsync<long>("select count(*) from act")).ShouldBe(0);
    }

    [Fact]
    public async Task Body_TooLargeOrNoJson_IsRefused()
    {
        await using var host = await ApiHost.StartAsync(activities: 2);
        var key = await host.KeyAsync(ApiRole.Admin);
        var large = $$"""{"kind":"retry","connection":"hubspot-main","filter":"code={{new string('x', 70_000)}}"}""";

        (await host.AskAsync(HttpMethod.Post, "acts", key, large)).Status.ShouldBe(413);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/acts") { Content = new StringContent(Retry) };
        request.Headers.Authorization = new("Bearer", key);
        using var text = await host.Client.SendAsync(request, Token);
        ((int)text.StatusCode).ShouldBe(400);
    }

    [Fact]
    public async Task Correction_StoredAndTakenBackTwice_StandsInTheLedgerWithItsActor()
    {
        await using var host = await ApiHost.StartAsync();
        var key = await host.KeyAsync(ApiRole.Reviewer);
        var story = (await host.GetAsync("activities/1", key)).Json;
        var hash = story.GetProperty("contentHash").GetString();

        var stored = await host.AskAsync(HttpMethod.Post, "corrections", key, $$"""{"activityId":"1","taxonomy":"engagement","label":"nd","contentHash":"{{hash}}"}""");
        var stale = await host.AskAsync(HttpMethod.Post, "corrections", key, """{"activityId":"1","taxonomy":"engagement","label":"nd","contentHash":"other"}""");
        var wrong = await host.AskAsync(HttpMethod.Post, "corrections", key, """{"activityId":"1","taxonomy":"engagement","label":"nonsense"}""");

        (stored.Status, stored.Json.GetProperty("actor").GetString(), stored.Json.GetProperty("label").GetString()).ShouldBe((201, "key test 1", "nd"));
        (stale.Status, wrong.Status).ShouldBe((422, 422));
        var id = stored.Json.GetProperty("id").GetString();
        (await host.GetAsync("corrections", key)).Json.GetProperty("items")[0].GetProperty("id").GetString().ShouldBe(id);
        var undone = await host.AskAsync(HttpMethod.Post, $"corrections/{id}/undo", key);
        var again = await host.AskAsync(HttpMethod.Post, $"corrections/{id}/undo", key);
        undone.Json.GetProperty("undoneBy").GetString().ShouldBe("key test 1");
        (again.Status, again.Json.GetProperty("undoneAt").GetString()).ShouldBe((200, undone.Json.GetProperty("undoneAt").GetString()));
    }

    [Fact]
    public async Task Connection_PausedResumedAndAskedWrongly_KeepsReasonAndEnd()
    {
        await using var host = await ApiHost.StartAsync(activities: 2);
        var key = await host.KeyAsync(ApiRole.Operator);
        Task<(int Status, JsonElement Json)> ChangeAsync(string json, string connection = "salesforce-main") => host.AskAsync(HttpMethod.Patch, $"connections/{connection}", key, json);

        (await ChangeAsync("""{"writeMode":"paused"}""")).Status.ShouldBe(400);
        (await ChangeAsync("""{"writeMode":"paused","reason":"x"}""", "nowhere")).Status.ShouldBe(404);
        (await ChangeAsync("""{"writeMode":"paused","reason":"x","resumeAt":"2020-01-01T00:00:00Z"}""")).Status.ShouldBe(409);
        (await ChangeAsync("""{"writeMode":"on","resumeAt":"2099-01-01T00:00:00Z"}""")).Status.ShouldBe(400);
        (await ChangeAsync("""{"writeMode":"resume"}""")).Json.GetProperty("sentence").GetString().ShouldNotBeNull().ShouldContain("already");
        var paused = await ChangeAsync("""{"writeMode":"paused","reason":"Data load","resumeAt":"2099-01-01T00:00:00Z"}""");
        var connection = paused.Json.GetProperty("connection");
        (paused.Status, connection.GetProperty("writeMode").GetString(), connection.GetProperty("reason").GetString(), connection.GetProperty("changedBy").GetString())
            .ShouldBe((200, "paused", "Data load", "key test 1"));
        connection.GetProperty("resumeAt").GetDateTimeOffset().Year.ShouldBe(2099);
        (await ChangeAsync("""{"writeMode":"resume"}""")).Json.GetProperty("connection").GetProperty("writeMode").GetString().ShouldBe("on");
        (await host.GetAsync("connections", key)).Json.GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task RunAndSchedule_Changed_AnswerWithTheirNewState()
    {
        await using var host = await ApiHost.StartAsync(activities: 2);
        await host.Ledger.SeedAsync([new ScheduleRow("hubspot-main/poll-fresh", "poll_fresh", 1, "every 15s", "Etc/UTC", true)], Token);
        var key = await host.KeyAsync(ApiRole.Admin);

        (await host.AskAsync(HttpMethod.Patch, "runs/3", key, """{"state":"paused"}""")).Json.GetProperty("state").GetString().ShouldBe("paused");
        (await host.AskAsync(HttpMethod.Patch, "runs/3", key, """{"state":"paused"}""")).Status.ShouldBe(200);
        (await host.AskAsync(HttpMethod.Patch, "runs/1", key, """{"state":"paused"}""")).Status.ShouldBe(409);
        (await host.AskAsync(HttpMethod.Patch, "runs/3", key, """{"state":"sleeping"}""")).Status.ShouldBe(400);
        var schedule = await host.AskAsync(HttpMethod.Patch, "schedules/hubspot-main/poll-fresh", key, """{"rhythm":"*/5 8-18 * * 1-5","zone":"Europe/Berlin"}""");
        (schedule.Status, schedule.Json.GetProperty("zone").GetString(), schedule.Json.GetProperty("enabled").GetBoolean()).ShouldBe((200, "Europe/Berlin", true));
        (await host.AskAsync(HttpMethod.Patch, "schedules/hubspot-main/poll-fresh", key, """{"rhythm":"whenever"}""")).Status.ShouldBe(400);
        (await host.AskAsync(HttpMethod.Patch, "schedules/none", key, """{"enabled":false}""")).Status.ShouldBe(404);
    }
}
