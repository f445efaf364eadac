using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task WriteBatches_EnoughRecords_AreFormedInTheCommitAndTheRestLingers()
    {
        var batch = (await World.StoreAsync([.. Enumerable.Range(0, 25).Select(id => LedgerWorld.Activity($"{id}"))]))[0];
        var made = await World.DecideAsync(
            batch, work => [LedgerWorld.Decision(work, "ENGAGED"), LedgerWorld.Decision(work, "demo", taxonomy: "stage")], writeBatchSize: 10);

        made.Count.ShouldBe(2);
        made.ShouldAllBe(formed => formed.Kind == BatchKind.Write);
        foreach (var formed in made)
        {
            var intents = await Ledger.ReadIntentsAsync(formed.Id, Token);
            intents.Count.ShouldBe(20);
            intents.GroupBy(intent => intent.TargetId).ShouldAllBe(record => record.Count() == 2);
        }

        (await GatherAsync(TimeSpan.FromHours(1), 10)).ShouldBeEmpty();
        var rest = (await GatherAsync(TimeSpan.Zero, 10)).ShouldHaveSingleItem();
        (await Ledger.ReadIntentsAsync(rest.Id, Token)).Count.ShouldBe(10);
    }

    [Theory]
    [InlineData(WriteMode.Preview)]
    [InlineData(WriteMode.Paused)]
    public async Task WriteBatches_ConnectionDoesNotWrite_NothingIsFormedUntilItDoes(WriteMode mode)
    {
        await World.SetModeAsync(mode);
        await World.LabelAsync("1", 0, "ENGAGED");
        (await GatherAsync()).ShouldBeEmpty();
        var runs = await World.ListAsync<string>("select status from run");
        runs.ShouldAllBe(status => status == "completed");

        await World.SetModeAsync(WriteMode.On);

        (await GatherAsync()).ShouldHaveSingleItem().Kind.ShouldBe(BatchKind.Write);
        (await World.ListAsync<string>("select actor || action || subject || before || after from audit order by id"))[1]
            .ShouldBe($"adaconnection.write_modehubspot-main{mode.ToString().ToLowerInvariant()}on");
    }

    [Fact]
    public async Task WriteBatches_RecordInAnOpenBatch_IsNotInASecondOne()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        foreach (var queued in await World.StoreAsync(LedgerWorld.Activity("1", "a later text", 1)))
            await World.DecideAsync(queued, work => [LedgerWorld.Decision(work, "ENGAGED"), LedgerWorld.Decision(work, "demo", taxonomy: "stage")], 1);
        (await GatherAsync()).ShouldBeEmpty();

        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });

        var next = (await GatherAsync()).ShouldHaveSingleItem();
        (await Ledger.ReadIntentsAsync(next.Id, Token)).ShouldHaveSingleItem().Property.ShouldBe("crmsync_stage");
    }

    [Theory]
    [InlineData(IntentStatus.Pending)]
    [InlineData(IntentStatus.Sending)]
    [InlineData(IntentStatus.Unknown)]
    public async Task WriteBatches_OpenIntentsOfACompletedBatch_AreGatheredAgain(IntentStatus left)
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token))[0];
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, left)], Ending = new BatchEnding.Completed() });

        var next = await World.GatherWriteAsync();

        next.Id.ShouldNotBe(batch.Id);
        (await Ledger.ReadIntentsAsync(next.Id, Token)).ShouldHaveSingleItem().Status.ShouldBe(left);
    }

    [Fact]
    public async Task Runs_EndWhenTheirLastWriteHasEnded()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var runId = (await World.ListAsync<long>("select id from run")).Single();
        (await World.RunAsync(runId)).Status.ShouldBe(RunStatus.Running);
        await World.WriteAsync();

        var run = await World.RunAsync(runId);

        (run.Status, run.OpenBatches).ShouldBe((RunStatus.Completed, 0));
        run.FinishedAt.ShouldNotBeNull();
        (run.Seen, run.Stored, run.Labelled, run.Applied).ShouldBe((1, 1, 1, 1));
    }

    [Fact]
    public async Task StartAsync_ScanStillOpen_LeavesThePlanOut()
    {
        var open = await World.StartScanAsync(RunKind.PollFresh);
        var plans = new[] { new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start), new ScanPlan("notes", LedgerWorld.Start, LedgerWorld.Start) };
        var (second, batches) = await Ledger.StartAsync(new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", plans), Token);
        second.ShouldNotBeNull();
        batches.ShouldHaveSingleItem();
        var (third, none) = await Ledger.StartAsync(new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", plans), Token);
        third.ShouldBeNull();
        none.ShouldBeEmpty();
        await World.StartScanAsync(RunKind.PollSettled);

        await World.CommitAsync(open, new LedgerChange { Ending = new BatchEnding.Discard("hubspot.scope", "A scope is missing.") });
        (await World.ListAsync<string>($"select status from scan where batch_id = {open.Id}")).ShouldBe(["abandoned"]);
        (await World.RunAsync(open.RunId!.Value)).Status.ShouldBe(RunStatus.Failed);
        await World.StartScanAsync(RunKind.PollFresh);
    }

    [Fact]
    public async Task StartAsync_TwoAtOnce_OpenOneScan()
    {
        var request = new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", [new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start)]);
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Ledger.StartAsync(request, Token), Token)));
        runs.Count(run => run.RunId is not null).ShouldBe(1);
    }

    [Fact]
    public async Task StartAsync_Backfill_GoesBehindAllOthersWithItsFollowers()
    {
        var scan = await World.StartScanAsync(RunKind.Backfill);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        var result = await World.CommitAsync(scan, new LedgerChange
        {
            Activities = [LedgerWorld.Activity("1")], Scan = new ScanProgress(work.ScanId, "p2", false, 1, 0), Ending = new BatchEnding.Snooze(LedgerWorld.Start, "quota", "Later."),
        });
        result.NewBatches.ShouldHaveSingleItem().Priority.ShouldBe(-10);
        var fresh = await World.StartScanAsync(RunKind.PollFresh);
        await Ledger.ReleaseAsync("node-1", Token);
        (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), 5, 10, Token))[0].Id.ShouldBe(fresh.Id);
    }

    [Fact]
    public async Task Scans_PageByPage_MoveThePositionAndOnlyTheEndMovesTheWatermark()
    {
        var to = LedgerWorld.Start.AddHours(1);
        var scan = await World.StartScanAsync(to: to);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        await World.CommitAsync(scan, new LedgerChange { Activities = [LedgerWorld.Activity("1")], Scan = new ScanProgress(work.ScanId, "after-1", false, 3, 2) });
        (await Ledger.ReadScanAsync(scan.Id, Token))!.Position.ShouldBe("after-1");
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token)).ShouldBeEmpty();

        await World.CommitAsync(scan, new LedgerChange { Scan = new ScanProgress(work.ScanId, null, true, 1, 0), Ending = new BatchEnding.Completed() });

        (await Ledger.ReadScanAsync(scan.Id, Token)).ShouldBeNull();
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].ShouldBe(new ScanMarks(to, null));
        var run = await World.RunAsync(scan.RunId!.Value);
        (run.Seen, run.Skipped).ShouldBe((4, 2));
    }

    [Fact]
    public async Task Scans_Drained_NeverMoveTheWatermarkBackOrOverAGap()
    {
        await DrainAsync(RunKind.PollSettled, LedgerWorld.Start.AddYears(-1), LedgerWorld.Start);
        await DrainAsync(RunKind.PollReachBack, LedgerWorld.Start.AddHours(-2), LedgerWorld.Start.AddMinutes(-1));
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].Watermark.ShouldBe(LedgerWorld.Start);
        await DrainAsync(RunKind.Backfill, LedgerWorld.Start.AddDays(5), LedgerWorld.Start.AddDays(6));
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].Watermark.ShouldBe(LedgerWorld.Start);
        await DrainAsync(RunKind.PollFresh, LedgerWorld.Start, LedgerWorld.Start.AddMinutes(30));
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].ShouldBe(new ScanMarks(LedgerWorld.Start, LedgerWorld.Start.AddMinutes(30)));
        await DrainAsync(RunKind.PollSettled, LedgerWorld.Start.AddMinutes(-10), LedgerWorld.Start.AddMinutes(5));
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].Watermark.ShouldBe(LedgerWorld.Start.AddMinutes(5));
    }

    private async Task DrainAsync(RunKind kind, DateTimeOffset from, DateTimeOffset to)
    {
        var scan = await World.StartScanAsync(kind, from: from, to: to);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        await World.CommitAsync(scan, new LedgerChange { Scan = new ScanProgress(work.ScanId, null, true, 0, 0), Ending = new BatchEnding.Completed() });
    }
}
