using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class PackDrafterTests
{
    private static readonly Pack Drafted = Draft();

    private static PackLine Find(PackSection section, string topic) => Drafted.Lines.Single(line => line.Section == section && line.Topic == topic);

    [Fact]
    public void Draft_BillPayment_FillsEverySectionInOrderWithEvidenceOrANeed()
    {
        Drafted.Lines.Select(line => line.Section).Distinct().ShouldBe(PackNames.Order.Except([PackSection.Technology]));
        Drafted.Lines.ShouldAllBe(line => !line.Evidence.IsEmpty || line.NeedsPerson);
        Drafted.Lines.Select(line => line.Id).ShouldBeUnique();
        Drafted.Lines.ShouldAllBe(line => line.Text.Length <= PackLine.LongestText);
        ((double)Drafted.Lines.Count(line => line.Tier == PackTier.Critical) / Drafted.Lines.Count).ShouldBeInRange(0.1, 0.3);
    }

    [Fact]
    public void Signals_WordsBeforeMoves_CarryLiftAndNumbers()
    {
        var slow = Drafted.Lines.Where(line => line.Section == PackSection.Deceleration).ToList();
        slow.ShouldContain(line => line.Topic.Contains("steering"));
        slow.ShouldContain(line => line.Text.Contains("32 of 32 went backward or to lost, 0 of 56 without it"));
        var fast = Drafted.Lines.Where(line => line.Section == PackSection.Acceleration).ToList();
        fast.ShouldContain(line => line.Topic.Contains("sandbox") && line.Text.Contains("16 of 16 went forward"));
        fast.ShouldAllBe(line => line.Evidence.Figures.Any(figure => figure.StartsWith("lift ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Vocabulary_TermsOfTheSegment_AreThereAndThoseOfEverybodyAreNot()
    {
        var topics = Drafted.Lines.Where(line => line.Section == PackSection.Vocabulary).Select(line => line.Topic).ToList();
        topics.ShouldContain("bill payment");
        topics.ShouldNotContain("budget");
        Find(PackSection.Regulation, "audit trail").Evidence.Accounts.Count.ShouldBe(16);
    }

    [Fact]
    public void Competitors_NamedBehindCues_AreFoundWithTheirRecord()
    {
        Find(PackSection.Competitors, "PayTrail").Text.ShouldContain("20 of 40 accounts");
        Find(PackSection.WinLoss, "PayTrail").Text.ShouldStartWith("Where PayTrail is named: won 0 % (0 of 16");
        Find(PackSection.WinLoss, "PayTrail").Needs.ShouldBe("what sets us apart from them");
        Drafted.Lines.ShouldNotContain(line => line.Section == PackSection.Competitors && line.Topic == "Let");
    }

    [Fact]
    public void Objections_AnswersInWonDeals_StandBesideThem()
    {
        var price = Find(PackSection.Objections, "Price");
        price.Text.ShouldContain("20 of 40 accounts");
        price.Text.ShouldContain("What followed in won deals");
        price.Text.ShouldContain("consolidated contract");
        price.Needs.ShouldBeNull();
        price.Evidence.Deals.Count.ShouldBe(16);
    }

    [Fact]
    public void Questions_AskedByFinance_StandUnderFinance() =>
        Drafted.Lines.ShouldContain(line => line.Section == PackSection.Questions && line.Topic == "Finance" && line.Text.Contains("approval limits"));

    [Fact]
    public void References_WonAccounts_NeedAPersonsPermission()
    {
        var references = Drafted.Lines.Where(line => line.Section == PackSection.References).ToList();
        references.Count.ShouldBe(10);
        references.ShouldAllBe(line => line.NeedsPerson && line.Needs == "permission to name them");
    }

    [Fact]
    public void Draft_WhatFourAccountsSay_IsNowhereInThePack()
    {
        var facts = BillPayment();
        var marked = facts with
        {
            Accounts = [.. facts.Accounts.Select((account, i) => i >= 4 ? account : account with
            {
                Notes = [.. account.Notes, Note($"m{i}", 25, "The zanzibar clause worries us, we are switching from Quixotica because the manual zanzibar work is too expensive?", contact: "c1")],
            })],
        };

        var pack = Draft(marked);

        PackFile.Write(pack).ShouldNotContain("zanzibar");
        PackFile.Write(pack).ShouldNotContain("Quixotica", Case.Insensitive);
        var five = facts with { Accounts = [.. facts.Accounts.Select((account, i) => i >= 5 ? account : account with { Notes = [.. account.Notes, Note($"m{i}", 25, "We are switching from Quixotica.")] })] };
        PackFile.Write(Draft(five)).ShouldContain("Quixotica");
    }

    [Fact]
    public void Draft_SameFactsInAnotherOrder_GivesTheSamePack()
    {
        var facts = BillPayment();
        var turned = facts with { Accounts = [.. facts.Accounts.Reverse().Select(account => account with { Notes = [.. account.Notes.Reverse()] })] };

        PackFile.Write(Draft(turned)).ShouldBe(PackFile.Write(Drafted));
    }

    [Fact]
    public void Draft_TenAccountsWithEmptyBodies_SaysTooFewAndInventsNothing()
    {
        var facts = new SegmentFacts("s", "Small", [.. Enumerable.Range(0, 10).Select(i => new AccountFacts($"e{i}") { Notes = [Note($"n{i}", i, "")] })]);

        var pack = PackDrafter.Draft(facts, Options, Now);

        pack.Lines.ShouldAllBe(line => line.Section == PackSection.Numbers);
        pack.Lines[0].Text.ShouldBe("Win rate: too few (0 of 10).");
    }

    [Fact]
    public void Draft_AccountWithFiftyThousandActivities_DoesNotSpeakForTheSegment()
    {
        var facts = BillPayment();
        var loud = facts.Accounts[0] with { Notes = [.. Enumerable.Range(0, 50_000).Select(i => new NoteFacts($"n{i}", Start.AddMinutes(i), "Manual chatter about nothing much.", NoteSide.Unknown))] };

        var pack = Draft(facts with { Accounts = [loud, .. facts.Accounts.Skip(1)] });

        pack.Lines.ShouldNotContain(line => line.Text.Contains("chatter"));
    }

    [Fact]
    public void Refresh_NewerFigures_LeavesWhatPeopleWroteAlone()
    {
        var edited = PackEditor.Apply(
            Drafted, Drafted, [new PackChange.Edit(Find(PackSection.Objections, "Price").Id) { Text = "Show the sum of ten invoices." }, new PackChange.Retire(Find(PackSection.Competitors, "LedgerHub").Id)],
            PackAuthor.Person("mia"), Now, "Better words.").Value!;
        var facts = BillPayment();
        var later = facts with { Accounts = [.. facts.Accounts.Select(account => account with { Deals = [.. account.Deals.Select(deal => deal.Outcome == DealOutcome.Open ? deal with { Outcome = DealOutcome.Won, ClosedAt = Day(80) } : deal)] })] };

        var changes = PackDrafter.Refresh(edited, PackDrafter.Lines(later, Options, Now));
        var next = PackEditor.Apply(edited, edited, changes, PackAuthor.Template, Now, "New figures.").Value!;

        next.Lines[0].Text.ShouldStartWith("Win rate: 60 % (24 of 40");
        next.Find(Find(PackSection.Objections, "Price").Id)!.Text.ShouldBe("Show the sum of ten invoices.");
        next.Find(Find(PackSection.Competitors, "LedgerHub").Id)!.State.ShouldBe(PackLineState.Retired);
    }
}
