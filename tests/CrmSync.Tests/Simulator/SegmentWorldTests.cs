using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Simulator.Seed;
using CrmSync.Simulator.Seed.Segments;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

/// <summary>The demo's companies that share a problem: discovery has to find them in what is logged, and nothing else.</summary>
public sealed class SegmentWorldTests
{
    private const string None = "";
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 13, 20, 0, TimeSpan.Zero);

    private static SeedWorld Build(string crm, int seed = 1, bool segments = true) =>
        SeedWorldBuilder.Build(new() { Crm = crm, Now = Now, Seed = seed, Span = TimeSpan.FromDays(360), Segments = segments });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Discovery_NotesOfBothCrms_FindsEachPlantedSegmentAndNoOther(int seed)
    {
        var (notes, truth) = Notes(seed);

        var found = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(new NoteList(notes), cancellationToken: TestContext.Current.CancellationToken);

        var planted = truth.Where(pair => pair.Value != None).ToLookup(pair => pair.Value, pair => pair.Key);
        HashSet<string> matched = [];
        foreach (var segment in planted)
        {
            var best = found.Segments.MaxBy(proposal => proposal.Members.Count(member => truth[member.Account] == segment.Key)).ShouldNotBeNull();
            var both = (double)best.Members.Count(member => truth[member.Account] == segment.Key);
            (both / best.Size).ShouldBeGreaterThanOrEqualTo(0.85, $"precision of {segment.Key} as {best.Name}");
            (both / segment.Count()).ShouldBeGreaterThanOrEqualTo(0.85, $"recall of {segment.Key} as {best.Name}");
            best.IsPromoted.ShouldBeTrue();
            matched.Add(best.Id);
        }

        matched.Count.ShouldBe(5);
        found.Segments.Where(proposal => !matched.Contains(proposal.Id)).Select(proposal => $"{proposal.Name}: {proposal.Size}").ShouldBeEmpty();
    }

    /// <summary>The same texts, each on a company drawn by chance: what discovery finds above is in who says what, not in the texts.</summary>
    [Fact]
    public async Task Discovery_NotesDealtToOtherCompanies_FindsNothing()
    {
        var (notes, _) = Notes(1);
        var accounts = notes.Select(note => note.Account).ToArray();
        new Random(5).Shuffle(accounts);

        var found = await new SegmentDiscovery(new DiscoveryOptions()).RunAsync(
            new NoteList([.. notes.Zip(accounts, (note, account) => note with { Account = account })]), cancellationToken: TestContext.Current.CancellationToken);

        found.Segments.ShouldBeEmpty();
    }

    [Fact]
    public void Build_Segments_FourHundredCompaniesAndTheArticlesFortySeven()
    {
        var (hubspot, salesforce) = (Build("hubspot"), Build("salesforce"));

        (hubspot.Companies.Count + salesforce.Companies.Count).ShouldBeGreaterThanOrEqualTo(400);
        hubspot.Companies.Count(company => company.Segment == "bill-payment").ShouldBe(47);
        hubspot.Companies.Where(company => company.Segment == "bill-payment").ShouldAllBe(company => company.Industry == "Manufacturing");
        var sizes = hubspot.Companies.Concat(salesforce.Companies).Select(company => company.Segment).OfType<string>().CountBy(slug => slug).ToList();
        sizes.Count.ShouldBe(5);
        sizes.ShouldAllBe(size => size.Value >= 20 && size.Value <= 60);
        foreach (var world in (SeedWorld[])[hubspot, salesforce])
        {
            world.Companies.Select(company => company.Domain).Distinct().Count().ShouldBe(world.Companies.Count);
            world.Contacts.Select(contact => contact.Company).Distinct().Count().ShouldBe(world.Companies.Count);
            world.Activities.ShouldAllBe(a => a.OccurredAt <= Now && (a.EndsAt ?? a.OccurredAt) <= Now);
            world.Activities.Zip(world.Activities.Skip(1)).ShouldAllBe(pair => pair.First.OccurredAt <= pair.Second.OccurredAt);
            foreach (var activity in world.Activities.Where(a => a.Deal is not null))
                world.Deals[activity.Deal!.Value].Company.ShouldBe(activity.Company!.Value);
            foreach (var activity in world.Activities.Where(a => a.Contact is not null))
                world.Contacts[activity.Contact!.Value].Company.ShouldBe(activity.Company!.Value);
        }
    }

    [Fact]
    public void Build_Segments_DealsAreWonLostAndOpenOverTwelveMonths()
    {
        var world = Build("hubspot");
        var deals = world.Deals.Where(deal => world.Companies[deal.Company].Segment == "bill-payment").ToLookup(deal => deal.Stages[^1].Stage switch
        {
            "Closed Won" => "won",
            "Closed Lost" => "lost",
            _ => "open",
        });

        // The article's 11 of 47.
        deals["won"].Count().ShouldBe(11);
        deals["lost"].Count().ShouldBe(36);
        deals["open"].Count().ShouldBeGreaterThan(5);
        deals["won"].ShouldAllBe(deal => deal.Stages.Count >= 4 && deal.ClosedReason != null);
        world.Deals.Min(deal => deal.CreatedAt).ShouldBeLessThan(Now.AddDays(-330));
        world.Deals.Max(deal => deal.CreatedAt).ShouldBeGreaterThan(Now.AddDays(-30));
    }

    [Fact]
    public void Build_Segments_ActivitiesOfTheWorldStayAndOnlySomeOfAnAccountsSpeakOfItsProblem()
    {
        var (plain, world) = (Build("hubspot", segments: false), Build("hubspot"));

        plain.Activities.Select(a => a.SourceId).ShouldBeSubsetOf(world.Activities.Select(a => a.SourceId));
        world.Activities.Count.ShouldBeLessThan(1_700);
        foreach (var logged in world.Activities.Where(a => a.Company is { } company && world.Companies[company].Segment is not null).GroupBy(a => a.Company!.Value))
        {
            var about = logged.Count(a => a.SourceId.StartsWith(world.Companies[logged.Key].Segment!, StringComparison.Ordinal));
            about.ShouldBeInRange(5, 7);
            logged.Count().ShouldBeInRange(about + 2, about + 3);
        }
    }

    [Fact]
    public void About_EachSegment_ManyDifferentTexts()
    {
        foreach (var plan in SegmentTexts.Plans.Where(plan => plan.Slug is not null))
        {
            var texts = SegmentTexts.About(plan.Slug!);
            texts.Count.ShouldBeGreaterThanOrEqualTo(40);
            texts.Select(row => row.Body).Distinct().Count().ShouldBe(texts.Count);
            // No template: hardly any two begin alike.
            texts.Select(row => string.Join(' ', row.Body.Split(' ').Take(4))).Distinct().Count().ShouldBeGreaterThan(texts.Count * 9 / 10);
        }
    }

    private static (List<AccountNote> Notes, Dictionary<string, string> Truth) Notes(int seed)
    {
        var worlds = new[] { "hubspot", "salesforce" }.ToDictionary(crm => crm, crm => Build(crm, seed));
        var names = new NameIndex.Builder();
        foreach (var world in worlds.Values)
        {
            foreach (var owner in world.Owners)
                names.AddPerson($"{owner.FirstName} {owner.LastName}");
            foreach (var contact in world.Contacts)
                names.AddPerson($"{contact.FirstName} {contact.LastName}");
            foreach (var company in world.Companies)
                names.AddCompany(company.Name);
        }

        var cleaner = new NoteCleaner(new FixedNames(names.Build()));
        List<AccountNote> notes = [];
        Dictionary<string, string> truth = new(StringComparer.Ordinal);
        foreach (var (crm, world) in worlds)
        {
            var logged = world.Activities.Index().Where(a => a.Item.Company is not null).ToLookup(
                a => a.Item.Company!.Value,
                a => new RawNote($"{crm}:{a.Item.Company}", $"{crm}-{a.Index}", a.Item.Subject, a.Item.Body, world.Owners[a.Item.Owner].Email, a.Item.OccurredAt));
            foreach (var (index, company) in world.Companies.Index())
            {
                truth[$"{crm}:{index}"] = company.Segment ?? None;
                notes.AddRange(AccountDocument.Read(new AccountInput($"{crm}:{index}", [.. logged[index]]), cleaner).Notes);
            }
        }

        return (notes, truth);
    }

    private sealed record FixedNames(NameIndex Current) : IKnownNames;
}
