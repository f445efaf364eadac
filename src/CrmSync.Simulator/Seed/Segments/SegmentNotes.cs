namespace CrmSync.Simulator.Seed.Segments;

/// <summary>Writes what reps logged about companies: some of it about the company's problem, among ordinary chatter.</summary>
/// <param name="days">The days of the history.</param>
/// <param name="unused">Authored rows of the CRM that its world does not hold yet.</param>
/// <param name="random">Draws everything else.</param>
internal sealed class SegmentNotes(BusinessDays days, IReadOnlyList<AuthoredRow> unused, SeedRandom random)
{
    private readonly Dictionary<string, TextDeck> _decks = new(StringComparer.Ordinal);
    private readonly Queue<AuthoredRow> _unused = new(unused);

    /// <summary>What is logged about a company with a problem that others have too, in no order.</summary>
    public IEnumerable<SeedActivity> WriteAbout(string slug, SegmentAccount account) =>
        [.. Draw(account, slug, random.Between(5, 7)), .. Draw(account, SegmentTexts.Chatter, random.Between(1, 2)), .. DrawUnused(account, 1)];

    /// <summary>What is logged about any other company beside what its world holds, in no order.</summary>
    public IEnumerable<SeedActivity> WriteOrdinary(SegmentAccount account) =>
        [.. Draw(account, SegmentTexts.Topics, random.Between(0, 2)), .. Draw(account, SegmentTexts.Chatter, random.Between(1, 3))];

    private List<SeedActivity> Draw(SegmentAccount account, string name, int count)
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        List<SeedActivity> drawn = [];
        if (!_decks.TryGetValue(name, out var deck))
            _decks[name] = deck = new TextDeck(SegmentTexts.About(name), random);
        for (var i = 0; i < count; i++)
        {
            if (deck.Deal(row => !used.Contains(row.Id) && Fits(row, account)) is not { } row)
                break;
            used.Add(row.Id);
            drawn.Add(Log(account, row));
        }

        return drawn;
    }

    /// <summary>Rows about anything, each once and as it was written.</summary>
    private List<SeedActivity> DrawUnused(SegmentAccount account, int count)
    {
        List<SeedActivity> drawn = [];
        for (var looked = _unused.Count; looked > 0 && drawn.Count < count; looked--)
        {
            var row = _unused.Dequeue();
            if (row.Company is null && Fits(row, account))
                drawn.Add(Log(account, row));
            else
                _unused.Enqueue(row);
        }

        return drawn;
    }

    /// <summary>Nothing is logged about a stage that no deal of the company was in.</summary>
    private static bool Fits(AuthoredRow row, SegmentAccount account) => row.Stage is null
        || account.Deals.Any(deal => deal.Plan.Window(row.Stage) is not null)
        || (account.Deals.Count == 0 && row.Stage is "Discovery" or "Follow-Up");

    private SeedActivity Log(SegmentAccount account, AuthoredRow row)
    {
        var deal = DealOf(account, row.Stage);
        var (from, to) = deal?.Plan.Window(row.Stage) ?? (0, days.Count);
        var (index, contact) = deal is { } on && random.Chance(75)
            ? account.Contacts.First(person => person.Index == on.Plan.Contact)
            : random.Pick(account.Contacts);
        var owner = random.Chance(88) ? account.Owner : ColleagueOf(account.Owner);
        var at = days.At(from + random.Next(to - from), BusinessDays.Minute(InventedNames.InEurope(account.Owner), random));
        return SeedActivityList.Write(Worded(row, account, contact, owner), variant: 0, seed: 0, at, random) with
        {
            Owner = owner, Company = account.Company, Contact = index, Deal = deal?.Index,
        };
    }

    /// <summary>What the row leaves open is filled in, and a rep's own log is in the rep's voice; authored rows with a truth stay as they are.</summary>
    private AuthoredRow Worded(AuthoredRow row, SegmentAccount account, SeedContact contact, int owner)
    {
        if (row.Crm.Length > 0)
            return row;
        var filled = row with { Subject = account.Fill(row.Subject, contact), Body = account.Fill(row.Body, contact) };
        return row.Type == "email" ? filled : filled with { Body = RepVoice.Say(filled.Body, owner, random) };
    }

    private (int Index, DealPlan Plan)? DealOf(SegmentAccount account, string? stage)
    {
        if (stage is null && random.Chance(50))
            return null;
        (int Index, DealPlan Plan)[] fitting = [.. account.Deals.Where(deal => deal.Plan.Window(stage) is not null)];
        return fitting.Length == 0 ? null : random.Pick(fitting);
    }

    private int ColleagueOf(int owner)
    {
        var colleague = random.Next(InventedNames.Owners.Length);
        return InventedNames.Owners[colleague].Team == InventedNames.Owners[owner].Team ? colleague : owner;
    }
}
