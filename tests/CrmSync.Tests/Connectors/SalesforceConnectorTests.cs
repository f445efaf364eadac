using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceConnectorTests : IDisposable
{
    private const string Id1 = "00T000000000001AAA";
    private const string Id2 = "00T000000000002AAA";
    private const string Signed =
        """{"access_token":"00Dxx!secret","instance_url":"https://example.my.salesforce.com","id":"https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA"}""";

    private const string Versions = """[{"label":"Winter '26","url":"/services/data/v65.0","version":"65.0"},{"label":"Spring '26","url":"/services/data/v66.0","version":"66.0"}]""";

    private const string Described =
        """{"fields":[{"name":"Id"},{"name":"SystemModstamp"},{"name":"Subject"},{"name":"WhoId"},{"name":"Label__c","type":"string","updateable":true},{"name":"Score__c","type":"double","updateable":true},{"name":"Locked__c","type":"string","updateable":false}]}""";

    private static readonly ScanWindow Tasks = new("Task", new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero), new(2026, 11, 20, 0, 0, 0, 500, TimeSpan.Zero));
    private readonly JumpingClock _clock = new();
    private readonly ScriptedCrm _crm = new();
    private readonly SalesforceOptions _options = new()
    {
        LoginAddress = new Uri("https://example.my.salesforce.com"), ClientId = "key", ClientSecret = "hush-hush",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _crm.Dispose();

    [Fact]
    public async Task ReadPageAsync_Query_AsksForVisibleFieldsInTheOrderOfTheKeyset()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(200, Rows(done: true, Id1));
        await Sut().Reader.ReadPageAsync(Tasks, $"2026-11-05T00:00:00Z|{Id1}", Token);

        Soql(3).ShouldBe(
            "SELECT Id, SystemModstamp, Subject, WhoId FROM Task WHERE SystemModstamp >= 2026-11-01T00:00:00Z"
            + $" AND SystemModstamp <= 2026-11-20T00:00:01Z AND (SystemModstamp > 2026-11-05T00:00:00Z OR (SystemModstamp = 2026-11-05T00:00:00Z AND Id > '{Id1}')) AND IsDeleted = false"
            + " ORDER BY SystemModstamp ASC, Id ASC");
        _crm.Sent[3].PathAndQuery.ShouldStartWith("/services/data/v66.0/queryAll?q=");
        _crm.Sent[0].Body.ShouldContain("grant_type=client_credentials");
        _crm.Sent[2].Authorization.ShouldBe("Bearer 00Dxx!secret");
    }

    [Fact]
    public async Task ReadPageAsync_NotDone_FollowsTheCursorAndOnlyDoneEnds()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(200, Rows(done: false, Id1)).Then(200, Rows(done: true, Id2));

        var page = (await Sut().Reader.ReadPageAsync(Tasks, null, Token)).Value!;

        page.Activities.Select(activity => activity.ExternalId).ShouldBe([Id1, Id2]);
        page.Position.ShouldBeNull();
        _crm.Sent[4].PathAndQuery.ShouldBe("/services/data/v66.0/query/01gABC-1");
    }

    [Fact]
    public async Task ReadPageAsync_CursorLost_KeepsWhatWasReadAndTheWayOn()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(200, Rows(done: false, Id1))
            .Then(400, """[{"errorCode":"INVALID_QUERY_LOCATOR","message":"invalid query locator"}]""");

        var page = (await Sut().Reader.ReadPageAsync(Tasks, null, Token)).Value!;

        page.Activities.Count.ShouldBe(1);
        page.Position.ShouldBe($"2026-11-10T00:00:00Z|{Id1}");
    }

    [Fact]
    public async Task ReadPageAsync_FieldHiddenSinceDescribe_AsksDescribeAgain()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described)
            .Then(400, """[{"errorCode":"INVALID_FIELD","message":"No such column 'Subject' on entity 'Task'."}]""")
            .Then(200, """{"fields":[{"name":"Id"},{"name":"SystemModstamp"}]}""").Then(200, Rows(done: true, Id1));

        (await Sut().Reader.ReadPageAsync(Tasks, null, Token)).Succeeded.ShouldBeTrue();
        Soql(5).ShouldStartWith("SELECT Id, SystemModstamp FROM Task");
    }

    [Fact]
    public async Task ReadPageAsync_PrivateCopiesAndTemplates_AreCountedAndLeftOut()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, """{"fields":[{"name":"IsPrivate"},{"name":"IsChild"},{"name":"IsRecurrence"}]}""")
            .Then(200, """
                {"done":true,"records":[{"Id":"00U000000000001AAA","IsPrivate":true},{"Id":"00U000000000002AAA","IsChild":true},
                {"Id":"00U000000000003AAA","IsRecurrence":true},{"Id":"00U000000000004AAA"}]}
                """);

        var page = (await Sut().Reader.ReadPageAsync(Tasks with { ObjectType = "Event" }, null, Token)).Value!;

        page.Activities.ShouldHaveSingleItem().ExternalId.ShouldBe("00U000000000004AAA");
        page.Skipped.ShouldBe(new Dictionary<string, int> { ["private"] = 1, ["invitee_copy"] = 1, ["series_template"] = 1 }, ignoreOrder: true);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"records":[]}""")]
    [InlineData("""{"done":true}""")]
    public async Task ReadPageAsync_AnswerWithoutRowsOrEnd_IsNotTheEndOfTheScan(string answer)
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(200, answer);

        (await Sut().Reader.ReadPageAsync(Tasks, null, Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("2026-11-05T00:00:00Z|x' OR Id != '")]
    [InlineData("")]
    public async Task ReadPageAsync_StrangePosition_IsRejectedAndNothingIsAsked(string position)
    {
        (await Sut().Reader.ReadPageAsync(Tasks, position, Token)).Failure!.Code.ShouldBe("salesforce.bad_position");
        _crm.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_Answer_BelongsToRecordsByPosition()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described)
            .Then(200, $$"""[{"id":"{{Id1}}","success":true,"errors":[]},{"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"busy"}]}]""");

        var results = (await Sut().Writer.WriteAsync("Task", [Write(Id2), Write(Id1)], Token)).Value!;

        results.Select(result => (result.ExternalId, result.Failure?.Category)).ShouldBe([(Id1, null), (Id2, FailureCategory.Retry)]);
        var body = _crm.Sent[3].Json;
        body.GetProperty("allOrNone").GetBoolean().ShouldBeFalse();
        body.GetProperty("records")[0].GetProperty("id").GetString().ShouldBe(Id1);
        body.GetProperty("records")[0].GetProperty("Score__c").GetRawText().ShouldBe("0.9");
        body.GetProperty("records")[0].GetProperty("attributes").GetProperty("type").GetString().ShouldBe("Task");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""[{"success":true}]""")]
    public async Task WriteAsync_WrongNumberOfAnswers_IsUnknown(string answer)
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(200, answer);

        (await Sut().Writer.WriteAsync("Task", [Write(Id1), Write(Id2)], Token)).Failure!.Category.ShouldBe(FailureCategory.Unknown);
    }

    [Fact]
    public async Task WriteAsync_FieldNotEditable_StopsBeforeSending()
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described);
        var write = new RecordWrite(Id1, new Dictionary<string, string?> { ["Locked__c"] = "x" });

        (await Sut().Writer.WriteAsync("Task", [write], Token)).Failure!.Code.ShouldBe("salesforce.field_not_editable");
        _crm.Sent.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("UNABLE_TO_LOCK_ROW", "", FailureCategory.Retry)]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger: UNABLE_TO_LOCK_ROW", FailureCategory.Retry)]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "trigger failed", FailureCategory.Reject)]
    [InlineData("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "System.LimitException: Too many SOQL queries: 101", FailureCategory.Retry)]
    [InlineData("STRING_TOO_LONG", "", FailureCategory.Reject)]
    [InlineData("REQUIRED_FIELD_MISSING", "", FailureCategory.Reject)]
    [InlineData("DUPLICATE_VALUE", "", FailureCategory.Reject)]
    [InlineData("INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY", "", FailureCategory.Reject)]
    [InlineData("MALFORMED_ID", "", FailureCategory.Gone)]
    [InlineData("INVALID_CROSS_REFERENCE_KEY", "", FailureCategory.Gone)]
    [InlineData("NOT_FOUND", "", FailureCategory.Gone)]
    [InlineData("INVALID_FIELD", "", FailureCategory.Stop)]
    [InlineData("ALL_OR_NONE_OPERATION_ROLLED_BACK", "", FailureCategory.Retry)]
    [InlineData("FIELD_CUSTOM_VALIDATION_EXCEPTION", "", FailureCategory.Reject)]
    [InlineData("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "", FailureCategory.Reject)]
    [InlineData("INVALID_FIELD_FOR_INSERT_UPDATE", "", FailureCategory.Stop)]
    [InlineData("INSUFFICIENT_ACCESS_OR_READONLY", "", FailureCategory.Reject)]
    [InlineData("ENTITY_IS_LOCKED", "", FailureCategory.Wait)]
    [InlineData("ENTITY_IS_DELETED", "", FailureCategory.Gone)]
    [InlineData("SOMETHING_NEW", "", FailureCategory.Reject)]
    public async Task WriteAsync_RecordRefused_IsSorted(string code, string message, FailureCategory category)
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described)
            .Then(200, $$"""[{"success":false,"errors":[{"statusCode":"{{code}}","message":"{{message}}"}]}]""");

        var failure = (await Sut().Writer.WriteAsync("Task", [Write(Id1)], Token)).Value!.ShouldHaveSingleItem().Failure!;

        failure.Category.ShouldBe(category);
        (failure.NotBefore is not null).ShouldBe(category == FailureCategory.Wait);
        failure.RemoteMessage!.ShouldStartWith(code);
    }

    [Theory]
    [InlineData(403, """[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}]""", FailureCategory.Wait, "salesforce.daily_limited")]
    [InlineData(403, """[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentRequests (Concurrent API Requests) Limit exceeded."}]""", FailureCategory.Wait, "salesforce.concurrent_limited")]
    [InlineData(403, """[{"errorCode":"API_DISABLED_FOR_ORG","message":"x"}]""", FailureCategory.Stop, "salesforce.api_disabled")]
    [InlineData(403, """[{"errorCode":"API_CURRENTLY_DISABLED","message":"x"}]""", FailureCategory.Stop, "salesforce.api_disabled")]
    [InlineData(403, """[{"errorCode":"TXN_SECURITY_METERING_ERROR","message":"x"}]""", FailureCategory.Stop, "salesforce.policy_refused")]
    [InlineData(401, """[{"errorCode":"INVALID_SESSION_ID","message":"Connected app is not attached to Agent"}]""", FailureCategory.Stop, "salesforce.session_refused")]
    [InlineData(400, """[{"errorCode":"INVALID_TYPE","message":"x"}]""", FailureCategory.Stop, "salesforce.object_missing")]
    [InlineData(409, "", FailureCategory.Retry, "salesforce.conflict")]
    [InlineData(420, "", FailureCategory.Unknown, "salesforce.unavailable_write")]
    [InlineData(429, "", FailureCategory.Wait, "salesforce.concurrent_limited")]
    [InlineData(403, "<html>", FailureCategory.Stop, "salesforce.access_refused")]
    [InlineData(401, """[{"errorCode":"INVALID_SESSION_ID","message":"This session is not valid for use with the REST API"}]""", FailureCategory.Stop, "salesforce.session_refused")]
    [InlineData(400, """[{"errorCode":"INVALID_FIELD","message":"x"}]""", FailureCategory.Stop, "salesforce.field_missing")]
    [InlineData(400, """{"message":"x"}""", FailureCategory.Reject, "salesforce.invalid_request")]
    [InlineData(410, "", FailureCategory.Stop, "salesforce.version_retired")]
    [InlineData(431, "", FailureCategory.Reject, "salesforce.request_too_large")]
    [InlineData(406, "", FailureCategory.Unknown, "salesforce.unavailable_write")]
    [InlineData(503, "<html></html>", FailureCategory.Unknown, "salesforce.unavailable_write")]
    [InlineData(200, "<html></html>", FailureCategory.Unknown, "http.unreadable_write_answer")]
    [InlineData(307, "", FailureCategory.Stop, "http.redirected")]
    public async Task WriteAsync_WholeCallRefused_IsSentOnceAndNamed(int status, string body, FailureCategory category, string code)
    {
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(status, body);

        var failure = (await Sut().Writer.WriteAsync("Task", [Write(Id1)], Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((category, code));
        _crm.Sent.Count.ShouldBe(4);
        if (code == "salesforce.daily_limited")
            failure.NotBefore.ShouldBe(_clock.GetUtcNow().AddMinutes(15));
    }

    [Fact]
    public async Task WriteAsync_SessionExpired_SignsInAndReplaysOnce()
    {
        const string expired = """[{"errorCode":"INVALID_SESSION_ID","message":"Session expired or invalid"}]""";
        _crm.Then(200, Signed).Then(200, Versions).Then(200, Described).Then(401, expired).Then(200, Signed.Replace("secret", "fresh", StringComparison.Ordinal)).Then(401, expired);

        var failure = (await Sut().Writer.WriteAsync("Task", [Write(Id1)], Token)).Failure!;

        failure.Code.ShouldBe("salesforce.session_refused");
        _crm.Sent.Count.ShouldBe(6);
        _crm.Sent[5].Authorization.ShouldBe("Bearer 00Dxx!fresh");
    }

    [Fact]
    public async Task AnyCall_SignInRefused_IsNotRepeatedForAMinute()
    {
        _crm.Then(400, """{"error":"invalid_client","error_description":"invalid client credentials hush-hush"}""").Then(200, Signed).Then(200, Versions).Then(200, Described)
            .Then(200, Rows(done: true, Id1));
        var sut = Sut();

        var first = (await sut.Reader.ReadPageAsync(Tasks, null, Token)).Failure!;
        (await sut.Reader.ReadPageAsync(Tasks, null, Token)).Failure.ShouldBe(first);
        first.Category.ShouldBe(FailureCategory.Stop);
        first.Message.ShouldContain("invalid_client");
        first.RemoteMessage!.ShouldNotContain("hush-hush");
        _crm.Sent.Count.ShouldBe(1);

        _clock.Advance(TimeSpan.FromSeconds(61));
        (await sut.Reader.ReadPageAsync(Tasks, null, Token)).Succeeded.ShouldBeTrue();
    }

    [Theory]
    [InlineData("http://example.my.salesforce.com")]
    [InlineData("https://evil.example")]
    [InlineData("https://evilsalesforce.com")]
    public async Task AnyCall_SignInNamesAStrangeHost_SendsTheTokenNowhere(string instance)
    {
        _crm.Then(200, Signed.Replace("https://example.my.salesforce.com", instance, StringComparison.Ordinal));

        (await Sut().Reader.ReadPageAsync(Tasks, null, Token)).Failure!.Code.ShouldBe("salesforce.instance_untrusted");
        _crm.Sent.Count.ShouldBe(1);
    }

    private static RecordWrite Write(string id) => new(id, new Dictionary<string, string?> { ["Label__c"] = "x", ["Score__c"] = "0.9" });

    private static string Rows(bool done, params string[] ids) =>
        $"{{\"done\":{(done ? "true" : "false, \"nextRecordsUrl\":\"/services/data/v66.0/query/01gABC-1\"")},\"records\":["
        + string.Join(',', ids.Select(id => $$"""{"Id":"{{id}}","SystemModstamp":"2026-11-10T00:00:00.000+0000"}""")) + "]}";

    private string Soql(int request) => Uri.UnescapeDataString(_crm.Sent[request].PathAndQuery.Split("q=")[1]);

    private SalesforceConnector Sut() => SalesforceConnector.Create(_options, "salesforce-test", _clock, NullLoggerFactory.Instance, _crm);
}
