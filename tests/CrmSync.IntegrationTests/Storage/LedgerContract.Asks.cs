using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Review;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private readonly FakeHostedModel _model = new();

    [Fact]
    public async Task Ask_UnsureRow_IsAnsweredWithWriteTokensCostAndSentence()
    {
        var bench = new AskBench(World, _model);
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4), AskBench.Mail("2", 0.95));
        (await bench.CurrentAsync()).ShouldBe(["rules:unsure:nd", "rules:decided:not-engaged"]);
        (await bench.AsksAsync()).ShouldBe(["open"]);

        await bench.AskAsync();

        (await bench.CurrentAsync()).ShouldBe(["hosted:decided:engaged", "rules:decided:not-engaged"]);
        (await bench.AsksAsync()).ShouldBe(["answered"]);
        (await World.IntentsAsync()).ShouldBe(["pending:NOT ENGAGED", "pending:ENGAGED"]);
        (await World.ListAsync<string>("select d.prompt_tokens || '/' || d.completion_tokens || '/' || d.cost_micros from decision d where d.decided_by = 'hosted'"))
            .ShouldBe(["1000/100/560"]);
        (await World.ListAsync<string>("select sentence from hosted_reason")).ShouldBe(["They answered the mail."]);
        (await World.CountAsync("decision where text_hash is null")).ShouldBe(0);
        var day = await Ledger.ReadDayAsync(Token);
        (day.Calls, day.Usage, day.CostMicros, day.ReservedMicros).ShouldBe((1, new TokenUsage(1_000, 0, 100), 560, 0));
    }

    [Fact]
    public async Task Ask_EqualTexts_AreAskedOnceAndLaterOnesTakeTheAnswerOver()
    {
        var bench = new AskBench(World, _model);
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4), AskBench.Mail("2", 0.4), AskBench.Mail("3", 0.4));
        await bench.AskAsync();
        await bench.ClassifyAsync(AskBench.Mail("4", 0.4));
        await bench.AskAsync();

        _model.Records.Count.ShouldBe(1);
        (await bench.CurrentAsync()).ShouldAllBe(decision => decision == "hosted:decided:engaged");
        (await World.ListAsync<long>("select coalesce(sum(cost_micros), 0) from decision")).ShouldBe([560]);
        (await World.CountAsync("hosted_reason")).ShouldBe(4);
    }

    [Fact]
    public async Task Ask_AccountOfAnApprovedSegment_IsShownTheWordsOfItsPack()
    {
        var companies = await CompaniesAsync(2);
        await ProposeAsync(Found("s01", "Bills", companies.Take(1)), Found("s02", "Other", companies.Skip(1)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);
        await Ledger.AddAsync(PackOf("bills", 1, PackLineOf("entity ledgers", PackSection.Vocabulary), PackLineOf("unexplained", PackSection.Vocabulary, "a definition"), PackLineOf("price")), "ada", Token);
        var other = PackOf("other", 1, PackLineOf("canary", PackSection.Vocabulary));
        await Ledger.AddAsync(other, "ada", Token);
        var bench = new AskBench(World, _model);
        await bench.ClassifyAsync(
            AskBench.Mail("1", 0.4) with { Associations = [new Association("company", "companies", "1")] },
            AskBench.Mail("2", 0.4) with { Associations = [new Association("company", "companies", "2")] },
            AskBench.Mail("3", 0.4));

        await bench.AskAsync();

        _model.Words.ShouldBe(["entity ledgers", ""], ignoreOrder: true, "equal texts with other words beside them are other questions; one answer serves the two without");
        (await bench.CurrentAsync()).ShouldAllBe(decision => decision == "hosted:decided:engaged");
    }

    [Fact]
    public async Task Ask_Outage_WaitsWithoutALabelAndIsAnsweredAfterwards()
    {
        var bench = new AskBench(World, _model);
        _model.Trouble = FakeHostedModel.Outage;
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4));
        await bench.AskAsync();

        (await bench.AsksAsync()).ShouldBe(["open:hosted.unavailable"]);
        (await bench.CurrentAsync()).ShouldBe(["rules:unsure:nd"]);
        (await World.CountAsync("intent")).ShouldBe(0);
        (await World.ListAsync<string>("select level || ':' || code from run_log")).ShouldBe(["warning:hosted.unavailable"]);

        _model.Trouble = null;
        await Testing.Eventually.IsTrueAsync(
            async () =>
            {
                await bench.AskAsync();
                return (await bench.AsksAsync()).Single() == "answered";
            },
            "the question is put again", TimeSpan.FromSeconds(20), Token);
        (await bench.CurrentAsync()).ShouldBe(["hosted:decided:engaged"]);
    }

    [Fact]
    public async Task Ask_OutageAndDecideLocally_TheLocalAnswerStandsWithItsWrite()
    {
        var bench = new AskBench(
            World, _model, new HostedOptions { WhenUnavailable = WithoutAnswer.DecideLocally },
            new AskOptions { Share = 1, AskBelow = new Dictionary<string, double> { ["engagement"] = 0.8 } });
        _model.Trouble = FakeHostedModel.Outage;
        await bench.ClassifyAsync(AskBench.Mail("1", 0.7), AskBench.Mail("2", 0.55));
        (await World.CountAsync("intent")).ShouldBe(0, "what is asked about is written once it is settled");

        await bench.AskAsync();

        (await bench.CurrentAsync()).ShouldBe(["rules:decided:not-engaged", "rules:unsure:not-engaged"]);
        (await bench.AsksAsync()).ShouldBe(["accepted:hosted.unavailable", "accepted:hosted.unavailable"]);
        (await World.IntentsAsync()).ShouldBe(["pending:NOT ENGAGED"]);
    }

    [Fact]
    public async Task Ask_OverBudget_CallsNobodyAndWaitsForMidnight()
    {
        var bench = new AskBench(World, _model, new HostedOptions { DailyBudgetUsd = 0.000_1m });
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4));
        await bench.AskAsync();

        _model.Records.ShouldBeEmpty();
        (await bench.AsksAsync()).ShouldBe(["open:hosted.over_budget"]);
        (await bench.CurrentAsync()).ShouldBe(["rules:unsure:nd"]);
        var at = DateTimeOffset.FromUnixTimeMilliseconds((await World.ListAsync<long>("select not_before from ask")).Single());
        at.TimeOfDay.ShouldBe(TimeSpan.Zero);
        at.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
        (await bench.GatherAsync()).ShouldBeEmpty();
        (await Ledger.ReadDayAsync(Token)).ReservedMicros.ShouldBe(0);
    }

    [Fact]
    public async Task ReserveAsync_ManyAtOnce_NeverExceedTheBudget()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => Ledger.ReserveAsync(10, 95, Token), Token)));

        taken.Count(reservation => reservation is not null).ShouldBe(9);
        (await Ledger.ReadDayAsync(Token)).ReservedMicros.ShouldBe(90);
        await Ledger.SettleAsync(new HostedSpending(taken.OfType<HostedReservation>().First().Day, 10, 1, new TokenUsage(5, 0, 1), 2), Token);
        var day = await Ledger.ReadDayAsync(Token);
        (day.ReservedMicros, day.CostMicros, day.Calls).ShouldBe((80, 2, 1));
        (await Ledger.ReserveAsync(14, 95, Token)).ShouldBeNull();
        (await Ledger.ReserveAsync(13, 95, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Ask_ContentChangesWhileAsked_TheAnswerIsDroppedAndTheNewTextIsAskedAbout()
    {
        var bench = new AskBench(World, _model);
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4));
        var batch = (await bench.GatherAsync()).ShouldHaveSingleItem();
        IReadOnlyList<BatchRef> changed = [];
        _model.OnAsk = async () =>
        {
            _model.OnAsk = null;
            changed = await World.StoreAsync(AskBench.Mail("1", 0.45, "They did not write back.", 5));
        };
        await bench.RunAsync(batch);

        (await World.CountAsync("decision where decided_by = 'hosted'")).ShouldBe(0);
        (await bench.AsksAsync()).ShouldBe(["dropped:hosted.changed_meanwhile"]);
        await bench.RunAsync(changed.ShouldHaveSingleItem());
        _model.Label = "NOT ENGAGED";
        await bench.AskAsync();
        (await bench.CurrentAsync()).ShouldBe(["hosted:decided:not-engaged"]);
        (await bench.AsksAsync()).ShouldBe(["dropped:hosted.changed_meanwhile", "answered"]);
    }

    [Fact]
    public async Task Ask_AnotherDecisionWhileAsked_IsNotOverridden()
    {
        var bench = new AskBench(World, _model);
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4));
        var batch = (await bench.GatherAsync()).ShouldHaveSingleItem();
        _model.OnAsk = async () =>
        {
            _model.OnAsk = null;
            // A batch of another activity carries the decision that somebody made meanwhile.
            var other = (await World.StoreAsync(LedgerWorld.Activity("2"))).ShouldHaveSingleItem();
            var (id, hash) = (await World.ListAsync<(long, string)>("select id, content_hash from activity where external_id = '1'")).Single();
            await World.DecideAsync(other, _ =>
            [
                new DecisionRow(id, hash, new LabelDecision("engagement", "1", "nd", DecisionStatus.Decided, 1, "person", [], "person"), new PlannedWrite("trueai_engaged", "ND")),
            ]);
        };
        await bench.RunAsync(batch);

        (await bench.CurrentAsync())[0].ShouldBe("person:decided:nd");
        (await bench.AsksAsync()).ShouldBe(["dropped:hosted.changed_meanwhile"]);
    }

    [Fact]
    public async Task Gather_Share_LetsTheLeastSureThroughAndSettlesTheRestLocally()
    {
        var bench = new AskBench(World, _model, asking: new AskOptions { Share = 0.2 });
        await bench.ClassifyAsync([.. Enumerable.Range(0, 10).Select(i => AskBench.Mail($"{i}", 0.50 + (i * 0.01), $"Text {i}."))]);
        await bench.AskAsync();

        _model.Records.Count.ShouldBe(2);
        (await World.ListAsync<string>("select a.external_id from ask q join activity a on a.id = q.activity_id where q.status = 'answered' order by a.id")).ShouldBe(["0", "1"]);
        await bench.AskAsync();
        _model.Records.Count.ShouldBe(2, "the share is used up");
        await bench.AskAsync(patience: TimeSpan.Zero);
        (await bench.AsksAsync()).Count(ask => ask == "accepted:hosted.over_share").ShouldBe(8);
        _model.Records.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Remote_Backfill_GoesAsOneBatchAndIsStoredOnceItEnds()
    {
        var bench = new AskBench(World, _model);
        await bench.BackfillAsync([.. Enumerable.Range(0, 12).Select(i => AskBench.Mail($"{i}", 0.4, $"Text {i}."))]);
        var batch = (await bench.GatherAsync(remote: true)).ShouldHaveSingleItem();
        await bench.RunAsync(batch);
        _model.Batches.ShouldHaveSingleItem().Value.Count.ShouldBe(3);
        (await World.ListAsync<string>("select status || remote_id from remote_batch")).ShouldBe(["submittedbatch-1"]);
        (await Ledger.ReadDayAsync(Token)).ReservedMicros.ShouldBeGreaterThan(0);
        (await World.ListAsync<string>("select error_code from batch where kind = 'ask'")).ShouldBe([RemoteAsks.UnderWayCode]);

        _model.BatchesEnd = true;
        await bench.RunAsync(batch);

        (await bench.CurrentAsync()).ShouldAllBe(decision => decision == "hosted:decided:engaged");
        _model.Records.ShouldBeEmpty();
        var day = await Ledger.ReadDayAsync(Token);
        (day.Calls, day.CostMicros, day.ReservedMicros).ShouldBe((3, 840, 0));
        (await World.ListAsync<string>("select status from remote_batch")).ShouldBe(["ended"]);
    }

    [Fact]
    public async Task Remote_ProcessDiesBetweenHandingOverAndStoring_HandsOverAgainAndEveryAnswerCountsOnce()
    {
        var bench = new AskBench(World, _model);
        await bench.BackfillAsync(AskBench.Mail("1", 0.4), AskBench.Mail("2", 0.4, "Another text."));
        var batch = (await bench.GatherAsync(remote: true)).ShouldHaveSingleItem();
        await bench.RunAsync(batch, change => change.Remote?.Status == RemoteStatus.Submitted);
        _model.Batches.Count.ShouldBe(1);
        (await World.ListAsync<string>("select status from remote_batch")).ShouldBe(["preparing"]);

        await Ledger.ReleaseAsync("node-1", Token);
        await bench.RunAsync(batch);
        _model.BatchesEnd = true;
        await bench.RunAsync(batch);

        _model.Batches.Count.ShouldBe(2);
        (await bench.CurrentAsync()).ShouldBe(["hosted:decided:engaged", "hosted:decided:engaged"]);
        (await World.CountAsync("decision where decided_by = 'hosted'")).ShouldBe(2);
        (await Ledger.ReadDayAsync(Token)).ReservedMicros.ShouldBeGreaterThan(0, "what the first batch may have cost stays taken");
    }

    [Fact]
    public async Task Remote_BatchIsLost_ItsQuestionsAreAskedDirectly()
    {
        var bench = new AskBench(World, _model);
        await bench.BackfillAsync(AskBench.Mail("1", 0.4));
        var batch = (await bench.GatherAsync(remote: true)).ShouldHaveSingleItem();
        await bench.RunAsync(batch);
        _model.Trouble = new(Pipeline.Model.FailureCategory.Gone, "azure-openai.batch_gone", "The endpoint does not know the batch.", "Nothing to do.");
        await bench.RunAsync(batch);
        (await bench.AsksAsync()).ShouldBe(["open:hosted.batch_lost"]);

        _model.Trouble = null;
        await Testing.Eventually.IsTrueAsync(
            async () =>
            {
                await bench.AskAsync(remote: true);
                return (await bench.AsksAsync()).Single() == "answered";
            },
            "the question is put directly", TimeSpan.FromSeconds(20), Token);
        _model.Batches.Count.ShouldBe(1);
        _model.Records.Count.ShouldBe(1);
    }
}
