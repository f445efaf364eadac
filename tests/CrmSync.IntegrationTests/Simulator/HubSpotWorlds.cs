using CrmSync.Simulator.Seed;

namespace CrmSync.IntegrationTests.Simulator;

/// <summary>Small invented worlds; a test changes what it is about.</summary>
internal static class HubSpotWorlds
{
    public static readonly DateTimeOffset Start = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public static SeedActivity Activity(string type, int number, int owner = 0) => new()
    {
        SourceId = $"t-{number:d6}", Type = type, Subject = $"Subject {number}", Body = $"Body {number}", OccurredAt = Start.AddMinutes(number),
        Owner = owner, Company = 0, Contact = 0, Engagement = "ND",
    };

    /// <summary>Two owners, companies, contacts and one deal; activities as given.</summary>
    public static SeedWorld With(params IReadOnlyList<SeedActivity> activities) => new(
        [new("Ada", "Quill", "ada.quill@seller.example", "North", "EMEA"), new("Ben", "Tarn", "ben.tarn@seller.example", "South", "EMEA")],
        [new("Fernhill Looms", "fernhill.example", "Textiles", 120, "Leeds", "UK", 0), new("Orbit Dairy", "orbitdairy.example", "Food", 80, "Bern", "CH", 1)],
        [new(0, "Cora", "Winde", "cora@fernhill.example", "Buyer", "+44 20 5550 0101"), new(1, "Dirk", "Moss", "dirk@orbitdairy.example", "CFO", "+41 31 555 01 02")],
        [
            new(0, 0, 0, "Fernhill rollout", 12_500m, Start.AddDays(-20), Start.AddDays(30),
                [new("Discovery", Start.AddDays(-20)), new("Demo", Start.AddDays(-10)), new("Closed Won", Start.AddDays(-1))], "Best fit"),
        ],
        activities);

    public static SeedWorld Notes(int count) => With([.. Enumerable.Range(0, count).Select(i => Activity("note", i))]);
}
