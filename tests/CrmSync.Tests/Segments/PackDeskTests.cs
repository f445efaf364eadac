using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Segments;

public sealed class PackDeskTests
{
    private const string Segment = "bill-payment";
    private readonly MemoryPacks _packs = new();
    private readonly MemoryFacts _facts = new(SegmentRoom.BillPayment());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private PackDesk Desk(ScriptedModel? model = null) => new(_packs, _facts, SegmentRoom.Options, new FixedTime(), model?.Specialist);

    private async Task<Pack> DraftAsync() => (await Desk().DraftAsync(Segment, "ada", false, Token)).Value!.Pack;

    [Fact]
    public async Task Draft_WithoutAModel_IsTheTemplatesAndSaysHowManyLinesNeedAPerson()
    {
        var outcome = (await Desk().DraftAsync(Segment, "ada", true, Token)).Value!;

        (outcome.Changed, outcome.Pack.Version, outcome.Pack.By).ShouldBe((true, 1, PackAuthor.Template));
        PackFile.Write(outcome.Pack).ShouldBe(PackFile.Write(SegmentRoom.Draft()));
        outcome.Sentence.ShouldContain($"holds {outcome.Pack.Live.Count()} lines, {outcome.Pack.Live.Count(line => line.NeedsPerson)} of which need a person. It was drafted from 40 accounts.");
        outcome.Sentence.ShouldEndWith("No hosted model is configured, so the template wrote all of it.");
        (await Desk().DraftAsync("nothing", "ada", false, Token)).Failure!.Code.ShouldBe("specialist.unknown_segment");
    }

    [Fact]
    public async Task Draft_OfFewAccounts_IsMadeAndSaysThatASpecialistIsNotWorthIt()
    {
        _facts.Segment = _facts.Segment with { Accounts = [.. _facts.Segment.Accounts.Take(10)] };
        (await Desk().DraftAsync(Segment, "ada", false, Token)).Value!.Sentence.ShouldEndWith("The segment has 10 accounts; a specialist is worth it from 20 on.");
    }

    [Fact]
    public async Task Draft_WithTheModel_HoldsItsLinesInTheFirstVersionAndAsProposalsLater()
    {
        var model = new ScriptedModel(prompt => ScriptedModel.Reply(("values", "One contract instead of ten.", [ScriptedModel.Handle(prompt, "Win rate")])));
        var first = (await Desk(model).DraftAsync(Segment, "ada", true, Token)).Value!;
        (first.Pack.Version, first.Pack.By.ToString()).ShouldBe((1, "model gpt-test"));
        var line = first.Pack.Lines.Single(row => row.Author.Kind == PackAuthorKind.Model);
        (line.Text, line.State).ShouldBe(("One contract instead of ten.", PackLineState.Draft));
        first.Sentence.ShouldContain("The hosted model wrote 1 of them.");

        var other = new ScriptedModel(prompt => ScriptedModel.Reply(("values", "One view of all entities.", [ScriptedModel.Handle(prompt, "Win rate")])));
        var second = (await Desk(other).DraftAsync(Segment, "ada", true, Token)).Value!;
        (second.Changed, second.Pack.Version).ShouldBe((false, 1));
        second.Sentence.ShouldBe("The data says what version 1 says, so that stands. The hosted model proposes 1 new line.");
        var proposal = _packs.Proposals.ShouldHaveSingleItem();
        (proposal.Source, proposal.By.ToString()).ShouldBe((ProposalSource.Draft, "model gpt-test"));
        ((PackChange.Add)proposal.Change).Line.Text.ShouldBe("One view of all entities.");
    }

    [Fact]
    public async Task Draft_WhereTheModelFails_StandsAndSaysWhy()
    {
        var failing = new ScriptedModel(_ => new Failure(FailureCategory.Wait, "hosted.over_budget", "The day's budget for the hosted model is spent.", "Wait."));
        var outcome = (await Desk(failing).DraftAsync(Segment, "ada", true, Token)).Value!;
        outcome.Pack.Lines.ShouldAllBe(line => line.Author.Kind == PackAuthorKind.Template);
        outcome.ModelCode.ShouldBe("hosted.over_budget");
        outcome.Sentence.ShouldEndWith("The hosted model could not help: The day's budget for the hosted model is spent. The template's lines stand.");
    }

    [Fact]
    public async Task Refresh_AfterNewDeals_ChangesTheTemplatesFiguresAndNothingOfPeople()
    {
        (await Desk().RefreshAsync(Segment, "learning", Token)).Failure!.Code.ShouldBe("specialist.no_pack");
        var drafted = await DraftAsync();
        var mine = drafted.Lines.First(line => line is { Section: PackSection.Objections, Needs: null } or { Section: PackSection.Vocabulary });
        await Desk().EditAsync(Segment, 1, [new PackChange.Edit(mine.Id) { Text = "In my words.", NeedsNobody = true }], "mia", null, Token);
        (await Desk().RefreshAsync(Segment, "learning", Token)).Value!.Changed.ShouldBeFalse("nothing happened since");

        var accounts = _facts.Segment.Accounts.ToList();
        accounts[4] = accounts[4] with { Deals = [SegmentRoom.Deal(accounts[4].Id, DealOutcome.Won, 9, 60)] };
        _facts.Segment = _facts.Segment with { Accounts = accounts };
        var refreshed = (await Desk().RefreshAsync(Segment, "learning", Token)).Value!;

        (refreshed.Changed, refreshed.Pack.Version, refreshed.Pack.By).ShouldBe((true, 3, PackAuthor.Template));
        refreshed.Pack.Find(mine.Id)!.Text.ShouldBe("In my words.");
        refreshed.Pack.Lines.First(line => line.Section == PackSection.Numbers).Text.ShouldContain("17 of 33");
    }

