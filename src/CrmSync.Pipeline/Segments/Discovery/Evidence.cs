using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>What one activity adds to an account's score. Discovery and the frozen model share it.</summary>
internal static class Evidence
{
    /// <summary>Most that the terms of one activity may say, in nats: evidence has to come from several.</summary>
    public const float Cap = 8;

    /// <summary>Least that the terms of one activity may say.</summary>
    public const float Floor = -8;

    /// <summary>Keeps the ratios of one activity within their limits.</summary>
    public static void Shape(Span<float> ratios)
    {
        TensorPrimitives.Min(ratios, Cap, ratios);
        TensorPrimitives.Max(ratios, Floor, ratios);
    }

    /// <summary>Adds <c>log(1 − π + π eʳ)</c> for every segment; overwrites the ratios.</summary>
    public static void Add(Span<float> ratios, ReadOnlySpan<float> share, Span<float> sum)
    {
        TensorPrimitives.Exp(ratios, ratios);
        TensorPrimitives.Subtract(ratios, 1f, ratios);
        TensorPrimitives.Multiply(ratios, share, ratios);
        TensorPrimitives.Add(ratios, 1f, ratios);
        TensorPrimitives.Log(ratios, ratios);
        TensorPrimitives.Add(sum, ratios, sum);
    }

    /// <summary>How likely an activity with that ratio speaks of the segment.</summary>
    public static float Posterior(float ratio, float share)
    {
        var odds = share * MathF.Exp(ratio);
        return odds / (odds + 1 - share);
    }
}
