using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Facts;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Text.Redaction;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly DateTimeOffset Closed = LedgerWorld.Start.AddDays(20);

    private static readonly IReadOnlyList<CrmStage> DealStages =
    [
        new("default", "Sales", "disc", "Discovery", 0, false, false, 0.2), new("default", "Sales", "nego", "Negotiation", 1, false, false, 0.7),
        new("default", "Sales", "won", "Won", 2, true, true, 1), new("default", "Sales", "lost", "Lost", 3, true, false, 0),
    ];

    private LedgerFacts Facts(params string[] known) => new(Ledger, new SomeKnown(known), TimeProvider.System);

    private static CrmDeal ClosedDeal(string id, string company, bool isWon, string owner = "3") => Deal(id, isWon ? "won" : "lost", 1_250.50m) with
    {
        IsClosed = true, IsWon = isWon, Currency = "eur", OwnerId = owner, Links = [new Association("company", "companies", company)],
        StageHistory = [new StageChange("disc", LedgerWorld.Start), new StageChange("nego", LedgerWorld.Start.AddDays(5)), new StageChange(isWon ? "won" : "lost", Closed)],
    };

    private static CrmActivity Touch(string id, ActivityType type, string body, int day, ActivityDirection? direction, string? outcome, params Association[] links) => LedgerWorld.Activity(id, body, 0, links) with
    {
        Content = new ActivityContent(type, "", body, new CrmEvidence { Direction = direction, Outcome = outcome }), OccurredAt = LedgerWorld.Start.AddDays(day),
    };

    private async Task PlantFactsAsync()
    {
        await DirectoryAsync(
            [new CrmOwner("3", null, "Rita", "rita@us.example", true), new CrmOwner("4", null, "Rita R.", "Rita@us.example", true), new CrmOwner("5", null, "Sven", null, true)], DealStages);
        await RecordsAsync(new CrmRecords
        {
            Companies = [.. Enumerable.Range(1, 6).Select(number => new CrmCompany
            {
                ObjectType = "companies", ExternalId = $"{number}", Name = $"Company {number}", Industry = number == 1 ? "Manufacturing" : null, Region = "Kent", Employees = 10 * number,
                CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
            })],
            People = [new CrmPerson { ObjectType = "contacts", ExternalId = "90", Name = "Ada Thorn", Title = "Head of Finance", CompanyId = "1", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start }],
            Deals =
            [
                ClosedDeal("11", "1", true), ClosedDeal("12", "2", false, "4"), Deal("13", "nego", null) with { OwnerId = "6", Links = [new Association("company", "companies", "1")] },
                ClosedDeal("14", "5", true), ClosedDeal("15", "6", false, "5"),
                ClosedDeal("16", "6", true) with { Links = [new Association("company", "companies", "2"), new Association("company", "companies", "6", "Primary")] },
            ],
        });
        await World.StoreAsync(
            Touch("a", ActivityType.Email, "Ten bill payment tools. Ask Ada Thorn, ada.thorn@brackwater.example or +44 20 7946 0958.", 1, ActivityDirection.Inbound, null,
                new Association("contact", "contacts", "90")),
            Touch("b", ActivityType.Email, "Our offer.", 2, ActivityDirection.Outbound, null, new Association("deal", "deals", "11")),
            Touch("c", ActivityType.Meeting, "We met.", 3, null, "COMPLETED", new Association("company", "companies", "1"), new Association("deal", "deals", "11")),
            Touch("d", ActivityType.Meeting, "Nobody came.", 4, null, "NO_SHOW", new Association("company", "companies", "1")),
            Touch("e", ActivityType.Note, "Gone from the CRM.", 5, null, null, new Association("company", "companies", "1")),
            Touch("f", ActivityType.Note, "Second company speaks of bill payment.", 6, null, null, new Association("company", "companies", "2")),
            Touch("g", ActivityType.Note, "Lunch for everybody.", 6, null, null, new Association("company", "companies", "5")),
            Touch("h", ActivityType.Note, "Lunch again.", 6, null, null, new Association("company", "companies", "6")));
        await GoneAsync("e");
        var ids = await World.ListAsync<long>("select id from crm_company order by external_id");
        await ProposeAsync(Found("s01", "Bills", ids.Take(1)), Found("s02", "Payers", ids.Skip(1).Take(1)), Found("s03", "Lunch", ids.Skip(4).Take(1)));
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);
        await Ledger.DecideAsync(Order("lunch"), SegmentState.Approved, Token);
        await Ledger.MergeAsync(Order("payers"), "bills", Token);
    }

    [Fact]
    public async Task Facts_OfAMergedSegment_HoldItsAccountsCleanedWithTheirDealsAndTouches()
    {
        await PlantFactsAsync();

        var facts = (await Facts("Ada Thorn").ReadSegmentAsync("bills", Token)).ShouldNotBeNull();

        (facts.Segment, facts.Name).ShouldBe(("bills", "Bills"));
        var ids = await World.ListAsync<long>("select id from crm_company order by external_id");
        facts.Accounts.Select(account => account.Id).ShouldBe([AccountKey.Of(ids[0]), AccountKey.Of(ids[1])]);
        var first = facts.Accounts[0];
        (first.Industry, first.Region, first.Employees).ShouldBe(("Manufacturing", "Kent", 10));
        first.Titles.Values.ShouldBe(["Head of Finance"]);
        first.Notes.Select(note => (note.At.Day, note.Side, note.IsMeeting)).ShouldBe(
            [(3, NoteSide.Customer, false), (4, NoteSide.Seller, false), (5, NoteSide.Unknown, true), (6, NoteSide.Unknown, false)]);
        first.Notes[0].Contact.ShouldBe(first.Titles.Keys.Single());
        first.Notes[0].Text.ShouldBe("Ten bill payment tools. Ask [person 1], [email 1] or [phone 1].");
        first.Notes.Select(note => note.Id).ShouldBe((await World.ListAsync<long>("select id from activity where external_id in ('a', 'b', 'c', 'd') order by external_id")).Select(AccountKey.Of));
        var (open, won) = (first.Deals.Single(deal => deal.Outcome == DealOutcome.Open), first.Deals.Single(deal => deal.Outcome == DealOutcome.Won));
        (open.Amount, open.ClosedAt, open.Owner).ShouldBe((null, null, "1:6"));
        (won.Amount, won.Currency, won.ClosedAt).ShouldBe((1_250.50m, "EUR", Closed));
        won.Stages.ShouldBe([new StageEntry("Discovery", 0, LedgerWorld.Start), new StageEntry("Negotiation", 1, LedgerWorld.Start.AddDays(5)), new StageEntry("Won", 2, Closed)]);
        facts.Accounts[1].Deals.Select(deal => deal.Outcome).ShouldBe([DealOutcome.Lost], "a deal of two companies is its main company's");
        facts.Accounts[1].Deals[0].Owner.ShouldBe(won.Owner, "one person is one rep, with two owner records as well");
        (await Facts().ReadSegmentAsync("nothing", Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Facts_OfThePortfolio_AreTheAccountsOutsideAndEveryGroupsWins()
    {
        await PlantFactsAsync();
        var facts = (await Facts().ReadSegmentAsync("bills", Token)).ShouldNotBeNull();

        var portfolio = await Facts().ReadPortfolioAsync(facts, Token);

        portfolio.Accounts.ShouldBe(4);
        portfolio.AccountsWith.ShouldBe(new Dictionary<string, int> { ["lunch"] = 2 });
        portfolio.Wins.ShouldBe([new Share(1, 2), new Share(1, 1), new Share(1, 2)], ignoreOrder: true);
        portfolio.Wins[0].ShouldBe(new Share(1, 2), "the segment itself comes first");
        var again = await Ledger.ReadOutsideAsync("bills", 2, Token);
        again.Accounts.Count.ShouldBe(2);
        again.Accounts.ShouldBe((await Ledger.ReadOutsideAsync("bills", 4, Token)).Accounts.Take(2), "a smaller sample is part of the larger one");
    }

    [Fact]
    public async Task Facts_OfAnAccount_AreBoundedToTheNewestAndLeaveErasedOnesOut()
    {
        await CompaniesAsync(1);
        await World.StoreAsync([.. Enumerable.Range(0, LedgerFacts.MostNotes + 20).Select(number =>
            Touch($"n{number}", ActivityType.Note, $"Note {number}", number, null, null, new Association("company", "companies", "1")) with { OccurredAt = LedgerWorld.Start.AddMinutes(-number) })]);
        var id = (await World.ListAsync<long>("select id from crm_company"))[0];

        var facts = (await Facts().ReadAccountAsync(id, Token)).ShouldNotBeNull();

        facts.Notes.Count.ShouldBe(LedgerFacts.MostNotes);
        facts.Notes.Min(note => note.At).ShouldBe(LedgerWorld.Start.AddMinutes(1 - LedgerFacts.MostNotes));
        (await Facts().ReadAccountAsync(id + 1, Token)).ShouldBeNull();
    }

    private sealed class SomeKnown(IEnumerable<string> people) : IKnownNames
    {
        public NameIndex Current { get; } = people.Aggregate(new NameIndex.Builder(), (builder, name) => builder.AddPerson(name)).Build();
    }
}
