namespace CrmSync.Simulator.Seed;

/// <summary>All deals of a world while it is built: finds one that was in a given stage, opens one where a company has none.</summary>
internal sealed class DealBook(int days, Territories territories, Func<int, SeedRandom, int> contactOf, SeedRandom random)
{
    private readonly List<DealPlan> _plans = [];
    private readonly Dictionary<(int Author, string Stage), List<int>> _byStage = [];
    private readonly Dictionary<int, List<int>> _byAuthor = [];
    private readonly Dictionary<int, List<int>> _byCompany = [];

    public IReadOnlyList<DealPlan> Plans => _plans;

    public int Open(int company, string? needed)
    {
        var plan = DealPlan.Draw(company, contactOf(company, random), days, needed, random);
        var index = _plans.Count;
        _plans.Add(plan);
        Listed(_byCompany, company).Add(index);
        var author = territories.AuthorOf(company);
        Listed(_byAuthor, author).Add(index);
        foreach (var stage in plan.Stages)
            Listed(_byStage, (author, stage)).Add(index);
        return index;
    }

    /// <summary>
    /// A deal that was in <paramref name="stage"/> (any deal for null), of <paramref name="company"/> if one is named, else of one of the
    /// author's; opened where there is none.
    /// </summary>
    public int Find(string? stage, int author, int? company)
    {
        if (company is { } named)
        {
            var own = Listed(_byCompany, named);
            for (var tries = 0; tries < Math.Min(own.Count, 6); tries++)
            {
                var candidate = own[random.Next(own.Count)];
                if (_plans[candidate].Window(stage) is not null)
                    return candidate;
            }

            return Open(named, stage);
        }

        var fitting = stage is null or "Follow-Up" ? Listed(_byAuthor, author) : Listed(_byStage, (author, stage));
        if (fitting.Count > 0 && fitting[random.Next(fitting.Count)] is var found && _plans[found].Window(stage) is not null)
            return found;
        return Open(territories.Any(author, random), stage);
    }

    private static List<int> Listed<TKey>(Dictionary<TKey, List<int>> lists, TKey key) where TKey : notnull
    {
        if (!lists.TryGetValue(key, out var list))
            lists[key] = list = [];
        return list;
    }
}
