using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Reconciling;

public sealed class ReconcileHandlerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset End = Start.AddSeconds(64);
    private readonly FakeLedger _ledger = new();
    private readonly FakeComparisons _comparisons = new();

    private FakeCrm Crm => _ledger.Crm;

    private static CrmActivity Activity(string id, int second) => new()
    {
        ObjectType = "notes", ExternalId = id, Content = new ActivityContent(ActivityType.Note, "", "text", CrmEvidence.None),
        OccurredAt = Start, CreatedAt = Start, ModifiedAt = Start.AddSeconds(second),
    };

    private void InCrm(string id, int second) => Crm.Activities[id] = Activity(id, second);

    private void InBoth(string id, int second)
    {
        InCrm(id, second);
        _comparisons.Keys[id] = new KnownKey(Start.AddSeconds(second), IsErased: false, IsGone: false);
    }

    private async Task<List<LedgerChange>> RunAsync(bool byIds = false, long? labels = 0, int leaf = 4, TimeSpan? lease = null, int steps = int.MaxValue)
    {
        _comparisons.Work ??= new ReconcileWork(1, new CompareWindow("notes", Start, End), byIds, labels, null);
        var policy = new FailurePolicy(new RunnerOptions { Node = "test" }, TimeProvider.System);
        var meter = new RequestMeter();
        var handler = new ReconcileHandler(
            _comparisons, new WindowComparison(_comparisons, new ReconcileOptions { LeafRows = leaf }, policy, meter), new LabelComparison(_comparisons, policy, meter));
        var context = new BatchContext(
            new ClaimedBatch(1, BatchKind.Reconcile, 1, 1, 1, 1, TimeProvider.System.GetUtcNow() + (lease ?? TimeSpan.FromMinutes(3))), _ledger.Connection, Crm, TimeProvider.System);
        var changes = new List<LedgerChange>();
        await foreach (var change in handler.HandleAsync(context, TestContext.Current.CancellationToken))
        {
            changes.Add(change);
            _comparisons.Save(change);
            context.LeaseEndsAt = TimeProvider.System.GetUtcNow().AddMinutes(3);
            if (changes.Count == steps)
                break;
        }
        return changes;
    }

    [Fact]
    public async Task Handle_CountsAgree_AsksOnce()
    {
        for (var second = 0; second < 60; second++)
            InBoth($"{second:d2}", second);

        var changes = await RunAsync();

        Crm.Asked.ShouldBe(["count 64"]);
        changes[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
        _comparisons.End!.State.ShouldBe(CompletenessState.Complete);
        _comparisons.End.Sentence.ShouldBe("notes: complete as of 2026-03-02 08:01 UTC, 60 activities.");
        changes[^1].Log.ShouldHaveSingleItem().Code.ShouldBe(CompletenessWords.CompleteCode);
    }

    [Fact]
    public async Task Handle_OneMissingAmongMany_HalvesUntilItIsFoundAndFetchesItAlone()
    {
        for (var second = 0; second < 60; second++)
            InBoth($"{second:d2}", second);
        _comparisons.Keys.Remove("41");

        var changes = await RunAsync();

        Crm.Asked.Count(asked => asked.StartsWith("count", StringComparison.Ordinal)).ShouldBe(9, "two for each of four halvings, and the first");
        Crm.Asked.Count(asked => asked.StartsWith("read", StringComparison.Ordinal)).ShouldBe(1);
        changes.SelectMany(change => change.Activities).ShouldHaveSingleItem().ExternalId.ShouldBe("41");
        _comparisons.End!.State.ShouldBe(CompletenessState.Repaired);
        _comparisons.End.Sentence.ShouldContain("1 activity was missing or out of date; 1 fetched.");
    }

    [Fact]
    public async Task Handle_CountIsNoLongerExact_ComparesTheNarrowestWindowByIds()
    {
        for (var number = 0; number < 9; number++)
            InBoth($"{number}", 7);
        _comparisons.Keys.Remove("3");
        Crm.CountLimit = 5;

        await RunAsync();

        Crm.Asked.ShouldContain("count 1");
        _comparisons.Items.ShouldHaveSingleItem().ExternalId.ShouldBe("3");
        _comparisons.End!.State.ShouldBe(CompletenessState.Repaired);
    }

    [Fact]
    public async Task Handle_CountedButNotShown_IsIncompleteAfterASecondLook()
    {
        InBoth("1", 1);
        InCrm("2", 2);
        Crm.Hidden.Add("2");

        var changes = await RunAsync();

        Crm.Asked.Count(asked => asked.StartsWith("ids", StringComparison.Ordinal)).ShouldBe(2);
        (_comparisons.End!.State, _comparisons.End.Hidden).ShouldBe((CompletenessState.Incomplete, 1));
        _comparisons.End.Sentence.ShouldContain("not complete as of");
        changes[^1].Log.ShouldHaveSingleItem().Level.ShouldBe(LogSeverity.Error);
    }

    [Fact]
    public async Task Handle_LeavesTheWindowBetweenCountAndList_IsNoDifference()
    {
        InBoth("1", 1);
        InBoth("2", 2);
        InCrm("3", 3);
        Crm.OnAsk = asked =>
        {
            if (asked.StartsWith("ids", StringComparison.Ordinal))
                InCrm("1", 900);
            return null;
        };

        var changes = await RunAsync();

        _comparisons.Items.ShouldHaveSingleItem().ExternalId.ShouldBe("3");
        changes.ShouldAllBe(change => change.Gone == null);
        _comparisons.Keys["1"].ModifiedAt.ShouldBe(Start.AddSeconds(900), "what was read is stored");
        _comparisons.End!.State.ShouldBe(CompletenessState.Repaired);
    }

    [Fact]
    public async Task Handle_EditedBetweenListAndDirectRead_IsStoredAndNotSaidToBeMissing()
    {
        InCrm("1", 1);
        Crm.OnAsk = asked =>
        {
            if (asked.StartsWith("read", StringComparison.Ordinal))
                InCrm("1", 900);
            return null;
        };

        await RunAsync();

        _comparisons.Items.ShouldBeEmpty();
        _comparisons.Keys.ShouldContainKey("1");
        _comparisons.End!.State.ShouldBe(CompletenessState.Complete);
    }

    [Fact]
    public async Task Handle_DeletedInTheCrm_IsGoneOnlyAfterADirectRead()
    {
        InBoth("1", 1);
        InBoth("2", 2);
        Crm.Activities.Remove("2");

        var changes = await RunAsync();

        Crm.Asked[^1].ShouldBe("read 1");
        changes.Select(change => change.Gone).OfType<GoneActivities>().ShouldHaveSingleItem().ExternalIds.ShouldBe(["2"]);
        _comparisons.End!.Sentence.ShouldContain("1 activity was deleted in the CRM unnoticed and is marked as gone.");
    }

    [Fact]
    public async Task Handle_ErasedOrPolledMeanwhile_IsNotAskedFor()
    {
        InCrm("1", 1);
        InCrm("2", 2);
        InCrm("3", 3);
        _comparisons.Keys["1"] = new KnownKey(DateTimeOffset.UnixEpoch, IsErased: true, IsGone: false);
        _comparisons.Keys["2"] = new KnownKey(Start.AddDays(1), IsErased: false, IsGone: false);
        _comparisons.Keys["3"] = new KnownKey(Start.AddSeconds(3), IsErased: false, IsGone: true);

        await RunAsync();

        Crm.Asked.Where(asked => asked.StartsWith("read", StringComparison.Ordinal)).ShouldBe(["read 1"], "a restored one alone");
        _comparisons.Items.ShouldHaveSingleItem().ExternalId.ShouldBe("3");
    }

    [Theory]
    [InlineData("count 64")]
    [InlineData("ids ")]
    [InlineData("read 1")]
    public async Task Handle_CrmFails_EndsWithTheReasonAndTheNextTryFindsTheSame(string at)
    {
        InBoth("1", 1);
        InCrm("2", 2);
        Crm.OnAsk = asked => asked == at ? new Failure(FailureCategory.Wait, "hubspot.rate_limited", "HubSpot's limit is reached.", "It goes on by itself.") : null;

        (await RunAsync())[^1].Ending.ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe("hubspot.rate_limited");
        Crm.OnAsk = null;
        await RunAsync();

        _comparisons.Items.ShouldHaveSingleItem().ExternalId.ShouldBe("2");
        _comparisons.End!.State.ShouldBe(CompletenessState.Repaired);
    }

    [Fact]
    public async Task Handle_KilledAfterAnyStep_EndsWithTheSameFindings()
    {
        for (var dies = 1; dies < 40; dies++)
        {
            var test = new ReconcileHandlerTests();
            for (var second = 0; second < 20; second++)
                test.InBoth($"{second:d2}", second);
            test._comparisons.Keys.Remove("03");
            test._comparisons.Keys.Remove("17");
            test.Crm.Activities.Remove("11");

            await test.RunAsync(byIds: true, steps: dies);
            await test.RunAsync(byIds: true);

            test._comparisons.Items.Select(item => item.ExternalId).Order().ShouldBe(["03", "11", "17"]);
            test._comparisons.CrmRows.ShouldBe(19);
            test._comparisons.End!.State.ShouldBe(CompletenessState.Repaired);
        }
    }

    [Fact]
    public async Task Handle_LeaseTooShortForACall_RenewsBeforeAsking()
    {
        var changes = await RunAsync(lease: Crm.CallTimeout + TimeSpan.FromSeconds(9));

        changes[0].ShouldBe(LedgerChange.Renewal);
    }

    private void Label(long id, string? value, string? inCrm, string type = "notes")
    {
        _comparisons.Labels.Add(new WrittenLabel(id, id, new LabelTarget(type, $"{id}", IsShared: type != "notes"), "stage", value, Start));
        Crm.Records[$"{id}"] = new Dictionary<string, string?> { ["stage"] = inCrm };
    }

    [Fact]
    public async Task Handle_Labels_TellsWhichReadOtherwiseAndWhoSetThem()
    {
        Label(1, "Demo", "Demo");
        Label(2, "Demo", "Discovery");
        Label(3, "Demo", "");
        Label(4, null, null);
        Label(5, "Demo", "Negotiation");
        Label(6, "Demo", "Discovery", type: "deals");
        _comparisons.Overtaken.Add(5);
        Crm.Origins["2"] = new ValueOrigin(ValueActor.Human, Start, "7");
        Crm.Origins["3"] = new ValueOrigin(ValueActor.Automation, Start, null);

        await RunAsync(labels: null);

        _comparisons.Items.Select(item => (item.ExternalId, item.Value, item.Actor)).ShouldBe(
            [("2", "Discovery", ValueActor.Human), ("3", null, ValueActor.Automation), ("deals/6", "Discovery", ValueActor.Unknown)]);
        Crm.Writes.ShouldBeEmpty();
        _comparisons.End!.Sentence.ShouldContain("6 labels read back, 3 changed by others (1 by people); they stay.");
        _comparisons.End.State.ShouldBe(CompletenessState.Complete);
    }

    [Fact]
    public async Task Handle_MoreLabelsThanWanted_ReadsSoManyInBatches()
    {
        for (var id = 1; id <= 250; id++)
            Label(id, "Demo", "Demo");

        var changes = await RunAsync(labels: 120);

        changes.Select(change => change.Reconcile?.CheckedLabels ?? 0).Where(count => count > 0).ShouldBe([100, 20]);
    }

    [Fact]
    public async Task Handle_PropertyIsGone_SaysSoAndKeepsTheProof()
    {
        Label(1, "Demo", "Demo");
        Crm.ReadFailure = new Failure(FailureCategory.Reject, "hubspot.property_missing", "The property is not there.", "Run setup.");

        var changes = await RunAsync(labels: null);

        _comparisons.End!.State.ShouldBe(CompletenessState.Complete);
        changes.SelectMany(change => change.Log).ShouldContain(line => line.Code == LabelComparison.UnreadableCode);
    }
}
