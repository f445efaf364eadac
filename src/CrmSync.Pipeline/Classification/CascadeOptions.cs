namespace CrmSync.Pipeline.Classification;

/// <summary>From which confidence on a decision counts.</summary>
public sealed record CascadeOptions
{
    /// <summary>Thresholds in use when nothing else is set, read off cross-validated confidence on the development rows.</summary>
    public static readonly CascadeOptions Default = new();

    /// <summary>Threshold of a taxonomy that has none of its own, 0 to 1. Default 0.5.</summary>
    public double DefaultThreshold { get; init; } = 0.5;

    /// <summary>Threshold by taxonomy id, or by <c>taxonomy/label</c> for one label (<c>taxonomy/abstain</c> for abstaining), 0 to 1.</summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>
    {
        ["engagement"] = 0.6,
        ["stage"] = 0.5,
        ["stage/discovery"] = 0.55,
        ["stage/negotiation"] = 0.6,
        ["stage/follow-up"] = 0.55,
        ["stage/closed-won"] = 0.6,
        ["stage/demo"] = 0.45,
        ["stage/abstain"] = 0.48,
    };

    /// <summary>The threshold for an answer; the closest setting wins.</summary>
    public double For(string taxonomy, string? label) =>
        Thresholds.TryGetValue($"{taxonomy}/{label ?? "abstain"}", out var exact) ? exact
        : Thresholds.TryGetValue(taxonomy, out var general) ? general
        : DefaultThreshold;

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. Thresholds.Append(new("default", DefaultThreshold))
            .Where(pair => !(pair.Value >= 0 && pair.Value <= 1))
            .Select(pair => $"The threshold \"{pair.Key}\" is {pair.Value}; give a number from 0 to 1."),
    ];
}
