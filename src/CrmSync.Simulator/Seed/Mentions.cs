using System.Collections.Frozen;

namespace CrmSync.Simulator.Seed;

/// <summary>
/// Finds the invented company that a subject names, so that the record hangs on a company of that name. Takes two or three capitalised
/// words that end in a trade word; misses many, which only means that such a record hangs on some other company.
/// </summary>
internal static class CompanyMention
{
    private static readonly FrozenSet<string> Trades = FrozenSet.Create(StringComparer.Ordinal,
        "Hotels", "Logistics", "Foods", "Storage", "Group", "Dairy", "Clinics", "Partners", "Foundry", "Trust", "Aggregates",
        "Insurance", "Labs", "Tyres", "Academy", "Motors", "Bank", "Leisure", "Packaging", "Dental", "Hospice", "Wealth", "Care",
        "Housing", "Pumps", "Plastics", "Living", "Ports", "Freight", "Utilities", "Vets", "Castings", "Lifts", "Marina", "Kommun",
        "Gearworks", "Windows", "Resorts", "College", "Training", "Books", "Glass", "Paving", "Textil", "Textiles", "Hats", "Atelier",
        "Estates", "Brewing", "Couriers", "Buses", "Pharma", "Bakkerij", "Mills", "Optics", "Seafood", "Breweries", "Media", "Kilns",
        "Physio", "Yachts", "Lettings", "Steel", "Crewing", "Nursery", "Toys", "Hotell", "Biscuits", "Distilling", "Wind", "Tooling",
        "Laundry", "Eggs", "Helicopters", "Tiles", "Fabrics", "Kayaks", "Logistik", "Cinemas", "Stone", "Nurseries", "Chandlers",
        "Genomics", "Opera", "Druckguss", "Feedmills", "Ceramics", "Travel", "Farms", "Grain", "Tile", "Vintners", "Quarries", "Haulage",
        "Joinery", "Airports", "Scaffolding", "Charters", "Aerospace", "Minerals", "Masonry", "Shipworks", "Aluminium", "Precast",
        "Homes", "Robotics", "Union", "Polytechnic", "University", "Apprenticeships", "Paper", "Chemicals", "Valve", "Charter", "Gases",
        "Foundries", "Cooperage", "Interiors", "Timber");

    private static readonly FrozenSet<string> NoNames = FrozenSet.Create(StringComparer.Ordinal,
        "Demo", "Call", "Email", "Meeting", "Order", "Contract", "Lunch", "Discovery", "Canceled", "Cancelled", "Send", "Quote",
        "Renewal", "Proposal", "Visit", "The", "For", "With", "Your", "Our", "New", "Angebot", "Get", "Chase", "Closed", "Lost", "Won",
        "Left", "Missed", "Voicemail", "Ring", "Update", "Debrief", "Quick", "Follow", "Anruf", "Agreement", "Telefonat", "Termin",
        "Decision", "Bedarfsanalyse", "Monthly", "Weekly");

    public static string? Find(string subject)
    {
        Span<Range> words = stackalloc Range[40];
        var text = subject.AsSpan();
        var count = text.Split(words, ' ', StringSplitOptions.RemoveEmptyEntries);
        for (var last = 1; last < count; last++)
        {
            var trade = text[words[last]].TrimEnd(",.:;)!?").ToString();
            if (!Trades.Contains(trade))
                continue;
            var first = last;
            while (first > 0 && last - first < 2 && IsName(text[words[first - 1]]))
                first--;
            if (first < last)
                return text[words[first].Start..words[last].Start].ToString() + trade;
        }

        return null;
    }

    private static bool IsName(ReadOnlySpan<char> word)
    {
        if (word.Length < 3 || !char.IsUpper(word[0]) || char.IsUpper(word[1]))
            return false;
        foreach (var c in word)
        {
            if (!char.IsLetter(c))
                return false;
        }

        return !NoNames.Contains(word.ToString());
    }
}

/// <summary>Finds the first name that a text greets or says it spoke with.</summary>
internal static class PersonMention
{
    private static readonly string[] Leads =
        ["Hi ", "Hello ", "Hey ", "Dear ", "Hallo ", "Bonjour ", "Spoke with ", "Spoke to ", "spoke to ", "Call w/ "];

    /// <summary>What stands where a first name would, and is none.</summary>
    private static readonly FrozenSet<string> Forms = FrozenSet.Create(StringComparer.Ordinal,
        "Team", "All", "Sir", "Madam", "Sirs", "Customer", "Colleagues", "Both", "There", "Everyone", "Herr", "Frau", "Mrs", "Miss",
        "Partner", "Supplier", "User", "Folks", "Again", "Sales", "Valued", "Prof", "Father", "Vendor", "Clerk", "Superintendent",
        "Mayor", "Councilmember", "Chef", "Captain", "Sister", "Planner", "Plot", "Economic", "Legal", "Finance", "Support", "Accounts",
        "Procurement", "Monsieur", "Madame", "Bidder");

    public static string? Find(string body)
    {
        foreach (var lead in Leads)
        {
            var at = body.IndexOf(lead, StringComparison.Ordinal);
            if (at < 0 || (at > 0 && char.IsLetter(body[at - 1])))
                continue;
            var start = at + lead.Length;
            var end = start;
            while (end < body.Length && char.IsLetter(body[end]))
                end++;
            var name = body[start..end];
            if (name.Length is >= 3 and <= 14 && char.IsUpper(name[0]) && char.IsLower(name[1])
                && !Forms.Contains(name))
                return name;
        }

        return null;
    }
}
