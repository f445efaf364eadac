using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

public abstract partial class LedgerReaderContract
{
    [Theory]
    [InlineData("")]
    [InlineData("outcome=applied")]
    [InlineData("label=stage:demo")]
    [InlineData("connection=salesforce-main&outcome=applied&label=engagement")]
    [InlineData("from=2026-11-21T11:10Z&to=2026-11-21T11:30Z")]
    [InlineData("run=1&record=40000007")]
    public async Task LogList_Streamed_GivesWhatThePagesGiveOldestFirst(string query)
    {
        await using var world = await FillAsync(120);
        var filter = Filter(query);
        var pages = await world.Reader.WriteLog.PageAsync(filter, new PageRequest(null, null, 1000), Token);

        var streamed = await world.Reader.Lists.Log.StreamAsync(filter, Token).ToListAsync(Token);

        streamed.ShouldNotBeEmpty();
        streamed.Select(row => row.Id).ShouldBe(pages.Rows.Select(row => row.Id).Order());
        var shown = pages.Rows.ToDictionary(row => row.Id);
        streamed.ShouldAllBe(row => row.Message == shown[row.Id].Message && row.Value == shown[row.Id].Value && row.Outcome == shown[row.Id].Status && row.ActivityId == shown[row.Id].ActivityId);
    }

    [Fact]
    public async Task LogList_FoundByIds_KeepsTheirOrderAndLeavesOutWhatIsNotThere()
    {
        await using var world = await FillAsync(40);
        var ids = (await world.Reader.Lists.Log.StreamAsync(WriteLogFilter.All, Token).ToListAsync(Token)).Select(row => row.Id).Take(3).Reverse().ToList();

        (await world.Reader.Lists.Log.FindAsync([ids[0], 999_999, ids[1], ids[2]], Token)).Select(row => row.Id).ShouldBe(ids);
    }

    [Theory]
    [InlineData("")]
    [InlineData("label=stage:negotiation")]
    [InlineData("answer=abstained&type=call")]
    [InlineData("connection=hubspot-main&label=engagement&state=decided")]
    public async Task DecisionList_PagedToItsEnd_GivesWhatTheStreamGives(string query)
    {
        await using var world = await FillAsync(120);
        var filter = ActivityFilter.Parse(Pairs(query), out var faults);
        faults.ShouldBeEmpty();
        var streamed = await world.Reader.Lists.Decisions.StreamAsync(filter, false, Token).ToListAsync(Token);

        var paged = await ToEndAsync((before, size) => world.Reader.Lists.Decisions.PageAsync(filter, false, before, size, Token));

        streamed.ShouldNotBeEmpty();
        paged.Select(row => row.Id).ShouldBe(streamed.Select(row => row.Id).OrderDescending());
        paged.ShouldAllBe(row => filter.Label == null || row.Label == filter.Label);
        paged.ShouldAllBe(row => filter.Answer == null || row.Answer == filter.Answer);
        (query.Length > 0 || paged.Count == 240).ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_OfRunsJobsCorrectionsAndComparisons_ReadOnThisDatabase()
    {
        await using var world = await FillAsync(20);
        var lists = world.Reader.Lists;

        (await ToEndAsync((before, size) => lists.Runs.PageAsync(null, null, null, before, 2, Token))).Select(run => run.Id).ShouldBe([3L, 2, 1]);
        (await lists.Runs.PageAsync("hubspot-main", "backfill", "completed", null, 10, Token)).Rows.ShouldHaveSingleItem().Seen.ShouldBe(5210);
        (await lists.Runs.FindAsync(3, Token)).ShouldNotBeNull().OpenJobs.ShouldBe(2);
        (await lists.Runs.FindAsync(99, Token)).ShouldBeNull();
        (await lists.Runs.LinesAsync(2, null, 10, Token)).Rows.ShouldHaveSingleItem().Code.ShouldBe("salesforce.limit_near");
        (await lists.Jobs.PageAsync("discarded", "salesforce-main", 2, null, 10, Token)).Rows.ShouldHaveSingleItem().Code.ShouldBe("salesforce.field_missing");
        (await lists.Corrections.PageAsync(null, 10, Token)).Rows.ShouldBeEmpty();
        (await lists.Completeness.PageAsync("hubspot-main", null, 10, Token)).Rows.ShouldBeEmpty();
        (await lists.Acts.LeftOutAsync(1, 0, 10, Token)).ShouldBeEmpty();
        (await lists.Activities.StreamAsync(ActivityFilter.All, true, Token).ToListAsync(Token)).ShouldContain(row => row.Body!.Length > 0);
        (await lists.Activities.StreamAsync(ActivityFilter.All, false, Token).ToListAsync(Token)).ShouldAllBe(row => row.Subject == null && row.Body == null);
    }

    private static async Task<List<T>> ToEndAsync<T>(Func<long?, int, Task<IdPage<T>>> read)
    {
        List<T> rows = [];
        long? before = null;
        do
        {
            var page = await read(before, 7);
            rows.AddRange(page.Rows);
            before = page.Next;
        }
        while (before is not null);
        return rows;
    }
}
