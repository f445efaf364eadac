namespace CrmSync.Pipeline.Alerts;

/// <summary>
/// The population stability index: how far two spreads lie apart, whatever their sizes. A chi-square test would call every shift of a big ledger
/// significant, however small it is; what matters here is whether it is large.
/// </summary>
public static class LabelShift
{
    // A label that one side lacks would make the index endless.
    private const double Smoothing = 0.5;

    /// <summary>The index, 0 or more; null where either side has too few rows to say anything.</summary>
    /// <param name="mix">The counts.</param>
    /// <param name="floor">Rows of the last week below which nothing is said; the weeks before need four times as many.</param>
    public static double? Index(LabelMix mix, int floor)
    {
        ArgumentNullException.ThrowIfNull(mix);
        var lately = mix.Counts.Values.Sum(count => count.Lately);
        var before = mix.Counts.Values.Sum(count => count.Before);
        if (lately < floor || before < 4L * floor)
            return null;
        return mix.Counts.Values.Sum(count =>
        {
            var now = (count.Lately + Smoothing) / (lately + (Smoothing * mix.Counts.Count));
            var then = (count.Before + Smoothing) / (before + (Smoothing * mix.Counts.Count));
            return (now - then) * Math.Log(now / then);
        });
    }

    /// <summary>The answer whose share moved most, with both shares, 0 to 1.</summary>
    public static (string Answer, double Before, double Lately) Most(LabelMix mix)
    {
        ArgumentNullException.ThrowIfNull(mix);
        var lately = Math.Max(1.0, mix.Counts.Values.Sum(count => count.Lately));
        var before = Math.Max(1.0, mix.Counts.Values.Sum(count => count.Before));
        return mix.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (pair.Key, Before: pair.Value.Before / before, Lately: pair.Value.Lately / lately))
            .MaxBy(share => Math.Abs(share.Lately - share.Before));
    }
}
