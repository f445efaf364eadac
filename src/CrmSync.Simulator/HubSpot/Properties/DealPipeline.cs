namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>A stage of the deal pipeline.</summary>
internal sealed record DealStage(string Id, string Label, bool IsClosed, string Probability);

/// <summary>The portal's one deal pipeline: four stages of its own, with numbers for ids, and HubSpot's two closed ones.</summary>
internal static class DealPipeline
{
    public const string Id = "default";
    public const string Label = "Sales Pipeline";

    public static readonly DealStage[] Stages =
    [
        new("1043210001", "Discovery", false, "0.2"),
        new("1043210002", "Demo", false, "0.4"),
        new("1043210003", "Negotiation", false, "0.7"),
        new("1043210004", "Follow-Up", false, "0.5"),
        new("closedwon", "Closed Won", true, "1.0"),
        new("closedlost", "Closed Lost", true, "0.0"),
    ];

    /// <summary>Id of the stage that a seed world names by its label.</summary>
    /// <exception cref="ArgumentException">There is no such stage.</exception>
    public static string IdOf(string label) => Stages.FirstOrDefault(s => s.Label.Equals(label, StringComparison.OrdinalIgnoreCase))?.Id
        ?? throw new ArgumentException(
            $"The simulated HubSpot has no deal stage \"{label}\"; it has {string.Join(", ", Stages.Select(s => s.Label))}.",
            nameof(label));
}

/// <summary>HubSpot's own ticket pipeline.</summary>
internal static class TicketPipeline
{
    public const string Id = "0";
    public const string Label = "Support Pipeline";

    public static readonly DealStage[] Stages =
    [
        new("1", "New", false, ""), new("2", "Waiting on contact", false, ""), new("3", "Waiting on us", false, ""),
        new("4", "Closed", true, ""),
    ];
}
