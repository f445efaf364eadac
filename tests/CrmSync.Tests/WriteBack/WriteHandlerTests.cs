using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.WriteBack;

public sealed class WriteHandlerTests
{
    private static readonly RunnerOptions Runner = new() { Node = "test" };
    private readonly FakeLedger _ledger = new();

    private IntentWork Given(string id, string? value, string property = "stage", IntentStatus status = IntentStatus.Pending, string? before = null, params string?[] ours)
    {
        if (!_ledger.Crm.Records.ContainsKey(id))
            _ledger.Crm.Records[id] = [];
        var intent = new IntentWork
        {
            IntentId = _ledger.Intents.Count + 1, Status = status, TargetType = "notes", TargetId = id, Property = property, Value = value,
            ValueBefore = before, Confidence = 0.934, Reason = "The buyer wrote back.", TaxonomyVersion = "1", ModelVersion = "rules-1",
            DecidedAt = DateTimeOffset.UnixEpoch, OurValues = ours, Attempt = 0,
        };
        _ledger.Intents.Add(intent);
        return intent;
    }

    private WriteHandler Handler(WriteBackOptions? options = null)
    {
        var meter = new RequestMeter();
        return new WriteHandler(
            _ledger, new ConnectionDirectory(_ledger, _ledger), new FailurePolicy(Runner, TimeProvider.System), meter,
            new RaceWatch(options ?? new WriteBackOptions(), meter, TimeProvider.System));
    }

