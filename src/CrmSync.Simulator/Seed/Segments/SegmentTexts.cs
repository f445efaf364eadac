using System.Text.Json;

namespace CrmSync.Simulator.Seed.Segments;

/// <summary>How many companies share an operational problem in what reps log about them, and what they are like.</summary>
/// <param name="Slug">The problem; also the name of the file of its texts. Null for those that join the companies that share none.</param>
/// <param name="HubSpot">Companies in a HubSpot world.</param>
/// <param name="Salesforce">Companies in a Salesforce world.</param>
/// <param name="WonPercent">Share of the closed deals that were won.</param>
/// <param name="Industry">The CRM's industry.</param>
/// <param name="Trades">Second words of their names.</param>
/// <param name="Titles">Titles of their contacts.</param>
/// <param name="Tools">What the texts may name as the tool in use.</param>
internal sealed record SegmentPlan(
    string? Slug, int HubSpot, int Salesforce, int WonPercent, string Industry, IReadOnlyList<string> Trades, IReadOnlyList<string> Titles,
    IReadOnlyList<string> Tools)
{
    public int CompaniesIn(string crm) => crm == "hubspot" ? HubSpot : Salesforce;
}

/// <summary>Hand-written texts by what they are about, read once from the embedded files.</summary>
internal static class SegmentTexts
{
    /// <summary>What reps log about any account.</summary>
    public const string Chatter = "chatter";

    /// <summary>Problems that hardly two accounts have in common.</summary>
    public const string Topics = "topics";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web);
    private static readonly Lazy<IReadOnlyList<SegmentPlan>> LoadedPlans = new(() => JsonSerializer.Deserialize<SegmentPlan[]>(Read("segments.json"), Format)!);
    private static readonly Lazy<Dictionary<string, IReadOnlyList<AuthoredRow>>> LoadedRows = new(() => LoadedPlans.Value
        .Select(plan => plan.Slug).OfType<string>().Append(Chatter).Append(Topics).ToDictionary(name => name, ReadRows, StringComparer.Ordinal));

    public static IReadOnlyList<SegmentPlan> Plans => LoadedPlans.Value;

    /// <summary>All texts.</summary>
    public static IEnumerable<AuthoredRow> All => LoadedRows.Value.Values.SelectMany(rows => rows);

    /// <summary>Companies that share no problem and join those that a world has anyway.</summary>
    public static int OthersIn(string crm) => Plans.Where(plan => plan.Slug is null).Sum(plan => plan.CompaniesIn(crm));

    public static IReadOnlyList<AuthoredRow> About(string name) => LoadedRows.Value[name];

    private static IReadOnlyList<AuthoredRow> ReadRows(string name) =>
        [.. Read(name + ".jsonl").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(AuthoredRows.Parse)];

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(SegmentTexts).Assembly.GetManifestResourceStream("segments/" + name)!);
        return reader.ReadToEnd();
    }
}
