using CrmSync.Simulator.Seed;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Small worlds with one record of each kind, and large ones of many activities.</summary>
internal static class SalesforceWorlds
{
    public static readonly DateTimeOffset Now = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public static SeedWorld Small(params SeedActivity[] activities) => new(
        [new("Ada", "Moss", "ada@seller.example", "North", "EMEA"), new("Ben", "Fell", "ben@seller.example", "South", "AMER")],
        [new("Larkfield Mills", "larkfield.example", "Textiles", 120, "Leeds", "United Kingdom", 0)],
        [new(0, "Cora", "Dane", "cora@larkfield.example", "Buyer", "+44 1632 960001")],
        [
            new(0, 0, 1, "Looms", 12_500m, Now.AddDays(-40), Now.AddDays(20),
                [new("Discovery", Now.AddDays(-40)), new("Demo", Now.AddDays(-30)), new("Negotiation", Now.AddDays(-10))], null),
        ],
        activities);

    public static SeedActivity Activity(string type = "call", string subject = "Intro", DateTimeOffset? at = null) => new()
    {
        SourceId = "t01-001",
        Type = type,
        Subject = subject,
        Body = "<p>They asked for a second quote.</p>",
        OccurredAt = at ?? Now.AddDays(-3),
        Owner = 0,
        Company = 0,
        Contact = 0,
        Engagement = "ENGAGED",
        Direction = "outbound",
        Disposition = type == "call" ? "Connected" : null,
        Duration = type == "call" ? TimeSpan.FromSeconds(95.4) : null,
        StartsAt = type == "meeting" ? Now.AddDays(-3) : null,
        EndsAt = type == "meeting" ? Now.AddDays(-3).AddMinutes(45) : null,
    };

    /// <summary>So many tasks, three to the second.</summary>
    public static SeedWorld Many(int tasks) => Small([.. Enumerable.Range(0, tasks)
        .Select(i => Activity(i % 2 == 0 ? "call" : "email", $"Touch {i}", Now.AddDays(-20).AddSeconds(i / 3)))]);
}
