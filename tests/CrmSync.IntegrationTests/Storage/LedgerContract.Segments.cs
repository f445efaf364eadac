using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private SegmentQueries Segments => new LedgerReader(Ledger, TimeProvider.System).Segments;

    private static SegmentOrder Order(string key) => new(key, "ada");

    private async Task<IReadOnlyList<long>> CompaniesAsync(int count)
    {
        await RecordsAsync(new CrmRecords
        {
            Companies = [.. Enumerable.Range(1, count).Select(number => new CrmCompany
            {
                ObjectType = "companies", ExternalId = $"{number}", Name = $"Company {number}", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
            })],
        });
        return await World.ListAsync<long>("select id from crm_company order by id");
    }

    private static FoundSegment Found(string id, string name, params IEnumerable<long> accounts) => new(
        id, name, false, 0.9, new SegmentDescription([new SegmentTerm("bill payment", 2.5, 9, 1)], [], null),
        [.. accounts.Select((account, place) => new FoundMember(account, 20 - place, 7, 19, 0.9))]);

    private async Task ProposeAsync(params FoundSegment[] segments) =>
        (await Ledger.ProposeAsync(new FoundSegments(1, 100, 1_000, ["A remark."], segments) { Model = new byte[] { 1, 2, 3 } }, "search", Token)).Holds.ShouldBeTrue();

    private async Task<IReadOnlyList<string>> SegmentStatesAsync() => await World.ListAsync<string>("select key || ':' || state || ':' || version from segment order by id");

    [Fact]
    public async Task Segments_Found_StandAsProposalsWithTheirAccountsAndReasons()
    {
        var companies = await CompaniesAsync(9);
        await ProposeAsync(Found("s01", "Bill payment, entities", companies.Take(5)), Found("s02", "Field service", companies.Skip(5)));

        var cards = await Segments.ListAsync(null, Token);
        cards.Select(card => (card.Key, card.State, card.Accounts, card.TopTerms.Single())).ShouldBe(
            [("bill-payment-entities", SegmentState.Proposed, 5, "bill payment"), ("field-service", SegmentState.Proposed, 4, "bill payment")]);
        var first = await Segments.AccountsAsync("bill-payment-entities", new PageRequest(null, null, 3), Token);
        first.Rows.Select(row => row.Name).ShouldBe(["Company 1", "Company 2", "Company 3"]);
        first.Rows[0].Reason.ShouldBe("7 of 19 notes speak of it, 0.9 expected");
        var second = await Segments.AccountsAsync("bill-payment-entities", new PageRequest(first.Older, null, 3), Token);
        second.Rows.Select(row => row.Name).ShouldBe(["Company 4", "Company 5"]);
        (await Segments.AccountsAsync("bill-payment-entities", new PageRequest(null, second.Newer, 3), Token)).Rows.Select(row => row.Name).ShouldBe(["Company 1", "Company 2", "Company 3"]);
        (await World.CountAsync("account_due")).ShouldBe(0, "nobody is assigned to a proposal");
    }

    [Fact]
    public async Task Segments_ApproveRenameUndo_LeaveVersionsAndAuditAndLetAccountsFollow()
    {
        var companies = await CompaniesAsync(4);
        await ProposeAsync(Found("s01", "Bills", companies.Take(3)));

        (await Ledger.DecideAsync(Order("bills") with { Seen = 1, Reason = "Looks right." }, SegmentState.Approved, Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await World.CountAsync("account_due where reads_text = 1")).ShouldBe(4, "any account may belong to it");
        (await Ledger.DecideAsync(Order("bills") with { Seen = 1 }, SegmentState.Rejected, Token)).Answer.ShouldBe(SegmentAnswer.Stale);
        (await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token)).Answer.ShouldBe(SegmentAnswer.Unchanged);
        (await Ledger.RenameAsync(Order("bills"), " two\nlines", Token)).Answer.ShouldBe(SegmentAnswer.Refused);
        (await Ledger.RenameAsync(Order("bills"), "Bill payers", Token)).Version.ShouldBe(3);
        (await Ledger.UndoAsync(Order("bills"), Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.UndoAsync(Order("bills"), Token)).Answer.ShouldBe(SegmentAnswer.Refused, "an undo is not undone");
        (await Ledger.RenameAsync(Order("nothing"), "X", Token)).Answer.ShouldBe(SegmentAnswer.Unknown);

        var view = (await Segments.FindAsync("bills", Token)).ShouldNotBeNull();
        view.Card.Name.ShouldBe("Bills");
        view.Card.State.ShouldBe(SegmentState.Approved);
        view.Card.DecidedBy.ShouldBe("ada");
        view.Versions.Select(version => (version.Action, version.Name, Undone: version.UndoneAt is not null)).ShouldBe(
            [(SegmentAction.Undone, "Bills", false), (SegmentAction.Renamed, "Bill payers", true), (SegmentAction.Approved, "Bills", false), (SegmentAction.Proposed, "Bills", false)]);
        view.Card.Description.Terms.ShouldHaveSingleItem("a version keeps the description of the one before it");
        (await World.ListAsync<string>("select action || ' ' || subject || coalesce(' ' || reason, '') from audit where action like 'segment.%' order by id"))
            .ShouldBe(["segment.search model/1", "segment.approve bills Looks right.", "segment.rename bills", "segment.undo bills"]);
    }

    [Fact]
    public async Task Segments_MergeAndSplit_MoveAccountsAndComeBackWhole()
    {
        var companies = await CompaniesAsync(9);
        await ProposeAsync(Found("s01", "Bills", companies.Take(5)), Found("s02", "Invoices", companies.Skip(5)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);

        (await Ledger.MergeAsync(Order("invoices"), "invoices", Token)).Answer.ShouldBe(SegmentAnswer.Refused);
        (await Ledger.MergeAsync(Order("invoices"), "bills", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Segments.AccountsAsync("bills", new PageRequest(null, null), Token)).Rows.Count.ShouldBe(9);
        (await Segments.FindAsync("bills", Token))!.Parts.ShouldHaveSingleItem().MergedInto.ShouldBe("bills");
        (await Ledger.DecideAsync(Order("invoices"), SegmentState.Approved, Token)).Answer.ShouldBe(SegmentAnswer.Refused);
        (await Ledger.UndoAsync(Order("bills"), Token)).Answer.ShouldBe(SegmentAnswer.Changed, "either side of a merge takes it back");
        (await SegmentStatesAsync()).ShouldBe(["bills:approved:4", "invoices:proposed:3"]);

        var split = await Ledger.SplitAsync(Order("bills"), "Payroll", [companies[0], companies[1]], Token);
        split.Key.ShouldBe("payroll");
        (await Ledger.SplitAsync(Order("bills"), "Other", [companies[8]], Token)).Answer.ShouldBe(SegmentAnswer.Refused, "it is no account of that segment");
        (await Segments.AccountsAsync("payroll", new PageRequest(null, null), Token)).Rows.ShouldAllBe(row => row.ByPerson == 1);
        (await Ledger.ReadLinksAsync(Token)).ShouldBe(
            [new AccountLink(LinkKind.Must, companies[0], companies[1]), new AccountLink(LinkKind.Cannot, companies[0], companies[2])], ignoreOrder: true);
        (await Ledger.UndoAsync(Order("payroll"), Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.ReadLinksAsync(Token)).ShouldBeEmpty();
        (await Segments.AccountsAsync("bills", new PageRequest(null, null), Token)).Rows.Count.ShouldBe(5);
        (await SegmentStatesAsync())[^1].ShouldBe("payroll:retired:2");
    }

    [Fact]
    public async Task Segments_FoundAgain_KeepWhatPeopleDecided()
    {
        var companies = await CompaniesAsync(8);
        await ProposeAsync(
            Found("s01", "Bills", companies.Take(2)), Found("s02", "Noise", companies.Skip(2).Take(2)), Found("s03", "Part", companies.Skip(4).Take(2)), Found("s04", "Passing", companies.Skip(6)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);
        await Ledger.RenameAsync(Order("bills"), "Payers", Token);
        await Ledger.DecideAsync(Order("noise"), SegmentState.Rejected, Token);
        await Ledger.MergeAsync(Order("part"), "bills", Token);
        var before = await Ledger.ReadKnownAsync(Token);
        before.Select(known => (known.Key, known.Accounts.Count)).ShouldBe([("bills", 2), ("noise", 2), ("part", 2), ("passing", 2)]);

        await ProposeAsync(
            Found("s01", "Other", companies.Take(3)) with { Continues = "noise" }, Found("s02", "Words", companies.Skip(3).Take(3)) with { Continues = "bills" },
            Found("s03", "X", companies.Skip(6)) with { Continues = "part" }, Found("s04", "Payers", companies.Take(1)));

        (await World.ListAsync<string>("select key || ':' || state || ':' || name || ':' || coalesce(model_segment, '-') || ':' || model_id from segment order by id")).ShouldBe(
            ["bills:approved:Payers:s02:2", "noise:rejected:Noise:s01:2", "part:merged:Part:s03:2", "passing:retired:Passing:s04:1", "payers:proposed:Payers (payers):s04:2"]);
        (await Segments.AccountsAsync("noise", new PageRequest(null, null), Token)).Rows.Count.ShouldBe(3);
        (await World.CountAsync("segment_member m join segment s on s.id = m.segment_id where s.key = 'bills'")).ShouldBe(2, "an approved segment changes by assignment");
        (await World.CountAsync("account_due where reads_text = 1")).ShouldBe(8);
        (await Ledger.UndoAsync(Order("bills"), Token)).Answer.ShouldBe(SegmentAnswer.Changed, "a search in between does not stand in the way of taking the merge back");
        (await SegmentStatesAsync())[2].ShouldBe("part:proposed:4");
    }

    [Fact]
    public async Task Segments_OfJudgedAnswers_AreTheApprovedOnesOfTheirAccountsHoweverTheyAreLinked()
    {
        var companies = await CompaniesAsync(3);
        await RecordsAsync(new CrmRecords { Deals = [Deal("1", "disc", 5) with { Links = [new Association("company", "companies", "2")] }] });
        await ProposeAsync(Found("s01", "Bills", companies.Take(2)), Found("s02", "Invoices", companies.Skip(2)));
        await World.StoreAsync(LedgerWorld.Activity("1", "Direct.", 0, new Association("company", "companies", "1")));
        await World.StoreAsync(LedgerWorld.Activity("2", "By its deal.", 0, new Association("deal", "deals", "1")));
        await World.StoreAsync(LedgerWorld.Activity("3", "Of a proposal.", 0, new Association("company", "companies", "3")));
        await World.StoreAsync(LedgerWorld.Activity("4", "Of nobody."));
        var ids = await World.ListAsync<long>("select id from activity order by external_id");
        async Task<IReadOnlyDictionary<long, JudgedSegment>> JudgedAsync()
        {
            await using var db = await Ledger.OpenReadAsync(Token);
            return await JudgedSegments.FindAsync(db, Ledger.Dialect, ids, Token);
        }

        (await JudgedAsync()).ShouldBeEmpty("nothing is approved");
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);

        (await JudgedAsync()).OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Name)).ShouldBe([(ids[0], "Bills"), (ids[1], "Bills")]);
        await Ledger.MergeAsync(Order("invoices"), "bills", Token);
        (await JudgedAsync())[ids[2]].ShouldBe(new JudgedSegment("bills", "Bills"));
    }

    [Fact]
    public async Task Links_SaidTwiceAndContradicted_TheLastWordHolds()
    {
        var companies = await CompaniesAsync(3);
        (await Ledger.LinkAsync(LinkKind.Must, companies[1], companies[0], "ada", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.LinkAsync(LinkKind.Must, companies[0], companies[1], "ada", Token)).Answer.ShouldBe(SegmentAnswer.Unchanged);
        (await Ledger.LinkAsync(LinkKind.Cannot, companies[0], companies[1], "ben", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.LinkAsync(LinkKind.Must, companies[0], companies[0], "ada", Token)).Answer.ShouldBe(SegmentAnswer.Refused);
        (await Ledger.LinkAsync(LinkKind.Must, companies[0], 99_999, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Unknown);

        (await Ledger.ReadLinksAsync(Token)).ShouldBe([new AccountLink(LinkKind.Cannot, companies[0], companies[1])]);
        var row = (await Segments.LinksAsync(LinkState.Active, new PageRequest(null, null), Token)).Rows.ShouldHaveSingleItem();
        row.FirstName.ShouldBe("Company 1");
        (await Ledger.SettleLinkAsync(row.Id, LinkState.Dismissed, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Refused);
        (await Ledger.SettleLinkAsync(row.Id, LinkState.Removed, "ada", Token)).Answer.ShouldBe(SegmentAnswer.Changed);
        (await Ledger.ReadLinksAsync(Token)).ShouldBeEmpty();
        (await Ledger.FindAccountsAsync([("hubspot-main", "2"), ("hubspot-main", "77"), ("other", "1")], Token)).ShouldBe([companies[1], null, null]);
        (await World.CountAsync("audit where action like 'segment.%link%'")).ShouldBe(3);
    }
}
