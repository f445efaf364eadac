using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class PackEditTests
{
    private static readonly PackAuthor Mia = PackAuthor.Person("mia");
    private static readonly Pack First = Pack(
        Line("a", PackSection.Objections, "Price comes up."), Line("b", PackSection.Objections, "Timing comes up."), Line("c", PackSection.Objections, "Trust comes up."),
        Line("v", PackSection.Values, "One view."));

    private static Pack Edit(Pack pack, params PackChange[] changes) => PackEditor.Apply(pack, pack, changes, Mia, Now.AddDays(1), "Edit.").Value!;

    [Fact]
    public void Edit_ByAPerson_MakesANewVersionThatThePersonStandsBy()
    {
        var next = Edit(First, new PackChange.Edit("b") { Text = "  Timing comes up late.  " });

        (next.Version, next.By, next.Find("b")!.Text).ShouldBe((2, Mia, "Timing comes up late."));
        (next.Find("b")!.Author, next.Find("b")!.State, next.Find("b")!.ChangedAt).ShouldBe((Mia, PackLineState.Approved, Now.AddDays(1)));
        First.Find("b")!.Text.ShouldBe("Timing comes up.");
    }

    [Fact]
    public void Edit_OfAVersionThatIsNotTheNewest_IsRefusedInWords()
    {
        var next = Edit(First, new PackChange.Edit("b") { Text = "Timing comes up late." });

        var failure = PackEditor.Apply(next, First, [new PackChange.Retire("c")], PackAuthor.Person("ben"), Now, "Old.").Failure!;

        failure.Code.ShouldBe("specialist.edited_meanwhile");
        failure.Message.ShouldBe("mia saved version 2 of the pack of 'Multi-entity bill payment' while you were changing version 1; it differs in 1 line (first: changed under Objections and answers: Timing comes up late.). Nothing of yours was saved.");
        failure.Fix.ShouldBe("Look at version 2 and make your changes on it.");
    }

    [Theory]
    [InlineData("nope", "x", "no line 'nope'")]
    [InlineData("a", "   ", "has no text")]
    public void Edit_Impossible_SaysWhyAndChangesNothing(string id, string text, string said) =>
        PackEditor.Apply(First, First, [new PackChange.Retire("c"), new PackChange.Edit(id) { Text = text }], Mia, Now, "").Failure!.Message.ShouldContain(said);

    [Fact]
    public void Edit_TextTooLong_SaysHowLongItMayBe() =>
        PackEditor.Apply(First, First, [new PackChange.Edit("a") { Text = new string('x', 601) }], Mia, Now, "").Failure!.Message.ShouldContain("601 characters and may have 600");

    [Fact]
    public void Approve_LineThatStillNeedsAPerson_IsRefused()
    {
        var pack = Pack(Line("a", PackSection.Objections, "Price comes up.") with { Needs = "the answer" });

        PackEditor.Apply(pack, pack, [new PackChange.Approve("a")], Mia, Now, "").Failure!.Message.ShouldContain("still needs a person (the answer)");
        Edit(pack, new PackChange.Edit("a") { Text = "Price: show the sum.", NeedsNobody = true }).Find("a")!.NeedsPerson.ShouldBeFalse();
    }

    [Fact]
    public void Move_WithinAndBetweenSections_PutsTheLineThere()
    {
        Edit(First, new PackChange.Move("c", PackSection.Objections, 0)).Lines.Select(line => line.Id).ShouldBe(["c", "a", "b", "v"]);
        Edit(First, new PackChange.Move("a", PackSection.Values, 9)).Lines.Select(line => line.Id).ShouldBe(["b", "c", "v", "a"]);
        Edit(First, new PackChange.Move("v", PackSection.Competitors, 0)).Lines.Select(line => line.Id).ShouldBe(["v", "a", "b", "c"]);
    }

    [Fact]
    public void Diff_OneMovedOneChangedOneNewOneGone_NamesEachOnce()
    {
        var next = Edit(
            First, new PackChange.Move("c", PackSection.Objections, 0), new PackChange.Edit("b") { Text = "Timing comes up late." }, new PackChange.Retire("v"),
            new PackChange.Add(Line("n", PackSection.Questions, "Ask for entities.")));

        PackDiff.Between(First, next).Select(difference => (difference.Kind, (difference.After ?? difference.Before)!.Id)).ShouldBe(
            [(PackDifferenceKind.Added, "n"), (PackDifferenceKind.Moved, "c"), (PackDifferenceKind.Changed, "b"), (PackDifferenceKind.Removed, "v")]);
        PackDiff.Between(First, First).ShouldBeEmpty();
    }

    [Fact]
    public void Diff_SameTextUnderAnotherIdAndSection_IsAMove()
    {
        var other = Pack(Line("a", PackSection.Objections, "Price comes up."), Line("b", PackSection.Objections, "Timing comes up."), Line("c", PackSection.Objections, "Trust comes up."), Line("w", PackSection.Competitors, "One view."));

        var only = PackDiff.Between(First, other).ShouldHaveSingleItem();

        (only.Kind, only.Before!.Id, only.After!.Id).ShouldBe((PackDifferenceKind.Moved, "v", "w"));
    }

    [Fact]
    public void File_DraftedPack_ComesBackTheSame()
    {
        var pack = Edit(Draft(), new PackChange.Retire(Draft().Lines[^1].Id));

        var read = PackFile.Read(PackFile.Write(pack)).Value!;

        read.Lines.ShouldBe(pack.Lines);
        (read with { Lines = pack.Lines }).ShouldBe(pack);
        PackFile.Write(read).ShouldBe(PackFile.Write(pack));
    }

    [Theory]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{"schema":"crmsync/pack/9"}""", "this version reads")]
    [InlineData("""{"schema":"crmsync/pack/1"}""", "\"lines\" is missing")]
    [InlineData("""{"schema":"crmsync/pack/1","lines":[{"text":"x","section":"magic","tier":"edge","id":"1"}]}""", "line 1 of the pack has the section \"magic\"")]
    [InlineData("""{"schema":"crmsync/pack/1","lines":[{"text":"\ud800"}]}""", "not valid Unicode")]
    public void File_Broken_IsRefusedWithItsPlace(string json, string said) => PackFile.Read(json).Failure!.Message.ShouldContain(said);

    [Fact]
    public void File_ExampleOfTheDescription_IsRead()
    {
        var text = File.ReadAllText(RepositoryFolder.PathOf("src/CrmSync.Pipeline/Segments/Packs/pack-file.md"));
        var example = text[(text.IndexOf("```json", StringComparison.Ordinal) + 7)..text.LastIndexOf("```", StringComparison.Ordinal)];

        PackFile.Read(example).Value!.Lines[0].Author.ShouldBe(Mia);
        PackNames.Order.ShouldAllBe(section => text.Contains($"`{section.Slug()}`"));
    }

    [Fact]
    public void Markdown_HostileText_IsShownLetterByLetter()
    {
        var pack = Pack(Line("a", PackSection.Objections, "See [this](http://evil) <script>\n# Title *now*"));

        var text = PackMarkdown.Write(pack);

        text.ShouldContain(@"See \[this\](http://evil) \<script\> \# Title \*now\*");
        text.ShouldContain("## Competitors\n\nNothing known yet.");
    }

    [Fact]
    public void Proposal_AcceptedTwice_IsRefusedTheSecondTime()
    {
        var proposal = new PackProposal("p", "bill-payment", new PackChange.Add(Line("n", PackSection.Questions, "Ask for entities.")), "Because.", PackEvidence.None, ProposalSource.Learning, PackAuthor.Template, Now);

        var (pack, accepted) = proposal.Accept(First, "mia", Now).Value;

        pack.Find("n")!.State.ShouldBe(PackLineState.Approved);
        accepted.Accept(pack, "ben", Now).Failure!.Message.ShouldBe("mia has already accepted this proposal.");
        proposal.Accept(First with { Segment = "other" }, "mia", Now).Failure!.Code.ShouldBe("specialist.other_segment");
    }
}