    private async Task<List<LedgerChange>> RunAsync(WriteBackOptions? options = null, TimeProvider? clock = null)
    {
        var handler = Handler(options);
        var now = TimeProvider.System.GetUtcNow();
        var context = new BatchContext(new ClaimedBatch(1, BatchKind.Write, 1, 1, 1, 1, now.AddMinutes(3)), _ledger.Connection, _ledger.Crm, clock ?? TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
            changes.Add(change);
        return changes;
    }

    private static IntentStatus Final(IEnumerable<LedgerChange> changes, IntentWork intent) =>
        changes.SelectMany(change => change.Intents).Last(change => change.IntentId == intent.IntentId).Status;

    private static RecordWriteResult Refused(RecordWrite write, FailureCategory category) =>
        new(write.ExternalId, new Failure(category, "test.refused", "Refused.", "None."));

    [Fact]
    public async Task Handle_BlankRecord_WritesLabelShadowConfidenceReasonTimeVersion()
    {
        var intent = Given("1", "Demo");
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Applied);
        var written = _ledger.Crm.Writes.ShouldHaveSingleItem().ShouldHaveSingleItem().Values;
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
        _ledger.Crm.Records["1"]["stage"] = "Discovery";
        _ledger.Crm.Records["1"]["stage_auto"] = "Discovery";
        var writesWhenSaved = -1;
        var handler = Handler();
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Write, 1, 1, 1, 1, TimeProvider.System.GetUtcNow().AddMinutes(3)), _ledger.Connection, _ledger.Crm, TimeProvider.System);
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
        {
            if (change.Intents.FirstOrDefault(intent => intent.Status == IntentStatus.Sending) is { } sending)
            {
                writesWhenSaved = _ledger.Crm.Writes.Count;
                sending.ValueBefore.ShouldBe("Discovery");
            }
        }
        writesWhenSaved.ShouldBe(0);
        _ledger.Crm.Writes.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Handle_EqualValue_SendsNothing()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.Records["1"]["stage"] = "Demo";
        _ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Unchanged);
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ValueOfAPerson_KeepsIt()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.Records["1"]["stage"] = "Negotiation";
        _ledger.Crm.Records["1"]["stage_auto"] = "Discovery";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Kept);
        _ledger.Crm.Records["1"]["stage"].ShouldBe("Negotiation");
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ValueOfAPersonWhereTheCrmTells_SaysWhoAndWhen()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.Records["1"]["stage"] = "Discovery";
        _ledger.Crm.Origins["1"] = new ValueOrigin(ValueActor.Human, new DateTimeOffset(2026, 11, 3, 9, 30, 0, TimeSpan.Zero), "userId:12");
        var change = (await RunAsync()).SelectMany(step => step.Intents).Last(found => found.IntentId == intent.IntentId);
        change.Actor.ShouldBe(ValueActor.Human);
        change.Message.ShouldBe("A person (userId:12) set this label on 2026-11-03 09:30 UTC; it stays.");
    }

    [Fact]
    public async Task Handle_LabelOfALinkedRecord_SaysWhichActivityItIsOf()
    {
        Given("1", "Demo");
        _ledger.Intents[0] = _ledger.Intents[0] with { TargetType = "deals", SourceActivity = "notes/44" };
        await RunAsync();
        _ledger.Crm.Writes.ShouldHaveSingleItem().ShouldHaveSingleItem().Values["activity"].ShouldBe("notes/44");
    }

    [Fact]
    public async Task Handle_TwoLabelsOneOfThemTheirs_WritesOnlyOurs()
    {
        var kept = Given("1", "Demo");
        var sent = Given("1", "ENGAGED", "engaged");
        _ledger.Crm.Records["1"]["stage"] = "Negotiation";
        var changes = await RunAsync();
        Final(changes, kept).ShouldBe(IntentStatus.Kept);
        Final(changes, sent).ShouldBe(IntentStatus.Applied);
        _ledger.Crm.Writes.Single().Single().Values.Keys.ShouldNotContain("stage");
    }

    [Fact]
    public async Task Handle_RecordThatVanished_IsRejectedAndTheRestGoesOn()
    {
        var gone = Given("1", "Demo");
        var there = Given("2", "Demo");
        _ledger.Crm.Records.Remove("1");
        var changes = await RunAsync();
        Final(changes, gone).ShouldBe(IntentStatus.Rejected);
        Final(changes, there).ShouldBe(IntentStatus.Applied);
    }

    [Fact]
    public async Task Handle_WholeBatchRefused_HalvesUntilTheCulpritIsAlone()
    {
        var intents = Enumerable.Range(1, 16).Select(number => Given($"{number}", "Demo")).ToList();
        Result<IReadOnlyList<RecordWriteResult>> refusal = new Failure(FailureCategory.Reject, "hubspot.invalid", "One value is not allowed.", "Fix it.");
        _ledger.Crm.OnWrite = writes => writes.Any(write => write.ExternalId == "11") ? refusal : (Result<IReadOnlyList<RecordWriteResult>>?)null;
        var changes = await RunAsync();
        Final(changes, intents[10]).ShouldBe(IntentStatus.Rejected);
        intents.Where(intent => intent.TargetId != "11").ShouldAllBe(intent => Final(changes, intent) == IntentStatus.Applied);
        _ledger.Crm.Writes.Count.ShouldBe(9, "one whole call and two per halving");
    }

    [Fact]
    public async Task Handle_MixedResults_EachRecordGetsItsOwnEnd()
    {
        var good = Given("1", "Demo");
        var bad = Given("2", "Demo");
        var locked = Given("3", "Demo");
        _ledger.Crm.OnWrite = writes => Result.Success<IReadOnlyList<RecordWriteResult>>(
            [_ledger.Crm.Apply(writes[0]), Refused(writes[1], FailureCategory.Reject), Refused(writes[2], FailureCategory.Retry)]);
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
        _ledger.Crm.OnWrite = writes =>
        {
            _ledger.Crm.Apply(writes[0]);
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
        _ledger.Crm.OnWrite = _ => new Failure(FailureCategory.Unknown, "http.timeout", "No answer.", "Read it.");
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Pending);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();
    }

    [Fact]
    public async Task Handle_SendingLeftByACrash_IsSettledAndNotSentTwice()
    {
        var intent = Given("1", "Demo", status: IntentStatus.Sending, before: null);
        _ledger.Crm.Records["1"]["stage"] = "Demo";
        _ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Applied);
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_SendingLeftByACrashAndChangedByAPersonSince_IsKept()
    {
        var intent = Given("1", "Demo", status: IntentStatus.Sending, before: null);
        _ledger.Crm.Records["1"]["stage"] = "Negotiation";
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Kept);
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_PropertyMissing_KeepsEverythingPendingUntilAPersonHasActed()
    {
        var intents = Enumerable.Range(1, 8).Select(number => Given($"{number}", "Demo")).ToList();
        _ledger.Crm.OnWrite = _ => new Failure(FailureCategory.Stop, "hubspot.property_missing", "A property does not exist.", "Run setup.");
        var changes = await RunAsync();
        intents.ShouldAllBe(intent => Final(changes, intent) == IntentStatus.Pending);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe("hubspot.property_missing");
        _ledger.Crm.Writes.Count.ShouldBe(1, "halving would not help");
    }

    [Theory]
    [InlineData(WriteMode.Preview)]
    [InlineData(WriteMode.Paused)]
    public async Task Handle_ConnectionThatDoesNotWrite_SendsNothing(WriteMode mode)
    {
        Given("1", "Demo");
        _ledger.Connection = _ledger.Connection with { WriteMode = mode };
        (await RunAsync()).ShouldBeEmpty();
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_PausedBetweenReadAndWrite_SendsNothingAndKeepsTheIntentPending()
    {
        var intent = Given("1", "Demo");
        _ledger.OnListConnections = count => _ledger.Connection = _ledger.Connection with { WriteMode = count >= 2 ? WriteMode.Paused : WriteMode.On };
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Pending);
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ApprovalWantedAndNotGiven_LetsGoOfTheWholeBatch()
    {
        Given("1", "Demo");
        _ledger.Intents[0] = _ledger.Intents[0] with { IsReleased = true };
        Given("2", "Demo");
        _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Approve };
        (await RunAsync()).ShouldBeEmpty("the next gathering takes the released one alone");
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ApprovalGiven_Sends()
    {
        var intent = Given("1", "Demo");
        _ledger.Intents[0] = intent with { IsReleased = true };
        _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Approve };
        Final(await RunAsync(), intent).ShouldBe(IntentStatus.Applied);
    }

    [Fact]
    public async Task Handle_PausedBetweenTwoChunks_SendsNoFurtherOneAndGivesTheRestBack()
    {
        var intents = Enumerable.Range(1, 4).Select(id => Given($"{id}", "Demo")).ToList();
        _ledger.Crm.OnWrite = writes =>
        {
            if (writes.Count == 2)
                _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Paused };
            if (writes.Count <= 2)
                return null;
            return new Failure(FailureCategory.Reject, "test.whole", "One of them is bad.", "None.");
        };
        var changes = await RunAsync();
        _ledger.Crm.Writes.Select(writes => writes.Count).ShouldBe([4, 2]);
        intents.Select(intent => Final(changes, intent)).ShouldBe([IntentStatus.Applied, IntentStatus.Applied, IntentStatus.Pending, IntentStatus.Pending]);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>("what was given back is gathered anew");
    }

    [Fact]
    public async Task Handle_PausedWhileAWriteWaitsForItsTurn_NeverStartsIt()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.BeforeWrite = token =>
        {
            _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Paused };
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        var changes = await RunAsync(clock: new HastyClock());
        _ledger.Crm.Writes.ShouldBeEmpty();
        changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Unknown).Code.ShouldBe("write.cut_by_pause");
        Final(changes, intent).ShouldBe(IntentStatus.Pending, "reading the record showed that nothing was written");
    }

    [Fact]
    public async Task Handle_PausedWhileAWriteIsUnderWay_LetsItComeBack()
    {
        var intent = Given("1", "Demo");
        var paused = new TaskCompletionSource();
        _ledger.Crm.BeforeWrite = _ => paused.Task;
        _ledger.OnListConnections = count =>
        {
            if (count < 3)
                return;
            _ledger.Connection = _ledger.Connection with { WriteMode = WriteMode.Paused };
            paused.TrySetResult();
        };
        Final(await RunAsync(clock: new HastyClock(TimeSpan.FromSeconds(2))), intent).ShouldBe(IntentStatus.Applied);
        _ledger.Crm.Writes.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Handle_GuardReadLimited_SnoozesWithoutTouchingAnything()
    {
        Given("1", "Demo");
        _ledger.Crm.ReadFailure = new Failure(FailureCategory.Wait, "hubspot.rate_limited", "Too fast.", "Wait.") { NotBefore = TimeProvider.System.GetUtcNow().AddMinutes(1) };
        var changes = await RunAsync();
        changes.ShouldHaveSingleItem().Ending.ShouldBeOfType<BatchEnding.Snooze>();
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_ClearingOurLabel_ClearsShadowAndConfidenceToo()
    {
        Given("1", null);
        _ledger.Crm.Records["1"]["stage"] = "Demo";
        _ledger.Crm.Records["1"]["stage_auto"] = "Demo";
        await RunAsync();
        var values = _ledger.Crm.Writes.Single().Single().Values;
        values["stage"].ShouldBeNull();
        values["stage_auto"].ShouldBeNull();
        values["stage_confidence"].ShouldBeNull();
    }

    private IntentWork GivenUndo(string id, string? value, string? expected, string? shadow)
    {
        var undo = Given(id, value) with { Purpose = IntentPurpose.Undo, Expected = expected, Shadow = shadow };
        _ledger.Intents[^1] = undo;
        return undo;
    }

    [Fact]
    public async Task Handle_UndoWhereOursStillStands_RestoresValueAndShadowAndBlanksTheRest()
    {
        var undo = GivenUndo("1", "Discovery", "Demo", "Discovery");
        _ledger.Crm.Records["1"] = new() { ["stage"] = "Demo", ["stage_auto"] = "Demo", ["stage_confidence"] = "0.93", ["version"] = "1+rules-1" };
        var changes = await RunAsync();
        Final(changes, undo).ShouldBe(IntentStatus.Applied);
        var sending = changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Sending);
        (sending.ValueBefore, sending.ShadowBefore).ShouldBe(("Demo", "Demo"));
        var record = _ledger.Crm.Records["1"];
        (record["stage"], record["stage_auto"], record["stage_confidence"], record["version"]).ShouldBe(("Discovery", "Discovery", null, null));
        record["reason"].ShouldBe("Taken back by an operator.");
    }

    [Theory]
    [InlineData("Negotiation")]
    [InlineData(null)]
    public async Task Handle_UndoOfWhatSomebodyChangedSince_KeepsTheirs(string? theirs)
    {
        var undo = GivenUndo("1", "Discovery", "Demo", "Discovery");
        _ledger.Crm.Records["1"] = new() { ["stage"] = theirs, ["stage_auto"] = "Demo" };
        var changes = await RunAsync();
        Final(changes, undo).ShouldBe(IntentStatus.Kept);
        changes.SelectMany(change => change.Intents).Last().Code.ShouldBe("undo.not_ours");
        _ledger.Crm.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Handle_Force_OverwritesTheirsAndKeepsWhatItOverwrote()
    {
        var force = Given("1", "Demo") with { Purpose = IntentPurpose.Force };
        _ledger.Intents[^1] = force;
        _ledger.Crm.Records["1"] = new() { ["stage"] = "Negotiation", ["stage_auto"] = "Discovery" };
        var changes = await RunAsync(new WriteBackOptions { RaceCheck = RaceCheck.Always });
        Final(changes, force).ShouldBe(IntentStatus.Applied);
        var sending = changes.SelectMany(change => change.Intents).Single(change => change.Status == IntentStatus.Sending);
        (sending.ValueBefore, sending.ShadowBefore).ShouldBe(("Negotiation", "Discovery"));
        _ledger.Crm.Records["1"]["stage"].ShouldBe("Demo");
    }

    private void GivenHistory(params string?[] newestFirst) => _ledger.Crm.Histories[("1", "stage")] =
        [.. newestFirst.Select(value => new ValueSetting(value, null, value is "Negotiation" or null ? ValueActor.Human : ValueActor.Automation, "7"))];

    [Theory]
    [InlineData("Negotiation")]
    [InlineData(null)]
    public async Task Handle_ValueSetBetweenReadAndWrite_IsPutBackWithoutTheShadow(string? theirs)
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.Records["1"] = new() { ["stage"] = "Discovery", ["stage_auto"] = "Discovery" };
        _ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        GivenHistory("Demo", theirs, "Discovery");
        var changes = await RunAsync();
        changes.SelectMany(change => change.Intents).Where(change => change.IntentId == intent.IntentId).Select(change => change.Status)
            .ShouldBe([IntentStatus.Sending, IntentStatus.Unknown, IntentStatus.Kept], "nothing says applied before the history was looked at");
        var kept = changes.SelectMany(change => change.Intents).Last();
        (kept.Code, kept.Actor, kept.ValueAfter).ShouldBe(("write.race_restored", ValueActor.Human, theirs));
        (_ledger.Crm.Records["1"]["stage"], _ledger.Crm.Records["1"]["stage_auto"]).ShouldBe((theirs, "Demo"));
        _ledger.Crm.Writes[^1].ShouldHaveSingleItem().Values.Keys.ShouldBe(["stage"]);
    }

    [Theory]
    [InlineData(RaceCheck.Recent, 59, 1)]
    [InlineData(RaceCheck.Recent, 61, 0)]
    [InlineData(RaceCheck.Always, 6_000, 1)]
    [InlineData(RaceCheck.Never, 1, 0)]
    public async Task Handle_RecordChangedSoManyMinutesAgo_IsCheckedAsTheSettingSays(RaceCheck setting, int minutes, int reads)
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow().AddMinutes(-minutes);
        GivenHistory("Demo");
        Final(await RunAsync(new WriteBackOptions { RaceCheck = setting }), intent).ShouldBe(IntentStatus.Applied);
        _ledger.Crm.HistoryReads.ShouldBe(reads);
    }

    [Fact]
    public async Task Handle_TheirValueCannotBePutBack_SaysWhatWasLost()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow();
        GivenHistory("Demo", "Negotiation");
        _ledger.Crm.OnWrite = writes => writes[0].Values.Count == 1
            ? Result.Success<IReadOnlyList<RecordWriteResult>>([Refused(writes[0], FailureCategory.Reject)]) : default(Result<IReadOnlyList<RecordWriteResult>>?);
        var last = (await RunAsync()).SelectMany(change => change.Intents).Last(change => change.IntentId == intent.IntentId);
        (last.Status, last.Code).ShouldBe((IntentStatus.Applied, "write.race_lost"));
        last.Message!.ShouldContain("Negotiation");
    }

    [Fact]
    public async Task Handle_TheirValueCannotBePutBackNow_StaysUnknownAndComesAgain()
    {
        var intent = Given("1", "Demo");
        _ledger.Crm.ModifiedAt = TimeProvider.System.GetUtcNow();
        GivenHistory("Demo", "Negotiation");
        _ledger.Crm.OnWrite = writes => writes[0].Values.Count == 1
            ? new Failure(FailureCategory.Retry, "test.busy", "Busy.", "Wait.") : default(Result<IReadOnlyList<RecordWriteResult>>?);
        var changes = await RunAsync();
        Final(changes, intent).ShouldBe(IntentStatus.Unknown);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Retry>();
    }

    [Fact]
    public async Task Handle_ChangedWhileTheOtherHalfWasRefused_IsKept()
    {
        var first = Given("1", "Demo");
        var second = Given("2", "Demo");
        var refused = false;
        _ledger.Crm.OnWrite = _ =>
        {
            if (refused)
                return null;
            refused = true;
            _ledger.Crm.Records["2"]["stage"] = "Negotiation";
            return new Failure(FailureCategory.Reject, "test.refused", "Refused.", "None.");
        };
        var changes = await RunAsync();
        Final(changes, first).ShouldBe(IntentStatus.Applied);
        Final(changes, second).ShouldBe(IntentStatus.Kept);
        _ledger.Crm.Records["2"]["stage"].ShouldBe("Negotiation");
    }
}
