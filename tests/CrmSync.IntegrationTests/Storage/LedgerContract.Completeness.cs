using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static CompareWindow Window(string type = "calls") => new(type, LedgerWorld.Start.AddYears(-1), LedgerWorld.Start.AddDays(1));

    private CompletenessQueries Proofs => new(Ledger);

    private async Task<(ClaimedBatch Batch, ReconcileWork Work)> StartComparisonAsync()
    {
        var (run, batches) = await Ledger.StartAsync(new ReconcileRequest(World.ConnectionId, "ada", [Window()], true, 7), Token);
        run.ShouldNotBeNull();
        var batch = await World.ClaimAsync(batches.ShouldHaveSingleItem().Id);
        return (batch, (await Ledger.ReadComparisonAsync(batch.Id, Token)).ShouldNotBeNull());
    }

    private static CompletenessItem Missing(string id, int minute) => new(CompletenessKind.Missing, id) { ModifiedAt = LedgerWorld.Start.AddMinutes(minute) };

    private static ReconcileProgress Progress(ReconcileWork work, params IReadOnlyList<CompletenessItem> items) => new(work.CompletenessId, "somewhere") { Items = items };

    private async Task FinishAsync(ClaimedBatch batch, ReconcileWork work, CompletenessState state = CompletenessState.Complete, long hidden = 0) => await World.CommitAsync(batch, new LedgerChange
    {
        Reconcile = Progress(work) with { Verify = true, End = new CompletenessEnd(state, hidden, "As it is.") }, Ending = new BatchEnding.Completed(),
    });

    [Fact]
    public async Task Comparison_IsStartedOnceAndGoesOnFromItsPosition()
    {
        var (batch, work) = await StartComparisonAsync();
        (work.Window, work.ByIds, work.Labels, work.Position).ShouldBe((Window(), true, 7, null));
        (await Ledger.StartAsync(new ReconcileRequest(World.ConnectionId, "ada", [Window()], false, null), Token)).RunId.ShouldBeNull();
        (await World.ListAsync<string>("select actor || ':' || action from audit where action = 'reconcile.start'")).ShouldBe(["ada:reconcile.start"]);

        await World.CommitAsync(batch, new LedgerChange { Reconcile = Progress(work) with { CrmRows = 3, LedgerRows = 2 } });
        await World.CommitAsync(batch, new LedgerChange { Reconcile = new ReconcileProgress(work.CompletenessId, null) { CheckedLabels = 4 } });

        (await Ledger.ReadComparisonAsync(batch.Id, Token))!.Position.ShouldBe("somewhere");
        var totals = await Ledger.ReadTotalsAsync(work.CompletenessId, Token);
        (totals.CrmRows, totals.LedgerRows, totals.CheckedLabels).ShouldBe((3, 2, 4));
        await FinishAsync(batch, work);
        (await Ledger.ReadComparisonAsync(batch.Id, Token)).ShouldBeNull();
        (await Ledger.StartAsync(new ReconcileRequest(World.ConnectionId, "schedule", [Window()], false, null) { ScheduleKey = "none" }, Token)).RunId.ShouldNotBeNull();
        (await World.CountAsync("audit where action = 'reconcile.start'")).ShouldBe(1, "a schedule is nobody's act");
    }

    [Fact]
    public async Task Comparison_MissingItems_AreRepairedWhenTheLedgerHoldsThemAtLeastAsNew()
    {
        await World.StoreAsync(LedgerWorld.Activity("1", minute: 5), LedgerWorld.Activity("2", minute: 1), LedgerWorld.Activity("3", minute: 5));
        var (batch, work) = await StartComparisonAsync();
        await World.CommitAsync(batch, new LedgerChange
        {
            Gone = new GoneActivities("calls", ["3"]),
            Reconcile = Progress(work, Missing("1", 5), Missing("2", 5), Missing("4", 5), new CompletenessItem(CompletenessKind.Extra, "3")),
        });
        await World.CommitAsync(batch, new LedgerChange { Activities = [LedgerWorld.Activity("5", minute: 5)], Reconcile = Progress(work, Missing("5", 5), Missing("1", 5)) });

        await World.CommitAsync(batch, new LedgerChange { Reconcile = Progress(work) with { Verify = true } });

        var totals = await Ledger.ReadTotalsAsync(work.CompletenessId, Token);
        (totals.Missing, totals.MissingOpen, totals.Extra).ShouldBe((4, 2, 1));
        await FinishAsync(batch, work, CompletenessState.Incomplete, hidden: 2);
        var row = (await Proofs.ReadLatestAsync(Token)).ShouldHaveSingleItem();
        (row.ConnectionKey, row.ObjectType, row.State, row.Missing, row.Extra, row.Repaired, row.Sentence)
            .ShouldBe(("hubspot-main", "calls", CompletenessState.Incomplete, 6, 1, 3, "As it is."));
        var items = await Proofs.ReadItemsAsync(row.Id, null, 2, Token);
        items.Select(item => (item.Kind, item.ExternalId, item.State)).ShouldBe([(CompletenessKind.Extra, "3", "gone"), (CompletenessKind.Missing, "1", "repaired")]);
        (await Proofs.ReadItemsAsync(row.Id, items[^1], 10, Token)).Select(item => item.ExternalId + item.State).ShouldBe(["2open", "4open", "5repaired"]);
    }

    [Fact]
    public async Task Comparison_GivenUp_IsSaidToHaveFailed_AndTheHistoryHoldsEveryOne()
    {
        var (batch, work) = await StartComparisonAsync();
        await World.CommitAsync(batch, new LedgerChange { Reconcile = Progress(work, Missing("1", 5)), Ending = new BatchEnding.Discard("hubspot.refused", "HubSpot refused.") });
        var (second, again) = await StartComparisonAsync();
        await FinishAsync(second, again);

        var history = await Proofs.ReadHistoryAsync(World.ConnectionId, "calls", null, 10, Token);

        history.Select(row => row.State).ShouldBe([CompletenessState.Complete, CompletenessState.Failed]);
        history[1].Sentence.ShouldContain("HubSpot refused.");
        (await Proofs.ReadHistoryAsync(World.ConnectionId, null, history[0].Id, 10, Token)).ShouldHaveSingleItem().Id.ShouldBe(history[1].Id);
        (await Proofs.ReadLatestAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(CompletenessState.Complete);
        (await World.RunAsync(history[1].RunId)).Status.ShouldBe(RunStatus.Failed);
    }

    [Fact]
    public async Task Labels_WithSomethingNewerKnown_AreNotReadBack()
    {
        foreach (var id in (string[])["1", "2", "3", "4"])
            await World.LabelAsync(id, 0, "ENGAGED");
        await World.WriteAsync();
        await World.LabelAsync("2", 5, "NOT ENGAGED");
        await World.WriteAsync(IntentStatus.Kept);
        await World.LabelAsync("3", 6, "NOT ENGAGED");
        await World.LabelAsync("4", 7, "ND");

        var labels = await Ledger.ReadLabelsAsync(World.ConnectionId, Window(), null, 10, Token);

        var label = labels.ShouldHaveSingleItem();
        (label.Target.ExternalId, label.Property, label.Value).ShouldBe(("1", "trueai_engaged", "ENGAGED"));
        (await Ledger.StillLastAsync([1, 2, 3, 4], Token)).ShouldBe([1L]);
        await World.WriteAsync();
        var newest = await Ledger.ReadLabelsAsync(World.ConnectionId, Window(), null, 2, Token);
        newest.Select(one => one.Target.ExternalId).ShouldBe(["4", "3"], "those of the records changed last come first");
        (await Ledger.ReadLabelsAsync(World.ConnectionId, Window(), newest[^1].Cursor, 10, Token)).ShouldHaveSingleItem().Target.ExternalId.ShouldBe("1");
    }

    [Fact]
    public async Task Drift_ActorKnownOnlyLater_IsAnEditThenAndOnlyOnce()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();
        var label = (await Ledger.ReadLabelsAsync(World.ConnectionId, Window(), null, 10, Token)).ShouldHaveSingleItem();
        CompletenessItem Drifted(string value, ValueActor actor) => new(CompletenessKind.Drifted, "1") { Label = label, Value = value, Actor = actor };
        async Task FindAsync(string value, ValueActor actor)
        {
            var (batch, work) = await StartComparisonAsync();
            await World.CommitAsync(batch, new LedgerChange { Reconcile = Progress(work, Drifted(value, actor)) });
            await FinishAsync(batch, work);
        }

        await FindAsync("ND", ValueActor.Unknown);
        (await Ledger.ReadEditsAsync(10, Token)).ShouldBeEmpty();
        await FindAsync("ND", ValueActor.Human);
        var edit = (await Ledger.ReadEditsAsync(10, Token)).ShouldHaveSingleItem();
        (edit.IntentId, edit.Value, edit.IsCurrent, edit.Taxonomy).ShouldBe((label.IntentId, "ND", true, "engagement"));
        await Ledger.MarkEditsSeenAsync([edit.IntentId], Token);
        await FindAsync("ND", ValueActor.Human);
        (await Ledger.ReadEditsAsync(10, Token)).ShouldBeEmpty();
        await FindAsync("NOT ENGAGED", ValueActor.Human);
        (await Ledger.ReadEditsAsync(10, Token)).ShouldHaveSingleItem().Value.ShouldBe("NOT ENGAGED");
    }

    [Fact]
    public async Task Keys_OfAWindow_AreCountedWithoutTheGoneAndWithTheErased()
    {
        await World.StoreAsync(LedgerWorld.Activity("1", minute: 1), LedgerWorld.Activity("2", minute: 2), LedgerWorld.Activity("3", minute: 3));
        var batch = await World.StartScanAsync(RunKind.PollGone);
        await World.CommitAsync(batch, new LedgerChange { Gone = new GoneActivities("calls", ["2"]), Ending = new BatchEnding.Completed() });

        (await Ledger.CountAsync(World.ConnectionId, Window(), Token)).ShouldBe(2);
        (await Ledger.CountAsync(World.ConnectionId, Window() with { Until = LedgerWorld.Start.AddMinutes(3) }, Token)).ShouldBe(1, "the end is not in it");
        (await Ledger.ReadIdsAsync(World.ConnectionId, Window(), Token)).ShouldBe(
            [new IdStamp("1", LedgerWorld.Start.AddMinutes(1)), new IdStamp("3", LedgerWorld.Start.AddMinutes(3))], ignoreOrder: true);
        var known = await Ledger.FindKeysAsync(World.ConnectionId, "calls", ["1", "2", "9"], Token);
        known.Keys.ShouldBe(["1", "2"], ignoreOrder: true);
        known["2"].IsGone.ShouldBeTrue();
        known["1"].ShouldBe(new KnownKey(LedgerWorld.Start.AddMinutes(1), false, false));
    }
}
