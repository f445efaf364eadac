using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Refits;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly NumberOptions Figures = new();

    private readonly ManualTimeProvider _learningClock = new(LedgerWorld.Start.AddDays(200));

    private SegmentLearner Learner => new(new LedgerFacts(Ledger, new NobodyKnown(), _learningClock), Ledger, Ledger, Figures, new LearningOptions());

    private MetricsQueries Metrics => new LedgerReader(Ledger, TimeProvider.System).Metrics;

    private async Task<RunSummary> LearnAsync()
    {
        var run = (await StartSegmentsAsync(RunKind.SegmentLearn)).ShouldNotBeNull();
        (await WorkOnSegmentsAsync(run, clock: _learningClock)).ShouldBeTrue();
        return await World.RunAsync(run);
    }

    private static CrmDeal Ended(int company, bool isWon, int from, int to, int deal = 0) => Deal($"{1_000 * (deal + 1) + company}", isWon ? "won" : "lost", 10_000 + company) with
    {
        IsClosed = true, IsWon = isWon, Currency = "EUR", OwnerId = company % 2 == 0 ? "3" : "5", Links = [new Association("company", "companies", $"{company}")], CreatedAt = LedgerWorld.Start.AddDays(from),
        StageHistory = [new StageChange("disc", LedgerWorld.Start.AddDays(from)), new StageChange("nego", LedgerWorld.Start.AddDays((from + to) / 2)), new StageChange(isWon ? "won" : "lost", LedgerWorld.Start.AddDays(to))],
    };

    private static CrmActivity Said(string id, int company, int day, string text) => Touch(id, ActivityType.Email, text, day, ActivityDirection.Inbound, null, new Association("company", "companies", $"{company}"));

    /// <summary>Sixty companies; the first forty are an approved segment, and the deals of most companies have ended.</summary>
    private async Task<IReadOnlyList<long>> PlantSegmentAsync()
    {
        await DirectoryAsync([new CrmOwner("3", null, "Rita", "rita@us.example", true), new CrmOwner("5", null, "Sven", null, true)], DealStages);
        await CompaniesAsync(60);
        await RecordsAsync(new CrmRecords
        {
            Deals = [.. Enumerable.Range(1, 24).Select(company => Ended(company, company % 2 == 0, 1, 40 + company)), .. Enumerable.Range(41, 20).Select(company => Ended(company, company % 4 == 0, 1, 30))],
        });
        await World.StoreAsync([.. Enumerable.Range(1, 40).Select(company => Said($"p{company}", company, 5, "We juggle ten separate bill payment instances by hand."))]);
        var ids = await World.ListAsync<long>("select id from crm_company order by id");
        await ProposeAsync(Found("s01", "Bills", ids.Take(40)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);
        return ids;
    }

    [Fact]
    public async Task Learning_StreamOfWinsAndLosses_ChangesTheFiguresAndProposesWhatIsNewOnce()
    {
        (await StartSegmentsAsync(RunKind.SegmentLearn)).ShouldBeNull("nothing is approved, so there is nothing to learn from");
        await PlantSegmentAsync();
        var reader = new LedgerFacts(Ledger, new NobodyKnown(), _learningClock);
        var facts = (await reader.ReadSegmentAsync("bills", Token)).ShouldNotBeNull();
        (await Ledger.AddAsync(PackDrafter.Draft(facts, Figures, _learningClock.GetUtcNow(), await reader.ReadPortfolioAsync(facts, Token)), "ada", Token)).Succeeded.ShouldBeTrue();

        var first = await LearnAsync();

        (first.Status, first.Seen, first.Expected, first.Skipped).ShouldBe((RunStatus.Completed, 1, 1L, 0));
        var before = (await Metrics.FindAsync("bills", Token)).ShouldNotBeNull();
        (before.Numbers.Wins, before.Rest).ShouldBe((new Share(12, 24), new Share(5, 20)));
        (before.Pack!.Version, first.Stored).ShouldBe((1, 0), "the draft is of the same figures");
        (await Ledger.ReadProposalsAsync("bills", false, Token)).ShouldBeEmpty("nothing rose");

        // A quarter in which a new competitor and a new worry lose deals.
        await RecordsAsync(new CrmRecords { Deals = [.. Enumerable.Range(25, 16).Select(company => Ended(company, company % 4 == 0, 150, 160 + company))] });
        await World.StoreAsync([.. Enumerable.Range(25, 16).Select(company => Said(
            $"n{company}", company, 155, company % 4 == 0 ? "The weekend pilot settled it." : "We are concerned about vendor lockin and went with Novapay."))]);
        _learningClock.Advance(TimeSpan.FromDays(1));
        var second = await LearnAsync();

        var after = (await Metrics.FindAsync("bills", Token)).ShouldNotBeNull();
        after.Numbers.Wins.ShouldBe(new Share(16, 40));
        NumberWords.Rate(after.Numbers.Wins, Figures).ShouldBe("40 % (16 of 40, 26 to 55 %)");
        NumberWords.Change(after.Rest, after.Numbers.Wins, Figures, "elsewhere", "here").ShouldContain("inconclusive");
        after.Numbers.Stages.Select(stage => (stage.Stage, stage.Curve.Ended)).ShouldBe([("Discovery", 40), ("Negotiation", 40)]);
        (after.Pack!.Version, after.Pack.Effect, after.Pack.Briefs).ShouldBe((2, null, 0));
        (await Ledger.ReadNewestAsync("bills", Token))!.Lines.ShouldContain(line => line.Section == PackSection.Numbers && line.Text.Contains("16 of 40", StringComparison.Ordinal));
        var proposals = await Ledger.ReadProposalsAsync("bills", true, Token);
        second.Stored.ShouldBe(1 + proposals.Count, "one new version, and what was proposed");
        var rival = proposals.Single(proposal => ((PackChange.Add)proposal.Change).Line.Topic == "Novapay");
        rival.Evidence.Deals.Count.ShouldBe(12);
        (await World.ListAsync<string>($"select t.body from activity_text t where t.activity_id in ({string.Join(',', rival.Evidence.Activities)})")).ShouldAllBe(body => body.Contains("Novapay", StringComparison.Ordinal));
        proposals.ShouldContain(proposal => ((PackChange.Add)proposal.Change).Line.Section == PackSection.Objections && proposal.Reason.Contains("lockin", StringComparison.Ordinal));
        (await Metrics.HistoryAsync(_learningClock.GetUtcNow().AddDays(-30), Token)).ShouldHaveSingleItem().Select(day => day.Wins).ShouldBe([new Share(12, 24), new Share(16, 40)]);

        (await Ledger.DecideAsync("bills", rival.Id, true, "mia", Token)).Succeeded.ShouldBeTrue();
        (await Ledger.ReadNewestAsync("bills", Token))!.Live.ShouldContain(line => line.Topic == "Novapay");
        await LearnAsync();
        (await LearnAsync()).Stored.ShouldBe(0, "no deal closed since, so no figure changes and nothing is proposed twice");
        (await Ledger.ReadProposalsAsync("bills", false, Token)).Count.ShouldBe(proposals.Count);
        (await World.CountAsync("segment_metrics")).ShouldBe(2, "one row per day");

        // Reps were given briefs before the last deals closed.
        var given = LedgerWorld.Start.AddDays(180);
        await AlterAsync($"insert into brief (segment_id, company_id, made_at, made_by, pack_version, lines) select 1, c.id, {given.ToUnixTimeMilliseconds()}, 'ada', 1, '[\"{rival.Change switch { PackChange.Add add => add.Line.Id, _ => "" }}\"]' from crm_company c where c.id in (select m.company_id from segment_member m where m.segment_id = 1)");
        await LearnAsync();
        var used = (await Metrics.FindAsync("bills", Token))!.Pack!;
        (used.Briefs, used.Closed, used.Effect!.Since).ShouldBe((40, 16, given));
        (used.Effect.Wins.Before, used.Effect.Wins.After).ShouldBe((new Share(12, 24), new Share(4, 16)));
        used.Lines.ShouldHaveSingleItem().Record!.Silent.Of.ShouldBe(16, "the name was said before the briefs, not after");
    }

    [Fact]
    public async Task Learning_KilledBetweenTwoSegments_GoesOnWithTheNext()
    {
        var ids = await PlantSegmentAsync();
        await ProposeAsync(Found("s01", "Bills", ids.Take(40)) with { Continues = "bills" }, Found("s02", "Lunch", ids.Skip(40)));
        await Ledger.DecideAsync(Order("lunch"), SegmentState.Approved, Token);
        var run = (await StartSegmentsAsync(RunKind.SegmentLearn)).ShouldNotBeNull();
        (await StartSegmentsAsync(RunKind.SegmentLearn)).ShouldBeNull("one at a time");

        (await WorkOnSegmentsAsync(run, change => change.Learned is not null, _learningClock)).ShouldBeFalse();
        (await Metrics.ListAsync(Token)).Select(row => (row.Key, row.At is not null)).ShouldBe([("bills", true), ("lunch", false)]);
        (await WorkOnSegmentsAsync(run, clock: _learningClock)).ShouldBeTrue();

        (await World.RunAsync(run)).Seen.ShouldBe(2, "the first one was not learned from again");
        (await Metrics.ListAsync(Token)).Select(row => (row.Key, row.Wins, row.Rest)).ShouldBe([("bills", new Share(12, 24), new Share(5, 20)), ("lunch", new Share(5, 20), new Share(12, 24))]);
        (await World.ListAsync<string>("select code from run_log where code like 'segments.%' order by id")).ShouldBe(["segments.learned"]);
    }

    [Fact]
    public async Task Metrics_OfOldDays_ArePurgedButForTheNewest()
    {
        await PlantSegmentAsync();
        await LearnAsync();
        _learningClock.Advance(TimeSpan.FromDays(1));
        await LearnAsync();
        await AlterAsync("update segment_metrics set at = day");

        (await PurgeAsync("segment_metrics")).ShouldBe(1);

        (await Metrics.FindAsync("bills", Token)).ShouldNotBeNull().At.ShouldBe(_learningClock.GetUtcNow());
    }

    private async Task<FoundSegments> RefitAsync(params FoundSegment[] found)
    {
        var known = await Ledger.ReadKnownAsync(Token);
        var changes = SegmentMatching.Compare(
            [.. known.Select(segment => new SegmentSnapshot(segment.Key, [.. segment.Accounts.Select(id => $"{id}")], segment.Terms.ToDictionary(term => term.Term, term => term.LogOdds)))],
            [.. found.Select(segment => new SegmentSnapshot(segment.ModelSegment, [.. segment.Members.Select(member => $"{member.AccountId}")], segment.Description.Terms.ToDictionary(term => term.Term, term => term.LogOdds)))]);
        FoundSegment[] matched = [.. found.Select(segment => segment with { Continues = changes.Single(change => change.New == segment.ModelSegment).Old })];
        return new FoundSegments(1, 60, 600, [], matched)
        {
            Events = RefitEvents.Of(known, matched, changes, await Ledger.ReadWinsAsync(Token), new LearningOptions(), LedgerWorld.Start),
        };
    }

    private static FoundSegment Spoken(string id, string name, IEnumerable<long> accounts, params string[] terms) =>
        Found(id, name, accounts) with { Description = new SegmentDescription([.. terms.Select(term => new SegmentTerm(term, 2, 9, 1))], [], null) };

    [Fact]
    public async Task Refit_BornDyingDriftingAndConverging_AreToldOnceAndDecidedByPeople()
    {
        var ids = await PlantSegmentAsync();
        await Ledger.DecideAsync(Order("bills"), SegmentState.Rejected, Token);
        var (pay, fax, crane, menu) = (ids.Take(12).ToList(), ids.Skip(12).Take(10).ToList(), ids.Skip(22).Take(10).ToList(), ids.Skip(32).Take(8).ToList());
        await Ledger.ProposeAsync(await RefitAsync(
            Spoken("s01", "Payments", pay, "bill", "entity"), Spoken("s02", "Fax", fax, "fax", "paper"), Spoken("s03", "Cranes", crane, "crane", "site"), Spoken("s04", "Menus", menu, "menu", "dish")), "ada", Token);
        (await Metrics.EventsAsync(true, Token)).Select(row => (row.Kind, row.Key)).ShouldBe(
            [(SegmentEventKind.Born, "menus"), (SegmentEventKind.Born, "cranes"), (SegmentEventKind.Born, "fax"), (SegmentEventKind.Born, "payments")], "what people rejected has no funeral");
        foreach (var row in await Metrics.EventsAsync(true, Token))
            (await Ledger.SettleEventAsync(row.Id, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        foreach (var key in (string[])["payments", "fax", "cranes", "menus"])
            await Ledger.DecideAsync(Order(key), SegmentState.Approved, Token);

        // Faxes are gone; cranes speak of other things; payments and menus have come to speak of nearly the same; drones are new.
        var found = await RefitAsync(
            Spoken("s01", "Payments", pay, "bill", "entity"), Spoken("s02", "Cranes", crane, "crane", "battery", "charger"), Spoken("s03", "Menus", menu, "bill", "entity", "menu"),
            Spoken("s04", "Drones", ids.Skip(45).Take(9), "drone", "permit"));
        await Ledger.ProposeAsync(found, "ada", Token);
        var events = await Metrics.EventsAsync(true, Token);

        events.Select(row => (row.Kind, row.Key, row.OtherKey)).ShouldBe(
            [
                (SegmentEventKind.Born, "drones", null), (SegmentEventKind.Drifted, "cranes", null), (SegmentEventKind.Drifted, "menus", null), (SegmentEventKind.Died, "fax", null),
                (SegmentEventKind.Converging, "payments", (string?)"menus"),
            ], ignoreOrder: true);
        var pair = events.Single(row => row.Kind == SegmentEventKind.Converging);
        pair.Reason.ShouldBe("'Menus' and 'Payments' speak of nearly the same (cosine 0.82) and their win rates cannot be told apart (no closed deals and 6 of 12): merge them?");
        pair.Merge.ShouldBe(("menus", "Menus", pair.OtherVersion!.Value, "payments", "Payments"), "the smaller one becomes part of the larger");
        (await SegmentStatesAsync()).ShouldAllBe(row => !row.Contains(":merged:", StringComparison.Ordinal), "nothing happens by itself");

        await Ledger.ProposeAsync(await RefitAsync([.. found.Segments.Select(segment => segment with { Continues = null })]), "ada", Token);
        (await Metrics.EventsAsync(true, Token)).Count(row => row.Kind == SegmentEventKind.Converging).ShouldBe(1, "what is open is not told twice");
        (await Ledger.SettleEventAsync(pair.Id, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.SettleEventAsync(pair.Id, "ben", Token)).Answer.ShouldBe(SegmentAnswer.Unchanged);
        (await Ledger.SettleEventAsync(9_999, "ben", Token)).Answer.ShouldBe(SegmentAnswer.Unknown);
        await Ledger.ProposeAsync(await RefitAsync([.. found.Segments.Select(segment => segment with { Continues = null })]), "ada", Token);
        (await Metrics.EventsAsync(true, Token)).ShouldNotContain(row => row.Kind == SegmentEventKind.Converging, "a person said that they stay apart");
        (await World.ListAsync<string>("select action || ' ' || subject from audit where action = 'segment.event.dismissed'")).ShouldBe(["segment.event.dismissed payments"]);
    }

    [Fact]
    public async Task Refit_AProposedMergeThatIsMade_IsSettledByTheMerge()
    {
        var ids = await CompaniesAsync(20);
        await Ledger.ProposeAsync(await RefitAsync(Spoken("s01", "Payments", ids.Take(10), "bill", "entity")), "ada", Token);
        await Ledger.ProposeAsync(await RefitAsync(Spoken("s01", "Payments", ids.Take(10), "bill", "entity"), Spoken("s02", "Invoices", ids.Skip(10), "bill", "entity", "invoice")), "ada", Token);
        var pair = (await Metrics.EventsAsync(true, Token)).Single(row => row.Kind == SegmentEventKind.Converging);
        var merge = pair.Merge.ShouldNotBeNull();

        (await Ledger.MergeAsync(new SegmentOrder(merge.Key, "mia") { Seen = merge.Version }, merge.Into, Token)).Answer.ShouldBe(SegmentAnswer.Changed);

        var settled = (await Metrics.EventsAsync(false, Token)).Single(row => row.Kind == SegmentEventKind.Converging);
        (settled.State, settled.EndedBy, settled.Merge).ShouldBe((SegmentEventState.Merged, "mia", null));
        (await Ledger.SettleEventAsync(pair.Id, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Refused);
    }
}
