using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

public abstract partial class LedgerReaderContract
{
    [Theory]
    [InlineData("", new long[] { 3, 2, 1 })]
    [InlineData("connection=salesforce-main", new long[] { 2 })]
    [InlineData("kind=backfill&state=completed", new long[] { 1 })]
    [InlineData("who=schedule", new long[] { 3, 2 })]
    [InlineData("from=2026-11-21T11:00Z", new long[] { 3, 2 })]
    [InlineData("from=2026-11-21T11:00Z&to=2026-11-21T11:40Z", new long[] { 2 })]
    [InlineData("from=2027-01-01", new long[] { })]
    [InlineData("to=2020-01-01", new long[] { })]
    [InlineData("args=TYPE=notes", new long[] { 1 })]
    [InlineData("args=type=notes from=2026", new long[] { 1 })]
    [InlineData("args=type%3Dnotes", new long[] { })]
    public async Task RunHistory_Filtered_GivesWhatMatchesNewestFirst(string query, long[] expected)
    {
        await using var world = await FillAsync(5);
        await world.Seed.ArgumentsAsync(1, "from=2026-01-01T00:00:00Z type=notes");
        var filter = RunFilter.Parse(Pairs(query), out var faults);
        faults.ShouldBeEmpty();

        (await world.Reader.Jobs.Runs.PageAsync(filter, new PageRequest(null, null), Token)).Rows.Select(run => run.Id).ShouldBe(expected);
    }

    [Fact]
    public async Task RunHistory_PagedDownAndUpAgain_GivesEveryRunOnce()
    {
        await using var world = await FillAsync(5);
        var runs = world.Reader.Jobs.Runs;

        var first = await runs.PageAsync(RunFilter.Default, new PageRequest(null, null, 2), Token);
        var second = await runs.PageAsync(RunFilter.Default, new PageRequest(first.Older, null, 2), Token);
        var back = await runs.PageAsync(RunFilter.Default, new PageRequest(null, second.Newer, 2), Token);

        first.Rows.Select(run => run.Id).ShouldBe([3L, 2]);
        first.Newer.ShouldBeNull();
        second.Rows.Select(run => run.Id).ShouldBe([1L]);
        second.Older.ShouldBeNull();
        back.Rows.Select(run => run.Id).ShouldBe([3L, 2]);
    }

    [Fact]
    public async Task RunParts_OfARun_ReadOnThisDatabase()
    {
        await using var world = await FillAsync(5);
        var (runs, parts) = (world.Reader.Jobs.Runs, world.Reader.Jobs.Parts);
        var run = (await runs.FindAsync(3, Token)).ShouldNotBeNull();

        (await parts.BatchCountsAsync(3, Token)).Sum(row => row.Count).ShouldBe(2);
        (await parts.BatchesAsync(3, Token)).Select(batch => batch.State).ShouldBe(["running", "available"]);
        (await parts.LinesAsync(2, 10, Token)).ShouldHaveSingleItem().Code.ShouldBe("salesforce.limit_near");
        (await parts.LengthsAsync(run, Token)).ShouldBeEmpty();
        (await parts.LengthsAsync((await runs.FindAsync(1, Token))!, Token)).ShouldHaveSingleItem().Seen.ShouldBe(5210);
        (await parts.ActAsync(3, Token)).ShouldBeNull();
        (await parts.ScansAsync(3, Token)).ShouldBeEmpty();
        (await parts.WindowsAsync(3, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Queues_OfAFilledLedger_CountWhatWaitsAndRuns()
    {
        await using var world = await FillAsync(5);
        var queues = world.Reader.Jobs.Queues;

        var found = await queues.ReadAsync(Token);
        found.Counts.Select(row => (row.Kind, row.State, row.Size)).Order().ShouldBe([("classify", "due", 120L), ("scan", "running", 0L)]);
        found.Leases.ShouldHaveSingleItem().RunId.ShouldBe(3);
        found.Nodes.ShouldHaveSingleItem().Name.ShouldBe("node-1");
        (await queues.RetriesAsync(Token)).ShouldBeEmpty();
    }
}
