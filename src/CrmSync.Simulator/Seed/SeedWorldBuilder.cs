using CrmSync.Simulator.Seed.Segments;

namespace CrmSync.Simulator.Seed;

/// <summary>
/// Builds the world that a simulated CRM starts with from the authored activities: companies, people, deals, and every activity on a day
/// that fits what had happened on its deal by then.
/// </summary>
public static class SeedWorldBuilder
{
    /// <summary>
    /// Builds a world. Equal options give equal worlds. Activities are written out lazily, so a million of them fit in some 40 MB.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of its range; the message says which and what to use.</exception>
    public static SeedWorld Build(SeedWorldOptions options)
    {
        options.Check();
        var random = new SeedRandom(SeedRandom.Mix((ulong)options.Seed, options.Crm == "hubspot" ? 1u : 2u));
        var days = new BusinessDays(options.Now, options.Span);
        var rows = RowsInOrder(options.Crm, random);
        var (companies, mentioned, territories) = CompanyBook.Draw(options, rows, random);
        var contacts = CompanyBook.Contacts(companies, random);
        var book = new DealBook(days.Count, territories, contacts.Any, random);
        var wanted = Math.Max(companies.Count * 3 / 4, options.Activities / 12);
        for (var i = 0; i < wanted; i++)
            book.Open(i < companies.Count ? i : random.Next(companies.Count), null);

        var placements = new Placement[options.Activities];
        var placer = new ActivityPlacer(days, companies, territories, contacts, book, random);
        for (var i = 0; i < placements.Length; i++)
        {
            var row = rows[i % rows.Length];
            var company = AuthoredRows.All[row].Company is { } name && mentioned.TryGetValue(name, out var index) ? index : (int?)null;
            placements[i] = placer.Place(row, i / rows.Length, company);
        }

        Array.Sort(placements, (a, b) => (a.Day, a.Minute, a.Row, a.Variant).CompareTo((b.Day, b.Minute, b.Row, b.Variant)));
        SeedDeal[] deals = [.. book.Plans.Select(p => DealReports.Report(p, companies[p.Company], days, options.Now, random))];
        SeedWorld world = new(InventedNames.Owners, companies, contacts.All, deals, new SeedActivityList(placements, days, options.Seed));
        return options.Segments ? SegmentWorld.Extend(world, book.Plans, options, days) : world;
    }

    /// <summary>The CRM's own rows shuffled, then the other's.</summary>
    internal static int[] RowsInOrder(string crm, SeedRandom random)
    {
        var all = AuthoredRows.All;
        int[] own = [.. Enumerable.Range(0, all.Count).Where(i => all[i].Crm == crm)];
        int[] other = [.. Enumerable.Range(0, all.Count).Where(i => all[i].Crm != crm)];
        random.Shuffle<int>(own);
        random.Shuffle<int>(other);
        return [.. own, .. other];
    }
}
