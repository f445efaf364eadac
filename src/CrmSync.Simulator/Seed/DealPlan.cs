namespace CrmSync.Simulator.Seed;

/// <summary>
/// What really happened on a deal, in working days: stage i lasts from <c>Starts[i]</c> to the start of the next, the last one up to but
/// not including <see cref="End"/>. Activities hang here; what the rep reports may differ.
/// </summary>
internal sealed record DealPlan(int Company, int Contact, IReadOnlyList<string> Stages, IReadOnlyList<int> Starts, int End)
{
    private static readonly string[] Road = ["Discovery", "Demo", "Follow-Up", "Negotiation", "Closed Won"];
    private static readonly string[] Lost = ["Closed Lost"];

    public string Last => Stages[^1];

    public static bool IsClosed(string stage) => stage is "Closed Won" or "Closed Lost";

    /// <summary>Draws a deal; one that must hold <paramref name="needed"/> starts early enough to reach it.</summary>
    public static DealPlan Draw(int company, int contact, int days, string? needed, SeedRandom random)
    {
        var (stages, lengths) = DrawRoad(days, needed, random);
        var total = lengths.Sum();
        var latest = needed is null ? days - 3 : days - total - 1;
        var start = random.Next(Math.Max(1, latest));
        List<string> reached = [];
        List<int> starts = [];
        for (var i = 0; i < stages.Count && start < days; i++)
        {
            reached.Add(stages[i]);
            starts.Add(start);
            start += lengths[i];
        }

        return new(company, contact, reached, starts, Math.Min(days, start));
    }

    /// <summary>First day and the day after the last on which the plan is in <paramref name="stage"/>; null where it never is.</summary>
    public (int From, int To)? Window(string? stage)
    {
        if (stage is null)
            return (Math.Max(0, Starts[0] - 8), End);
        for (var i = 0; i < Stages.Count; i++)
        {
            if (Stages[i] == stage)
                return (Starts[i], i + 1 < Starts.Count ? Starts[i + 1] : End);
        }

        var from = Starts[0] + 1;
        return stage == "Follow-Up" && from < End ? (from, End) : null;
    }

    private static (List<string> Stages, List<int> Lengths) DrawRoad(int days, string? needed, SeedRandom random)
    {
        List<string> stages = [.. Road];
        if (needed != "Follow-Up" && random.Chance(65))
            stages.Remove("Follow-Up");
        if (needed == "Closed Lost" || (needed != "Closed Won" && random.Chance(45)))
        {
            // Not before a stage that is asked for, and at any later one: buyers leave early and late.
            var earliest = needed is null or "Closed Lost" ? 1 : stages.IndexOf(needed) + 1;
            var keep = Math.Min(stages.Count - 1, random.Between(earliest, stages.Count - 1));
            stages = [.. stages[..keep], .. Lost];
        }

        // Short histories get short deals, so that some still run to their end.
        var pace = Math.Min(100, days * 100 / 130);
        var lengths = stages.ConvertAll(stage => Math.Max(1, pace * stage switch
        {
            "Discovery" => random.Between(5, 25),
            "Demo" => random.Between(5, 22),
            "Follow-Up" => random.Between(3, 10),
            "Negotiation" => random.Between(6, 30),
            _ => random.Between(2, 8),
        } / 100));
        return (stages, lengths);
    }
}
