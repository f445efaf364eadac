namespace CrmSync.Simulator.Seed;

/// <summary>Writes the activities that arrive in one CRM while the demo runs: rows that its world left unused, then varied ones.</summary>
internal sealed class TrafficWriter
{
    private static readonly string[] Additions =
    [
        "Also copied the team on this.", "Edit: fixed the spelling of the contact's name.", "Logged from my phone, sorry for typos.",
        "Adding this to the account plan.", "Attachment is in the shared folder.",
    ];

    private readonly SeedWorld _world;
    private readonly int _seed;
    private readonly SeedRandom _random;
    private readonly AuthoredRow[] _rows;
    private readonly int _unused;
    private readonly Dictionary<string, int> _named;
    private readonly Dictionary<string, List<int>> _dealsByStage = new(StringComparer.Ordinal);
    private readonly int[] _firstContact;
    private int _written;

    public TrafficWriter(string crm, SeedWorld world, int seed)
    {
        (_world, _seed) = (world, seed);
        _random = new(SeedRandom.Mix((ulong)seed, crm == "hubspot" ? 11u : 12u));
        var used = world.Activities.Select(a => a.SourceId).ToHashSet(StringComparer.Ordinal);
        AuthoredRow[] own = [.. SeedWorldBuilder.RowsInOrder(crm, _random).Select(i => AuthoredRows.All[i]).Where(r => r.Crm == crm)];
        AuthoredRow[] unused = [.. own.Where(r => !used.Contains(r.Id))];
        _unused = unused.Length;
        _rows = [.. unused, .. own.Where(r => used.Contains(r.Id))];
        _named = world.Companies.Index().DistinctBy(c => c.Item.Name).ToDictionary(c => c.Item.Name, c => c.Index, StringComparer.Ordinal);
        foreach (var (index, deal) in world.Deals.Index())
        {
            if (!_dealsByStage.TryGetValue(deal.Stages[^1].Stage, out var deals))
                _dealsByStage[deal.Stages[^1].Stage] = deals = [];
            deals.Add(index);
        }

        _firstContact = new int[world.Companies.Count];
        Array.Fill(_firstContact, Placement.None);
        for (var i = world.Contacts.Count - 1; i >= 0; i--)
            _firstContact[world.Contacts[i].Company] = i;
    }

    /// <summary>The next activity, logged at <paramref name="now"/>; about half of the empty meetings have not ended by then.</summary>
    public SeedActivity Next(DateTimeOffset now)
    {
        // Rows of the world come back reworded, the others first as they are.
        var row = _rows[_written % _rows.Length];
        var variant = (_written / _rows.Length) + (_written % _rows.Length < _unused ? 0 : 1);
        _written++;
        var written = SeedActivityList.Write(row, variant == 0 ? 0 : variant + 1_000, _seed, now, _random);
        var deal = Deal(row);
        var company = deal is { } onDeal ? _world.Deals[onDeal].Company : Company(row);
        return Timed(written, now) with
        {
            Owner = company is { } owned ? _world.Companies[owned].Owner : _random.Next(_world.Owners.Count),
            Company = company,
            Contact = deal is { } its ? _world.Deals[its].Contact : company is { } at && _firstContact[at] >= 0 ? _firstContact[at] : null,
            Deal = deal,
        };
    }

    /// <summary>A person's edit: the text grows in two of three cases, else the record is given another text of its type.</summary>
    public (string Subject, string Body) Edit(SimulatedRecord record)
    {
        if (_random.Chance(66))
        {
            var addition = _random.Pick(Additions);
            return (record.Subject, record.Body.Length == 0 ? addition : $"{record.Body}\n{addition}");
        }

        for (var tries = 0; tries < 20; tries++)
        {
            var other = _random.Pick(_rows);
            if (other.Type == record.Type && other.Body.Length > 0)
                return TextVariation.Vary(other, 2_000 + _written, _seed);
        }

        return (record.Subject, $"{record.Body}\n{Additions[0]}");
    }

    private SeedActivity Timed(SeedActivity activity, DateTimeOffset now)
    {
        if (activity.Type != "meeting")
            return activity;
        var length = TimeSpan.FromMinutes(_random.Between(1, 4) * 15);
        var running = activity.Body.Length == 0 && activity.Engagement == "ND" && _random.Chance(50);
        var end = running ? now.AddMinutes(_random.Between(2, 5)) : now.AddMinutes(-_random.Between(1, 10));
        return activity with { StartsAt = end - length, EndsAt = end, Outcome = running ? "SCHEDULED" : activity.Outcome };
    }

    private int? Deal(AuthoredRow row)
    {
        if (_random.Chance(row.Stage is null ? 70 : 15) || !_dealsByStage.TryGetValue(row.Stage ?? "Discovery", out var deals))
            return null;
        if (row.Company is not { } name || !_named.TryGetValue(name, out var named))
            return _random.Pick(deals);
        var own = deals.FindIndex(d => _world.Deals[d].Company == named);
        return own < 0 ? null : deals[own];
    }

    private int? Company(AuthoredRow row)
    {
        if (row.Company is { } name && _named.TryGetValue(name, out var named))
            return named;
        return _world.Companies.Count == 0 || _random.Chance(6) ? null : _random.Next(_world.Companies.Count);
    }
}
