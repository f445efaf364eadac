using CrmSync.Simulator.Seed.Segments;

namespace CrmSync.Simulator.Seed;

/// <summary>What a seed world is made from. Equal options give equal worlds, on every processor.</summary>
public sealed record SeedWorldOptions
{
    /// <summary>"hubspot" or "salesforce": whose authored rows come first.</summary>
    public required string Crm { get; init; }

    /// <summary>Any number; another seed gives another world.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>End of the history; nothing in the world lies after it, save close dates of open deals.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>How many activities, 0 to 1,000,000.</summary>
    public int Activities { get; init; } = 360;

    /// <summary>How many companies, 1 to 20,000; null takes 60, and one per hundred activities in worlds above 6,000.</summary>
    public int? Companies { get; init; }

    /// <summary>Length of the history, 30 days to 10 years.</summary>
    public TimeSpan Span { get; init; } = TimeSpan.FromDays(365);

    /// <summary>
    /// Whether some 150 companies join the others: groups that share an operational problem in what is logged about them, and about half as many
    /// again that share none. For worlds of up to 20,000 activities.
    /// </summary>
    public bool Segments { get; init; }

    internal int CompanyCount => (Companies ?? Math.Max(60, Activities / 100)) + (Segments ? SegmentTexts.OthersIn(Crm) : 0);

    internal void Check()
    {
        if (Crm is not ("hubspot" or "salesforce"))
            throw new ArgumentException($"Seed world: Crm is \"{Crm}\"; use \"hubspot\" or \"salesforce\".");
        if (Activities is < 0 or > 1_000_000)
            throw new ArgumentException($"Seed world: Activities is {Activities}; use 0 to 1,000,000.");
        if (CompanyCount is < 1 or > 20_000)
            throw new ArgumentException($"Seed world: Companies is {CompanyCount}; use 1 to 20,000.");
        if (Segments && Activities > 20_000)
            throw new ArgumentException($"Seed world: Activities is {Activities} with Segments; use 0 to 20,000.");
        if (Span < TimeSpan.FromDays(30) || Span > TimeSpan.FromDays(3660))
            throw new ArgumentException($"Seed world: Span is {Span.TotalDays:0} days; use 30 days to 10 years.");
    }
}