    [Fact]
    public async Task Edit_OnAVersionThatIsNotTheNewest_IsRefusedAndNamesWhoWasFaster()
    {
        var drafted = await DraftAsync();
        var line = drafted.Lines[0].Id;
        (await Desk().EditAsync(Segment, 1, [new PackChange.Retire(line)], "mia", "Not needed.", Token)).Value!.Pack.Version.ShouldBe(2);

        var stale = await Desk().EditAsync(Segment, 1, [new PackChange.Approve(drafted.Lines[1].Id)], "tom", null, Token);

        stale.Failure!.Code.ShouldBe("specialist.edited_meanwhile");
        stale.Failure.Message.ShouldContain("mia saved version 2");
        (await Desk().EditAsync(Segment, 9, [new PackChange.Retire(line)], "tom", null, Token)).Failure!.Message.ShouldContain("has no version 9");
        (await Desk().EditAsync(Segment, 2, [new PackChange.Retire(line)], "tom", null, Token)).Value!.Changed.ShouldBeFalse("it is retired already");
    }

    [Fact]
    public async Task Edit_WithAnAddressOrSeveralLines_KeepsNeither()
    {
        await DraftAsync();
        var added = (await Desk().EditAsync(Segment, 1, [PackDesk.Write(PackSection.Competitors, "PayTrail", "Ask anna@paytrail.example\nfor the price list.", PackTier.Edge, "mia")], "mia", null, Token)).Value!;
        var line = added.Pack.Lines.Single(row => row.Author == PackAuthor.Person("mia"));
        (line.Text, line.State, line.NeedsPerson).ShouldBe(("Ask [email 1] for the price list.", PackLineState.Approved, false));
        added.Pack.Reason.ShouldBe("A line added by hand.");
    }

    [Fact]
    public async Task Import_OfAnEditedExport_TakesTextsAndNeitherEvidenceNorAuthors()
    {
        var drafted = await DraftAsync();
        var (edited, gone) = (drafted.Lines.First(line => line.Section == PackSection.Vocabulary), drafted.Lines[^1]);
        var forged = PackFile.Write(drafted with
        {
            Lines =
            [
                .. drafted.Lines.Where(line => line.Id != gone.Id).Select(line => line.Id != edited.Id ? line : line with { Text = "Write to eve@x.example.", Author = PackAuthor.Person("somebody else"), Evidence = PackEvidence.Of(["999"]) }),
                SegmentRoom.Line("made-up", PackSection.Values, "A new one.", evidence: PackEvidence.Of(["999"])),
            ],
        });

        var outcome = (await Desk().ImportAsync(Segment, forged, "mia", Token)).Value!;

        outcome.Pack.Version.ShouldBe(2);
        var line = outcome.Pack.Find(edited.Id)!;
        (line.Text, line.Author, line.Evidence).ShouldBe(("Write to [email 1].", PackAuthor.Person("mia"), edited.Evidence));
        (outcome.Pack.Find("made-up")!.Evidence.IsEmpty, outcome.Pack.Find("made-up")!.Author).ShouldBe((true, PackAuthor.Person("mia")));
        outcome.Pack.Find(gone.Id)!.State.ShouldBe(PackLineState.Retired, "what a file lacks is not lost");
        outcome.Pack.Find(drafted.Lines[0].Id).ShouldBe(drafted.Lines[0]);

        (await Desk().ImportAsync(Segment, PackFile.Write(outcome.Pack), "mia", Token)).Value!.Changed.ShouldBeFalse();
        (await Desk().ImportAsync(Segment, forged, "tom", Token)).Failure!.Message.ShouldContain("mia saved version 2");
        (await Desk().ImportAsync("other", forged, "tom", Token)).Failure!.Code.ShouldBe("specialist.other_segment");
        (await Desk().ImportAsync(Segment, "{", "tom", Token)).Failure!.Code.ShouldBe("specialist.bad_file");
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SegmentRoom.Now;
    }

    private sealed class MemoryFacts(SegmentFacts facts) : ISegmentFactsReader
    {
        public SegmentFacts Segment { get; set; } = facts;

        public Task<SegmentFacts?> ReadSegmentAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(segment == Segment.Segment ? Segment : null);

        public Task<AccountFacts?> ReadAccountAsync(long account, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<PortfolioFacts> ReadPortfolioAsync(SegmentFacts segment, CancellationToken cancellationToken) =>
            Task.FromResult(PortfolioFacts.Of([SegmentRoom.Others()], DealTally.Of(segment.Deals).Wins));
    }

    private sealed class MemoryPacks : IPackStore
    {
        private readonly List<Pack> _versions = [];

        public List<PackProposal> Proposals { get; } = [];

        public Task<Pack?> ReadNewestAsync(string segment, CancellationToken cancellationToken) => Task.FromResult(_versions.LastOrDefault(pack => pack.Segment == segment));

        public Task<Pack?> ReadAsync(string segment, int version, CancellationToken cancellationToken) => Task.FromResult(_versions.FirstOrDefault(pack => pack.Segment == segment && pack.Version == version));

        public Task<IReadOnlyList<Pack>> ReadVersionsAsync(string segment, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<Pack>> AddAsync(Pack pack, string actor, CancellationToken cancellationToken)
        {
            pack.Version.ShouldBe(_versions.Count + 1);
            _versions.Add(pack);
            return Task.FromResult<Result<Pack>>(pack);
        }

        public Task<int> ProposeAsync(IReadOnlyList<PackProposal> proposals, string actor, CancellationToken cancellationToken)
        {
            Proposals.AddRange(proposals);
            return Task.FromResult(proposals.Count);
        }

        public Task<IReadOnlyList<PackProposal>> ReadProposalsAsync(string segment, bool onlyOpen, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
