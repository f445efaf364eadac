namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>Which decisions the hosted model is asked about. Immutable.</summary>
public sealed record AskOptions
{
    /// <summary>The largest share of a connection's activities of the last 24 hours that is asked about, least sure first; 0 to 1. Default 0.15.</summary>
    public double Share { get; init; } = 0.15;

    /// <summary>How long a question that the share keeps back waits for a place; then the local answer stands. Default one hour.</summary>
    public TimeSpan SharePatience { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// By taxonomy id, or by <c>taxonomy/label</c> (<c>taxonomy/abstain</c> for abstaining): a local answer that is less sure than this is asked about although it
    /// would count by itself; 0 to 1. What is unsure is always asked about. Default none.
    /// </summary>
    public IReadOnlyDictionary<string, double> AskBelow { get; init; } = new Dictionary<string, double>();

    /// <summary>Whether what a backfill asks goes to the endpoint's batch interface, at half the price and within a day. Default true.</summary>
    public bool BatchBackfills { get; init; } = true;

    /// <summary>How often a batch at the endpoint is looked at. Default one minute.</summary>
    public TimeSpan LookAtBatchEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether a local answer is asked about.</summary>
    public bool Wants(LabelDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Status == DecisionStatus.Unsure)
            return true;
        var below = AskBelow.TryGetValue($"{decision.Taxonomy}/{decision.Label ?? "abstain"}", out var exact) ? exact
            : AskBelow.TryGetValue(decision.Taxonomy, out var general) ? general
            : 0;
        return decision.Confidence < below;
    }

    /// <summary>One sentence per fault; empty when the options can be used.</summary>
    public IReadOnlyList<string> Validate() =>
    [
        .. Share is >= 0 and <= 1 ? (string[])[] : [$"Share is {Share}; give a number from 0 to 1, such as 0.15 for every seventh activity."],
        .. AskBelow.Where(pair => !(pair.Value >= 0 && pair.Value <= 1)).Select(pair => $"AskBelow:{pair.Key} is {pair.Value}; give a number from 0 to 1."),
    ];
}
