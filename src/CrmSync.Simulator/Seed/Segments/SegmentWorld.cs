namespace CrmSync.Simulator.Seed.Segments;

/// <summary>
/// Adds groups of companies to a world that share an operational problem in what reps log about them, and chatter to the companies that share
/// none. What was in the world before stays.
/// </summary>
internal sealed class SegmentWorld
{
    // Short rows about no stage are what is logged about anybody; longer ones tell the story of some other company.
    private const int LongestOrdinary = 300;

    private readonly SeedWorldOptions _options;
    private readonly SeedRandom _random;
    private readonly BusinessDays _days;
    private readonly SegmentNotes _notes;
    private readonly List<SeedCompany> _companies;
    private readonly List<SeedContact> _contacts;
    private readonly List<SeedDeal> _deals;
    private readonly List<SeedActivity> _activities;
    private readonly HashSet<string> _domains;

    private SegmentWorld(SeedWorld world, SeedWorldOptions options, BusinessDays days)
    {
        (_options, _days) = (options, days);
        _random = new(SeedRandom.Mix((ulong)options.Seed, options.Crm == "hubspot" ? 21u : 22u));
        (_companies, _contacts, _deals) = ([.. world.Companies], [.. world.Contacts], [.. world.Deals]);
        _activities = [.. world.Activities];
        _domains = [.. world.Companies.Select(company => company.Domain)];
        var used = _activities.Select(activity => activity.SourceId).ToHashSet(StringComparer.Ordinal);
        var unused = AuthoredRows.All.Where(row => row.Crm == options.Crm && row.Stage is null && row.Body.Length <= LongestOrdinary && !used.Contains(row.Id)).ToArray();
        _random.Shuffle<AuthoredRow>(unused);
        _notes = new(days, unused, _random);
    }

    /// <summary>The world with more in it.</summary>
    /// <param name="world">A world whose companies share no problem.</param>
    /// <param name="plans">What really happened on its deals, in their order.</param>
    /// <param name="options">What it was made from.</param>
    /// <param name="days">The days of its history.</param>
    public static SeedWorld Extend(SeedWorld world, IReadOnlyList<DealPlan> plans, SeedWorldOptions options, BusinessDays days)
    {
        var more = new SegmentWorld(world, options, days);
        more.AddChatter(plans);
        foreach (var plan in SegmentTexts.Plans.Where(plan => plan.Slug is not null))
            more.AddSegment(plan, plan.Slug!);
        // Stable, so that what happened in the same minute keeps its order.
        return world with
        {
            Companies = more._companies, Contacts = more._contacts, Deals = more._deals,
            Activities = [.. more._activities.OrderBy(activity => activity.OccurredAt)],
        };
    }

    private void AddChatter(IReadOnlyList<DealPlan> plans)
    {
        var contacts = _contacts.Index().ToLookup(contact => contact.Item.Company, contact => (contact.Index, contact.Item));
        var deals = plans.Index().ToLookup(deal => deal.Item.Company, deal => (deal.Index, deal.Item));
        for (var company = 0; company < _companies.Count; company++)
            _activities.AddRange(_notes.WriteOrdinary(Account(company, [.. contacts[company]], [.. deals[company]], "")));
    }

    private void AddSegment(SegmentPlan plan, string slug)
    {
        var count = plan.CompaniesIn(_options.Crm);
        var won = new bool[count];
        Array.Fill(won, true, 0, (int)Math.Round(count * plan.WonPercent / 100.0));
        _random.Shuffle<bool>(won);
        foreach (var wins in won)
        {
            var company = _companies.Count;
            _companies.Add(Company(plan));
            var contacts = Contacts(company, plan);
            _activities.AddRange(_notes.WriteAbout(slug, Account(company, contacts, Deals(company, contacts, wins), _random.Pick(plan.Tools))));
        }
    }

    private SeedCompany Company(SegmentPlan plan)
    {
        while (true)
        {
            var town = InventedNames.Company(_random.Next(InventedNames.Companies)).Name.Split(' ')[0];
            var company = CompanyBook.Company($"{town} {_random.Pick(plan.Trades)}", plan.Industry, _random);
            if (_domains.Add(company.Domain))
                return company with { Segment = plan.Slug };
        }
    }

    private List<(int Index, SeedContact Contact)> Contacts(int company, SegmentPlan plan)
    {
        List<(int Index, SeedContact Contact)> contacts = [];
        foreach (var drawn in CompanyBook.Contacts([_companies[company]], _random).All)
        {
            contacts.Add((_contacts.Count, drawn with { Company = company, JobTitle = _random.Pick(plan.Titles) }));
            _contacts.Add(contacts[^1].Contact);
        }

        return contacts;
    }

    /// <summary>A deal that was closed; one company in three has an open one beside it.</summary>
    private List<(int Index, DealPlan Plan)> Deals(int company, List<(int Index, SeedContact Contact)> contacts, bool wins)
    {
        List<DealPlan> plans = [DealPlan.Draw(company, contacts[0].Index, _days.Count, wins ? "Closed Won" : "Closed Lost", _random)];
        for (var tries = _random.Chance(35) ? 40 : 0; tries > 0 && plans.Count == 1; tries--)
        {
            var open = DealPlan.Draw(company, _random.Pick(contacts).Index, _days.Count, null, _random);
            if (!DealPlan.IsClosed(open.Last))
                plans.Add(open);
        }

        List<(int Index, DealPlan Plan)> deals = [];
        foreach (var plan in plans)
        {
            deals.Add((_deals.Count, plan));
            // Reported as it was: the win rate of a segment is what its deals say.
            _deals.Add(DealReports.Report(plan, _companies[company], _days, _options.Now, _random, bends: false));
        }

        return deals;
    }

    private SegmentAccount Account(
        int company, IReadOnlyList<(int Index, SeedContact Contact)> contacts, IReadOnlyList<(int Index, DealPlan Plan)> deals, string tool) =>
        new(company, _companies[company].Owner, _companies[company].City, contacts, deals, _random.Between(11, 24), _random.Between(3, 9), tool);
}
