using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceWriteTests : IDisposable
{
    private const string Job = "750000000000002AAA";
    private const string Other = "005000000000002AAA";
    private static readonly IReadOnlyList<string> Ids = [.. Enumerable.Range(0, 250).Select(number => SalesforceId.Normalise($"00T{number:d12}")!)];
    private readonly SalesforceScript _org = new();

    public SalesforceWriteTests()
    {
        _org.Options.BulkWriteRows = 2_000;
        _org.Describe("Task", "SystemModstamp", "AccountId", "WhoId", "Label__c:picklist=A/B", "Reason__c:string");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task WriteAsync_MoreThanOneCallTakes_IsABulkJobWhoseResultsBelongToRecordsById()
    {
        HaveJob();
        _org.On(200, $"sf__Id,sf__Created,Id\n{string.Join('\n', Ids.Skip(2).Reverse().Select(id => $"{id},false,{id}"))}\n", "successfulResults")
            .On(200, $"sf__Id,sf__Error,Id\n{Ids[0]},\"UNABLE_TO_LOCK_ROW:unable to obtain exclusive access:--\",{Ids[0]}\n", "failedResults")
            .On(200, $"Id,Label__c\n{Ids[1]},A\n", "unprocessedrecords");

        var results = (await _org.Connector.Writer.WriteAsync("Task", [.. Ids.Select(Write)], Token)).Value!;

        results.Count.ShouldBe(250);
        results.Single(result => result.ExternalId == Ids[0]).Failure!.Code.ShouldBe("salesforce.record_locked");
        results.Single(result => result.ExternalId == Ids[1]).Failure!.Code.ShouldBe("salesforce.bulk_not_processed");
        results.Count(result => result.Failure is null).ShouldBe(248);
        var file = _org.Sent("PUT", $"ingest/{Job}/batches").ShouldHaveSingleItem().Body.Split('\n');
        file[0].ShouldBe("Id,Label__c,Reason__c");
        file[1].ShouldBe($"{Ids[0]},A,#N/A");
        _org.Sent("Aborted").ShouldBeEmpty();
        _org.Sent("composite/sobjects").ShouldBeEmpty();
    }

    [Fact]
    public async Task WriteAsync_AtMostOneCall_StaysWithCollections()
    {
        _org.On(200, $"[{string.Join(',', Enumerable.Repeat("""{"success":true}""", 200))}]", "composite/sobjects");

        (await _org.Connector.Writer.WriteAsync("Task", [.. Ids.Take(200).Select(Write)], Token)).Value!.Count.ShouldBe(200);
        _org.Sent("jobs/ingest").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PUT", 503, FailureCategory.Retry, true)]
    [InlineData("POST", 503, FailureCategory.Retry, false)]
    [InlineData("successfulResults", 400, FailureCategory.Unknown, false)]
    public async Task WriteAsync_BulkTrouble_IsUnknownOnlyOnceTheJobIsClosed(string step, int status, FailureCategory category, bool aborted)
    {
        _org.On(status, "[]", step, "jobs/ingest");
        HaveJob();
        _org.On(200, "", "ingest");

        var failure = (await _org.Connector.Writer.WriteAsync("Task", [.. Ids.Select(Write)], Token)).Failure!;

        failure.Category.ShouldBe(category);
        _org.Sent("PATCH", "Aborted").Count.ShouldBe(aborted ? 1 : 0);
    }

    [Fact]
    public async Task WriteAsync_Cancelled_AbortsTheJob()
    {
        using var pause = new CancellationTokenSource();
        HaveJob(done: false);
        _org.Crm.Otherwise = Wrap(_org.Crm.Otherwise!, request =>
        {
            if (request.Method == "GET" && request.PathAndQuery.EndsWith(Job, StringComparison.Ordinal))
                pause.Cancel();
        });

        await Should.ThrowAsync<OperationCanceledException>(() => _org.Connector.Writer.WriteAsync("Task", [.. Ids.Select(Write)], pause.Token));

        _org.Sent("PATCH", Job, "Aborted").Count.ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_JobNeverEnds_IsUnknownAndAborted()
    {
        HaveJob(done: false);

        (await _org.Connector.Writer.WriteAsync("Task", [.. Ids.Select(Write)], Token)).Failure!.Code.ShouldBe("salesforce.bulk_write_failed");
        _org.Sent("PATCH", Job, "Aborted").Count.ShouldBe(1);
    }

    [Fact]
    public async Task WriteAsync_AfterTheGuardRead_GoesParentByParent()
    {
        _org.Options.BulkWriteRows = 200;
        // Describe is known only once something has been written.
        _org.On(200, """[{"success":true}]""", "composite/sobjects", Ids[9])
            .On(200, """[{"success":true},{"success":true},{"success":true}]""", "composite/sobjects")
            .Rows($$"""
                {"Id":"{{Ids[0]}}","AccountId":"001000000000002AAA"},{"Id":"{{Ids[1]}}","AccountId":"001000000000001AAA","WhoId":"003000000000002AAA"},
                {"Id":"{{Ids[2]}}","AccountId":"001000000000001AAA","WhoId":"003000000000001AAA"}
                """, "FROM Task");
        var writer = _org.Connector.Writer;
        await writer.WriteAsync("Task", [Write(Ids[9])], Token);
        await writer.ReadAsync("Task", [Ids[0], Ids[1], Ids[2]], ["Label__c"], Token);

        await writer.WriteAsync("Task", [Write(Ids[0]), Write(Ids[1]), Write(Ids[2])], Token);

        _org.Sent("composite/sobjects")[1].Json.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetString())
            .ShouldBe([Ids[2], Ids[1], Ids[0]]);
    }

    [Fact]
    public async Task ReadAsync_MoreThanOneQueryHolds_IsCut()
    {
        _org.Rows("", "queryAll");

        await _org.Connector.Writer.ReadAsync("Task", Ids, ["Label__c"], Token);

        var queries = _org.Sent("queryAll");
        queries.Count.ShouldBe(2);
        queries.ShouldAllBe(query => SalesforceScript.Soql(query).Split(" WHERE ")[1].Length <= 4_000 && query.PathAndQuery.Length < 8_000);
    }

    [Fact]
    public async Task ReadOriginsAsync_History_TellsPeopleFromAutomationAndLeavesUsOut()
    {
        _org.Describe("OpportunityFieldHistory", "OpportunityId", "Field").Describe("User", "UserType")
            .Rows($$"""
                {"OpportunityId":"006000000000001AAA","Field":"Label__c","CreatedById":"005000000000003AAA","CreatedDate":"2026-11-01T00:00:00.000+0000"},
                {"OpportunityId":"006000000000001AAA","Field":"Label__c","CreatedById":"{{Other}}","CreatedDate":"2026-11-02T00:00:00.000+0000"},
                {"OpportunityId":"006000000000002AAA","Field":"Label__c","CreatedById":"{{SalesforceScript.User}}","CreatedDate":"2026-11-02T00:00:00.000+0000"},
                {"OpportunityId":"006000000000003AAA","Field":"Label__c","CreatedById":"005000000000003AAA","CreatedDate":"2026-11-02T00:00:00.000+0000"}
                """, "FROM OpportunityFieldHistory", "Field = 'Label__c'")
            .Rows($$"""{"Id":"{{Other}}","UserType":"Standard"},{"Id":"005000000000003AAA","UserType":"AutomatedProcess"}""", "FROM User");

        var origins = (await _org.Connector.Writer.ReadOriginsAsync(
            "Opportunity", ["006000000000001AAA", "006000000000002AAA", "006000000000003"], "Label__c", Token)).Value!;

        origins.ShouldBe(new Dictionary<string, ValueOrigin>
        {
            ["006000000000001AAA"] = new(ValueActor.Human, new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), Other),
            ["006000000000003"] = new(ValueActor.Automation, new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero), "005000000000003AAA"),
        }, ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ReadOriginsAsync_NoHistoryOrClosed_TellsNothing(bool there)
    {
        if (there)
            _org.Describe("ActivityFieldHistory", "ActivityId").On(400, """[{"errorCode":"MALFORMED_QUERY","message":"x"}]""", "FROM ActivityFieldHistory");

        (await _org.Connector.Writer.ReadOriginsAsync("Task", [Ids[0]], "Label__c", Token)).Value!.ShouldBeEmpty();
        (await _org.Connector.Writer.ReadOriginsAsync("EmailMessage", ["02s000000000001AAA"], "Label__c", Token)).Value!.ShouldBeEmpty();
    }

    private void HaveJob(bool done = true) => _org
        .On(200, $$"""{"id":"{{Job}}","state":"Open"}""", "POST", "jobs/ingest").On(201, "", "PUT", "batches")
        .On(200, $$"""{"id":"{{Job}}","state":"Aborted"}""", "PATCH", "Aborted").On(200, $$"""{"id":"{{Job}}","state":"UploadComplete"}""", "PATCH", "UploadComplete")
        .On(["GET", $"ingest/{Job} "], (200, """{"state":"InProgress"}""", []), (200, $$"""{"state":"{{(done ? "JobComplete" : "InProgress")}}"}""", []));

    private static Func<SentRequest, HttpResponseMessage> Wrap(Func<SentRequest, HttpResponseMessage> inner, Action<SentRequest> before) => request =>
    {
        before(request);
        return inner(request);
    };

    private static RecordWrite Write(string id) => new(id, new Dictionary<string, string?> { ["Label__c"] = "A", ["Reason__c"] = null });
}
