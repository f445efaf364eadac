namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>k-means on directions, weighted, from a start that spreads by distance (k-means++) and a fixed seed.</summary>
internal sealed class SphericalMeans(float[] units, float[] weights, int width, DiscoveryOptions options, CancellationToken cancellationToken)
{
    private const int Rounds = 30;
    private readonly int _count = weights.Length;

    public static float Dot(float[] left, int i, float[] right, int j, int width) =>
        System.Numerics.Tensors.TensorPrimitives.Dot(left.AsSpan(i * width, width), right.AsSpan(j * width, width));

    public (float[] Centroids, int[] Of) Run(int clusters)
    {
        var centroids = Start(clusters);
        var of = new int[_count];
        for (var round = 0; round < Rounds; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var moved = 0;
            Parallel.For(0, _count, options.Parallel(cancellationToken), i =>
            {
                var (best, most) = (-1, float.MinValue);
                for (var k = 0; k < clusters; k++)
                    if (Dot(units, i, centroids, k, width) is var dot && dot > most)
                        (best, most) = (k, dot);
                if (of[i] != best)
                    Interlocked.Increment(ref moved);
                of[i] = best;
            });
            if (moved == 0 && round > 0)
                break;
            Mean(centroids, of, clusters);
        }
        return (centroids, of);
    }

    private float[] Start(int clusters)
    {
        var random = new SplitMix((ulong)options.Seed + 3);
        var centroids = new float[clusters * width];
        var distance = new double[_count];
        Array.Fill(distance, 1);
        for (var k = 0; k < clusters; k++)
        {
            var total = 0.0;
            for (var i = 0; i < _count; i++)
                total += distance[i] * weights[i];
            var at = random.Unit() * total;
            var chosen = 0;
            while (chosen < _count - 1 && (at -= distance[chosen] * weights[chosen]) > 0)
                chosen++;
            units.AsSpan(chosen * width, width).CopyTo(centroids.AsSpan(k * width));
            for (var i = 0; i < _count; i++)
                distance[i] = Math.Min(distance[i], Math.Max(0, 1 - Dot(units, i, centroids, k, width)));
        }
        return centroids;
    }

    private void Mean(float[] centroids, int[] of, int clusters)
    {
        var sums = new double[clusters * width];
        for (var i = 0; i < _count; i++)
            for (var d = 0; d < width; d++)
                sums[(of[i] * width) + d] += units[(i * width) + d] * weights[i];
        for (var k = 0; k < clusters; k++)
        {
            var norm = 0.0;
            for (var d = 0; d < width; d++)
                norm += sums[(k * width) + d] * sums[(k * width) + d];
            norm = Math.Sqrt(norm);
            // A centroid without points stays where it is.
            if (norm > 0)
                for (var d = 0; d < width; d++)
                    centroids[(k * width) + d] = (float)(sums[(k * width) + d] / norm);
        }
    }
}
