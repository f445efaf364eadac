using CrmSync.Simulator.Seed;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>Small invented worlds that both CRMs are filled with.</summary>
internal static class ConnectorWorlds
{
    /// <summary>Ten days before now, in whole seconds, because Salesforce keeps no finer ones.</summary>
    public static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().AddDays(-10).ToUnixTimeSeconds());

    public static SeedActivity Call(int number) => new()
    {
        SourceId = $"c-{number:d6}", Type = "call", Direction = "outbound", Subject = $"Call {number}", Body = $"Spoke about item {number}",
        Disposition = "Connected", Status = "COMPLETED", Duration = TimeSpan.FromSeconds(61),
        // Fifty share an instant, as after an import.
        OccurredAt = Start.AddMinutes(number / 50), Owner = 0, Company = 0, Contact = 0, Deal = 0, Engagement = "ND",
    };

    public static SeedActivity Meeting(int number) => new()
    {
        SourceId = $"m-{number:d6}", Type = "meeting", Subject = $"Demo {number}", Body = "Walked through the product", Outcome = "COMPLETED",
        StartsAt = Start.AddHours(1), EndsAt = Start.AddHours(2), OccurredAt = Start.AddHours(1), Owner = 1, Company = 1, Contact = 1, Engagement = "ENGAGED",
    };

    public static SeedWorld With(IReadOnlyList<SeedActivity> activities) => new(
        [new("Ada", "Quill", "ada.quill@seller.example", "North", "EMEA"), new("Ben", "Tarn", "ben.tarn@seller.example", "South", "EMEA")],
        [new("Fernhill Looms", "fernhill.example", "Textiles", 120, "Leeds", "UK", 0), new("Orbit Dairy", "orbitdairy.example", "Food", 80, "Bern", "CH", 1)],
        [new(0, "Cora", "Winde", "cora@fernhill.example", "Buyer", "+44 20 5550 0101"), new(1, "Dirk", "Moss", "dirk@orbitdairy.example", "CFO", "+41 31 555 01 02")],
        [new(0, 0, 0, "Fernhill rollout", 12_500m, Start.AddDays(-20), Start.AddDays(30), [new("Discovery", Start.AddDays(-20))], null)],
        activities);

    public static SeedWorld Calls(int count) => With([.. Enumerable.Range(0, count).Select(Call)]);
}
