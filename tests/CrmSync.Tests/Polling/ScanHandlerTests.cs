using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Tests.Testing;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Polling;

public sealed class ScanHandlerTests
{
    private readonly FakeLedger _ledger = new();
    private readonly ITaxonomyStore _taxonomies = Substitute.For<ITaxonomyStore>();

    [Fact]
    public async Task Handle_Relabelling_QueuesStoredActivitiesAgainAndReadsNoCrm()
    {
        _ledger.Scan = new ScanWork(5, RunKind.Relabel, new ScanWindow("stage", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)), "40");
        _taxonomies.ReadOutdatedAsync(Arg.Is<OutdatedRange>(range => range.Taxonomy.Id == "stage"), 40, Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([41L, 44L]);

        var changes = await RunAsync(TimeSpan.FromMinutes(3));

        var change = changes.ShouldHaveSingleItem();
        change.Again.ShouldBe([41L, 44L]);
        change.Scan.ShouldBe(new ScanProgress(5, null, true, 2, 0));
        change.Ending.ShouldBeOfType<BatchEnding.Completed>();
        change.Requests.ShouldBe(0);
    }

    private async Task<List<LedgerChange>> RunAsync(TimeSpan lease)
    {
        _ledger.Scan ??= new ScanWork(5, RunKind.PollSettled, new ScanWindow("notes", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)), null);
        var runner = new RunnerOptions { Node = "test" };
        var handler = new ScanHandler(_ledger, new Relabeller(_taxonomies, TaxonomySet.LoadShipped()), new FailurePolicy(runner, TimeProvider.System), new RequestMeter());
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Scan, 1, 1, 1, 1, TimeProvider.System.GetUtcNow() + lease), _ledger.Connection, _ledger.Crm, TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
        {
            changes.Add(change);
            context.LeaseEndsAt = TimeProvider.System.GetUtcNow().AddMinutes(3);
        }
        return changes;
    }

    private static ScanPage Page(string? position, int count = 1) => new([.. Enumerable.Range(0, count).Select(number => new CrmActivity
    {
        ObjectType = "notes", ExternalId = $"{number}", Content = new ActivityContent(ActivityType.Note, "", "text", CrmEvidence.None),
        OccurredAt = DateTimeOffset.UnixEpoch, CreatedAt = DateTimeOffset.UnixEpoch, ModifiedAt = DateTimeOffset.UnixEpoch,
    })], position);

    [Fact]
    public async Task Handle_SeveralPages_EachTravelsWithThePositionAfterIt()
    {
        _ledger.Crm.Pages.Enqueue(Page("10", 3));
        _ledger.Crm.Pages.Enqueue(Page("20", 2));
        _ledger.Crm.Pages.Enqueue(Page(null, 0));
        var changes = await RunAsync(TimeSpan.FromMinutes(3));
        changes.Select(change => change.Scan!.Position).ShouldBe(["10", "20", null]);
        changes.Select(change => change.Activities.Count).ShouldBe([3, 2, 0]);
        changes.Select(change => change.Scan!.Drained).ShouldBe([false, false, true]);
        _ledger.Crm.PositionsAsked.ShouldBe([null, "10", "20"]);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
    }

    [Fact]
    public async Task Handle_AfterACrash_GoesOnFromTheStoredPosition()
    {
        _ledger.Scan = new ScanWork(5, RunKind.PollSettled, new ScanWindow("notes", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)), "77");
        _ledger.Crm.Pages.Enqueue(Page(null));
        await RunAsync(TimeSpan.FromMinutes(3));
        _ledger.Crm.PositionsAsked.ShouldBe(["77"]);
    }

    [Fact]
    public async Task Handle_PageFails_EndsWithTheReasonAndMovesNothing()
    {
        _ledger.Crm.Pages.Enqueue(Page("10"));
        _ledger.Crm.Pages.Enqueue(new Failure(FailureCategory.Retry, "hubspot.server_error", "HubSpot answered 502.", "It is tried again."));
        var changes = await RunAsync(TimeSpan.FromMinutes(3));
        changes[^1].Scan.ShouldBeNull();
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>().Code.ShouldBe("hubspot.server_error");
    }

    [Fact]
    public async Task Handle_LeaseTooShortForACall_RenewsBeforeAsking()
    {
        _ledger.Crm.Pages.Enqueue(Page(null));
        var changes = await RunAsync(_ledger.Crm.CallTimeout + TimeSpan.FromSeconds(9));
        changes[0].ShouldBe(LedgerChange.Renewal);
        changes.Count.ShouldBe(2);
    }

    private void Scanning(RunKind kind, string type = "notes") =>
        _ledger.Scan = new ScanWork(5, kind, new ScanWindow(type, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1)), null);

    [Fact]
    public async Task Handle_Records_TravelPageByPage()
    {
        Scanning(RunKind.PollRecords, "deals");
        var deal = new CrmDeal { ObjectType = "deals", ExternalId = "1", CreatedAt = DateTimeOffset.UnixEpoch, ModifiedAt = DateTimeOffset.UnixEpoch };
        _ledger.Crm.RecordPages.Enqueue(new RecordPage(new CrmRecords { Deals = [deal] }, "1"));
        _ledger.Crm.RecordPages.Enqueue(new RecordPage(CrmRecords.None, null));
        var changes = await RunAsync(TimeSpan.FromMinutes(3));
        changes.Select(change => change.Records.Count).ShouldBe([1, 0]);
        changes.Select(change => change.Scan!.Drained).ShouldBe([false, true]);
    }

    [Fact]
    public async Task Handle_Directory_IsReadWhole()
    {
        Scanning(RunKind.PollRecords, IRecordReader.DirectoryType);
        _ledger.Crm.Directory = new CrmDirectory([new CrmOwner("7", "70", "Ada Quill", null, true)], []);
        var change = (await RunAsync(TimeSpan.FromMinutes(3))).ShouldHaveSingleItem();
        change.Directory.ShouldBe(_ledger.Crm.Directory);
        change.Scan!.Drained.ShouldBeTrue();
    }

    [Fact]
    public async Task Handle_Gone_SaysWhichIdsVanished()
    {
        Scanning(RunKind.PollGone);
        _ledger.Crm.GonePages.Enqueue(new GonePage(["3", "4"], "next"));
        _ledger.Crm.GonePages.Enqueue(new GonePage([], null));
        var changes = await RunAsync(TimeSpan.FromMinutes(3));
        changes[0].Gone!.ObjectType.ShouldBe("notes");
        changes[0].Gone!.ExternalIds.ShouldBe(["3", "4"]);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
    }

    [Fact]
    public async Task Handle_Links_AsksForRecentActivitiesAThousandAtATimeAndLeavesVanishedOnesAlone()
    {
        Scanning(RunKind.PollLinks);
        _ledger.ActivityKeys.AddRange(Enumerable.Range(1, 1_001).Select(id => new ActivityKey(id, $"{id}")));
        _ledger.Crm.Links["1"] = [new Association("deal", "deals", "9")];
        _ledger.Crm.Links["1001"] = [];
        var changes = await RunAsync(TimeSpan.FromMinutes(3));
        changes.Count.ShouldBe(2);
        changes[0].Scan!.Position.ShouldBe("1000");
        changes[0].Links.ShouldHaveSingleItem().ActivityId.ShouldBe(1);
        changes[1].Links.ShouldHaveSingleItem().Links.ShouldBeEmpty();
        changes[1].Scan!.Drained.ShouldBeTrue();
    }
}
