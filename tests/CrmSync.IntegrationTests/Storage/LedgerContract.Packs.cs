using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static PackLine PackLineOf(string about, PackSection section = PackSection.Objections, string? needs = null) => new(
        PackLine.IdOf(section, about), section, about, $"They say: {about}.", PackTier.Common, PackEvidence.Of(["1", "2"], ["7"], figures: "2 of 3 accounts"), PackAuthor.Template, PackLineState.Draft)
    {
        Needs = needs, ChangedAt = LedgerWorld.Start,
    };

    private static Pack PackOf(string segment, int version, params PackLine[] lines) => PackEditor.Make(segment, "Bills", lines, version, PackAuthor.Template, LedgerWorld.Start, "First draft from the data.");

    private static PackProposal Proposal(string segment, string about, PackChange change) => new(
        PackProposal.IdOf(segment, about), segment, change, "Ten new notes speak of it.", PackEvidence.Of(["1"], ["7"]), ProposalSource.Learning, PackAuthor.Template, LedgerWorld.Start);

    [Fact]
    public async Task Packs_StoredAndReadAgain_AreTheSameAndOnlyGrow()
    {
        await CompaniesAsync(3);
        await ProposeAsync(Found("s01", "Bills", [1, 2]), Found("s02", "Other", [3]));
        (await Ledger.ReadNewestAsync("bills", Token)).ShouldBeNull();
        var first = PackOf("bills", 1, PackLineOf("price"), PackLineOf("entities per tool", PackSection.Vocabulary, "a definition"));

        (await Ledger.AddAsync(first, "ada", Token)).Value!.Version.ShouldBe(1);
        var stale = await Ledger.AddAsync(first with { Reason = "Mine." }, "bob", Token);
        stale.Failure!.Code.ShouldBe("specialist.edited_meanwhile");
        (await Ledger.AddAsync(PackOf("bills", 3), "bob", Token)).Succeeded.ShouldBeFalse("a version is never left out");
        (await Ledger.AddAsync(PackOf("nobody", 1), "bob", Token)).Failure!.Code.ShouldBe("specialist.unknown_segment");
        var next = PackEditor.Apply(first, first, [new PackChange.Retire(first.Lines[0].Id)], PackAuthor.Person("ada"), LedgerWorld.Start.AddDays(1), "Not heard any more.").Value!;
        (await Ledger.AddAsync(next, "ada", Token)).Succeeded.ShouldBeTrue();

        PackFile.Write((await Ledger.ReadAsync("bills", 1, Token))!).ShouldBe(PackFile.Write(first));
        PackFile.Write((await Ledger.ReadNewestAsync("bills", Token))!).ShouldBe(PackFile.Write(next));
        (await Ledger.ReadVersionsAsync("bills", Token)).Select(pack => (pack.Version, pack.By.ToString(), pack.Reason)).ShouldBe(
            [(1, "template", "First draft from the data."), (2, "ada", "Not heard any more.")]);
        (await Ledger.ReadNewestAsync("other", Token)).ShouldBeNull("one segment's pack is nobody else's");
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after || ' ' || reason from audit where action = 'pack.version' order by id"))
            .ShouldBe(["ada bills version 1 First draft from the data.", "ada bills version 2 Not heard any more."]);
        (await World.ListAsync<long>("select lines from pack_version order by version")).ShouldBe([2, 1]);
    }

    [Fact]
    public async Task Packs_AddedByTwoAtOnce_OneOfThemIsTold()
    {
        await CompaniesAsync(1);
        await ProposeAsync(Found("s01", "Bills", [1]));

        var both = await Task.WhenAll(Enumerable.Range(1, 4).Select(number => Ledger.AddAsync(PackOf("bills", 1) with { Reason = $"{number}" }, "ada", Token)));

        both.Count(result => result.Succeeded).ShouldBe(1);
        (await World.CountAsync("pack_version")).ShouldBe(1);
        (await World.CountAsync("audit where action = 'pack.version'")).ShouldBe(1);
    }

    [Fact]
    public async Task PackProposals_EveryKindOfChange_IsReadAsItWasWritten()
    {
        await CompaniesAsync(1);
        await ProposeAsync(Found("s01", "Bills", [1]));
        IReadOnlyList<PackChange> changes =
        [
            new PackChange.Add(PackLineOf("price")), new PackChange.Edit("a") { Text = "New “words”.", Topic = "", Tier = PackTier.Edge, Evidence = PackEvidence.Of(["4"]), NeedsNobody = true },
            new PackChange.Edit("b"), new PackChange.Approve("c"), new PackChange.Retire("d"), new PackChange.Restore("e"), new PackChange.Move("f", PackSection.WinLoss, 2),
        ];
        IReadOnlyList<PackProposal> proposals = [.. changes.Select((change, place) => Proposal("bills", $"{place}", change))];

        (await Ledger.ProposeAsync([.. proposals, Proposal("nobody", "x", changes[2])], "learning", Token)).ShouldBe(7);
        (await Ledger.ProposeAsync(proposals, "learning", Token)).ShouldBe(0, "known by id");

        (await Ledger.ReadProposalsAsync("bills", true, Token)).Reverse().ShouldBe(proposals);
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after from audit where action = 'pack.propose'")).ShouldBe(["learning bills 7"]);
    }

    [Fact]
    public async Task PackProposals_Decided_ChangeThePackOnceAndAreNeverAskedAgain()
    {
        await CompaniesAsync(1);
        await ProposeAsync(Found("s01", "Bills", [1]));
        var (add, bad, unwanted) = (
            Proposal("bills", "price", new PackChange.Add(PackLineOf("price"))), Proposal("bills", "gone", new PackChange.Retire("no-such-line")),
            Proposal("bills", "other", new PackChange.Add(PackLineOf("other"))));
        await Ledger.ProposeAsync([add, bad, unwanted], "learning", Token);
        (await Ledger.DecideAsync("bills", add.Id, true, "ada", Token)).Failure!.Code.ShouldBe("specialist.no_pack");
        await Ledger.AddAsync(PackOf("bills", 1, PackLineOf("time")), "ada", Token);

        var accepted = await Ledger.DecideAsync("bills", add.Id, true, "ada", Token);
        accepted.Value!.State.ShouldBe(ProposalState.Accepted);
        (await Ledger.DecideAsync("bills", bad.Id, true, "ada", Token)).Failure!.Code.ShouldBe("specialist.bad_edit");
        (await Ledger.DecideAsync("bills", unwanted.Id, false, "bob", Token)).Value!.State.ShouldBe(ProposalState.Rejected);
        (await Ledger.DecideAsync("bills", unwanted.Id, true, "ada", Token)).Failure!.Message.ShouldContain("bob has already rejected");
        (await Ledger.DecideAsync("bills", "nothing", true, "ada", Token)).Failure!.Code.ShouldBe("specialist.unknown_proposal");

        var pack = (await Ledger.ReadNewestAsync("bills", Token))!;
        (pack.Version, pack.By.ToString()).ShouldBe((2, "ada"));
        pack.Find(PackLineOf("price").Id)!.State.ShouldBe(PackLineState.Approved);
        (await Ledger.ReadProposalsAsync("bills", true, Token)).Select(row => row.Id).ShouldBe([bad.Id], "what could not be done stays open");
        (await Ledger.ReadProposalsAsync("bills", false, Token)).Select(row => (row.State, row.DecidedBy)).ShouldBe(
            [(ProposalState.Rejected, "bob"), (ProposalState.Open, null), (ProposalState.Accepted, "ada")]);
        (await Ledger.ProposeAsync([unwanted], "learning", Token)).ShouldBe(0);
        (await World.ListAsync<string>("select action || ' ' || actor from audit where action in ('pack.accept', 'pack.reject') order by id")).ShouldBe(["pack.accept ada", "pack.reject bob"]);
    }
}
