using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private ActRequest Wish(RunKind kind, string filter = "", ActTarget target = ActTarget.Intent) =>
        new(kind, World.ConnectionId, filter, "ada") { Target = target, Reason = "Because." };

    /// <summary>Carries an act out the way a host does.</summary>
    private async Task<ActState> ActAsync(RunKind kind, string filter = "", ActTarget target = ActTarget.Intent)
    {
        var run = await Ledger.StartActAsync(Wish(kind, filter, target), Token);
        await CarryOutAsync(run);
        return (await Ledger.FindActAsync(run, Token)).ShouldNotBeNull();
    }

    private async Task CarryOutAsync(long run)
    {
        var due = await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow(), 8, 100, Token);
        var batch = await World.ClaimAsync(due.Single(candidate => candidate.Kind is BatchKind.Act).Id);
        batch.RunId.ShouldBe(run);
        while ((await Ledger.FindActAsync(run, Token))! is var act && act.Position < act.UpToId)
            await World.CommitAsync(batch, new LedgerChange { ActStep = true });
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });
    }

    private async Task<IReadOnlyList<string>> LeftOutAsync(long run) =>
        [.. (await new ActQueries(Ledger).LeftOutAsync(run, Token)).Select(group => $"{group.Code}:{group.Count}").Order()];

    /// <summary>Writes all that is pending over what the records hold, as a runner does.</summary>
    private async Task WriteOverAsync(string? valueBefore, string? shadowBefore, IntentStatus ends = IntentStatus.Applied)
    {
        var batch = await World.GatherWriteAsync();
        var intents = await Ledger.ReadIntentsAsync(batch.Id, Token);
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Sending) { ValueBefore = valueBefore, ShadowBefore = shadowBefore })],
        });
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, ends)
            {
                ValueBefore = valueBefore, ValueAfter = intent.Value, Code = ends is IntentStatus.Applied ? null : "test.ended",
            })],
            Ending = new BatchEnding.Completed(),
        });
    }

    [Fact]
    public async Task Retry_RejectedNewestWithCurrentDecision_IsPendingAgainInTheSameRow()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null, IntentStatus.Rejected);
        var act = await ActAsync(RunKind.Retry, "outcome=rejected");
        (act.Done, act.LeftOut).ShouldBe((1, 0));
        (await World.IntentsAsync()).ShouldBe(["pending:ENGAGED"]);
        (await World.ListAsync<string>("select status || coalesce(code, '') from outcome order by id")).ShouldBe(["sending", "rejectedtest.ended", "pendingact.retried"]);
        (await World.ListAsync<long>("select act_run_id from intent")).ShouldBe([act.RunId]);

        await WriteOverAsync(null, null);
        (await World.ListAsync<string>("select status || attempt from intent")).ShouldBe(["applied2"]);
        (await World.RunAsync(act.RunId)).Applied.ShouldBe(1);
        (await World.RunAsync(act.RunId)).Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task Retry_NewerWriteWithdrawnDecisionOrGoneRecord_AreLeftOutWithTheirReasons()
    {
        await World.LabelAsync("newer", 0, "ENGAGED");
        await World.LabelAsync("withdrawn", 0, "ENGAGED");
        await World.LabelAsync("gone", 0, "ENGAGED");
        await WriteOverAsync(null, null, IntentStatus.Rejected);
        await World.LabelAsync("newer", 1, "ND");
        await World.LabelAsync("withdrawn", 1, "ND", writes: false);
        var scan = await World.StartScanAsync(RunKind.PollGone);
        await World.CommitAsync(scan, new LedgerChange { Gone = new GoneActivities("calls", ["gone"]), Ending = new BatchEnding.Completed() });
        var act = await ActAsync(RunKind.Retry);
        (act.Done, act.LeftOut).ShouldBe((0, 3));
        (await LeftOutAsync(act.RunId)).ShouldBe(["act.decision_withdrawn:1", "act.newer_write:1", "act.record_gone:1"]);
        (await World.IntentsAsync()).ShouldBe(["rejected:ENGAGED", "rejected:ENGAGED", "rejected:ENGAGED", "pending:ND"]);
    }

    [Fact]
    public async Task Retry_DeadActivities_AreQueuedInTheRunOfTheAct()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"))).ShouldHaveSingleItem();
        var claimed = await World.ClaimAsync(batch.Id);
        await World.CommitAsync(claimed, new LedgerChange { Ending = new BatchEnding.Discard("classify.failed", "It cannot be read.") });
        (await new DeadLetterQueries(Ledger).ListAsync(null, Token)).ShouldHaveSingleItem().Code.ShouldBe("classify.failed");
        var act = await ActAsync(RunKind.Retry, "code=classify.failed", ActTarget.Activity);
        act.Done.ShouldBe(1);
        (await World.ListAsync<string>("select status || coalesce(dead_code, '-') from activity")).ShouldBe(["queued-"]);
        (await World.ListAsync<long>("select run_id from batch where kind = 'classify' and status = 'available'")).ShouldBe([act.RunId]);
        (await World.RunAsync(act.RunId)).Status.ShouldBe(RunStatus.Running);
    }

    [Fact]
    public async Task Discard_WaitingAndRejected_AreNotAskedForAgainByTheSameDecisionButByANewOne()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var act = await ActAsync(RunKind.Discard);
        act.Done.ShouldBe(1);
        (await World.IntentsAsync()).ShouldBe(["discarded:ENGAGED"]);
        (await World.ListAsync<string>("select status || code from outcome")).ShouldBe(["discardedact.discarded"]);

        // It is archived and restored: its decision asks again, and has no say.
        var scan = await World.StartScanAsync(RunKind.PollGone);
        await World.CommitAsync(scan, new LedgerChange { Gone = new GoneActivities("calls", ["1"]), Ending = new BatchEnding.Completed() });
        await World.StoreAsync(LedgerWorld.Activity("1", "Version 0", 2));
        (await World.IntentsAsync()).ShouldBe(["discarded:ENGAGED"]);

        await World.LabelAsync("1", 3, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["discarded:ENGAGED", "pending:ENGAGED"]);
    }

    [Fact]
    public async Task Discard_HeldByARunner_IsLeftOut()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.GatherWriteAsync();
        var act = await ActAsync(RunKind.Discard);
        (await LeftOutAsync(act.RunId)).ShouldBe(["act.in_flight:1"]);
        (await World.IntentsAsync()).ShouldBe(["pending:ENGAGED"]);
    }

    [Fact]
    public async Task Discard_DeadActivities_AreNoDeadLettersUntilTheirContentChanges()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"))).ShouldHaveSingleItem();
        await World.CommitAsync(await World.ClaimAsync(batch.Id), new LedgerChange { Ending = new BatchEnding.Discard("classify.failed", "It cannot be read.") });
        (await ActAsync(RunKind.Discard, target: ActTarget.Activity)).Done.ShouldBe(1);
        (await new DeadLetterQueries(Ledger).ListAsync(null, Token)).ShouldBeEmpty();
        (await ActAsync(RunKind.Discard, target: ActTarget.Activity)).Done.ShouldBe(0);
        await World.StoreAsync(LedgerWorld.Activity("1", "Another text", 1));
        (await World.CountAsync("activity where dead_discarded_at is null and status = 'queued'")).ShouldBe(1);
    }

    [Fact]
    public async Task Undo_AppliedOverAnotherValue_WritesValueAndShadowOfBefore()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync("ND", "ND");
        var act = await ActAsync(RunKind.Undo);
        (act.Done, act.LeftOut).ShouldBe((1, 0));
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "pending:ND"]);

        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        (intent.Purpose, intent.Value, intent.Expected, intent.Shadow).ShouldBe((IntentPurpose.Undo, "ND", "ENGAGED", "ND"));
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending), Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });
        var run = await World.RunAsync(act.RunId);
        (run.Status, run.Applied).ShouldBe((RunStatus.Completed, 1));
    }

    [Fact]
    public async Task Undo_Twice_SecondSaysSoRowByRow()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await ActAsync(RunKind.Undo);
        (await LeftOutAsync((await ActAsync(RunKind.Undo, "outcome=applied")).RunId)).ShouldBe(["act.already_undone:1"]);
        await World.WriteAsync();
        var again = await ActAsync(RunKind.Undo);
        again.Done.ShouldBe(0);
        (await LeftOutAsync(again.RunId)).ShouldBe(["act.already_undone:1", "act.already_undone:1"]);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:-"]);
    }

    [Fact]
    public async Task Undo_KeptAtTheGuard_MayBeTriedAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await ActAsync(RunKind.Undo);
        await World.WriteAsync(IntentStatus.Kept);
        (await ActAsync(RunKind.Undo, "outcome=applied")).Done.ShouldBe(1);
    }

    [Fact]
    public async Task Undo_WhileWriting_LeavesTheRowOut()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await World.LabelAsync("1", 1, "ND");
        var batch = await World.GatherWriteAsync();
        var act = await ActAsync(RunKind.Undo);
        act.Done.ShouldBe(1);
        (await LeftOutAsync(act.RunId)).ShouldBe(["act.in_flight:1", "act.in_flight:1"]);
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });
        (await LeftOutAsync((await ActAsync(RunKind.Undo, "record=1")).RunId)).ShouldBe(["act.newer_write:1", "act.not_written:1"]);
    }

    [Fact]
    public async Task Undo_OlderWriteOfALabel_IsLeftOutUntilTheNewerOneWasTakenBack()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await World.LabelAsync("1", 1, "ND");
        await WriteOverAsync("ENGAGED", "ENGAGED");
        var act = await ActAsync(RunKind.Undo);
        act.Done.ShouldBe(1);
        (await LeftOutAsync(act.RunId)).ShouldBe(["act.newer_write:1"]);
        await WriteOverAsync("ND", "ND");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:ND", "applied:ENGAGED"]);

        act = await ActAsync(RunKind.Undo);
        act.Done.ShouldBe(1);
        await WriteOverAsync("ENGAGED", "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:ND", "applied:ENGAGED", "applied:-"]);
        (await ActAsync(RunKind.Undo)).Done.ShouldBe(0);
    }

    [Fact]
    public async Task Undo_SameDecisionAsksAgain_WritesNothingButANewOneDoes()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await ActAsync(RunKind.Undo);
        await World.WriteAsync();
        var scan = await World.StartScanAsync(RunKind.PollGone);
        await World.CommitAsync(scan, new LedgerChange { Gone = new GoneActivities("calls", ["1"]), Ending = new BatchEnding.Completed() });
        await World.StoreAsync(LedgerWorld.Activity("1", "Version 0", 2));
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:-"]);

        await World.LabelAsync("1", 3, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:-", "pending:ENGAGED"]);
    }

    [Fact]
    public async Task Undo_Waiting_GivesWayToANewDecisionThatWritesAndNotToOneThatIsUnsure()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync("ND", "ND");
        await ActAsync(RunKind.Undo);
        await World.LabelAsync("1", 1, "NOT ENGAGED", writes: false);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "pending:ND"]);
        // The same value as the undo restores is a write of the decision's own, with its own shadow.
        await World.LabelAsync("1", 2, "ND");
        (await World.ListAsync<string>("select status || ':' || value || ':' || purpose from intent order by id"))
            .ShouldBe(["applied:ENGAGED:label", "superseded:ND:undo", "pending:ND:label"]);
    }

    [Fact]
    public async Task Undo_OfAForce_LeavesTheirValueTheirs()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync(IntentStatus.Kept);
        var force = await ActAsync(RunKind.Force);
        force.Done.ShouldBe(1);
        var batch = await World.GatherWriteAsync();
        var forced = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        forced.Purpose.ShouldBe(IntentPurpose.Force);
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents =
            [
                new(forced.IntentId, IntentStatus.Sending) { ValueBefore = "Theirs", ShadowBefore = "ND" },
                new(forced.IntentId, IntentStatus.Applied) { ValueBefore = "Theirs", ValueAfter = "ENGAGED" },
            ],
            Ending = new BatchEnding.Completed(),
        });
        (await ActAsync(RunKind.Undo)).Done.ShouldBe(1);
        (await World.ListAsync<string>("select value || ':' || shadow from intent where purpose = 'undo'")).ShouldBe(["Theirs:ND"]);
        await WriteOverAsync("ENGAGED", "ENGAGED");

        await World.LabelAsync("1", 1, "NOT ENGAGED");
        batch = await World.GatherWriteAsync();
        (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem().OurValues.ShouldNotContain("Theirs");
    }

    [Fact]
    public async Task Undo_OfALabel_RestoresAValueThatIsOursAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        await World.LabelAsync("1", 1, "ND");
        await WriteOverAsync("ENGAGED", "ENGAGED");
        await ActAsync(RunKind.Undo, "outcome=applied");
        await WriteOverAsync("ND", "ND");
        await World.LabelAsync("1", 2, "NOT ENGAGED");
        var batch = await World.GatherWriteAsync();
        (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem().OurValues.ShouldBe(["ENGAGED"]);
    }

    [Fact]
    public async Task Undo_CancelledBeforeItWasWritten_PutsTheRestAwayAndMayBeStartedAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        var act = await ActAsync(RunKind.Undo);
        (await Ledger.ChangeAsync(act.RunId, RunStatus.Cancelled, "ada", Token)).ShouldBeTrue();
        (await GatherAsync()).ShouldBeEmpty();
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "discarded:-"]);
        (await ActAsync(RunKind.Undo)).Done.ShouldBe(1);
    }

    [Fact]
    public async Task Undo_Paused_IsNotGatheredUntilItGoesOn()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await WriteOverAsync(null, null);
        var act = await ActAsync(RunKind.Undo);
        await Ledger.ChangeAsync(act.RunId, RunStatus.Paused, "ada", Token);
        (await GatherAsync()).ShouldBeEmpty();
        await Ledger.ChangeAsync(act.RunId, RunStatus.Running, "ada", Token);
        (await GatherAsync()).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(RunKind.Undo, WriteMode.Paused)]
    [InlineData(RunKind.Force, WriteMode.Preview)]
    public async Task StartAct_NothingMayBeWritten_IsRefusedWithASentence(RunKind kind, WriteMode mode)
    {
        await World.SetModeAsync(mode);
        var refused = await Should.ThrowAsync<LedgerException>(() => Ledger.StartActAsync(Wish(kind), Token));
        refused.Code.ShouldBe("act.not_writing");
        (await World.CountAsync("run")).ShouldBe(0);
    }

    [Fact]
    public async Task StartAct_FilterWithAnUnknownPart_IsRefusedInsteadOfMeaningMore()
    {
        (await Should.ThrowAsync<LedgerException>(() => Ledger.StartActAsync(Wish(RunKind.Discard, "lable=stage"), Token))).Message.ShouldContain("lable");
        (await Should.ThrowAsync<LedgerException>(() => Ledger.StartActAsync(Wish(RunKind.Force) with { Reason = " " }, Token))).Code.ShouldBe("act.reason");
        (await Should.ThrowAsync<LedgerException>(() => Ledger.StartActAsync(Wish(RunKind.Undo, "", ActTarget.Activity), Token))).Code.ShouldBe("act.kind");
    }

    [Fact]
    public async Task Act_FilterThatMatchesNothing_Completes()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var act = await ActAsync(RunKind.Retry, "code=no.such.code");
        (act.Done, act.LeftOut).ShouldBe((0, 0));
        (await World.RunAsync(act.RunId)).Status.ShouldBe(RunStatus.Completed);
    }

    [Fact]
    public async Task Act_MoreRowsThanAStep_GoesOnBehindTheLastAndCountsEachOnce()
    {
        var decisions = new List<CrmActivity>();
        for (var i = 0; i < 1_200; i++)
            decisions.Add(LedgerWorld.Activity($"a{i}"));
        foreach (var batch in await World.StoreAsync([.. decisions]))
            await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED")], 5_000);
        (await Ledger.CountActAsync(Wish(RunKind.Discard), Token)).ShouldBe(1_200);
        var run = await Ledger.StartActAsync(Wish(RunKind.Discard), Token);
        await World.LabelAsync("later", 0, "ENGAGED");
        var due = (await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow(), 8, 100, Token)).Single(candidate => candidate.Kind is BatchKind.Act);
        var first = await World.ClaimAsync(due.Id);
        await World.CommitAsync(first, new LedgerChange { ActStep = true });
        (await Ledger.FindActAsync(run, Token))!.Done.ShouldBe(1_000);
        // The process dies; another one takes the batch up.
        await World.CommitAsync(first, new LedgerChange { Ending = new BatchEnding.Retry(LedgerWorld.Start, "test", "Died.") });
        var second = await World.ClaimAsync(due.Id);
        await World.CommitAsync(second, new LedgerChange { ActStep = true, Ending = new BatchEnding.Completed() });
        (await Ledger.FindActAsync(run, Token))!.Done.ShouldBe(1_200);
        (await World.CountAsync("intent where status = 'discarded'")).ShouldBe(1_200);
        (await World.CountAsync("intent where status = 'pending'")).ShouldBe(1);
        (await World.ListAsync<string>("select actor || ':' || action || ':' || reason from audit where action like 'act.%'")).ShouldBe(["ada:act.discard:Because."]);
    }

    [Fact]
    public async Task Letters_RejectedWrites_AreGroupedByCodeWithTheCrmsWords()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intents = await Ledger.ReadIntentsAsync(batch.Id, Token);
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Rejected) { Code = "hubspot.option", Message = "No such option.", RemoteMessage = "INVALID_OPTION" })],
            Ending = new BatchEnding.Completed(),
        });
        var group = (await new DeadLetterQueries(Ledger).ListAsync(World.ConnectionId, Token)).ShouldHaveSingleItem();
        (group.Kind, group.Code, group.Count).ShouldBe((DeadLetterKind.Write, "hubspot.option", 2));
        group.Message.ShouldBe("No such option. The CRM said: INVALID_OPTION");
        group.ExampleIds.Count.ShouldBe(2);
    }
}
