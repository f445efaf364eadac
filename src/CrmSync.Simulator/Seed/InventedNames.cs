using System.Globalization;
using System.Text;

namespace CrmSync.Simulator.Seed;

/// <summary>Invented people and companies. Domains end in .example, phone numbers lie in the ranges kept for fiction.</summary>
internal static class InventedNames
{
    public static readonly string[] First =
    [
        "Agnes", "Alba", "Anders", "Anouk", "Bastian", "Beatrix", "Bram", "Camille", "Casper", "Cecily", "Clement", "Dalia", "Darius",
        "Delphine", "Edda", "Elias", "Emeka", "Esme", "Farid", "Fenna", "Gideon", "Greta", "Hana", "Hector", "Ifeoma", "Ilse", "Imre",
        "Ines", "Jarek", "Jonas", "Kaja", "Keiko", "Kofi", "Lars", "Leona", "Linus", "Lorcan", "Lucinda", "Malik", "Maren", "Marius",
        "Mireille", "Nadia", "Nils", "Noor", "Odile", "Orla", "Oskar", "Paloma", "Petra", "Quentin", "Rafael", "Renata", "Rowan",
        "Sabine", "Samir", "Selma", "Sunita", "Tamsin", "Tariq", "Theo", "Tilda", "Ulrike", "Uwe", "Vera", "Viggo", "Wanda", "Wilma",
        "Xenia", "Yusuf", "Zadie", "Zoltan",
    ];

    public static readonly string[] Last =
    [
        "Abara", "Aldridge", "Amsel", "Ashdown", "Bellamy", "Birk", "Brandvold", "Carrow", "Castellan", "Copley", "Darnell", "Dekker",
        "Dunbar", "Eastwick", "Ekholm", "Fairburn", "Falk", "Garrick", "Gantry", "Haldane", "Harcourt", "Hollis", "Ibarra", "Isaksen",
        "Jessop", "Kiplagat", "Kestle", "Kowal", "Lindqvist", "Lovell", "Marchetti", "Merrow", "Moss", "Nakagawa", "Norling", "Okonjo",
        "Osei", "Pemberton", "Prell", "Quill", "Radley", "Ravn", "Rosewall", "Sallow", "Sandoval", "Solberg", "Stavely", "Tamm",
        "Thackeray", "Tolliver", "Ulvang", "Underhill", "Vance", "Verhoeven", "Wexley", "Whitlock", "Wrenfield", "Yardley", "Zabel",
        "Zeller",
    ];

    public static readonly string[] Titles =
    [
        "Operations Director", "Head of Procurement", "Finance Director", "Controller", "IT Manager", "Plant Manager", "Office Manager",
        "CFO", "COO", "Head of Customer Service", "Buyer", "Managing Director", "Quality Manager", "Systems Administrator", "HR Lead",
        "Founder", "Facilities Manager", "Marketing Lead", "Logistics Coordinator", "Project Manager",
    ];

    public static readonly string[] Offers =
    [
        "rollout", "pilot", "renewal", "new site", "40 seats", "platform", "phase 2", "framework", "upgrade", "annual plan", "expansion",
        "replacement", "group agreement", "starter package", "add-on", "multi-year",
    ];

    public static readonly (string City, string Country, bool Europe)[] Places =
    [
        ("Leeds", "United Kingdom", true), ("Bristol", "United Kingdom", true), ("Cork", "Ireland", true), ("Utrecht", "Netherlands", true),
        ("Ghent", "Belgium", true), ("Bremen", "Germany", true), ("Graz", "Austria", true), ("Lyon", "France", true),
        ("Bergen", "Norway", true),
        ("Malm\u00F6", "Sweden", true), ("Valencia", "Spain", true), ("Gda\u0144sk", "Poland", true), ("Columbus", "United States", false),
        ("Portland", "United States", false), ("Raleigh", "United States", false), ("Tulsa", "United States", false),
        ("Milwaukee", "United States", false),
        ("Halifax", "Canada", false), ("Guelph", "Canada", false), ("Sacramento", "United States", false),
    ];

