using System.Numerics.Tensors;
using CrmSync.Pipeline.Segments.Discovery;

namespace CrmSync.Pipeline.Segments.Vectors;

/// <summary>
/// A mixture of von Mises-Fisher distributions with one concentration for all, fitted by EM from k-means on directions. Concentration by Banerjee's approximation
/// <c>κ = (r d − r³) / (1 − r²)</c> with r the mean resultant length (Banerjee et al., JMLR 6, 2005).
/// </summary>
internal sealed class DirectionMixture(float[] means, float[] logWeights, float concentration, int width)
{
    private const int Rounds = 6;
    private const int Stretch = 1_024;
    private const float Sharpest = 500;

    public int Count => logWeights.Length;

    public float Concentration => concentration;

    /// <summary>A unit vector per component, one after the other.</summary>
    public ReadOnlyMemory<float> Means => means;

    public ReadOnlyMemory<float> LogWeights => logWeights;

    /// <summary>How likely a direction belongs to each component.</summary>
    public void Posterior(ReadOnlySpan<float> unit, Span<float> likely)
    {
        for (var k = 0; k < Count; k++)
            likely[k] = logWeights[k] + (concentration * TensorPrimitives.Dot(unit, means.AsSpan(k * width, width)));
        TensorPrimitives.Subtract(likely, TensorPrimitives.Max<float>(likely), likely);
        TensorPrimitives.Exp<float>(likely, likely);
        TensorPrimitives.Divide(likely, TensorPrimitives.Sum<float>(likely), likely);
    }

    /// <summary>Fits components to directions that stand one after the other.</summary>
    public static DirectionMixture Fit(float[] units, int width, int components, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        var count = units.Length / width;
        var weights = new float[count];
        Array.Fill(weights, 1);
        var (means, of) = new SphericalMeans(units, weights, width, options, cancellationToken).Run(components);
        var shares = new float[components];
        foreach (var k in of)
            shares[k]++;
        var mixture = new DirectionMixture(means, [.. shares.Select(share => LogWeight(share, count, components))], width, width);
        for (var round = 0; round < Rounds; round++)
            mixture = mixture.Improve(units, count, options, cancellationToken);
        return mixture;
    }

    private DirectionMixture Improve(float[] units, int count, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        var stretches = (count + Stretch - 1) / Stretch;
        // Few accumulators, each for stretches in a fixed order: the sum does not depend on threads.
        const int Parts = 8;
        var sums = new double[Parts][];
        var shares = new double[Parts][];
        Parallel.For(0, Parts, options.Parallel(cancellationToken), part =>
        {
            var (sum, share, likely) = (sums[part] = new double[Count * width], shares[part] = new double[Count], new float[Count]);
            for (var stretch = part; stretch < stretches; stretch += Parts)
                for (var i = stretch * Stretch; i < Math.Min(count, (stretch + 1) * Stretch); i++)
                {
                    var unit = units.AsSpan(i * width, width);
                    Posterior(unit, likely);
                    for (var k = 0; k < Count; k++)
                    {
                        if (likely[k] < 1e-4f)
                            continue;
                        share[k] += likely[k];
                        for (var d = 0; d < width; d++)
                            sum[(k * width) + d] += likely[k] * unit[d];
                    }
                }
        });
        var (moved, weights, length) = (new float[Count * width], new float[Count], 0.0);
        for (var k = 0; k < Count; k++)
        {
            var sum = new double[width];
            for (var part = 0; part < Parts; part++)
                for (var d = 0; d < width; d++)
                    sum[d] += sums[part][(k * width) + d];
            var norm = Math.Sqrt(sum.Sum(value => value * value));
            length += norm;
            weights[k] = LogWeight((float)shares.Sum(share => share[k]), count, Count);
            for (var d = 0; d < width; d++)
                moved[(k * width) + d] = norm > 0 ? (float)(sum[d] / norm) : means[(k * width) + d];
        }
        var r = Math.Min(0.999, length / count);
        return new DirectionMixture(moved, weights, (float)Math.Min(Sharpest, ((r * width) - (r * r * r)) / (1 - (r * r))), width);
    }

    private static float LogWeight(float share, int count, int components) => MathF.Log((share + 1) / (count + components));
}
