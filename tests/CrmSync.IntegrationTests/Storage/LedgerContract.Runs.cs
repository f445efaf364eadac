using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task ChangeAsync_Paused_ABatchUnderWayEndsItsStepAndNobodyClaimsItUntilResumed()
    {
        var scan = await World.StartScanAsync(RunKind.Backfill);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        (await Ledger.ChangeAsync(scan.RunId!.Value, RunStatus.Paused, "ada", Token)).ShouldBeTrue();
        (await Ledger.ChangeAsync(scan.RunId.Value, RunStatus.Paused, "ada", Token)).ShouldBeFalse();

        var step = await World.CommitAsync(scan, new LedgerChange { Activities = [LedgerWorld.Activity("1")], Scan = new ScanProgress(work.ScanId, "p2", false, 1, 0) });

        step.Stopped.ShouldBeTrue();
        (await Ledger.CommitAsync(scan, new LedgerChange(), LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
        (await World.CountAsync("activity")).ShouldBe(1);
        (await Ledger.ClaimAsync(scan.Id, "node-1", LedgerWorld.Lease, Token)).ShouldBeNull();
        (await Ledger.ClaimAsync(step.NewBatches.ShouldHaveSingleItem().Id, "node-1", LedgerWorld.Lease, Token)).ShouldBeNull();
        (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddHours(1), 5, 10, Token)).ShouldBeEmpty();
        (await GatherAsync()).ShouldBeEmpty();
        (await World.RunAsync(scan.RunId.Value)).Status.ShouldBe(RunStatus.Paused);

        (await Ledger.ChangeAsync(scan.RunId.Value, RunStatus.Running, "tom", Token)).ShouldBeTrue();

        (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddHours(-1), 5, 10, Token)).Count.ShouldBe(2);
        var again = await World.ClaimAsync(scan.Id);
        again.Attempt.ShouldBe(1);
        (await Ledger.ReadScanAsync(scan.Id, Token))!.Position.ShouldBe("p2");
        (await World.ListAsync<string>("select actor || ' ' || action || ' ' || before || ' ' || after from audit order by id"))
            .ShouldBe(["ada run.status running paused", "tom run.status paused running"]);
    }

    [Fact]
    public async Task ChangeAsync_Paused_WritesOfOtherRunsGoOn()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ND");
        var held = (await World.ListAsync<long>("select max(id) from run")).Single();
        // One batch for both, in the name of the later run.
        (await GatherAsync()).ShouldHaveSingleItem();

        (await Ledger.ChangeAsync(held, RunStatus.Paused, "ada", Token)).ShouldBeTrue();

        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        intent.Value.ShouldBe("ENGAGED");
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });
        (await GatherAsync()).ShouldBeEmpty();
        await Ledger.ChangeAsync(held, RunStatus.Running, "ada", Token);
        await World.WriteAsync();
        (await World.RunAsync(held)).Status.ShouldBe(RunStatus.Completed);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:ND"]);
    }

    [Fact]
    public async Task ChangeAsync_Paused_AWriteThatMovesToAnotherRecordStaysHeld()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED");
        var held = (await World.ListAsync<long>("select max(id) from run")).Single();
        await Ledger.ChangeAsync(held, RunStatus.Paused, "ada", Token);
        await CommitLinksAsync(new ActivityLinks(1, [Deal("5")]));
        (await GatherAsync()).ShouldBeEmpty();
        await Ledger.ChangeAsync(held, RunStatus.Running, "ada", Token);
        await World.WriteAsync();
        (await World.ListAsync<string>(Targets)).ShouldBe(["superseded:deals/9=ENGAGED", "applied:deals/5=ENGAGED"]);
        (await World.RunAsync(held)).Applied.ShouldBe(1);
    }

    [Fact]
    public async Task ChangeAsync_PausedWhileWriting_TheIntentsAreGatheredAgainAfterwards()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await Ledger.ChangeAsync(batch.RunId!.Value, RunStatus.Paused, "ada", Token);
        (await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending)] })).Stopped.ShouldBeTrue();
        (await GatherAsync()).ShouldBeEmpty();
        await Ledger.ChangeAsync(batch.RunId.Value, RunStatus.Running, "ada", Token);
        var next = await World.GatherWriteAsync();
        (await Ledger.ReadIntentsAsync(next.Id, Token)).ShouldHaveSingleItem().Status.ShouldBe(IntentStatus.Sending);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangeAsync_Cancelled_ScansEndAndWhatIsStoredIsDecidedAndWritten(bool pausedBefore)
    {
        var scan = await World.StartScanAsync(RunKind.Backfill);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        var page = new LedgerChange { Activities = [LedgerWorld.Activity("1")], Scan = new ScanProgress(work.ScanId, "p2", false, 1, 0) };
        await World.CommitAsync(scan, page);
        if (pausedBefore)
            await Ledger.ChangeAsync(scan.RunId!.Value, RunStatus.Paused, "ada", Token);
        (await Ledger.ChangeAsync(scan.RunId!.Value, RunStatus.Cancelled, "ada", Token)).ShouldBeTrue();
        var last = await World.CommitAsync(scan, page with { Activities = [LedgerWorld.Activity("2")] });

        last.Stopped.ShouldBeTrue();
        (await World.ListAsync<string>("select distinct status from batch where run_id is not null")).ShouldBe(["cancelled"]);
        (await World.ListAsync<string>("select status from scan")).ShouldBe(["abandoned"]);
        var run = await World.RunAsync(scan.RunId.Value);
        (run.Status, run.OpenBatches, run.Stored).ShouldBe((RunStatus.Cancelled, 0, 2));
        run.FinishedAt.ShouldNotBeNull();
        (await Ledger.ChangeAsync(scan.RunId.Value, RunStatus.Running, "ada", Token)).ShouldBeFalse();
        await World.DecideAsync(last.NewBatches.ShouldHaveSingleItem(), decided => [LedgerWorld.Decision(decided, "ENGAGED")]);
        await World.DecideAsync((await GatherAsync(TimeSpan.FromDays(1))).ShouldHaveSingleItem(), decided => [LedgerWorld.Decision(decided, "ENGAGED")]);
        await World.WriteAsync();
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:ENGAGED"]);
        (await World.RunAsync(scan.RunId.Value)).Status.ShouldBe(RunStatus.Cancelled);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangeAsync_CancelledAndTheProcessNeverComesBack_TheBatchIsEndedByTheNextLook(bool released)
    {
        var scan = await World.StartScanAsync(RunKind.Backfill);
        await World.CommitAsync(scan, new LedgerChange());
        await Ledger.ChangeAsync(scan.RunId!.Value, RunStatus.Cancelled, "ada", Token);
        if (released)
            await Ledger.ReleaseAsync("node-1", Token);
        else
            await Ledger.CommitAsync(scan, new LedgerChange { Ending = new BatchEnding.Retry(LedgerWorld.Start, "http.500", "The CRM failed.") }, LedgerWorld.Lease, Token);
        (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddHours(1), 5, 10, Token)).ShouldBeEmpty();
        (await World.ListAsync<string>("select b.status || s.status from batch b join scan s on s.batch_id = b.id")).ShouldBe(["cancelledabandoned"]);
        (await World.CountAsync("run_log where level = 'error'")).ShouldBe(0);
    }

    [Fact]
    public async Task ChangeAsync_StatesThatNobodyCanAskFor_AreRefused()
    {
        (await Ledger.ChangeAsync(99, RunStatus.Paused, "ada", Token)).ShouldBeFalse();
        await Should.ThrowAsync<ArgumentException>(() => Ledger.ChangeAsync(1, RunStatus.Completed, "ada", Token));
    }

    [Fact]
    public async Task StartAsync_Expected_IsRemembered()
    {
        var (runId, _) = await Ledger.StartAsync(
            new RunRequest(RunKind.Backfill, World.ConnectionId, "ada", [new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start)]) { Expected = 4_711 }, Token);
        (await World.RunAsync(runId!.Value)).Expected.ShouldBe(4_711);
    }

    [Fact]
    public async Task BindAccountAsync_FirstOneStays()
    {
        (await Ledger.BindAccountAsync(World.ConnectionId, "portal-1", Token)).ShouldBe("portal-1");
        (await Ledger.BindAccountAsync(World.ConnectionId, "portal-2", Token)).ShouldBe("portal-1");
        await Should.ThrowAsync<InvalidOperationException>(() => Ledger.BindAccountAsync(99, "portal-1", Token));
    }
}
