using CrmSync.Pipeline.Classification.Hosted;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>How notes get vectors. Immutable.</summary>
public sealed record VectorOptions
{
    private const decimal Million = 1_000_000;

    /// <summary>USD per million tokens. Default 0.02, a small model's order of magnitude; put your own contract's.</summary>
    public decimal PriceUsd { get; init; } = 0.02m;

    /// <summary>
    /// What a search does when the endpoint gives no vectors: waits and goes on from what it has (default), or finds segments by words alone. Assignments always wait, because what a
    /// model with topics cannot read it would judge wrongly.
    /// </summary>
    public WithoutAnswer WhenUnavailable { get; init; } = WithoutAnswer.Wait;

    /// <summary>What tokens cost, in USD.</summary>
    public decimal Usd(long tokens) => tokens * PriceUsd / Million;
}
