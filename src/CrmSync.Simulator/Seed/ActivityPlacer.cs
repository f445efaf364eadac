namespace CrmSync.Simulator.Seed;

/// <summary>Gives every row a company, a contact, a deal, an owner and a working hour that fit what the text is about.</summary>
internal sealed class ActivityPlacer(
    BusinessDays days, IReadOnlyList<SeedCompany> companies, Territories territories,
    ContactBook contacts, DealBook book, SeedRandom random)
{
    public Placement Place(int row, int variant, int? named)
    {
        var authored = AuthoredRows.All[row];
        // Rows about a stage mostly hang on a deal; outreach and reminders mostly hang on a company alone, and a few on nothing.
        var onDeal = random.Chance(authored.Stage is null ? 40 : 88);
        if (onDeal)
        {
            var deal = book.Find(authored.Stage, authored.Author, named);
            if (book.Plans[deal].Window(authored.Stage) is { } window)
                return OnDeal(row, variant, deal, window);
        }

        if (named is null && random.Chance(6))
        {
            var anyone = random.Next(InventedNames.Owners.Length);
            return At(row, variant, random.Next(days.Count), anyone, Placement.None, Placement.None, Placement.None);
        }

        var company = named ?? territories.Any(authored.Author, random);
        var contact = random.Chance(90) ? contacts.Any(company, random) : Placement.None;
        return At(row, variant, random.Next(days.Count), Owner(companies[company].Owner), company, contact, Placement.None);
    }

    private Placement OnDeal(int row, int variant, int deal, (int From, int To) window)
    {
        var plan = book.Plans[deal];
        var contact = random.Next(100) switch
        {
            < 75 => plan.Contact,
            < 95 => contacts.Any(plan.Company, random),
            _ => Placement.None,
        };
        var day = window.From + random.Next(window.To - window.From);
        return At(row, variant, day, Owner(companies[plan.Company].Owner), plan.Company, contact, deal);
    }

    private Placement At(int row, int variant, int day, int owner, int company, int contact, int deal) =>
        new(row, variant, day, BusinessDays.Minute(InventedNames.InEurope(owner), random), (sbyte)owner, company, contact, deal);

    /// <summary>Mostly the account's own rep, now and then a colleague of the same team.</summary>
    private int Owner(int own)
    {
        if (random.Chance(85))
            return own;
        var colleague = random.Next(InventedNames.Owners.Length);
        return InventedNames.Owners[colleague].Team == InventedNames.Owners[own].Team ? colleague : own;
    }
}
