namespace CrmSync.Simulator.Seed;

/// <summary>Companies by the author whose texts hang on them, so that what hangs on one company is about one line of business.</summary>
internal sealed class Territories
{
    private readonly List<int>[] _byAuthor = [.. Enumerable.Range(0, AuthoredRows.Authors).Select(_ => new List<int>())];
    private readonly List<int> _authors = [];

    public void Add(int author)
    {
        _byAuthor[author].Add(_authors.Count);
        _authors.Add(author);
    }

    public int AuthorOf(int company) => _authors[company];

    /// <summary>A company of the author's, or any where there are fewer companies than authors.</summary>
    public int Any(int author, SeedRandom random) =>
        _byAuthor[author].Count > 0 ? random.Pick(_byAuthor[author]) : random.Next(_authors.Count);
}

/// <summary>People by company: contacts of one company lie side by side.</summary>
internal sealed record ContactBook(IReadOnlyList<SeedContact> All, IReadOnlyList<(int First, int Count)> ByCompany)
{
    public int Any(int company, SeedRandom random) => ByCompany[company].First + random.Next(ByCompany[company].Count);
}

/// <summary>Draws companies and their people.</summary>
internal static class CompanyBook
{
    /// <summary>Companies that the first texts name come first (at most two in three), then invented ones.</summary>
    /// <returns>The companies, which of them the texts name, and whose texts hang on which.</returns>
    public static (List<SeedCompany> Companies, Dictionary<string, int> Mentioned, Territories Territories) Draw(
        SeedWorldOptions options, int[] rows, SeedRandom random)
    {
        var count = options.CompanyCount;
        List<SeedCompany> companies = new(count);
        Dictionary<string, int> mentioned = new(StringComparer.Ordinal);
        HashSet<string> names = new(StringComparer.Ordinal);
        var territories = new Territories();
        foreach (var row in rows.AsSpan(0, Math.Min(rows.Length, options.Activities)))
        {
            if (companies.Count >= count * 2 / 3)
                break;
            if (AuthoredRows.All[row].Company is not { } name || !names.Add(InventedNames.Slug(name)))
                continue;
            mentioned[name] = companies.Count;
            territories.Add(AuthoredRows.All[row].Author);
            companies.Add(Company(name, InventedNames.IndustryOf(name), random));
        }

        // A stride without common factor with the number of names walks through all of them in an order that looks random.
        var start = random.Next(InventedNames.Companies);
        for (var i = 0; companies.Count < count; i++)
        {
            var (name, industry) = InventedNames.Company((int)((start + (i * 9_157L)) % InventedNames.Companies));
            if (!names.Add(InventedNames.Slug(name)))
                continue;
            territories.Add(companies.Count % AuthoredRows.Authors);
            companies.Add(Company(name, industry, random));
        }

        return (companies, mentioned, territories);
    }

    public static ContactBook Contacts(List<SeedCompany> companies, SeedRandom random)
    {
        List<SeedContact> all = [];
        List<(int First, int Count)> byCompany = new(companies.Count);
        HashSet<string> emails = new(StringComparer.Ordinal);
        for (var company = 0; company < companies.Count; company++)
        {
            var count = random.Between(1, 3);
            byCompany.Add((all.Count, count));
            for (var i = 0; i < count;)
            {
                var (first, last) = (random.Pick(InventedNames.First), random.Pick(InventedNames.Last));
                var email = $"{InventedNames.Slug(first)}.{InventedNames.Slug(last)}@{companies[company].Domain}";
                if (!emails.Add(email))
                    continue;
                var europe = InventedNames.InEurope(companies[company].Owner);
                all.Add(new(company, first, last, email, random.Pick(InventedNames.Titles), InventedNames.Phone(europe, random)));
                i++;
            }
        }

        return new(all, byCompany);
    }

    /// <summary>A company of that name, anywhere, with a rep who works in its hours.</summary>
    public static SeedCompany Company(string name, string industry, SeedRandom random)
    {
        var (city, country, europe) = random.Pick(InventedNames.Places);
        var owner = random.Next(InventedNames.Owners.Length);
        while (InventedNames.InEurope(owner) != europe)
            owner = random.Next(InventedNames.Owners.Length);
        // Many small, few large.
        var employees = random.Between(5, 60) * (random.Chance(40) ? random.Between(2, 12) : 1) * (random.Chance(10) ? 10 : 1);
        return new(name, InventedNames.Slug(name) + ".example", industry, employees, city, country, owner);
    }
}
