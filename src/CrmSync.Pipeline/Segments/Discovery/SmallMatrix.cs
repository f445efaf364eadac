using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Dense algebra on matrices of at most a few hundred rows, in row-major arrays. All sums are made in a fixed order.</summary>
internal static class SmallMatrix
{
    private const int Stretch = 4_096;

    /// <summary><c>leftᵀ right</c> of two tall matrices, symmetrised.</summary>
    public static double[] Gram(float[] left, float[] right, int size, int width)
    {
        var stretches = (size + Stretch - 1) / Stretch;
        var parts = new double[stretches][];
        Parallel.For(0, stretches, stretch =>
        {
            var part = parts[stretch] = new double[width * width];
            var source = new double[width];
            for (var row = stretch * Stretch; row < Math.Min(size, (stretch + 1) * Stretch); row++)
            {
                TensorPrimitives.ConvertChecked<float, double>(right.AsSpan(row * width, width), source);
                for (var i = 0; i < width; i++)
                {
                    var target = part.AsSpan(i * width, width);
                    TensorPrimitives.MultiplyAdd(source, (double)left[(row * width) + i], target, target);
                }
            }
        });
        var sum = new double[width * width];
        foreach (var part in parts)
            for (var i = 0; i < sum.Length; i++)
                sum[i] += part[i];
        for (var i = 0; i < width; i++)
            for (var j = 0; j < i; j++)
                sum[(i * width) + j] = sum[(j * width) + i] = (sum[(i * width) + j] + sum[(j * width) + i]) / 2;
        return sum;
    }

    /// <summary>Lower factor; what is not positive is lifted to a tiny number, so that a rank too low does no harm.</summary>
    public static double[] Cholesky(double[] matrix, int width)
    {
        var factor = new double[width * width];
        var floor = Math.Max(1e-30, 1e-12 * Enumerable.Range(0, width).Max(i => matrix[(i * width) + i]));
        for (var i = 0; i < width; i++)
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[(i * width) + j];
                for (var k = 0; k < j; k++)
                    sum -= factor[(i * width) + k] * factor[(j * width) + k];
                factor[(i * width) + j] = i == j ? Math.Sqrt(Math.Max(sum, floor)) : sum / factor[(j * width) + j];
            }
        return factor;
    }

    /// <summary>Every row r becomes the solution y of <c>L y = r</c>.</summary>
    public static void SolveRows(float[] rows, int size, int width, double[] factor) =>
        Parallel.For(0, (size + Stretch - 1) / Stretch, stretch =>
        {
            var solved = new double[width];
            for (var row = stretch * Stretch; row < Math.Min(size, (stretch + 1) * Stretch); row++)
            {
                var values = rows.AsSpan(row * width, width);
                for (var i = 0; i < width; i++)
                {
                    double sum = values[i];
                    for (var k = 0; k < i; k++)
                        sum -= factor[(i * width) + k] * solved[k];
                    solved[i] = sum / factor[(i * width) + i];
                }
                for (var i = 0; i < width; i++)
                    values[i] = (float)solved[i];
            }
        });

    /// <summary>Tall matrix times rotation; columns of the rotation are the new axes.</summary>
    public static float[] Rotate(float[] rows, int size, int width, double[] rotation)
    {
        var result = new float[rows.Length];
        Parallel.For(0, (size + Stretch - 1) / Stretch, stretch =>
        {
            var sum = new double[width];
            for (var row = stretch * Stretch; row < Math.Min(size, (stretch + 1) * Stretch); row++)
            {
                Array.Clear(sum);
                for (var k = 0; k < width; k++)
                {
                    double value = rows[(row * width) + k];
                    for (var i = 0; i < width; i++)
                        sum[i] += value * rotation[(k * width) + i];
                }
                for (var i = 0; i < width; i++)
                    result[(row * width) + i] = (float)sum[i];
            }
        });
        return result;
    }

    /// <summary>Eigenvalues, largest first, and vectors as columns, by Jacobi's rotations.</summary>
    public static (double[] Values, double[] Vectors) Eigen(double[] symmetric, int width)
    {
        var a = (double[])symmetric.Clone();
        var v = new double[width * width];
        for (var i = 0; i < width; i++)
            v[(i * width) + i] = 1;
        var total = Math.Sqrt(a.Sum(value => value * value));
        for (var sweep = 0; sweep < 60; sweep++)
        {
            var off = 0.0;
            for (var p = 0; p < width; p++)
                for (var q = p + 1; q < width; q++)
                {
                    off += Math.Abs(a[(p * width) + q]);
                    Turn(a, v, width, p, q);
                }
            if (off <= 1e-13 * total)
                break;
        }
        int[] order = [.. Enumerable.Range(0, width).OrderByDescending(i => a[(i * width) + i])];
        var vectors = new double[width * width];
        for (var row = 0; row < width; row++)
            for (var column = 0; column < width; column++)
                vectors[(row * width) + column] = v[(row * width) + order[column]];
        return ([.. order.Select(i => a[(i * width) + i])], vectors);
    }

    private static void Turn(double[] a, double[] v, int width, int p, int q)
    {
        var apq = a[(p * width) + q];
        if (apq == 0)
            return;
        var theta = (a[(q * width) + q] - a[(p * width) + p]) / (2 * apq);
        var t = (theta >= 0 ? 1 : -1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        for (var k = 0; k < width; k++)
        {
            var (akp, akq) = (a[(k * width) + p], a[(k * width) + q]);
            a[(k * width) + p] = (c * akp) - (s * akq);
            a[(k * width) + q] = (s * akp) + (c * akq);
        }
        for (var k = 0; k < width; k++)
        {
            var (apk, aqk) = (a[(p * width) + k], a[(q * width) + k]);
            a[(p * width) + k] = (c * apk) - (s * aqk);
            a[(q * width) + k] = (s * apk) + (c * aqk);
            var (vkp, vkq) = (v[(k * width) + p], v[(k * width) + q]);
            v[(k * width) + p] = (c * vkp) - (s * vkq);
            v[(k * width) + q] = (s * vkp) + (c * vkq);
        }
    }
}