    public static readonly SeedOwner[] Owners =
    [
        Owner("Marit", "Oldenkamp", "Enterprise", "EMEA"), Owner("Callum", "Thorne", "Enterprise", "EMEA"),
        Owner("Amara", "Nwosu-Hale", "Enterprise", "EMEA"),
        Owner("Pavel", "Hradek", "Mid-Market", "EMEA"), Owner("Siobhan", "Keary", "Mid-Market", "EMEA"),
        Owner("Dale", "Prentiss", "Commercial", "North America"), Owner("Yolanda", "Pruitt", "Commercial", "North America"),
        Owner("Raj", "Venkatesan", "Commercial", "North America"),
    ];

    private static readonly string[] Heads =
    [
        "Alder", "Amber", "Ash", "Bram", "Brook", "Calder", "Cinder", "Copper", "Crane", "Dapple", "Dun", "Elder", "Ember", "Fal",
        "Fern", "Flint", "Gar", "Glen", "Granth", "Hallow", "Harrow", "Hazel", "Iron", "Juniper", "Kestrel", "Kiln", "Lark", "Linden",
        "Marl", "Mill", "Moor", "Nether", "Nor", "Oak", "Orrin", "Ost", "Pel", "Pine", "Quern", "Raven", "Red", "Rook", "Sable",
        "Sallow", "Sedge", "Stone", "Tarn", "Thistle", "Tilling", "Umber", "Vael", "Wend", "Whit", "Willow", "Wren", "Wych", "Yarrow",
        "Yew", "Zeal", "Zephyr",
    ];

    private static readonly string[] Tails =
    [
        "barrow", "bourne", "croft", "dale", "field", "ford", "gate", "ham", "holt", "hurst", "ley", "mere", "mouth", "ridge", "shaw",
        "stead", "thwaite", "vale", "wick", "worth",
    ];

    private static readonly (string Trade, string Industry)[] Trades =
    [
        ("Logistics", "Transportation"), ("Foods", "Food and beverage"), ("Dental Group", "Health care"), ("Packaging", "Manufacturing"),
        ("Hotels", "Hospitality"), ("Insurance", "Insurance"), ("Textiles", "Manufacturing"), ("Robotics", "Technology"),
        ("Academy", "Education"),
        ("Housing Trust", "Non-profit"), ("Brewing", "Food and beverage"), ("Castings", "Manufacturing"), ("Energy", "Energy"),
        ("Travel", "Travel"),
        ("Farms", "Agriculture"), ("Labs", "Life sciences"), ("Retail", "Retail"), ("Wealth", "Financial services"), ("Media", "Media"),
        ("Utilities", "Utilities"),
    ];

    /// <summary>Number <paramref name="n"/> of 24,000 different names.</summary>
    public static (string Name, string Industry) Company(int n)
    {
        var (trade, industry) = Trades[n % Trades.Length];
        n = n / Trades.Length % (Heads.Length * Tails.Length);
        return ($"{Heads[n % Heads.Length]}{Tails[n / Heads.Length]} {trade}", industry);
    }

    /// <summary>Whether an owner works in Europe's hours rather than America's.</summary>
    public static bool InEurope(int owner) => Owners[owner].Region == "EMEA";

    /// <summary>How many names <see cref="Company"/> can give.</summary>
    public static int Companies => Trades.Length * Heads.Length * Tails.Length;

    public static string IndustryOf(string company)
    {
        foreach (var (trade, industry) in Trades)
        {
            if (company.EndsWith(trade.Split(' ')[0], StringComparison.Ordinal))
                return industry;
        }

        return "Other";
    }

    /// <summary>Lower-case ASCII letters, digits and hyphens.</summary>
    public static string Slug(string text)
    {
        StringBuilder slug = new(text.Length);
        foreach (var c in text.Normalize(NormalizationForm.FormD))
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (c is ' ' or '-' && slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        return slug.ToString().TrimEnd('-');
    }

    public static string Phone(bool europe, SeedRandom random) => europe
        ? string.Create(CultureInfo.InvariantCulture, $"+44 1632 960{random.Next(1000):000}")
        : string.Create(CultureInfo.InvariantCulture, $"+1 ({random.Between(201, 989)}) 555-01{random.Next(100):00}");

    private static SeedOwner Owner(string first, string last, string team, string region) =>
        new(first, last, $"{Slug(first)}.{Slug(last)}@northwick.example", $"{team} {region}", region);
}
