namespace CrmSync.Simulator.Seed;

/// <summary>
/// Turns what happened on a deal into what its rep reported. Most deals are reported as they were; the others run ahead of the
/// facts, lag behind them, or are called won while still being argued, which is what a pipeline review has to find. Two reps bend far more
/// often than the others: in every team somebody calls things by other names.
/// </summary>
internal static class DealReports
{
    private static readonly string[] WonReasons = ["Best fit", "Price", "Existing relationship", "Fast delivery", "Support quality"];
    private static readonly string[] LostReasons =
        ["Price", "Chose a competitor", "No budget", "No decision", "Bad timing", "Built in-house"];

    // By their place among the owners: one of the Enterprise team, one of Commercial.
    private static readonly int[] Benders = [1, 5];

    private static readonly string[] Order = ["Discovery", "Demo", "Follow-Up", "Negotiation", "Closed Won"];

    public static SeedDeal Report(DealPlan plan, SeedCompany company, BusinessDays days, DateTimeOffset now, SeedRandom random, bool bends = true)
    {
        var europe = InventedNames.InEurope(company.Owner);
        List<(string Stage, int Day)> reported = [.. plan.Stages.Zip(plan.Starts)];
        if (bends && random.Chance(Benders.Contains(company.Owner) ? 45 : 12))
            Bend(reported, plan, random);
        var minutes = random.Between(5, 40);
        List<SeedStageChange> changes = [.. reported.Select(r => new SeedStageChange(r.Stage, days.Opening(r.Day, europe, minutes)))];
        var last = changes[^1];
        var closed = DealPlan.IsClosed(last.Stage);
        var closes = closed ? last.At : days.Opening(days.Count - 1, europe, minutes).AddDays(random.Between(-20, 90));
        return new(
            plan.Company, plan.Contact, company.Owner, $"{company.Name} \u2013 {random.Pick(InventedNames.Offers)}",
            Amount(company.Employees, random),
            changes[0].At, closed || closes > last.At ? closes : now.AddDays(14), changes,
            closed ? random.Pick(last.Stage == "Closed Won" ? WonReasons : LostReasons) : null);
    }

    private static void Bend(List<(string Stage, int Day)> reported, DealPlan plan, SeedRandom random)
    {
        if (DealPlan.IsClosed(plan.Last))
        {
            // The end was never entered, or only the beginning ever was.
            var keep = random.Chance(60) ? reported.Count - 1 : 1;
            reported.RemoveRange(keep, reported.Count - keep);
            return;
        }

        var room = plan.End - plan.Starts[^1];
        if (room < 2)
            return;
        var ahead = Array.IndexOf(Order, plan.Last) + 1;
        if (ahead < Order.Length && Order[ahead] == "Follow-Up")
            ahead++;
        if (ahead < Order.Length)
            reported.Add((Order[ahead], plan.Starts[^1] + 1 + random.Next(room - 1)));
    }

    private static decimal Amount(int employees, SeedRandom random)
    {
        decimal size = 2_000 + Math.Min(employees, 2_000) * random.Between(20, 120);
        return Math.Round(size / 500) * 500;
    }
}
