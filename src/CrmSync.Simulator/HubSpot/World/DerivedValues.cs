using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.HubSpot.World;

/// <summary>
/// Values that a real account would hold and a seed world may lack, invented from the names that it has: the same world gives the same
/// values.
/// </summary>
internal static class DerivedValues
{
    private static readonly string[] Industries =
        ["Manufacturing", "Transportation", "Health care", "Hospitality", "Technology", "Education", "Retail", "Financial services"];
    private static readonly string[] WonReasons = ["Best fit", "Price", "Existing relationship", "Fast delivery"];
    private static readonly string[] LostReasons = ["Price", "Chose a competitor", "No budget", "No decision", "Bad timing"];

    public static string IndustryOf(SeedCompany company) => company.Industry.Length > 0 ? company.Industry : Pick(company.Name, Industries);

    public static int EmployeesOf(SeedCompany company) => company.Employees > 0 ? company.Employees : 5 + (int)(Mix(company.Name) % 495);

    /// <summary>Dollars a year: 60,000 to 240,000 per head, in whole thousands.</summary>
    public static long RevenueOf(SeedCompany company) =>
        EmployeesOf(company) * (60_000L + (long)(Mix(company.Name + "revenue") % 180_000)) / 1_000 * 1_000;

    /// <summary>Why a deal was closed; null while it is open.</summary>
    public static string? ReasonOf(SeedDeal deal, DealStage? last) => last is not { IsClosed: true } ? null
        : deal.ClosedReason is { Length: > 0 } given ? given : Pick(deal.Name, last.Id == "closedwon" ? WonReasons : LostReasons);

    /// <summary>How far a contact is: customer after a deal that was won, opportunity while one is open, else a lead.</summary>
    public static string LifecycleOf(IEnumerable<SeedDeal> dealsOfContact)
    {
        var stages = dealsOfContact.Select(d => d.Stages.Count > 0 ? d.Stages[^1].Stage : "").ToList();
        return stages.Contains("Closed Won") ? "customer" : stages.Exists(s => s != "Closed Lost") ? "opportunity"
            : stages.Count > 0 ? "salesqualifiedlead" : "lead";
    }

    /// <summary>A number that depends on a text alone, on every processor.</summary>
    public static ulong Mix(string text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var c in text)
            hash = (hash ^ c) * 1_099_511_628_211UL;
        return SeedRandom.Mix(hash, 0);
    }

    private static string Pick(string text, string[] from) => from[Mix(text) % (ulong)from.Length];
}
