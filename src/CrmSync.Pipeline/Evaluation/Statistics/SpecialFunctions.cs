namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>Incomplete beta and gamma functions after Numerical Recipes §6.1 to §6.4; relative error below 1e-9 where statistics need them.</summary>
internal static class SpecialFunctions
{
    private const int MostRounds = 500;
    private const double Tiny = 1e-300;
    private const double Precision = 1e-13;

    /// <summary>Logarithm of the gamma function for x &gt; 0 (Lanczos).</summary>
    public static double LogGamma(double x)
    {
        ReadOnlySpan<double> series = [76.18009172947146, -86.50532032941677, 24.01409824083091, -1.231739572450155, 0.1208650973866179e-2, -0.5395239384953e-5];
        double sum = 1.000000000190015, at = x;
        foreach (var coefficient in series)
            sum += coefficient / ++at;
        return (x + 0.5) * Math.Log(x + 5.5) - (x + 5.5) + Math.Log(2.5066282746310005 * sum / x);
    }

    /// <summary>Probability that a beta(<paramref name="a"/>, <paramref name="b"/>) value is at most <paramref name="x"/>.</summary>
    public static double Beta(double a, double b, double x)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + a * Math.Log(x) + b * Math.Log(1 - x));
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - front * BetaFraction(b, a, 1 - x) / b;
    }

    /// <summary>The value that a beta(<paramref name="a"/>, <paramref name="b"/>) value stays below with probability <paramref name="p"/>; by halving, to the last digit.</summary>
    public static double BetaPoint(double a, double b, double p)
    {
        double low = 0, high = 1;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Beta(a, b, middle) < p)
                low = middle;
            else
                high = middle;
        }
        return (low + high) / 2;
    }

    /// <summary>Probability that a chi-square value of so many degrees of freedom is at least <paramref name="statistic"/>.</summary>
    public static double ChiSquareTail(double statistic, int degrees)
    {
        if (statistic <= 0)
            return 1;
        double a = degrees / 2.0, x = statistic / 2;
        var front = Math.Exp(-x + a * Math.Log(x) - LogGamma(a));
        return x < a + 1 ? Math.Max(0, 1 - front * GammaSeries(a, x)) : Math.Min(1, front * GammaFraction(a, x));
    }

    private static double GammaSeries(double a, double x)
    {
        double term = 1 / a, sum = term, at = a;
        for (var i = 0; i < MostRounds && Math.Abs(term) > Math.Abs(sum) * Precision; i++)
        {
            term *= x / ++at;
            sum += term;
        }
        return sum;
    }

    private static double GammaFraction(double a, double x)
    {
        double b = x + 1 - a, c = 1 / Tiny, d = 1 / b, h = d;
        for (var i = 1; i <= MostRounds; i++)
        {
            var factor = -i * (i - a);
            b += 2;
            d = 1 / Away(factor * d + b);
            c = Away(b + factor / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < Precision)
                break;
        }
        return h;
    }

    private static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = 1 / Away(1 - (a + b) * x / (a + 1)), h = d;
        for (var m = 1; m <= MostRounds; m++)
        {
            var even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 / Away(1 + even * d);
            c = Away(1 + even / c);
            h *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
            d = 1 / Away(1 + odd * d);
            c = Away(1 + odd / c);
            h *= d * c;
            if (Math.Abs(d * c - 1) < Precision)
                break;
        }
        return h;
    }

    private static double Away(double value) => Math.Abs(value) < Tiny ? Tiny : value;
}
