namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>A difference of two shares with its interval.</summary>
/// <param name="Value">Second share less the first, −1 to 1.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
public readonly record struct Difference(double Value, double Low, double High)
{
    /// <summary>Whether the interval leaves out zero; where it does not, the difference is inconclusive.</summary>
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>
/// The difference of two independent shares by the square-and-add method of R. G. Newcombe (1998, method 10): Wilson's intervals of both sides, put together.
/// </summary>
public static class Newcombe
{
    private const double Power80 = 0.8416212335729143;

    /// <summary>The second share less the first, with its 95 % interval.</summary>
    /// <param name="before">The first share, of at least one trial.</param>
    /// <param name="after">The second share, of at least one trial.</param>
    public static Difference Between(Share before, Share after)
    {
        Estimate first = Wilson.Interval(before.Count, before.Of), second = Wilson.Interval(after.Count, after.Of);
        var value = second.Value - first.Value;
        return new Difference(
            value,
            value - Length(second.Value - second.Low, first.High - first.Value),
            value + Length(second.High - second.Value, first.Value - first.Low));
    }

    /// <summary>
    /// How many trials per side would show a difference of these shares at 95 % in four of five tries (Fleiss, without continuity correction); null where the shares are equal.
    /// </summary>
    public static long? ClearFrom(double before, double after)
    {
        var gap = Math.Abs(after - before);
        if (gap < 1e-9)
            return null;
        var middle = (before + after) / 2;
        var wanted = Wilson.Z95 * Math.Sqrt(2 * middle * (1 - middle)) + Power80 * Math.Sqrt(before * (1 - before) + after * (1 - after));
        return (long)Math.Min(1e15, Math.Ceiling(wanted * wanted / (gap * gap)));
    }

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);
}
