using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private CorrectionDesk Desk => new(Ledger, TaxonomySet.LoadShipped());

    private ReviewQueries Reviews => new(Ledger, TimeProvider.System);

    [Fact]
    public async Task Correction_BindsWhileTheContentStays_AndIsWrittenLikeAnyDecision()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();

        (await CorrectAsync(1, "engagement", "not-engaged")).ShouldBe(1);
        (await CurrentAsync()).ShouldBe(["engagement:not-engaged:person:1"]);
        // The same content decided about again, by rules or by an answer that came late, changes nothing.
        await DecideAgainAsync("ENGAGED");
        (await CurrentAsync()).ShouldBe(["engagement:not-engaged:person:1"]);
        (await World.CountAsync("activity where status = 'decided'")).ShouldBe(1, "the batch's other activity is not decided");
        await World.WriteAsync();

        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:NOT ENGAGED"]);
        (await World.ListAsync<string>("select actor || ':' || source || ':' || former_label || ':' || former_by from correction")).ShouldBe(["ada:console:ENGAGED:rules"]);
    }

    [Fact]
    public async Task Correction_ContentChangesLater_NoLongerBindsButStillTeachesItsOldText()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await CorrectAsync(1, "engagement", "not-engaged");

        await World.LabelAsync("1", 5, "ENGAGED");

        (await CurrentAsync()).ShouldBe(["engagement:ENGAGED:rules:0.9"]);
        var row = (await TrainingAsync()).ShouldHaveSingleItem();
        row.Content.Body.ShouldBe("Version 0");
        row.Labels.ShouldBe(new Dictionary<string, string?> { ["engagement"] = "not-engaged" });
        (row.Group, row.Weight).ShouldBe(("hubspot-main/7", 2));
    }

    [Fact]
    public async Task Correction_OfAnActivityThatIsStillQueued_LeavesTheOtherQuestionsToItsBatch()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"))).ShouldHaveSingleItem();
        await CorrectAsync(1, "engagement", "not-engaged");
        (await World.ListAsync<string>("select status from activity")).ShouldBe(["queued"]);

        await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED"), LedgerWorld.Decision(work, "Demo", taxonomy: "stage")]);

        (await CurrentAsync()).ShouldBe(["engagement:not-engaged:person:1", "stage:Demo:rules:0.9"]);
        (await World.ListAsync<string>("select status from activity")).ShouldBe(["decided"]);
    }

    [Fact]
    public async Task SaveCorrections_OneOfThemStale_StoresNone()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        var activities = await Ledger.FindAsync([Name(1), Name(2)], Token);
        var ready = activities.Select(activity => Desk.Prepare(new PersonAnswer(activity!.Id, "engagement", "nd"), activity).Value!).ToList();
        await World.LabelAsync("2", 5, "ENGAGED");

        var saved = await Ledger.SaveAsync(ready, CorrectionSource.File, "ada", Token);

        saved.Ids.ShouldBeEmpty();
        saved.Stale.ShouldBe([1]);
        (await World.CountAsync("correction")).ShouldBe(0);
        (await CurrentAsync()).ShouldAllBe(answer => answer.Contains(":rules:"));
    }

    [Fact]
    public async Task SaveCorrections_OfTwoConnections_AreOneTransaction()
    {
        var other = (await Ledger.RegisterConnectionsAsync(
            [new ConnectionSeed("sf", "salesforce", "Org", CrmSync.Pipeline.Model.WriteMode.On, LedgerWorld.Start)], Token)).Single();
        await World.LabelAsync("1", 0, "ENGAGED");
        await new LedgerWorld(Ledger, other).LabelAsync("1", 0, "ENGAGED");
        var activities = await Ledger.FindAsync(
            [new ActivityName(null, "hubspot-main", "calls", "1"), new ActivityName(null, "sf", null, "1"), new ActivityName(null, "sf", null, "nowhere")], Token);
        activities[2].ShouldBeNull();

        var saved = await Ledger.SaveAsync(
            [.. activities.Take(2).Select(activity => Desk.Prepare(new PersonAnswer(activity!.Id, "engagement", "nd"), activity).Value!)], CorrectionSource.File, "ada", Token);

        saved.Ids.Count.ShouldBe(2);
        (await World.ListAsync<string>("select property from intent where status = 'pending' order by property")).Select(name => name.ToUpperInvariant())
            .ShouldBe(["TRUEAI_ENGAGED", "TRUEAI_ENGAGED__C"], ignoreOrder: true);
    }

    [Fact]
    public async Task Undo_OfTheOnlyCorrection_BringsBackTheAutomaticAnswerAndItsWrite()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.WriteAsync();
        var id = await CorrectAsync(1, "engagement", "not-engaged");
        await World.WriteAsync();

        (await Ledger.UndoAsync(id, "bob", Token)).ShouldBe(UndoOutcome.Undone);
        await World.WriteAsync();

        (await CurrentAsync()).ShouldBe(["engagement:ENGAGED:rules:0.9"]);
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:NOT ENGAGED", "applied:ENGAGED"]);
        (await TrainingAsync()).ShouldBeEmpty();
        (await Ledger.UndoAsync(id, "bob", Token)).ShouldBe(UndoOutcome.AlreadyUndone);
        (await Ledger.UndoAsync(999, "bob", Token)).ShouldBe(UndoOutcome.Unknown);
        (await World.CountAsync("correction")).ShouldBe(1, "what was said stays on record");
    }

    [Fact]
    public async Task Undo_OfACorrectionOfAnUnsureAnswer_TakesTheLabelOutOfTheCrmAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED", writes: false);
        var id = await CorrectAsync(1, "engagement", "not-engaged");
        await World.WriteAsync();

        await Ledger.UndoAsync(id, "bob", Token);
        await World.WriteAsync();

        (await World.IntentsAsync()).ShouldBe(["applied:NOT ENGAGED", "applied:-"]);
    }

    [Fact]
    public async Task Undo_OfTheLaterOfTwo_LetsTheEarlierStandAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var first = await CorrectAsync(1, "engagement", "not-engaged");
        var second = await CorrectAsync(1, "engagement", "nd");

        (await Ledger.UndoAsync(first, "bob", Token)).ShouldBe(UndoOutcome.NotTheLast);
        (await Ledger.UndoAsync(second, "bob", Token)).ShouldBe(UndoOutcome.Undone);

        (await CurrentAsync()).ShouldBe(["engagement:not-engaged:person:1"]);
        (await TrainingAsync()).ShouldHaveSingleItem().Labels["engagement"].ShouldBe("not-engaged");
    }

    [Fact]
    public async Task Undo_WithNothingBeforeIt_HasTheActivityDecidedAnew()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"))).ShouldHaveSingleItem();
        await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "Demo", taxonomy: "stage")]);
        var id = await CorrectAsync(1, "engagement", "nd");

        (await Ledger.UndoAsync(id, "bob", Token)).ShouldBe(UndoOutcome.Undone);

        var again = (await GatherAsync()).Single(made => made.Kind is BatchKind.Classify);
        await World.DecideAsync(again, work => [LedgerWorld.Decision(work, "ENGAGED")]);
        (await CurrentAsync()).ShouldBe(["engagement:ENGAGED:rules:0.9", "stage:Demo:rules:0.9"]);
    }

    [Fact]
    public async Task Undo_AfterTheContentChanged_OnlyEndsTheTeaching()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var id = await CorrectAsync(1, "engagement", "nd");
        await World.LabelAsync("1", 5, "ENGAGED");

        (await Ledger.UndoAsync(id, "bob", Token)).ShouldBe(UndoOutcome.UndoneForTraining);

        (await TrainingAsync()).ShouldBeEmpty();
        (await CurrentAsync()).ShouldBe(["engagement:ENGAGED:rules:0.9"]);
    }

    [Fact]
    public async Task Edits_OfPeopleInTheCrm_BecomeCorrectionsOnceAndNeverOverruleAReviewer()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await CorrectAsync(2, "engagement", "nd");
        await KeepAsync("NOT ENGAGED", ValueActor.Human);
        var collector = new CrmEditCollector(Ledger, Desk, TaxonomySet.LoadShipped());

        (await collector.CollectAsync(Token)).ShouldBe(1);
        (await collector.CollectAsync(Token)).ShouldBe(0);

        (await CurrentAsync()).ShouldBe(["engagement:not-engaged:person:1", "engagement:nd:person:1"]);
        (await World.ListAsync<string>("select source from correction order by id")).ShouldBe(["console", "crm"]);
        (await World.CountAsync("intent where status = 'pending'")).ShouldBe(0, "the CRM holds the person's value already");
        (await Ledger.ReadEditsAsync(10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Queue_ValueKeptFromAProgram_WaitsForAReviewerAndTeachesNothingByItself()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await KeepAsync("ND", ValueActor.Automation);

        (await Ledger.ReadEditsAsync(10, Token)).ShouldBeEmpty();
        var row = (await Reviews.QueueAsync("engagement", [], 10, Token)).ShouldHaveSingleItem();
        row.Reasons.ShouldBe([ReviewReason.CrmDiffers]);
        (row.Row.KeptValue, row.Row.KeptActor).ShouldBe(("ND", "automation"));

        await CorrectAsync(1, "engagement", "nd");
        (await Reviews.QueueAsync("engagement", [], 10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Queue_LeastSureFirst_CopiesOnce_WithoutWhatIsJudgedOrSkipped()
    {
        await StoreUnsureAsync(("1", "Call about price", 0.41), ("2", "Call about price", 0.41), ("3", "Left a voicemail for somebody", 0.35), ("4", "Quarterly planning notes attached", 0.95));

        var queue = await Reviews.QueueAsync("engagement", [], 10, Token);

        queue.Select(item => item.Row.ActivityId).ShouldBe([3, 1]);
        (await Reviews.QueueAsync("engagement", [3], 10, Token)).Select(item => item.Row.ActivityId).ShouldBe([1]);
        await CorrectAsync(1, "engagement", "engaged");
        (await Reviews.QueueAsync("engagement", [], 10, Token)).Select(item => item.Row.ActivityId).ShouldBe([3], "the copy has the same content, so it is judged, too");
    }

    [Fact]
    public async Task Draws_AreChanceBoundToTheSeed_AndTheErrorRateRestsOnJudgedOnes()
    {
        for (var n = 1; n <= 12; n++)
            await World.LabelAsync($"{n}", n, "ENGAGED");
        var options = new AuditOptions { Waiting = 5, Seed = 3 };

        (await Ledger.DrawAsync("engagement", options, Token)).ShouldBe(5);
        (await Ledger.DrawAsync("engagement", options, Token)).ShouldBe(0, "five wait already");
        var drawn = await World.ListAsync<long>("select activity_id from audit_draw order by id");
        var lots = Enumerable.Range(0, 100).Select(lot => AuditLot.Draw(3, "engagement", lot, 12)).Distinct().Take(5);
        drawn.ShouldBe(lots);
        (await Reviews.AuditAsync("engagement", Token)).ShouldBe(new AuditFigures(5, 0, 0));

        await CorrectAsync(drawn[0], "engagement", "not-engaged");
        await World.LabelAsync($"{drawn[1]}", 40, "ENGAGED");
        (await Reviews.AuditAsync("engagement", Token)).ShouldBe(new AuditFigures(3, 1, 1), "the one whose text changed can be judged no more");
        (await Reviews.QueueAsync("engagement", [], 10, Token)).Select(item => item.Row.ActivityId).ShouldBe(drawn.Skip(2), ignoreOrder: true);
        (await Ledger.DrawAsync("engagement", options, Token)).ShouldBe(2);
    }

    [Fact]
    public async Task Models_ProposedPromotedAndBroughtBack_WithEveryStepAudited()
    {
        var content = Enumerable.Range(0, 100_000).Select(n => (byte)n).ToArray();
        var first = await Ledger.ProposeAsync(new ProposedModel("model-a", content, "{}", "{}"), "ada", Token);
        var second = await Ledger.ProposeAsync(new ProposedModel("model-b", content, "{}", "{}"), "ada", Token);
        (await Ledger.FindActiveAsync(Token)).ShouldBeNull();
        (await Ledger.RollBackAsync("bob", null, Token)).ShouldBeFalse();

        (await Ledger.PromoteAsync(first, "bob", "better on calls", Token)).ShouldBeTrue();
        (await Ledger.PromoteAsync(first, "bob", "better on calls", Token)).ShouldBeFalse();
        (await Ledger.PromoteAsync(99, "bob", "better on calls", Token)).ShouldBeFalse();
        (await Ledger.FindActiveAsync(Token)).ShouldBe(first);
        (await Ledger.PromoteAsync(second, "bob", "better on calls", Token)).ShouldBeTrue();
        (await Ledger.ListModelsAsync(Token)).Select(model => (model.Version, model.Status, model.FormerId)).ShouldBe(
            [("model-b", ModelStatus.Active, first), ("model-a", ModelStatus.Retired, (long?)null)]);

        (await Ledger.RollBackAsync("bob", null, Token)).ShouldBeTrue();
        (await Ledger.FindActiveAsync(Token)).ShouldBe(first);
        (await Ledger.RollBackAsync("bob", null, Token)).ShouldBeTrue();
        (await Ledger.FindActiveAsync(Token)).ShouldBeNull("before the first one the shipped model decided");

        (await Ledger.ReadModelAsync(second, Token)).ShouldBe(content);
        (await World.ListAsync<string>("select action || ' ' || subject || ' ' || coalesce(before, '-') || ' ' || after from audit where action like 'model.%' order by id")).ShouldBe(
        [
            "model.propose 1 - model-a", "model.propose 2 - model-b", "model.promote 1 shipped model-a", "model.promote 2 model-a model-b",
            "model.roll_back 2 model-b model-a", "model.roll_back 1 model-a shipped",
        ]);
    }

    private async Task<long> CorrectAsync(long activity, string taxonomy, string? label) =>
        (await Desk.CorrectAsync(new PersonAnswer(activity, taxonomy, label), CorrectionSource.Console, "ada", Token)).Value;

    private static ActivityName Name(long id) => new(id, null, null, null);

    private Task<IReadOnlyList<string>> CurrentAsync() => World.ListAsync<string>(
        "select taxonomy || ':' || label || ':' || decided_by || case when confidence = 1 then ':1' else ':0.9' end from decision where superseded_at is null order by activity_id, taxonomy");

    private async Task<List<TrainingRow>> TrainingAsync()
    {
        var rows = new List<TrainingRow>();
        await foreach (var row in Ledger.ReadTrainingRowsAsync(2, Token))
            rows.Add(row);
        return rows;
    }

    /// <summary>Has the present content decided about once more, as a change of definitions would.</summary>
    private async Task DecideAgainAsync(string value)
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("other", "Another one"))).ShouldHaveSingleItem();
        var known = (await Ledger.FindAsync([Name(1)], Token))[0]!;
        await World.DecideAsync(batch, work =>
        [
            LedgerWorld.Decision(work with { ActivityId = known.Id, ContentHash = known.ContentHash }, value),
        ]);
    }

    /// <summary>Ends all that is pending as kept, because somebody set another value.</summary>
    private async Task KeepAsync(string value, ValueActor actor)
    {
        var batch = await World.GatherWriteAsync();
        var intents = await Ledger.ReadIntentsAsync(batch.Id, Token);
        await World.CommitAsync(batch, new LedgerChange
        {
            Intents = [.. intents.Select(intent => new IntentChange(intent.IntentId, IntentStatus.Kept) { ValueBefore = value, ValueAfter = value, Actor = actor })],
            Ending = new BatchEnding.Completed(),
        });
    }

    private async Task StoreUnsureAsync(params (string Id, string Body, double Confidence)[] rows)
    {
        foreach (var (id, body, confidence) in rows)
            foreach (var batch in await World.StoreAsync(LedgerWorld.Activity(id, body)))
                await World.DecideAsync(batch, work =>
                {
                    var row = LedgerWorld.Decision(work, "ENGAGED", writes: confidence > 0.8);
                    return [row with { Decision = row.Decision with { Confidence = confidence } }];
                });
    }
}
