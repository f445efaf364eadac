using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class WriteHandlerTests : WriteHandlerCase
{
    [Fact]
    public async Task Handle_BlankRecord_WritesLabelShadowConfidenceReasonTimeVersion()
    {
        var intent = Given("1", "Demo");
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Applied);
        var written = Ledger.Crm.Writes.ShouldHaveSingleItem().ShouldHaveSingleItem().Values;
        written["stage"].ShouldBe("Demo");
        written["stage_auto"].ShouldBe("Demo");
        written["stage_confidence"].ShouldBe("0.93");
        written["reason"].ShouldBe("The buyer wrote back.");
        written["version"].ShouldBe("1+rules-1");
        written.Keys.ShouldContain("at");
    }

    [Fact]
    public async Task Handle_AnyWrite_SavesSendingBeforeTheRequestLeaves()
    {
        Given("1", "Demo");
        Ledger.Crm.Records["1"]["stage"] = "Discovery";
        Ledger.Crm.Records["1"]["stage_auto"] = "Discovery";
        var writesWhenSaved = -1;
        var handler = Handler();
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Write, 1, 1, 1, 1, TimeProvider.System.GetUtcNow().AddMinutes(3)), Ledger.Connection, Ledger.Crm, TimeProvider.System);
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
        {
            if (change.Intents.FirstOrDefault(intent => intent.Status == IntentStatus.Sending) is { } sending)
            {
                writesWhenSaved = Ledger.Crm.Writes.Count;
                sending.ValueBefore.ShouldBe("Discovery");
            }
        }
        writesWhenSaved.ShouldBe(0);
        Ledger.Crm.Writes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Handle_EqualValue_SendsNothing()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.Records["1"]["stage"] = "Demo";
        Ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Unchanged);
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ValueOfAPerson_KeepsIt()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.Records["1"]["stage"] = "Negotiation";
        Ledger.Crm.Records["1"]["stage_auto"] = "Discovery";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Kept);
        Ledger.Crm.Records["1"]["stage"].ShouldBe("Negotiation");
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ValueOfAPersonWhereTheCrmTells_SaysWhoAndWhen()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.Records["1"]["stage"] = "Discovery";
        Ledger.Crm.Origins["1"] = new ValueOrigin(ValueActor.Human, new DateTimeOffset(2026, 11, 3, 9, 30, 0, TimeSpan.Zero), "userId:12");
        var change = (await RunAsync()).SelectMany(step => step.Intents).Last(found => found.IntentId == intent.IntentId);
        change.Actor.ShouldBe(ValueActor.Human);
        change.Message.ShouldBe("A person (userId:12) set this label on 2026-11-03 09:30 UTC; it stays.");
    }

    [Fact]
    public async Task Handle_LabelOfALinkedRecord_SaysWhichActivityItIsOf()
    {
        Given("1", "Demo");
        Ledger.Intents[0] = Ledger.Intents[0] with { TargetType = "deals", SourceActivity = "notes/44" };
        await RunAsync();
        Ledger.Crm.Writes.ShouldHaveSingleItem().ShouldHaveSingleItem().Values["activity"].ShouldBe("notes/44");
    }

    [Fact]
    public async Task Handle_TwoLabelsOneOfThemTheirs_WritesOnlyOurs()
    {
        var kept = Given("1", "Demo");
        var sent = Given("1", "ENGAGED", "engaged");
        Ledger.Crm.Records["1"]["stage"] = "Negotiation";
        var changes = await RunAsync();
        Final(changes, kept).ShouldBe(IntentStatus.Kept);
        Final(changes, sent).ShouldBe(IntentStatus.Applied);
        Ledger.Crm.Writes.Single().Single().Values.Keys.ShouldNotContain("stage");
    }

    [Fact]
    public async Task Handle_RecordThatVanished_IsRejectedAndTheRestGoesOn()
    {
        var gone = Given("1", "Demo");
        var there = Given("2", "Demo");
        Ledger.Crm.Records.Remove("1");
        var changes = await RunAsync();
        Final(changes, gone).ShouldBe(IntentStatus.Rejected);
        Final(changes, there).ShouldBe(IntentStatus.Applied);
    }

    [Fact]
    public async Task Handle_WholeBatchRefused_HalvesUntilTheCulpritIsAlone()
    {
        var intents = Enumerable.Range(1, 16).Select(number => Given($"{number}", "Demo")).ToList();
        Result<IReadOnlyList<RecordWriteResult>> refusal = new Failure(FailureCategory.Reject, "hubspot.invalid", "One value is not allowed.", "Fix it.");
        Ledger.Crm.OnWrite = writes => writes.Any(write => write.ExternalId == "11") ? refusal : (Result<IReadOnlyList<RecordWriteResult>>?)null;
        var changes = await RunAsync();
        Final(changes, intents[10]).ShouldBe(IntentStatus.Rejected);
        intents.Where(intent => intent.TargetId != "11").ShouldAllBe(intent => Final(changes, intent) == IntentStatus.Applied);
        Ledger.Crm.Writes.Count.ShouldBe(9, "one whole call and two per halving");
    }

    [Fact]
    public async Task Handle_MixedResults_EachRecordGetsItsOwnEnd()
    {
        var good = Given("1", "Demo");
        var bad = Given("2", "Demo");
        var locked = Given("3", "Demo");
        Ledger.Crm.OnWrite = writes => Result.Success<IReadOnlyList<RecordWriteResult>>(
            [Ledger.Crm.Apply(writes[0]), Refused(writes[1], FailureCategory.Reject), Refused(writes[2], FailureCategory.Retry)]);
        var changes = await RunAsync();
        Final(changes, good).ShouldBe(IntentStatus.Applied);
        Final(changes, bad).ShouldBe(IntentStatus.Rejected);
        Final(changes, locked).ShouldBe(IntentStatus.Pending);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();
    }

    [Fact]
    public async Task Handle_AnswerLostAfterTheWrite_SettlesByReadingAsApplied()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.OnWrite = writes =>
        {
            Ledger.Crm.Apply(writes[0]);
            return new Failure(FailureCategory.Unknown, "http.timeout", "No answer.", "Read it.");
        };
        var changes = await RunAsync();
        changes.SelectMany(change => change.Intents).Select(change => change.Status).ShouldBe([IntentStatus.Sending, IntentStatus.Unknown, IntentStatus.Applied]);
        Final(changes, intent).ShouldBe(IntentStatus.Applied);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
    }

    [Fact]
    public async Task Handle_AnswerLostBeforeTheWrite_GoesBackToPendingAndRetries()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.OnWrite = _ => new Failure(FailureCategory.Unknown, "http.timeout", "No answer.", "Read it.");
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Pending);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();
    }

    [Fact]
    public async Task Handle_SendingLeftByACrash_IsSettledAndNotSentTwice()
    {
        var intent = Given("1", "Demo", status: IntentStatus.Sending, before: null);
        Ledger.Crm.Records["1"]["stage"] = "Demo";
        Ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Applied);
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_SendingLeftByACrashAndChangedByAPersonSince_IsKept()
    {
        var intent = Given("1", "Demo", status: IntentStatus.Sending, before: null);
        Ledger.Crm.Records["1"]["stage"] = "Negotiation";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Kept);
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_PropertyMissing_KeepsEverythingPendingUntilAPersonHasActed()
    {
        var intents = Enumerable.Range(1, 8).Select(number => Given($"{number}", "Demo")).ToList();
        Ledger.Crm.OnWrite = _ => new Failure(FailureCategory.Stop, "hubspot.property_missing", "A property does not exist.", "Run setup.");
        var changes = await RunAsync();
        intents.ShouldAllBe(intent => Final(changes, intent) == IntentStatus.Pending);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe("hubspot.property_missing");
        Ledger.Crm.Writes.Count.ShouldBe(1, "halving would not help");
    }

    [Theory]
    [InlineData(WriteMode.Preview)]
    [InlineData(WriteMode.Paused)]
    public async Task Handle_ConnectionThatDoesNotWrite_SendsNothing(WriteMode mode)
    {
        Given("1", "Demo");
        Ledger.Connection = Ledger.Connection with { WriteMode = mode };
        (await RunAsync()).ShouldBeEmpty();
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_PausedBetweenReadAndWrite_SendsNothingAndKeepsTheIntentPending()
    {
        var intent = Given("1", "Demo");
        Ledger.OnListConnections = count => Ledger.Connection = Ledger.Connection with { WriteMode = count >= 2 ? WriteMode.Paused : WriteMode.On };
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Pending);
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ApprovalWantedAndNotGiven_LetsGoOfTheWholeBatch()
    {
        Given("1", "Demo");
        Ledger.Intents[0] = Ledger.Intents[0] with { IsReleased = true };
        Given("2", "Demo");
        Ledger.Connection = Ledger.Connection with { WriteMode = WriteMode.Approve };
        (await RunAsync()).ShouldBeEmpty("the next gathering takes the released one alone");
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ApprovalGiven_Sends()
    {
        var intent = Given("1", "Demo");
        Ledger.Intents[0] = intent with { IsReleased = true };
        Ledger.Connection = Ledger.Connection with { WriteMode = WriteMode.Approve };
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Applied);
    }

    [Fact]
    public async Task Handle_PausedBetweenTwoChunks_SendsNoFurtherOneAndGivesTheRestBack()
    {
        var intents = Enumerable.Range(1, 4).Select(id => Given($"{id}", "Demo")).ToList();
        Ledger.Crm.OnWrite = writes =>
        {
            if (writes.Count == 2)
                Ledger.Connection = Ledger.Connection with { WriteMode = WriteMode.Paused };
            if (writes.Count <= 2)
                return null;
            return new Failure(FailureCategory.Reject, "test.whole", "One of them is bad.", "None.");
        };
        var changes = await RunAsync();
        Ledger.Crm.Writes.Select(writes => writes.Count).ShouldBe([4, 2]);
        intents.Select(intent => Final(changes, intent)).ShouldBe([IntentStatus.Applied, IntentStatus.Applied, IntentStatus.Pending, IntentStatus.Pending]);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>("what was given back is gathered anew");
    }

    [Fact]
    public async Task Handle_PausedWhileAWriteWaitsForItsTurn_NeverStartsIt()
    {
        var intent = Given("1", "Demo");
        Ledger.Crm.BeforeWrite = token =>
        {
            Ledger.Connection = Ledger.Connection with { WriteMode = WriteMode.Paused };
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        var changes = await RunAsync(clock: new HastyClock());
        Ledger.Crm.Writes.ShouldBeEmpty();
        changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Unknown).Code.ShouldBe("write.cut_by_pause");
        Final(changes, intent).ShouldBe(IntentStatus.Pending, "reading the record showed that nothing was written");
    }

    [Fact]
    public async Task Handle_PausedWhileAWriteIsUnderWay_LetsItComeBack()
    {
        var intent = Given("1", "Demo");
        var paused = new TaskCompletionSource();
        Ledger.Crm.BeforeWrite = _ => paused.Task;
        Ledger.OnListConnections = count =>
        {
            if (count < 3)
                return;
            Ledger.Connection = Ledger.Connection with { WriteMode = WriteMode.Paused };
            paused.TrySetResult();
        };
        Final(await RunAsync(clock: new HastyClock(TimeSpan.FromSeconds(2))), intent).ShouldBe(IntentStatus.Applied);
        Ledger.Crm.Writes.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Handle_GuardReadLimited_SnoozesWithoutTouchingAnything()
    {
        Given("1", "Demo");
        Ledger.Crm.ReadFailure = new Failure(FailureCategory.Wait, "hubspot.rate_limited", "Too fast.", "Wait.") { NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(1) };
        var changes = await RunAsync();
        changes.ShouldHaveSingleItem().Ending.ShouldBeOfType<BatchEnding.Snooze>();
        Ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ClearingOurLabel_ClearsShadowAndConfidenceToo()
    {
        Given("1", null);
        Ledger.Crm.Records["1"]["stage"] = "Demo";
        Ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        await RunAsync();
        var values = Ledger.Crm.Writes.Single().Single().Values;
        values["stage"].ShouldBeNull();
        values["stage_auto"].ShouldBeNull();
        values["stage_confidence"].ShouldBeNull();
    }

    [Fact]
    public async Task Handle_ChangedWhileTheOtherHalfWasRefused_IsKept()
    {
        var first = Given("1", "Demo");
        var second = Given("2", "Demo");
        var refused = false;
        Ledger.Crm.OnWrite = _ =>
        {
            if (refused)
                return null;
            refused = true;
            Ledger.Crm.Records["2"]["stage"] = "Negotiation";
            return new Failure(FailureCategory.Reject, "test.refused", "Refused.", "None.");
        };
        var changes = await RunAsync();
        Final(changes, first).ShouldBe(IntentStatus.Applied);
        Final(changes, second).ShouldBe(IntentStatus.Kept);
        Ledger.Crm.Records["2"]["stage"].ShouldBe("Negotiation");
    }
}
