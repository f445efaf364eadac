using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Decisions_NewerOne_SupersedesTheEarlierAndKeepsIt()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("1", 1, "ND");
        (await World.ListAsync<string>("select label || case when superseded_at is null then '+' else '-' end from decision order by id"))
            .ShouldBe(["ENGAGED-", "ND+"]);
    }

    [Fact]
    public async Task Intents_PendingWithTheSameValue_IsKeptForTheNewDecision()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("1", 1, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["pending:ENGAGED"]);
        (await World.ListAsync<long>("select decision_id from intent")).ShouldBe(await World.ListAsync<long>("select max(id) from decision"));
    }

    [Fact]
    public async Task Intents_PendingWithAnotherValue_IsSupersededWithAnOutcome()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("1", 1, "ND");
        (await World.IntentsAsync()).ShouldBe(["superseded:ENGAGED", "pending:ND"]);
        (await World.ListAsync<string>("select status || code from outcome")).ShouldBe(["supersedednewer_decision"]);
    }

    [Fact]
    public async Task Intents_AppliedWithTheSameValue_AsksForNothing()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();
        await World.LabelAsync("1", 1, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED"]);
        await World.LabelAsync("1", 2, "ND");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "pending:ND"]);
        await World.LabelAsync("1", 3, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "superseded:ND"]);
    }

    [Fact]
    public async Task Intents_AbstentionClearsOnlyWhatWeWrote()
    {
        await World.LabelAsync("1", 0, null);
        (await World.IntentsAsync()).ShouldBeEmpty();
        await World.LabelAsync("1", 1, "ENGAGED");
        await World.WriteAsync();
        await World.LabelAsync("1", 2, null);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "pending:-"]);
        await World.WriteAsync();
        await World.LabelAsync("1", 3, null);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:-"]);
    }

    [Theory]
    [InlineData(IntentStatus.Kept)]
    [InlineData(IntentStatus.Rejected)]
    public async Task Intents_LastOneDidNotHold_IsTriedAgainByANewDecision(IntentStatus ending)
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync(ending);
        await World.LabelAsync("1", 1, "ENGAGED");
        (await World.IntentsAsync()).ShouldBe([$"{ending.ToString().ToLowerInvariant()}:ENGAGED", "pending:ENGAGED"]);
    }

    [Fact]
    public async Task Intents_UnsureNow_WithdrawsWhatWasNotSentYet()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("1", 1, "ND", writes: false);
        (await World.IntentsAsync()).ShouldBe(["superseded:ENGAGED"]);
        (await World.ListAsync<string>("select code from intent")).ShouldBe(["decision_withdrawn"]);
    }

    [Theory]
    [InlineData(IntentStatus.Applied, new[] { "applied:ENGAGED", "pending:ND" })]
    [InlineData(IntentStatus.Unchanged, new[] { "unchanged:ENGAGED", "pending:ND" })]
    [InlineData(IntentStatus.Rejected, new[] { "rejected:ENGAGED", "pending:ND" })]
    [InlineData(IntentStatus.Kept, new[] { "kept:ENGAGED", "pending:ND" })]
    public async Task Intents_NewerDecisionWhileSending_ComesAfterItEnds(IntentStatus ending, string[] expected)
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending)] });

        await World.LabelAsync("1", 1, "ND");
        (await World.IntentsAsync()).ShouldBe(["sending:ENGAGED"]);

        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, ending)], Ending = new BatchEnding.Completed() });
        (await World.IntentsAsync()).ShouldBe(expected);
        await World.WriteAsync();
        (await World.IntentsAsync())[1].ShouldBe("applied:ND");
    }

    [Fact]
    public async Task Intents_DecisionsWhileSendingComeBackToTheSameValue_AskForNothing()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending)] });
        await World.LabelAsync("1", 1, "ND");
        await World.LabelAsync("1", 2, "ENGAGED");
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED"]);
    }

    [Fact]
    public async Task Intents_PendingInARunningBatch_GivesWayOnlyWhenTheBatchLetsGo()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        await World.LabelAsync("1", 1, "ND");
        (await World.IntentsAsync()).ShouldBe(["pending:ENGAGED"]);

        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Retry(LedgerWorld.Start, "http.500", "The CRM failed.") });

        (await World.IntentsAsync()).ShouldBe(["superseded:ENGAGED", "pending:ND"]);
        var again = await World.ClaimAsync(batch.Id);
        (await Ledger.ReadIntentsAsync(again.Id, Token)).ShouldHaveSingleItem().Value.ShouldBe("ND");
    }

    [Fact]
    public async Task Intents_DiscardedWriteBatch_RejectsWhatIsOpen()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Discard("", "Five tries failed.") });
        (await World.ListAsync<string>("select status || code from intent")).ShouldBe(["rejectedretries_exhausted"]);
        (await World.ListAsync<string>("select status || message from outcome")).ShouldBe(["rejectedFive tries failed."]);
        (await World.RunAsync(batch.RunId!.Value)).Rejected.ShouldBe(1);
    }

    [Fact]
    public async Task Intents_Transitions_CountAttemptsAndLeaveOutcomes()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token))[0];
        (intent.Status, intent.Attempt, intent.Confidence, intent.Reason).ShouldBe((IntentStatus.Pending, 0, 0.9, "The call was answered."));
        await World.CommitAsync(batch, new LedgerChange { Intents = [new(intent.IntentId, IntentStatus.Sending) { ValueBefore = "ND" }] });
        await World.CommitAsync(batch, new LedgerChange { Intents = [new(intent.IntentId, IntentStatus.Unknown) { Code = "timeout" }] });
        intent = (await Ledger.ReadIntentsAsync(batch.Id, Token))[0];
        (intent.Status, intent.Attempt, intent.ValueBefore).ShouldBe((IntentStatus.Unknown, 1, "ND"));
        await World.CommitAsync(batch, new LedgerChange { Intents = [new(intent.IntentId, IntentStatus.Pending)] });
        await World.CommitAsync(batch, new LedgerChange { Intents = [new(intent.IntentId, IntentStatus.Sending)] });
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [new(intent.IntentId, IntentStatus.Kept) { Actor = ValueActor.Human, ValueBefore = "ENGAGED!", Code = "edited", RemoteMessage = "no", CorrelationId = "c-1" }],
            Ending = new BatchEnding.Completed(),
        });

        (await World.ListAsync<string>("select status from outcome order by id")).ShouldBe(["sending", "unknown", "pending", "sending", "kept"]);
        (await World.ListAsync<string>("select status || attempt || actor || value_before || code from intent")).ShouldBe(["kept2humanENGAGED!edited"]);
        (await World.RunAsync(batch.RunId!.Value)).Kept.ShouldBe(1);
    }

    [Fact]
    public async Task ReadIntentsAsync_OurValues_AreTheLastConfirmedAndAllSentSince()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token))[0];
        intent.OurValues.ShouldBeEmpty();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending)] });
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [new(intent.IntentId, IntentStatus.Applied) { ValueAfter = "Engaged" }], Ending = new BatchEnding.Completed(),
        });
        await World.LabelAsync("1", 1, "ND");
        await World.WriteAsync(IntentStatus.Rejected);
        await World.LabelAsync("1", 2, "NOT ENGAGED");
        var last = await World.GatherWriteAsync();
        (await Ledger.ReadIntentsAsync(last.Id, Token)).ShouldHaveSingleItem().OurValues.ShouldBe(["Engaged", "ND"]);
    }
}
