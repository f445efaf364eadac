using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class LearningTests
{
    private static readonly LearningOptions Learning = new();

    [Fact]
    public void Stream_OfWinsAndLosses_ChangesTheNumbersAndProposesWhatIsNewWithEvidence()
    {
        var facts = BillPayment();
        var pack = Draft();
        var tally = DealTally.Of(facts.Deals);
        NumberWords.Rate(tally.Wins, Options).ShouldBe("50 % (16 of 32, 34 to 66 %)");
        RisingTerms.Propose(pack, facts, Options, Learning, Now).ShouldBeEmpty();

        // A quarter in which a new competitor and a new worry lose deals, and a pilot wins some.
        List<string> told = [];
        for (var i = 0; i < 18; i++)
        {
            var lost = i % 3 != 2;
            var id = $"new{i:00}";
            var account = new AccountFacts(id)
            {
                Notes =
                [
                    Note($"{id}-1", 250, "We juggle ten separate bill payment instances by hand."),
                    Note($"{id}-2", 260 + i, lost ? "We are concerned about vendor lockin and went with Novapay." : "The weekend pilot settled it."),
                ],
                Deals = [Deal(id, lost ? DealOutcome.Lost : DealOutcome.Won, 240, 290 + i)],
            };
            facts = facts with { Accounts = [.. facts.Accounts, account] };
            var change = ClosedDeals.Count(tally, account.Deals[0]);
            change.Changed.ShouldBeTrue();
            ClosedDeals.Count(change.Tally, account.Deals[0]).InWords(Options).ShouldBe("Nothing changed: the deal was counted already.");
            told.Add(change.InWords(Options));
            tally = change.Tally;
        }

        told[^1].ShouldBe("Win rate: 43 % (21 of 49, 30 to 57 %) before, 44 % (22 of 50, 31 to 58 %) now.");
        NumbersMaker.Of(facts, tally, Options, Now).WinRate.ShouldBe(NumbersMaker.Of(facts, Options, Now).WinRate);
        var proposals = RisingTerms.Propose(pack, facts, Options, Learning, Now);
        PackProposal About(string topic) => proposals.Single(proposal => ((PackChange.Add)proposal.Change).Line.Topic == topic);
        var rival = (PackChange.Add)About("Novapay").Change;
        (rival.Line.Section, rival.Line.Needs).ShouldBe((PackSection.Competitors, "how they position themselves"));
        var worry = About("vendor lockin");
        ((PackChange.Add)worry.Change).Line.Section.ShouldBe(PackSection.Objections);
        worry.Reason.ShouldContain("12 of 12 accounts lost in the last 90 days, 0 of ");
        worry.Evidence.Activities.ShouldContain("new00-2");
        worry.Evidence.Deals.ShouldContain("d-new00");
        proposals.ShouldContain(proposal => ((PackChange.Add)proposal.Change).Line.Section == PackSection.Acceleration && proposal.Reason.Contains("pilot"));

        // Decided once, it is not proposed again.
        var (next, accepted) = worry.Accept(pack, "mia", Now).Value;
        RisingTerms.Propose(next, facts, Options, Learning, Now, proposals.Select(proposal => proposal.Id).ToHashSet()).ShouldBeEmpty();
        accepted.State.ShouldBe(ProposalState.Accepted);
        RisingTerms.Propose(next, facts, Options, Learning, Now).ShouldNotContain(proposal => proposal.Id == worry.Id);
    }

    [Fact]
    public void Propose_WhatFourAccountsSay_IsNotProposed()
    {
        var facts = BillPayment();
        facts = facts with
        {
            Accounts = [.. facts.Accounts, .. Enumerable.Range(0, 12).Select(i => new AccountFacts($"n{i}")
            {
                Notes = [Note($"n{i}-1", 260, i < 4 ? "We went with Novapay because of lockin." : "All quiet here.")], Deals = [Deal($"n{i}", DealOutcome.Lost, 240, 300)],
            })],
        };

        RisingTerms.Propose(Draft(), facts, Options, Learning, Now).ShouldNotContain(proposal => proposal.Reason.Contains("ovapay") || proposal.Reason.Contains("lockin"));
    }

    [Fact]
    public void Engagements_WhatCustomersSpokeOf_IsCapturedPerBriefWithTheOutcome()
    {
        var pack = Pack(Line("view", PackSection.Values, "One “consolidated view” of all entities."), Line("rival", PackSection.Competitors, "Named often.", topic: "PayTrail"), Line("bare", PackSection.Values, "It sings."));
        SegmentFacts facts = new("bill-payment", "B", [.. Enumerable.Range(0, 24).Select(i => new AccountFacts($"k{i}")
        {
            Notes = [Note($"k{i}-0", 1, "PayTrail, said before the brief."), Note($"k{i}-1", 20, i < 12 ? "We want that consolidated view." : "No comment."), Note($"k{i}-2", 21, "A consolidated view is what we sell.", NoteSide.Seller)],
            Deals = [Deal($"k{i}", i < 12 && i != 3 ? DealOutcome.Won : DealOutcome.Lost, 0, 40)],
        })]);
        BriefUse[] uses = [.. facts.Accounts.Select(account => new BriefUse($"b-{account.Id}", "bill-payment", account.Id, Day(10), ["view", "rival", "bare", "gone"]))];

        var outcomes = Engagements.Of(pack, facts, uses);
        var lines = Engagements.Lines(outcomes);

        outcomes[0].Echoed.ShouldBe(["view"]);
        outcomes[0].Silent.ShouldBe(["rival", "bare"]);
        var view = lines.Single(line => line.Line == "view");
        (view.Echoed, view.Silent).ShouldBe((new Share(11, 12), new Share(0, 12)));
        view.Verdict(Options).ShouldBe("resonated");
        lines.Single(line => line.Line == "rival").Verdict(Options).ShouldBe("too few (0 of 10)");
        new LineRecord("x", new Share(11, 47), new Share(19, 47)).Verdict(Options).ShouldBe("inconclusive");
        Engagements.Of(pack, facts, [uses[0] with { Segment = "other" }, uses[1] with { At = Day(60) }]).ShouldBeEmpty();
    }

    [Fact]
    public void BeforeAfter_ElevenAndNineteenOf47_SaysInconclusive()
    {
        SegmentFacts facts = new("s", "S", [.. Enumerable.Range(0, 94).Select(i => new AccountFacts($"k{i}")
        {
            Deals = [Deal($"k{i}", (i < 47 ? i < 11 : i < 66) ? DealOutcome.Won : DealOutcome.Lost, 0, i < 47 ? 20 : 120)],
            Notes = [Note($"k{i}-1", i < 47 ? 5 : 105, "Hello", NoteSide.Seller), .. i % 2 == 0 ? (NoteFacts[])[Note($"k{i}-2", i < 47 ? 7 : 107, "Yes?")] : []],
        })]);

        var effect = BeforeAfter.Of(facts, Day(100), Now, Options);

        (effect.Wins.Before, effect.Wins.After).ShouldBe((new Share(11, 47), new Share(19, 47)));
        effect.Wins.InWords(Options).ShouldBe("+17 points (−1.8 to +34): inconclusive; about 117 per side would be clear");
        (effect.Answered.Before, effect.Answered.After).ShouldBe((new Share(24, 47), new Share(23, 47)));
        effect.Met.InWords(Options).ShouldContain("inconclusive");
        BeforeAfter.Of(facts, Day(200), Now, Options).Wins.Difference(Options).ShouldBeNull();
    }

    [Fact]
    public void Knowledge_KeptEditedAndUsed_IsCounted()
    {
        var first = Pack(Line("a", PackSection.Objections, "Price."), Line("b", PackSection.Objections, "Timing."), Line("c", PackSection.Values, "View.") with { Evidence = PackEvidence.None });
        var second = PackEditor.Apply(first, first, [new PackChange.Edit("a") { Text = "Price comes up." }, new PackChange.Retire("b")], PackAuthor.Person("mia"), Now.AddDays(3), "").Value!;
        var third = PackEditor.Apply(second, second, [new PackChange.Edit("a") { Text = "Price comes up early." }], PackAuthor.Person("mia"), Now.AddDays(5), "").Value!;
        BriefUse[] uses = [new("1", "bill-payment", "x", Now.AddDays(1), ["a", "b"]), new("2", "bill-payment", "y", Now.AddDays(6), ["a"]), new("3", "other", "y", Now.AddDays(9), ["a", "c"])];

        var use = KnowledgeUse.Of([first, second, third], uses);

        use.Lines.Select(line => (line.Line.Id, line.Edits, line.Briefs, line.Since, line.LastUsed)).ShouldBe([("a", 2, 2, Now, Now.AddDays(6)), ("c", 0, 0, Now, (DateTimeOffset?)null)]);
        (use.Retired, use.ByPeople, use.Waiting, use.Used).ShouldBe((1, 1, 1, 1));
    }

    private static SegmentProfile Profile(string segment, Share wins, params (string Term, double Weight)[] weights) =>
        new(segment, segment.ToUpperInvariant(), 30, weights.ToDictionary(pair => pair.Term, pair => pair.Weight), wins);

    [Fact]
    public void Converging_AlikeAndOverlapping_IsProposedAndNeitherAloneIs()
    {
        var left = Profile("a", new Share(10, 30), ("bill", 3), ("entity", 2));
        SegmentProfile Right(Share wins, double shared) => Profile("b", wins, ("bill", shared), ("payroll", 2));

        SegmentEvents.Converging([left, Right(new Share(14, 30), 3)], Learning, Now).ShouldHaveSingleItem().Reason.ShouldBe(
            "'A' and 'B' speak of nearly the same (cosine 0.69) and their win rates cannot be told apart (10 of 30 and 14 of 30): merge them?");
        SegmentEvents.Converging([left, Right(new Share(29, 30), 3)], Learning, Now).ShouldBeEmpty();
        SegmentEvents.Converging([left, Right(new Share(14, 30), 1)], Learning, Now).ShouldBeEmpty();
    }

    [Fact]
    public void Between_BornDiedDriftedAndSteady_AreToldApart()
    {
        SegmentProfile[] before = [Profile("steady", default, ("bill", 3)), Profile("drifted", default, ("bill", 3)), Profile("dead", default, ("fax", 1))];
        SegmentProfile[] after = [Profile("steady", default, ("bill", 2)), Profile("drifted", default, ("bill", 1), ("crypto", 3)), Profile("born", default, ("drone", 1))];

        SegmentEvents.Between(before, after, Learning, Now).Select(row => (row.Kind, row.Segment)).ShouldBe(
            [(SegmentEventKind.Born, "born"), (SegmentEventKind.Drifted, "drifted"), (SegmentEventKind.Died, "dead")]);
    }
}
