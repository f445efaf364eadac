namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>A figure with the interval in which its true value lies in 95 of 100 cases.</summary>
/// <param name="Value">The figure, 0 to 1.</param>
/// <param name="Low">Lower end of the interval, at most <paramref name="Value"/>.</param>
/// <param name="High">Upper end of the interval, at least <paramref name="Value"/>.</param>
public readonly record struct Estimate(double Value, double Low, double High);

/// <summary>A count out of a total, with its Wilson interval.</summary>
/// <param name="Count">How many, 0 to <paramref name="Of"/>.</param>
/// <param name="Of">Out of how many.</param>
public readonly record struct Share(long Count, long Of)
{
    /// <summary>The share with its interval; null where there is nothing to take a share of.</summary>
    public Estimate? Estimate => Of == 0 ? null : Wilson.Interval(Count, Of);

    /// <summary>The share alone, 0 to 1; 0 where there is nothing to take a share of.</summary>
    public double Value => Of == 0 ? 0 : (double)Count / Of;
}
