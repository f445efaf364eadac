using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task CommitAsync_NewActivities_AreCoveredByClassifyBatchesOfTwoHundred()
    {
        var batches = await World.StoreAsync([.. Enumerable.Range(0, 450).Select(id => LedgerWorld.Activity($"{id}"))]);

        batches.Count.ShouldBe(3);
        var sizes = new List<int>();
        foreach (var batch in batches)
            sizes.Add((await Ledger.ReadActivitiesAsync(batch.Id, Token)).Count);
        sizes.ShouldBe([200, 200, 50]);
        (await World.CountAsync("activity where status = 'queued' and batch_id is not null")).ShouldBe(450);
    }

    [Fact]
    public async Task ReadActivitiesAsync_GivesBackTheContentThatWasStored()
    {
        var activity = LedgerWorld.Activity("1", "Grüße, 東京 😀 \"quoted\" \\ \n <b>bold</b>", 0, new Association("contact", "contacts", "5"));
        var batch = (await World.StoreAsync(activity))[0];

        var work = (await Ledger.ReadActivitiesAsync(batch.Id, Token)).ShouldHaveSingleItem();

        work.Content.ShouldBe(activity.Content);
        work.ContentHash.ShouldBe(activity.Content.ComputeHash());
        work.ExternalId.ShouldBe("1");
        (await World.ListAsync<string>("select role || object_type || external_id from activity_link")).ShouldBe(["contactcontacts5"]);
    }

    [Fact]
    public async Task CommitAsync_DuplicatesInOnePage_LastModifiedWinsThenPosition()
    {
        var batch = (await World.StoreAsync(
            LedgerWorld.Activity("1", "newest", 9), LedgerWorld.Activity("1", "older", 3),
            LedgerWorld.Activity("2", "first", 1), LedgerWorld.Activity("2", "second", 1)))[0];

        (await Ledger.ReadActivitiesAsync(batch.Id, Token)).OrderBy(work => work.ExternalId).Select(work => work.Content.Body)
            .ShouldBe(["newest", "second"]);
    }

    [Fact]
    public async Task CommitAsync_SameContentModifiedLater_RefreshesTimesAndLinksOnly()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var again = LedgerWorld.Activity("1", "Version 0", 20, new Association("company", "companies", "8")) with { OwnerId = "9" };

        (await World.StoreAsync(again)).ShouldBeEmpty();

        (await World.ListAsync<string>("select status || owner_external_id from activity")).ShouldBe(["decided9"]);
        (await World.ListAsync<long>("select crm_modified_at from activity")).ShouldBe([LedgerWorld.Start.AddMinutes(20).ToUnixTimeMilliseconds()]);
        (await World.ListAsync<string>("select external_id from activity_link")).ShouldBe(["8"]);
        await World.StoreAsync(again with { Associations = [new Association("company", "companies", "9")] });
        (await World.ListAsync<string>("select external_id from activity_link")).ShouldBe(["9"]);
    }

    [Fact]
    public async Task CommitAsync_OlderVersionDeliveredLate_ChangesNothing()
    {
        await World.StoreAsync(LedgerWorld.Activity("1", "new text", 10));
        (await World.StoreAsync(LedgerWorld.Activity("1", "old text", 5))).ShouldBeEmpty();
        (await World.ListAsync<string>("select body from activity_text")).ShouldBe(["new text"]);
    }

    [Fact]
    public async Task CommitAsync_ChangedWhileBeingDecided_DropsTheDecisionAndDecidesAnew()
    {
        var first = (await World.StoreAsync(LedgerWorld.Activity("1", "one", 1)))[0];
        var claimed = await World.ClaimAsync(first.Id);
        var work = (await Ledger.ReadActivitiesAsync(first.Id, Token))[0];
        var second = (await World.StoreAsync(LedgerWorld.Activity("1", "two", 2))).ShouldHaveSingleItem();

        await World.CommitAsync(claimed, new LedgerChange
        {
            Decisions = [LedgerWorld.Decision(work, "ENGAGED")],
            Waiting = [new WaitingActivity(work.ActivityId, work.ContentHash, LedgerWorld.Start)],
            Dead = [new DeadActivity(work.ActivityId, "too_odd", "Too odd.")],
            Ending = new BatchEnding.Completed(),
        });

        (await World.CountAsync("decision")).ShouldBe(0);
        (await World.CountAsync("intent")).ShouldBe(0);
        (await World.CountAsync("activity where status = 'queued'")).ShouldBe(1);
        (await Ledger.ReadActivitiesAsync(second.Id, Token)).ShouldHaveSingleItem().Content.Body.ShouldBe("two");
    }

    [Fact]
    public async Task CommitAsync_Waiting_IsGatheredWhenItsTimeHasCome()
    {
        foreach (var (until, expected) in new[] { (TimeProvider.System.GetUtcNow().AddHours(1), 0), (TimeProvider.System.GetUtcNow().AddHours(-1), 1) })
        {
            var batch = (await World.StoreAsync(LedgerWorld.Activity($"{expected}")))[0];
            var claimed = await World.ClaimAsync(batch.Id);
            var work = (await Ledger.ReadActivitiesAsync(batch.Id, Token))[0];
            await World.CommitAsync(claimed, new LedgerChange
            {
                Waiting = [new WaitingActivity(work.ActivityId, work.ContentHash, until)], Ending = new BatchEnding.Completed(),
            });
            var made = await GatherAsync();
            made.Count.ShouldBe(expected);
            foreach (var gathered in made)
                (await Ledger.ReadActivitiesAsync(gathered.Id, Token)).ShouldHaveSingleItem().ActivityId.ShouldBe(work.ActivityId);
        }
    }

    [Fact]
    public async Task CommitAsync_ClassifyBatchLeavesSomeUndecided_TheyAreGathered()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"), LedgerWorld.Activity("2")))[0];
        await World.DecideAsync(batch, work => work.ExternalId is "1" ? [LedgerWorld.Decision(work, "ENGAGED")] : []);

        var made = (await GatherAsync()).Where(gathered => gathered.Kind is BatchKind.Classify).ShouldHaveSingleItem();

        (await Ledger.ReadActivitiesAsync(made.Id, Token)).ShouldHaveSingleItem().ExternalId.ShouldBe("2");
    }

    [Fact]
    public async Task CommitAsync_DiscardedClassifyBatch_MarksItsActivitiesDeadAndFailsTheRun()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1"), LedgerWorld.Activity("2")))[0];
        var claimed = await World.ClaimAsync(batch.Id);
        await World.CommitAsync(claimed, new LedgerChange { Ending = new BatchEnding.Discard("model_broken", "The model failed five times.") });

        (await World.ListAsync<string>("select status || dead_code from activity")).ShouldBe(["deadmodel_broken", "deadmodel_broken"]);
        var run = await World.RunAsync(claimed.RunId!.Value);
        (run.Status, run.Dead).ShouldBe((RunStatus.Failed, 2));
        (await World.ListAsync<string>("select level || code from run_log")).ShouldBe(["errormodel_broken"]);
        (await World.StoreAsync(LedgerWorld.Activity("1", "a better text", 5))).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CommitAsync_LargePage_IsStoredWhole()
    {
        var huge = string.Create(2_000_000, 'x', (span, fill) => span.Fill(fill)) + "<div>";
        var page = Enumerable.Range(0, 1_000).Select(id => LedgerWorld.Activity($"{id}", id is 500 ? huge : $"Body {id}")).ToArray();

        var batches = await World.StoreAsync(page);

        batches.Count.ShouldBe(5);
        (await World.CountAsync("activity_text")).ShouldBe(1_000);
        (await World.ListAsync<long>("select max(length(body)) from activity_text")).ShouldBe([huge.Length]);
    }
}
