using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotConnectorTests : IDisposable
{
    private const string Empty = """{"total":0,"results":[]}""";
    private static readonly ScanWindow Notes = new("notes", Date("2026-11-01T00:00:00Z"), Date("2026-11-20T00:00:00Z"));
    private readonly JumpingClock _clock = new();
    private readonly ScriptedCrm _crm = new();
    private readonly HubSpotOptions _options = new() { Token = "pat-na1-secret-of-the-test" };

    public void Dispose() => _crm.Dispose();

    [Fact]
    public async Task ReadPageAsync_EveryPage_CarriesTheIdKeysetAndNoOffset()
    {
        _crm.Then(200, Page(7, 9)).Then(200, Page(12)).Then(200, Empty);
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, """{"results":[]}""");

        var page = (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Value!;

        page.Activities.Select(activity => activity.ExternalId).ShouldBe(["7", "9", "12"]);
        page.Position.ShouldBeNull();
        var searches = _crm.Sent.Where(request => request.PathAndQuery == "/crm/objects/2026-09/notes/search").ToList();
        searches.Count.ShouldBe(3);
        searches.Select(request => request.Json.GetProperty("filterGroups")[0].GetProperty("filters")[2].GetProperty("value").GetString())
            .ShouldBe(["0", "9", "12"]);
        searches.ShouldAllBe(request => !request.Body.Contains("\"after\"", StringComparison.Ordinal) && request.Body.Length <= 3_000);
        searches[0].Json.GetProperty("filterGroups")[0].GetProperty("filters")[1].GetProperty("value").GetString()
            .ShouldBe(Notes.To.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task ReadPageAsync_FivePages_AskAssociationsOnceForAll()
    {
        for (var page = 0; page < 5; page++)
            _crm.Then(200, Page([.. Enumerable.Range((page * 200) + 1, 200)]));
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, """{"results":[]}""");

        var read = (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Value!;

        read.Activities.Count.ShouldBe(1_000);
        read.Position.ShouldBe("1000");
        _crm.Sent.Count.ShouldBe(8);
        _crm.Sent[^1].Json.GetProperty("inputs").GetArrayLength().ShouldBe(1_000);
    }

    [Fact]
    public async Task ReadPageAsync_TroubleOnALaterPage_KeepsWhatWasRead()
    {
        _crm.Then(200, Page(7)).Then(429, """{"policyName":"SECONDLY","message":"You have reached your secondly limit."}""");
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, """{"results":[]}""");

        var page = (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Value!;

        page.Activities.Count.ShouldBe(1);
        page.Position.ShouldBe("7");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    [InlineData("""{"results":null}""")]
    public async Task AnyRead_AnswerWithoutTheList_IsNeitherTheEndNorADeletion(string answer)
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, answer);
        var sut = Sut();

        (await sut.Reader.ReadPageAsync(Notes, null, Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
        (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
        (await sut.Writer.WriteAsync("notes", [Write("1")], Token)).Failure!.Category.ShouldBe(FailureCategory.Unknown);
    }

    [Fact]
    public async Task ReadPageAsync_AnswersTooLarge_ComeInSmallerPages()
    {
        _options.Timeouts.AnswerLimit = 1024 * 1024;
        var pad = new string('x', 1_500_000);
        _crm.Otherwise = request => ScriptedCrm.Answer(200, request.Body.Contains("\"limit\":200", StringComparison.Ordinal)
            ? $$"""{"results":[],"pad":"{{pad}}"}"""
            : request.Body.Contains("\"value\":\"7\"", StringComparison.Ordinal) || request.Body.Contains("inputs", StringComparison.Ordinal) ? Empty : Page(7));

        var page = (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Value!;

        page.Activities.ShouldHaveSingleItem();
        page.Position.ShouldBeNull();
        _crm.Sent.Count(request => request.Body.Contains("\"limit\":20}", StringComparison.Ordinal)).ShouldBe(2);
    }

    [Fact]
    public async Task ReadPageAsync_SearchIgnoresTheKeyset_FailsInsteadOfRunningForEver()
    {
        _crm.Otherwise = request => ScriptedCrm.Answer(200, request.PathAndQuery.EndsWith("/search", StringComparison.Ordinal) ? Page(7) : "{}");

        (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Failure!.Code.ShouldBe("hubspot.scan_stuck");
    }

    [Fact]
    public async Task ReadPageAsync_Associations_ArriveAsNumbersOverSeveralPagesAndAsErrorsForNone()
    {
        _crm.Then(200, Page(1, 2)).Then(200, Empty)
            .Then(207, """
                {"status":"COMPLETE","results":[{"from":{"id":"1"},"to":[{"toObjectId":101}],"paging":{"next":{"after":"c1"}}}],"numErrors":1,
                 "errors":[{"category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["2"]}}]}
                """)
            .Then(200, """{"results":[{"from":{"id":"1"},"to":[{"toObjectId":"102"},{"toObjectId":101}]}]}""")
            .Then(403, """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["crm.objects.companies.read"]}}]}""")
            .Then(200, """{"results":[{"from":{"id":"2"},"to":[{"toObjectId":300}]}]}""");

        var page = (await Sut().Reader.ReadPageAsync(Notes, null, Token)).Value!;

        page.Activities[0].Associations.ShouldBe([new Association("contact", "contacts", "101"), new Association("contact", "contacts", "102")]);
        page.Activities[1].Associations.ShouldBe([new Association("deal", "deals", "300")]);
        _crm.Sent[3].Json.GetProperty("inputs")[0].GetProperty("after").GetString().ShouldBe("c1");
    }

    [Fact]
    public async Task ReadPageAsync_Calls_ResolveDispositionsAndAskOnceForTheAccountsOwn()
    {
        const string own = "11111111-2222-3333-4444-555555555555";
        _crm.Then(200, Calls(("1", "F240BBAC-87c9-4f6e-bf70-924b57d47db7"), ("2", own))).Then(200, Calls(("3", own))).Then(200, Empty)
            .Then(200, $$"""{"options":[{"value":"{{own}}","label":"Asked to call back"}]}""");
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, """{"results":[]}""");

        var page = (await Sut().Reader.ReadPageAsync(Notes with { ObjectType = "calls" }, null, Token)).Value!;

        page.Activities.Select(activity => activity.Content.Evidence.Disposition).ShouldBe(["Connected", "Asked to call back", "Asked to call back"]);
        var evidence = page.Activities[0].Content.Evidence;
        evidence.Direction.ShouldBe(ActivityDirection.Outbound);
        evidence.Duration.ShouldBe(TimeSpan.FromSeconds(61));
        _crm.Sent.Count(request => request.PathAndQuery.Contains("hs_call_disposition", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_MixedUnorderedAnswer_IsToldRecordByRecord()
    {
        _crm.Then(207, """
            {"status":"COMPLETE","results":[{"id":"3","properties":{"l":"X","s":""}},{"id":"1","properties":{"l":"x","other":"1"}}],"numErrors":1,
             "errors":[{"category":"OBJECT_NOT_FOUND","message":"gone","context":{"ids":["2"]}}]}
            """);

        var results = (await Sut().Writer.WriteAsync("notes", [Write("1"), Write("2"), Write("3"), Write("4")], Token)).Value!;

        results.Select(result => (result.ExternalId, result.Failure?.Category)).Order()
            .ShouldBe([("1", null), ("2", FailureCategory.Gone), ("3", null)]);
        results.Single(result => result.ExternalId == "3").Values.ShouldBe(new Dictionary<string, string?> { ["l"] = "X", ["s"] = null });
        _crm.Sent[0].Json.GetProperty("inputs")[0].GetProperty("properties").GetProperty("s").GetString().ShouldBe("");
    }

    [Theory]
    [InlineData(400, """{"category":"VALIDATION_ERROR","message":"Property values were not valid: [{\"error\":\"INVALID_OPTION\"}]"}""", FailureCategory.Reject, "hubspot.option_missing")]
    [InlineData(400, """{"errors":[{"code":"PROPERTY_DOESNT_EXIST"}]}""", FailureCategory.Stop, "hubspot.property_missing")]
    [InlineData(400, """{"errors":[{"code":"MISSING_CONDITIONAL_REQUIRED_PROPERTY"}]}""", FailureCategory.Reject, "hubspot.rule_refused")]
    [InlineData(400, "<html>", FailureCategory.Reject, "hubspot.invalid_request")]
    [InlineData(401, """{"category":"INVALID_AUTHENTICATION","message":"bad pat-na1-secret-of-the-test"}""", FailureCategory.Stop, "hubspot.token_refused")]
    [InlineData(403, """{"category":"MISSING_SCOPES"}""", FailureCategory.Stop, "hubspot.scope_missing")]
    [InlineData(302, "", FailureCategory.Stop, "http.redirected")]
    [InlineData(400, """{"message":"x","errors":[{"message":"l is read only","code":"READ_ONLY_VALUE"}]}""", FailureCategory.Stop, "hubspot.property_read_only")]
    [InlineData(403, """{"message":"This user may not edit."}""", FailureCategory.Stop, "hubspot.access_refused")]
    [InlineData(409, """{"category":"CONFLICT"}""", FailureCategory.Reject, "hubspot.conflict")]
    [InlineData(414, "", FailureCategory.Reject, "hubspot.request_too_large")]
    [InlineData(423, "[]", FailureCategory.Retry, "hubspot.locked")]
    [InlineData(477, "{}", FailureCategory.Wait, "hubspot.migrating")]
    [InlineData(429, """{"policyName":"TEN_SECONDLY_ROLLING"}""", FailureCategory.Wait, "hubspot.rate_limited")]
    [InlineData(429, """{"message":"You have reached your daily limit.","category":"RATE_LIMITS"}""", FailureCategory.Wait, "hubspot.daily_limited")]
    [InlineData(429, """{"policyName":"SECONDLY"}""", FailureCategory.Wait, "hubspot.search_limited")]
    [InlineData(524, "<html>", FailureCategory.Unknown, "hubspot.unavailable_write")]
    [InlineData(500, "oops", FailureCategory.Unknown, "hubspot.unavailable_write")]
    [InlineData(503, "<html></html>", FailureCategory.Unknown, "hubspot.unavailable_write")]
    [InlineData(200, "<html></html>", FailureCategory.Unknown, "http.unreadable_write_answer")]
    public async Task WriteAsync_WholeCallRefused_IsSentOnceAndNamed(int status, string body, FailureCategory category, string code)
    {
        _crm.Then(status, body);

        var failure = (await Sut().Writer.WriteAsync("notes", [Write("1")], Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((category, code));
        _crm.Sent.Count.ShouldBe(1);
        (failure.NotBefore is not null).ShouldBe(category == FailureCategory.Wait || status == 423);
        $"{failure} {failure.RemoteMessage}".ShouldNotContain("secret");
        failure.Message.ShouldContain("hubspot-test");
    }

    [Fact]
    public async Task WriteAsync_ConnectionBreaks_IsUnknownAndSentOnce()
    {
        _crm.ThenThrow(new HttpRequestException(HttpRequestError.ResponseEnded));

        (await Sut().Writer.WriteAsync("notes", [Write("1")], Token)).Failure!.Category.ShouldBe(FailureCategory.Unknown);
        _crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReadAsync_ServerErrors_AreTriedTwiceMoreAndThenRetryLater()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(502, "<html>");
        var sut = Sut();

        var failure = (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!;

        failure.Category.ShouldBe(FailureCategory.Retry);
        sut.RequestsSent.ShouldBe(3);
    }

    [Fact]
    public async Task ReadAsync_NobodyAnswers_TimesOutAsRetry()
    {
        var reached = new TaskCompletionSource();
        var sut = HubSpotConnector.Create(_options, "hubspot-test", _clock, NullLoggerFactory.Instance, new SilentHandler(reached));

        var reading = sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
        await reached.Task;
        _clock.Advance(TimeSpan.FromSeconds(31));

        (await reading).Failure!.Code.ShouldBe("http.timed_out");
    }

    [Fact]
    public async Task WriteAsync_NobodyAnswers_TimesOutAsUnknown()
    {
        var reached = new TaskCompletionSource();
        var sut = HubSpotConnector.Create(_options, "hubspot-test", _clock, NullLoggerFactory.Instance, new SilentHandler(reached));

        var writing = sut.Writer.WriteAsync("notes", [Write("1")], Token);
        await reached.Task;
        _clock.Advance(TimeSpan.FromSeconds(31));

        (await writing).Failure!.Code.ShouldBe("http.timed_out_write");
    }

    [Fact]
    public async Task ReadAsync_TokenChanges_TheNextRequestCarriesTheNewOne()
    {
        _crm.Otherwise = _ => ScriptedCrm.Answer(200, """{"results":[]}""");
        var sut = Sut();
        await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
        _options.Token = "pat-na1-rotated";
        await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);

        _crm.Sent[0].Authorization.ShouldBe("Bearer pat-na1-secret-of-the-test");
        _crm.Sent[1].Authorization.ShouldBe("Bearer pat-na1-rotated");
    }

    [Fact]
    public async Task ReadAsync_Answer_BlankIsNullAndMissingRecordsAreAbsent()
    {
        _crm.Then(207, """
            {"results":[{"id":"1","properties":{"l":"","hs_lastmodifieddate":"1763683200000"}},{"id":"5","archived":true,"properties":{}}],
             "errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["2"]}}]}
            """);

        var states = (await Sut().Writer.ReadAsync("notes", ["1", "2", "5"], ["l", "m"], Token)).Value!;

        states.Keys.ShouldBe(["1"]);
        states["1"].Values.ShouldBe(new Dictionary<string, string?> { ["l"] = null, ["m"] = null });
        states["1"].ModifiedAt.ShouldBe(DateTimeOffset.FromUnixTimeMilliseconds(1763683200000));
    }

    [Fact]
    public async Task ReadAsync_AfterADailyLimit_WaitsWithoutAsking()
    {
        _crm.Then(429, """{"policyName":"DAILY"}""");
        var sut = Sut();
        var first = (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!;
        var second = (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!;

        (first.Category, second.Category).ShouldBe((FailureCategory.Wait, FailureCategory.Wait));
        second.NotBefore.ShouldBe(first.NotBefore);
        _crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public void Create_EverythingWrong_SaysEverythingAtOnce()
    {
        var options = new HubSpotOptions { BaseAddress = new Uri("http://crm.example"), ApiVersion = "../v3", SearchPages = 9 };

        var message = Should.Throw<ArgumentException>(() => HubSpotConnector.Create(options, "hubspot-test", _clock, NullLoggerFactory.Instance)).Message;

        foreach (var word in new[] { "BaseAddress", "ApiVersion", "Token", "SearchPages" })
            message.ShouldContain(word);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static RecordWrite Write(string id) => new(id, new Dictionary<string, string?> { ["l"] = "x", ["s"] = null });

    private static string Page(params int[] ids) =>
        "{\"total\":9,\"results\":[" + string.Join(',', ids.Select(id => $$$"""
            {"id":"{{{id}}}","properties":{"hs_note_body":"n"},"updatedAt":"2026-11-10T00:00:00Z"}
            """)) + "]}";

    private static string Calls(params (string Id, string Disposition)[] calls) =>
        "{\"results\":[" + string.Join(',', calls.Select(call => $$$"""
            {"id":"{{{call.Id}}}","properties":{"hs_call_disposition":"{{{call.Disposition}}}","hs_call_direction":"OUTBOUND","hs_call_duration":"61000"} }
            """)) + "]}";

    private static DateTimeOffset Date(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private HubSpotConnector Sut() => HubSpotConnector.Create(_options, "hubspot-test", _clock, NullLoggerFactory.Instance, _crm);

    private sealed class SilentHandler(TaskCompletionSource reached) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            reached.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            throw new InvalidOperationException("unreachable");
        }
    }
}
