using System.Collections.Frozen;

namespace CrmSync.Pipeline.Honesty;

/// <summary>The six stages of the sales taxonomy, in the order of a sale. The names are stored as the taxonomy's label ids, so they never change.</summary>
public enum SalesStage
{
    /// <summary>The buyer's situation is learned.</summary>
    Discovery,

    /// <summary>The product is shown.</summary>
    Demo,

    /// <summary>Contact that keeps a deal moving; it says nothing about how far the deal is.</summary>
    FollowUp,

    /// <summary>Terms, price or contract are discussed.</summary>
    Negotiation,

    /// <summary>The deal is done.</summary>
    ClosedWon,

    /// <summary>The deal is over without a purchase.</summary>
    ClosedLost,
}

/// <summary>What stages mean to each other, and how they are stored.</summary>
public static class SalesStages
{
    private static readonly FrozenDictionary<string, SalesStage> BySlug = new Dictionary<string, SalesStage>
    {
        ["discovery"] = SalesStage.Discovery,
        ["demo"] = SalesStage.Demo,
        ["follow-up"] = SalesStage.FollowUp,
        ["negotiation"] = SalesStage.Negotiation,
        ["closed-won"] = SalesStage.ClosedWon,
        ["closed-lost"] = SalesStage.ClosedLost,
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<SalesStage, string> Slugs = BySlug.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>All stages in the order of a sale.</summary>
    public static IReadOnlyList<SalesStage> All { get; } = [.. Enum.GetValues<SalesStage>()];

    /// <summary>The taxonomy's label id.</summary>
    public static string Slug(this SalesStage stage) => Slugs[stage];

    /// <summary>Reads a label id; null for a label that is none of the six.</summary>
    public static SalesStage? Parse(string? slug) => slug is not null && BySlug.TryGetValue(slug, out var stage) ? stage : null;

    /// <summary>Whether a deal in it is over.</summary>
    public static bool IsClosed(this SalesStage stage) => stage is SalesStage.ClosedWon or SalesStage.ClosedLost;

    /// <summary>How far an open deal is, 0 to 2; null for a stage that says nothing about it.</summary>
    public static int? Depth(this SalesStage stage) => stage switch
    {
        SalesStage.Discovery => 0,
        SalesStage.Demo => 1,
        SalesStage.Negotiation => 2,
        SalesStage.FollowUp or SalesStage.ClosedWon or SalesStage.ClosedLost => null,
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "No such stage."),
    };
}
