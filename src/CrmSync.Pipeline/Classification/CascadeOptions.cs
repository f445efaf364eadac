namespace CrmSync.Pipeline.Classification;

/// <summary>From which confidence on a decision counts, and which step may have the last word early.</summary>
public sealed record CascadeOptions
{
    /// <summary>No settings of one's own: every step brings the thresholds that validation gave it.</summary>
    public static readonly CascadeOptions Default = new();

    /// <summary>Threshold where neither a setting nor the step has one, 0 to 1. Default 0.5.</summary>
    public double DefaultThreshold { get; init; } = 0.5;

    /// <summary>
    /// Thresholds that win over the step's own, by taxonomy id, or by <c>taxonomy/label</c> for one label (<c>taxonomy/abstain</c> for abstaining), 0 to
    /// 1. Empty by default.
    /// </summary>
    public IReadOnlyDictionary<string, double> Thresholds { get; init; } = new Dictionary<string, double>();

    /// <summary>
    /// From which probability on an early step settles a taxonomy without the steps after it, by step name or <c>step/taxonomy</c>, 0 to 1; above 1 never.
    /// By default never: the trained model reads the rules' votes, so it sees all that they see, and costs next to nothing.
    /// </summary>
    public IReadOnlyDictionary<string, double> Settles { get; init; } = new Dictionary<string, double>();

    /// <summary>The threshold for an answer of a step; the closest setting wins, then the step's own.</summary>
    public double For(string taxonomy, string? label, ICascadeStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Setting(taxonomy, label) ?? step.ThresholdOf(taxonomy, label) ?? DefaultThreshold;
    }

    /// <summary>The threshold for an answer of somebody who has none of their own; the closest setting wins.</summary>
    public double For(string taxonomy, string? label) => Setting(taxonomy, label) ?? DefaultThreshold;

    /// <summary>From which probability on a step settles a taxonomy alone.</summary>
    public double SettlesFrom(string step, string taxonomy) =>
        Settles.TryGetValue($"{step}/{taxonomy}", out var exact) ? exact : Settles.TryGetValue(step, out var general) ? general : double.PositiveInfinity;

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. Thresholds.Append(new("default", DefaultThreshold))
            .Where(pair => !(pair.Value >= 0 && pair.Value <= 1))
            .Select(pair => $"The threshold \"{pair.Key}\" is {pair.Value}; give a number from 0 to 1."),
        .. Settles.Where(pair => !(pair.Value >= 0))
            .Select(pair => $"The step \"{pair.Key}\" settles from {pair.Value}; give a number from 0 to 1, or a greater one for never."),
    ];

    private double? Setting(string taxonomy, string? label) =>
        Thresholds.TryGetValue($"{taxonomy}/{label ?? "abstain"}", out var exact) ? exact
        : Thresholds.TryGetValue(taxonomy, out var general) ? general
        : null;
}
