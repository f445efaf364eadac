using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Pipeline.WriteBack.Previews;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static PreviewRow Look(IntentWork intent, PreviewVerdict verdict = PreviewVerdict.Write, string? now = null) =>
        new(intent.IntentId, intent.DecisionId, intent.Value, verdict, now, now, null);

    private Task<long> AskAsync(RunKind kind, string filter = "", long? sample = null, long? preview = null) =>
        Ledger.StartActAsync(new ActRequest(kind, World.ConnectionId, filter, "ada") { Sample = sample, PreviewRunId = preview }, Token);

    /// <summary>Looks at all that a preview is about, the way its handler does.</summary>
    private async Task<long> PreviewAsync(string filter = "", long? sample = null, int limit = 100, Func<IntentWork, PreviewRow>? look = null)
    {
        var run = await AskAsync(RunKind.Preview, filter, sample);
        var batch = await World.ClaimAsync((await World.ListAsync<long>($"select id from batch where run_id = {run}")).Single());
        while (await Ledger.ReadPreviewPageAsync(run, limit, Token) is { Intents.Count: > 0 } page)
        {
            await World.CommitAsync(batch, new LedgerChange { Preview = new PreviewStep([.. page.Intents.Select(look ?? (intent => Look(intent)))], null) });
            await World.CommitAsync(batch, new LedgerChange { Preview = new PreviewStep([], page.Position) });
        }
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });
        return run;
    }

    private async Task<ActState> ApproveAsync(string filter = "", long? sample = null, long? preview = null)
    {
        var run = await AskAsync(RunKind.Approve, filter, sample, preview);
        var batch = await World.ClaimAsync((await World.ListAsync<long>($"select id from batch where run_id = {run}")).Single());
        while (await Ledger.FindActAsync(run, Token) is { } act && act.Position < act.UpToId)
            await World.CommitAsync(batch, new LedgerChange { ActStep = true });
        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Completed() });
        return (await Ledger.FindActAsync(run, Token)).ShouldNotBeNull();
    }

    private Task<IReadOnlyList<string>> LeftOutOfAsync(long run) =>
        World.ListAsync<string>($"select code || ':' || count(*) from act_left_out where run_id = {run} group by code order by code");

    /// <summary>Decides about so many activities of each value, in one go.</summary>
    private async Task LabelManyAsync(params (string Value, int Count)[] values)
    {
        var all = values.SelectMany(value => Enumerable.Range(0, value.Count).Select(number => $"{value.Value}-{number}")).ToArray();
        foreach (var batch in await World.StoreAsync([.. all.Select(id => LedgerWorld.Activity(id))]))
            await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, work.ExternalId[..work.ExternalId.LastIndexOf('-')])]);
    }

    [Fact]
    public async Task Preview_OfWaitingWrites_IsCountedByVerdictLabelAndChangeAndMovesNothing()
    {
        await World.SetModeAsync(WriteMode.Preview);
        await LabelManyAsync(("ENGAGED", 5), ("ND", 2));

        var run = await PreviewAsync(limit: 3, look: intent => intent.Value is "ND" ? Look(intent, PreviewVerdict.Kept, "ENGAGED") : Look(intent, now: "ND"));

        var queries = new PreviewQueries(Ledger);
        var found = (await queries.FindAsync(run, Token)).ShouldNotBeNull();
        (found.ConnectionKey, found.Status, found.Looked, found.CountOf("write"), found.CountOf("kept"), found.CountOf("gone")).ShouldBe(("hubspot-main", "completed", 7, 5, 2, 0));
        found.Labels.Select(row => (row.Taxonomy, row.Value, row.Verdict, row.Count)).ShouldBe([("engagement", "ENGAGED", "write", 5), ("engagement", "ND", "kept", 2)]);
        found.Changes.Select(row => (row.ValueNow, row.Value, row.Count)).ShouldBe([("ND", "ENGAGED", 5)]);
        (await World.ListAsync<string>("select distinct status from intent")).ShouldBe(["pending"]);
        (await World.CountAsync("outcome")).ShouldBe(0);
        ((await Ledger.FindActAsync(run, Token))!.Done, (await World.RunAsync(run)).Seen).ShouldBe((7, 7));

        var first = await queries.PageAsync(run, null, new PageRequest(null, null, 4), Token);
        first.Rows.Select(row => row.Subject).Distinct().ShouldBe(["Call with Ada"]);
        var second = await queries.PageAsync(run, null, new PageRequest(first.Older, null, 4), Token);
        first.Rows.Concat(second.Rows).Select(row => row.IntentId).ShouldBe([7, 6, 5, 4, 3, 2, 1]);
        second.Older.ShouldBeNull();
        (await queries.PageAsync(run, null, new PageRequest(null, second.Newer, 4), Token)).Rows.Select(row => row.IntentId).ShouldBe([7, 6, 5, 4]);
        (await queries.PageAsync(run, "kept", new PageRequest(null, null), Token)).Rows.ShouldAllBe(row => row.Actor == "unknown" && row.ValueNow == "ENGAGED");
        (await queries.ExamplesAsync(run, 2, Token)).Select(row => row.Verdict).ShouldBe(["write", "kept"], "one of each change before a second of any");
        (await queries.FindAsync(run + 1, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Preview_OfAFilter_LooksAtNothingElse()
    {
        await World.SetModeAsync(WriteMode.Preview);
        await LabelManyAsync(("ENGAGED", 3), ("ND", 2));
        (await new PreviewQueries(Ledger).FindAsync(await PreviewAsync("label=engagement:ND"), Token))!.Labels.ShouldHaveSingleItem().Value.ShouldBe("ND");
        (await new PreviewQueries(Ledger).FindAsync(await PreviewAsync("record=nobody"), Token))!.Looked.ShouldBe(0);
        await Should.ThrowAsync<CrmSync.Storage.LedgerException>(() => AskAsync(RunKind.Preview, "label="));
    }

    [Fact]
    public async Task Preview_OfASample_SpreadsOverTheLabelsAndChoosesTheSameRowsAgain()
    {
        await World.SetModeAsync(WriteMode.Preview);
        await LabelManyAsync(("ENGAGED", 60), ("ND", 30), ("NOT ENGAGED", 2));

        var run = await PreviewAsync(sample: 12, limit: 5);

        var found = (await new PreviewQueries(Ledger).FindAsync(run, Token))!;
        found.Labels.Select(row => (row.Value, row.Count)).ShouldBe([("ENGAGED", 5), ("ND", 5), ("NOT ENGAGED", 2)]);
        var again = await PreviewAsync(sample: 12, limit: 100);
        (await World.ListAsync<long>($"select intent_id from preview where run_id = {again} order by 1"))
            .ShouldBe(await World.ListAsync<long>($"select intent_id from preview where run_id = {run} order by 1"));
    }

    [Fact]
    public async Task Approve_InModeApprove_SendsWhatWasLetGoAndNothingElse()
    {
        await World.SetModeAsync(WriteMode.Approve);
        await LabelManyAsync(("ENGAGED", 4), ("ND", 2));
        (await GatherAsync()).ShouldBeEmpty();

        var act = await ApproveAsync("label=engagement:ND");

        (act.Done, act.LeftOut).ShouldBe((2, 0));
        (await World.RunAsync(act.RunId)).Status.ShouldBe(RunStatus.Running, "what it let go is not written yet");
        (await World.ListAsync<string>("select status || code from outcome")).ShouldBe(["pendingact.approved", "pendingact.approved"]);
        await World.WriteAsync();
        (await World.IntentsAsync()).Order().ShouldBe([.. Enumerable.Repeat("applied:ND", 2), .. Enumerable.Repeat("pending:ENGAGED", 4)]);
        (await GatherAsync()).ShouldBeEmpty();
        var run = await World.RunAsync(act.RunId);
        (run.Status, run.Applied).ShouldBe((RunStatus.Completed, 2));
        (await World.ListAsync<string>("select actor || action from audit where action like 'act.%'")).ShouldBe(["adaact.approve"]);
    }

    [Fact]
    public async Task Approve_InModePreview_SendsNothingUntilTheModeIsApprove()
    {
        await World.SetModeAsync(WriteMode.Preview);
        await LabelManyAsync(("ENGAGED", 2));
        var act = await ApproveAsync();
        (await GatherAsync()).ShouldBeEmpty();
        (await World.RunAsync(act.RunId)).Status.ShouldBe(RunStatus.Completed);

        var again = await ApproveAsync();
        (again.Done, again.LeftOut).ShouldBe((0, 2));
        (await LeftOutOfAsync(again.RunId)).ShouldBe(["approve.already_released:2"]);

        await World.SetModeAsync(WriteMode.Approve);
        await World.WriteAsync();
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED", "applied:ENGAGED"]);
    }

    [Fact]
    public async Task Approve_OfAPreview_LeavesOutWhatIsStaleOrWaitsNoMore()
    {
        await World.SetModeAsync(WriteMode.Preview);
        foreach (var id in new[] { "same", "repointed", "changed" })
            await World.LabelAsync(id, 0, "ENGAGED");
        var preview = await PreviewAsync();
        await World.LabelAsync("repointed", 1, "ENGAGED");
        await World.LabelAsync("changed", 1, "ND");
        await World.LabelAsync("later", 0, "ENGAGED");

        var act = await ApproveAsync(preview: preview);

        (act.Done, act.LeftOut).ShouldBe((1, 2));
        (await LeftOutOfAsync(act.RunId)).ShouldBe(["approve.not_waiting:1", "approve.stale:1"]);
        (await World.ListAsync<string>("select target_id from intent where release_run_id is not null")).ShouldBe(["same"]);
    }

    [Fact]
    public async Task Approve_OfASample_LetsGoWhatThePreviewOfThatSampleShowed()
    {
        await World.SetModeAsync(WriteMode.Approve);
        await LabelManyAsync(("ENGAGED", 30), ("ND", 3));
        var preview = await PreviewAsync(sample: 7);

        var act = await ApproveAsync(sample: 7);

        act.Done.ShouldBe(7);
        (await World.ListAsync<long>("select id from intent where release_run_id is not null order by id"))
            .ShouldBe(await World.ListAsync<long>($"select intent_id from preview where run_id = {preview} order by 1"));
        (await ApproveAsync(sample: 7)).Done.ShouldBe(7, "another sample of what still waits");
    }
}
