using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task ClaimAsync_TwoAtOnce_OneWins()
    {
        for (var round = 0; round < 20; round++)
        {
            var (_, batches) = await Ledger.StartAsync(
                new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", [new ScanPlan($"type{round}", LedgerWorld.Start, LedgerWorld.Start)]), Token);
            var claims = await Task.WhenAll(Enumerable.Range(0, 4).Select(node =>
                Task.Run(() => Ledger.ClaimAsync(batches[0].Id, $"node-{node}", LedgerWorld.Lease, Token), Token)));
            claims.Count(claim => claim is not null).ShouldBe(1);
        }
    }

    [Fact]
    public async Task ClaimAsync_LeaseRanOut_RaisesEpochAndFencesTheFormerHolder()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        var slow = await World.ClaimAsync(batch.Id, TimeSpan.Zero);
        var next = await World.ClaimAsync(batch.Id);

        next.Epoch.ShouldBe(slow.Epoch + 1);
        next.Attempt.ShouldBe(2);
        var work = (await Ledger.ReadActivitiesAsync(batch.Id, Token))[0];
        var late = await Ledger.CommitAsync(
            slow,
            new LedgerChange
            {
                Activities = [LedgerWorld.Activity("2")],
                Decisions = [LedgerWorld.Decision(work, "ENGAGED")],
                Log = [new LogLine(LogSeverity.Info, "late", "Late.")],
                Requests = 5,
                Ending = new BatchEnding.Completed(),
            },
            LedgerWorld.Lease,
            Token);

        late.Held.ShouldBeFalse();
        late.NewBatches.ShouldBeEmpty();
        (await World.CountAsync("decision")).ShouldBe(0);
        (await World.CountAsync("activity")).ShouldBe(1);
        (await World.CountAsync("run_log")).ShouldBe(0);
        (await World.RunAsync(next.RunId!.Value)).Requests.ShouldBe(0);
        await World.CommitAsync(next, new LedgerChange { Ending = new BatchEnding.Completed() });
    }

    [Fact]
    public async Task CommitAsync_TwoWithOneEpochAfterTheEnd_OnlyTheFirstIsSaved()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        var claimed = await World.ClaimAsync(batch.Id);
        var work = (await Ledger.ReadActivitiesAsync(batch.Id, Token))[0];
        var change = new LedgerChange { Decisions = [LedgerWorld.Decision(work, "ENGAGED")], Ending = new BatchEnding.Completed() };

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
            Task.Run(() => Ledger.CommitAsync(claimed, change, LedgerWorld.Lease, Token), Token)));

        results.Count(result => result.Held).ShouldBe(1);
        (await World.CountAsync("decision")).ShouldBe(1);
    }

    [Fact]
    public async Task CommitAsync_GoesOn_RenewsTheLease()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        var claimed = await World.ClaimAsync(batch.Id, TimeSpan.Zero);
        var before = TimeProvider.System.GetUtcNow();
        var result = await World.CommitAsync(claimed, new LedgerChange { Requests = 3 });

        result.LeaseEndsAt.ShouldBeGreaterThanOrEqualTo(before + LedgerWorld.Lease);
        (await Ledger.ClaimAsync(batch.Id, "node-2", LedgerWorld.Lease, Token)).ShouldBeNull();
        (await World.RunAsync(claimed.RunId!.Value)).Requests.ShouldBe(3);
    }

    [Fact]
    public async Task CommitAsync_Snooze_GivesTheAttemptBackAndWaits()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        await World.CommitAsync(
            await World.ClaimAsync(batch.Id),
            new LedgerChange { Ending = new BatchEnding.Snooze(TimeProvider.System.GetUtcNow().AddHours(1), "quota", "The day's budget is used up.") });
        (await Ledger.ClaimAsync(batch.Id, "node-1", LedgerWorld.Lease, Token)).ShouldBeNull();
        (await World.ListAsync<long>($"select attempt from batch where id = {batch.Id}")).ShouldBe([0]);
        (await World.ListAsync<string>($"select status || error_code from batch where id = {batch.Id}")).ShouldBe(["scheduledquota"]);
    }

    [Fact]
    public async Task CommitAsync_Retry_CountsTheAttemptAndComesBack()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var claimed = await World.ClaimAsync(batch.Id);
            claimed.Attempt.ShouldBe(attempt);
            await World.CommitAsync(
                claimed, new LedgerChange { Ending = new BatchEnding.Retry(TimeProvider.System.GetUtcNow().AddMinutes(-1), "http.500", "The CRM failed.") });
        }
    }

    [Fact]
    public async Task ReleaseAsync_OfANode_GivesItsBatchesBackUncounted()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        var held = await World.ClaimAsync(batch.Id);
        await Ledger.ReleaseAsync("node-2", Token);
        (await Ledger.ClaimAsync(batch.Id, "node-2", LedgerWorld.Lease, Token)).ShouldBeNull();

        await Ledger.ReleaseAsync("node-1", Token);

        (await Ledger.CommitAsync(held, new LedgerChange(), LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
        (await World.ClaimAsync(batch.Id)).Attempt.ShouldBe(1);
    }

    [Fact]
    public async Task TakeDueAsync_LostBatches_AreHandedOverOnce()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        var past = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        var future = TimeProvider.System.GetUtcNow().AddMinutes(5);
        (await Ledger.TakeDueAsync(past, 5, 10, Token)).ShouldBeEmpty();
        (await Ledger.TakeDueAsync(future, 5, 10, Token)).ShouldHaveSingleItem().Id.ShouldBe(batch.Id);

        await World.ClaimAsync(batch.Id, TimeSpan.Zero);
        (await Ledger.TakeDueAsync(past, 5, 10, Token)).ShouldHaveSingleItem().Kind.ShouldBe(BatchKind.Classify);
        (await Ledger.TakeDueAsync(past, 5, 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task TakeDueAsync_BatchThatKillsItsProcess_IsDiscardedWithItsWork()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        ClaimedBatch? last = null;
        for (var attempt = 0; attempt < 3; attempt++)
            last = await World.ClaimAsync(batch.Id, TimeSpan.Zero);

        (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow(), 3, 10, Token)).ShouldBeEmpty();

        (await World.ListAsync<string>("select status || ':' || dead_code from activity")).ShouldBe(["dead:retries_exhausted"]);
        var run = await World.RunAsync(last!.RunId!.Value);
        run.Status.ShouldBe(RunStatus.Failed);
        run.Dead.ShouldBe(1);
        (await Ledger.CommitAsync(last, new LedgerChange(), LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
    }
}
