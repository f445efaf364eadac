namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>The largest eigenvectors of a symmetric operator.</summary>
/// <param name="Vectors">A row of <paramref name="Width"/> numbers per term; columns are the vectors.</param>
/// <param name="Width">Number of vectors.</param>
/// <param name="Values">Eigenvalues, largest first.</param>
internal sealed record Eigenpairs(float[] Vectors, int Width, double[] Values);

/// <summary>Subspace iteration from a fixed start, with Rayleigh-Ritz at its end.</summary>
internal static class Subspace
{
    private const double Settled = 2e-3;

    /// <param name="apply">The operator, on rows of <paramref name="width"/> numbers.</param>
    /// <param name="size">Rows.</param>
    /// <param name="width">Vectors to look for.</param>
    /// <param name="iterations">Most times that the operator is applied.</param>
    /// <param name="floor">Values below this need not settle.</param>
    /// <param name="seed">Decides the start.</param>
    /// <param name="cancellationToken">Stops between iterations.</param>
    public static Eigenpairs Iterate(
        Func<float[], float[]> apply, int size, int width, int iterations, double floor, ulong seed, CancellationToken cancellationToken)
    {
        var random = new SplitMix(seed);
        var vectors = new float[size * width];
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] = (float)random.Normal();
        Orthonormalize(vectors, size, width);
        var before = new double[width];
        for (var iteration = 1; ; iteration++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var image = apply(vectors);
            if (iteration % 4 == 0 || iteration >= iterations)
            {
                var (values, rotation) = SmallMatrix.Eigen(SmallMatrix.Gram(vectors, image, size, width), width);
                var isSettled = values.Select((value, i) => value < floor || Math.Abs(value - before[i]) <= Settled * value).All(settled => settled);
                if (iteration >= iterations || isSettled)
                    return new Eigenpairs(SmallMatrix.Rotate(vectors, size, width, rotation), width, values);
                before = values;
            }
            vectors = image;
            Orthonormalize(vectors, size, width);
        }
    }

    /// <summary>By Cholesky factors of the Gram matrix: less exact than Gram-Schmidt, but what is lost comes back in the next iteration.</summary>
    private static void Orthonormalize(float[] vectors, int size, int width) =>
        SmallMatrix.SolveRows(vectors, size, width, SmallMatrix.Cholesky(SmallMatrix.Gram(vectors, vectors, size, width), width));
}
