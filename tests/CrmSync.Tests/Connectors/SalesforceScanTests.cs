using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Polling;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class SalesforceScanTests : IDisposable
{
    private const string Id1 = "00T000000000001AAA";
    private const string Id2 = "00T000000000002AAA";
    private const string Id3 = "00T000000000003AAA";
    private const string Job = "750000000000001AAA";
    private const string Csv = "Id,SystemModstamp,Subject,Description\n";
    private readonly SalesforceScript _org = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _org.Dispose();

    [Fact]
    public async Task ReadPageAsync_QueryTakesTooLong_HalvesTheWindowAndWidensItAgain()
    {
        _org.On(["queryAll"],
            (400, """[{"errorCode":"QUERY_TIMEOUT","message":"Your query request was running for too long."}]""", []),
            (200, Answer(1, done: true, Row(Id1, "2026-11-03T00:00:00.000+0000")), []), (200, Answer(1, done: true, Row(Id2, "2026-11-19T00:00:00.000+0000")), []));

        var first = await PageAsync(null);
        first.Activities.ShouldBeEmpty();
        first.Position.ShouldBe("||2026-11-10T12:00:00Z");
        var second = await PageAsync(first.Position);
        second.Activities.ShouldHaveSingleItem().ExternalId.ShouldBe(Id1);
        second.Position.ShouldBe("2026-11-10T12:00:00Z|");
        var third = await PageAsync(second.Position);
        third.Activities.ShouldHaveSingleItem().ExternalId.ShouldBe(Id2);
        third.Position.ShouldBeNull();

        var queries = _org.Sent("queryAll").Select(SalesforceScript.Soql).ToList();
        queries[1].ShouldContain("SystemModstamp <= 2026-11-10T12:00:00Z");
        queries[2].ShouldContain("SystemModstamp <= 2026-11-20T00:00:00Z AND SystemModstamp > 2026-11-10T12:00:00Z");
    }

    [Fact]
    public async Task ReadPageAsync_OneSecondTakesTooLong_FailsInsteadOfHalvingForEver()
    {
        _org.On(400, """[{"errorCode":"QUERY_TIMEOUT","message":"x"}]""", "queryAll");

        string? position = null;
        for (var halvings = 0; halvings < 40; halvings++)
        {
            var read = await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, position, Token);
            if (!read.Succeeded)
            {
                read.Failure.Code.ShouldBe("salesforce.query_timeout");
                return;
            }

            position = read.Value.Position;
        }

        throw new ShouldAssertException("It went on halving.");
    }

    [Fact]
    public async Task ReadPageAsync_RowsOutsideTheWindow_AreDropped()
    {
        _org.On(200, Answer(2, done: true, Row(Id1, "2026-10-31T23:59:59.000+0000"), Row(Id2, "2026-11-05T00:00:00.000+0000")), "queryAll");

        (await PageAsync(null)).Activities.ShouldHaveSingleItem().ExternalId.ShouldBe(Id2);
    }

    [Fact]
    public async Task ReadPageAsync_NextAddressLeavesTheApi_IsNotFollowed()
    {
        _org.On(200, """{"done":false,"nextRecordsUrl":"https://evil.example/x","records":[{"Id":"00T000000000001AAA"}]}""", "queryAll");

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, null, Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
    }

    [Fact]
    public async Task ReadPageAsync_ManyRowsToCome_GoesOnByABulkJob()
    {
        _org.Options.PageRows = 200;
        FirstOfMany();
        _org.On(["POST", "/jobs/query"], (200, $$"""{"id":"{{Job}}","state":"UploadComplete"}""", []))
            .On(["results", "locator=next/1"], (200, $"{Csv}{Id3},2026-11-07T00:00:00.000Z,Third,\n", [("Sforce-Locator", "null"), ("Sforce-NumberOfRecords", "1")]))
            .On(["results"], (200, $"{Csv}{Id2},2026-11-06T00:00:00.000Z,Second,\"Two\nlines, \"\"quoted\"\"\"\n", [("Sforce-Locator", "next/1")]))
            .On(["GET", $"/jobs/query/{Job}"], (200, """{"state":"InProgress"}""", []), (200, """{"state":"JobComplete"}""", []))
            .On(204, "", "DELETE", $"/jobs/query/{Job}");

        var pages = await DrainAsync();

        pages.SelectMany(page => page.Activities).Select(activity => activity.ExternalId).ShouldBe([Id1, Id2, Id3]);
        pages[1].Activities[0].Content.Body.ShouldBe("Two\nlines, \"quoted\"");
        pages[0].Position.ShouldBe($"2026-11-05T00:00:00Z|{Id1}||b");
        pages[1].Position.ShouldBe($"2026-11-05T00:00:00Z|{Id1}||b:{Job}:next%2F1");
        var query = _org.Sent("POST", "/jobs/query").ShouldHaveSingleItem().Json;
        query.GetProperty("operation").GetString().ShouldBe("queryAll");
        query.GetProperty("query").GetString()!.ShouldContain($"Id > '{Id1}'");
        query.GetProperty("query").GetString()!.ShouldNotContain("ORDER BY");
        _org.Sent("DELETE", Job).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(400, """[{"errorCode":"INVALIDENTITY","message":"Entity 'Task' is not supported by the Bulk API."}]""")]
    [InlineData(400, """[{"errorCode":"EXCEEDED_QUOTA","message":"x"}]""")]
    [InlineData(404, "")]
    public async Task ReadPageAsync_BulkJobRefused_GoesOnByQueries(int status, string body)
    {
        FirstOfMany();
        _org.On(status, body, "POST", "/jobs/query");
        _org.On(200, Answer(9_000, done: true, Row(Id2, "2026-11-06T00:00:00.000+0000")), "queryAll", $"Id > '{Id1}'");

        var pages = await DrainAsync();

        pages.SelectMany(page => page.Activities).Select(activity => activity.ExternalId).ShouldBe([Id1, Id2]);
        pages[1].Position.ShouldBe($"2026-11-05T00:00:00Z|{Id1}||q");
        _org.Sent("POST", "/jobs/query").Count.ShouldBe(1);
    }

    [Fact]
    public async Task ReadPageAsync_BulkJobFails_GoesOnByQueries()
    {
        _org.On(200, """{"state":"Failed","errorMessage":"x"}""", "GET", $"/jobs/query/{Job}").On(204, "", "DELETE", Job);

        (await PageAsync($"2026-11-05T00:00:00Z|{Id1}||b:{Job}")).Position.ShouldBe($"2026-11-05T00:00:00Z|{Id1}||q");
    }

    [Fact]
    public async Task ReadPageAsync_BulkJobRunsLong_IsLeftForTheNextCallAndAnyHost()
    {
        _org.On(200, """{"state":"InProgress"}""", "GET", $"/jobs/query/{Job}");
        var began = _org.Clock.GetUtcNow();

        (await PageAsync($"|||b:{Job}")).Position.ShouldBe($"|||b:{Job}");

        (_org.Clock.GetUtcNow() - began).ShouldBeInRange(TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(60));
        _org.Sent("GET", Job).Count.ShouldBeLessThan(20);
    }

    [Theory]
    [InlineData("b:750000000000001AAA")]
    [InlineData("b:750000000000001AAA:abc")]
    public async Task ReadPageAsync_BulkJobVanished_BeginsANewOneFromTheKeyset(string mode) =>
        (await PageAsync($"2026-11-05T00:00:00Z|{Id1}||{mode}")).Position.ShouldBe($"2026-11-05T00:00:00Z|{Id1}||b");

    [Theory]
    [InlineData("<html></html>", "1")]
    [InlineData(Csv + "00T000000000002AAA,2026-11-06T00:00:00.000Z,Sec", "1")]
    [InlineData(Csv + "00T000000000002AAA,2026-11-06T00:00:00.000Z,Second,x\n", "2")]
    [InlineData(Csv + "00T000000000002AAA,2026-11-06T00:00:00.000Z,\"Second", "1")]
    public async Task ReadPageAsync_BulkResultsAreCutOff_AreReadAgain(string body, string count)
    {
        _org.On(["results"], (200, body, [("Sforce-Locator", "null"), ("Sforce-NumberOfRecords", count)]));

        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, $"|||b:{Job}:abc", Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
    }

    [Theory]
    [InlineData("|")]
    [InlineData("2026-11-05T00:00:00Z|00T000000000001AAA")]
    [InlineData("2026-11-05T00:00:00Z|")]
    [InlineData("||2026-11-05T00:00:00Z")]
    [InlineData("2026-11-05T00:00:00Z|00T000000000001AAA||q")]
    [InlineData("2026-11-05T00:00:00Z|00T000000000001AAA|2026-11-06T00:00:00Z|q")]
    [InlineData("|||b:750000000000001AAA:a%3Ab%7Cc")]
    public void Position_AnyOfOurs_ReadsBackAsItWas(string text) => SalesforceScanPosition.Parse(text)!.ToString().ShouldBe(text);

    [Theory]
    [InlineData("|00T000000000001AAA")]
    [InlineData("x|")]
    [InlineData("||x")]
    [InlineData("|||b:x")]
    [InlineData("|||z")]
    [InlineData("||||")]
    public void Position_NotOfOurs_IsRefused(string text) => SalesforceScanPosition.Parse(text).ShouldBeNull();

    [Fact]
    public void ByIds_AnyNumber_StaysWithinSalesforcesLimitsAndLosesNone() =>
        Prop.ForAll(Gen.Choose(0, 1_000).ToArbitrary(), count =>
        {
            var ids = Enumerable.Range(0, count).Select(number => SalesforceId.Normalise($"00T{number:d12}")!).ToList();
            var conditions = SalesforceSoql.ByIds("ActivityId", ids, "IsDeleted = false").ToList();
            conditions.ShouldAllBe(where => where.Length <= 4_000 && Uri.EscapeDataString(where).Length < 7_000);
            conditions.Count.ShouldBe((count + 199) / 200);
            string.Concat(conditions).Split('\'').Where(part => part.StartsWith("00T", StringComparison.Ordinal)).Select(SalesforceId.Normalise).ShouldBe(ids);
        }).QuickCheckThrowOnFailure();

    private void FirstOfMany()
    {
        var row = Row(Id1, "2026-11-05T00:00:00.000+0000");
        _org.On(["queryAll", "2026-11-20T00:00:00Z AND IsDeleted"], (200, $$"""{"totalSize":9000,"done":false,"nextRecordsUrl":"/services/data/v66.0/query/01g-1","records":[{{row}}]}""", []))
            .On(400, """[{"errorCode":"INVALID_QUERY_LOCATOR","message":"x"}]""", "query/01g-1");
    }

    private async Task<ScanPage> PageAsync(string? position) =>
        (await _org.Connector.Reader.ReadPageAsync(SalesforceScript.Tasks, position, Token)).Value!;

    private async Task<List<ScanPage>> DrainAsync()
    {
        List<ScanPage> pages = [];
        do
            pages.Add(await PageAsync(pages.LastOrDefault()?.Position));
        while (pages[^1].Position is not null && pages.Count < 10);
        return pages;
    }

    private static string Row(string id, string stamp) => $$"""{"Id":"{{id}}","SystemModstamp":"{{stamp}}","Subject":"s"}""";

    private static string Answer(int total, bool done, params string[] rows) =>
        $"{{\"totalSize\":{total},\"done\":{(done ? "true" : "false")},\"records\":[{string.Join(',', rows)}]}}";
}
