using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Numbers;

/// <summary>Figures as sentences: what may be said, with its interval, and in which words where it may not be said yet.</summary>
public static class NumberWords
{
    /// <summary>"too few (7 of 10)".</summary>
    public static string TooFew(long have, int need) => Say($"too few ({have} of {need})");

    /// <summary>A share: "40 % (19 of 47, 28 to 55 %)"; "too few (7 of 10)" below the fewest cases.</summary>
    public static string Rate(Share share, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return share.Of < options.FewestForStatistic || share.Estimate is not { } rate
            ? TooFew(share.Of, options.FewestForStatistic)
            : Say($"{Percent(rate.Value)} % ({share.Count} of {share.Of}, {Percent(rate.Low)} to {Percent(rate.High)} %)");
    }

    /// <summary>
    /// A difference of two shares: "+17 points (−1.8 to +34): inconclusive; about 117 per side would be clear". Below the fewest cases on a side it says on which.
    /// </summary>
    /// <param name="before">The first share.</param>
    /// <param name="after">The second share.</param>
    /// <param name="options">From how many cases on something is said.</param>
    /// <param name="first">What the first side is called.</param>
    /// <param name="second">What the second side is called.</param>
    public static string Change(Share before, Share after, NumberOptions options, string first = "before", string second = "after")
    {
        ArgumentNullException.ThrowIfNull(options);
        if (before.Of < options.FewestForStatistic)
            return Say($"{TooFew(before.Of, options.FewestForStatistic)} {first}");
        if (after.Of < options.FewestForStatistic)
            return Say($"{TooFew(after.Of, options.FewestForStatistic)} {second}");
        var difference = Newcombe.Between(before, after);
        var figure = Say($"{Points(difference.Value, whole: true)} points ({Points(difference.Low)} to {Points(difference.High)})");
        if (difference.IsClear)
            return $"{figure}: {(difference.Value > 0 ? "higher" : "lower")}";
        return Newcombe.ClearFrom(before.Value, after.Value) is { } clear and < 1_000_000 ? Say($"{figure}: inconclusive; about {clear} per side would be clear") : $"{figure}: inconclusive";
    }

    /// <summary>A length of time: "34 days (28 to 45, 12 deals)".</summary>
    public static string Days(Middle? days, int have, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return days is not { } middle ? TooFew(have, options.FewestForStatistic)
            : Say($"{middle.Value:0} days ({middle.Low:0} to {middle.High:0}, {middle.Of} deals)");
    }

    /// <summary>Amounts of a currency: "24,000 EUR (18,000 to 31,500, 19 deals)".</summary>
    public static string Amount(AmountNumbers amount, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(amount);
        ArgumentNullException.ThrowIfNull(options);
        var currency = amount.Currency.Length == 0 ? "" : $" {amount.Currency}";
        return amount.Amount is not { } middle ? Say($"{TooFew(amount.Deals, options.FewestForStatistic)}{currency}")
            : Say($"{middle.Value:N0}{currency} ({middle.Low:N0} to {middle.High:N0}, {middle.Of} deals)");
    }

    /// <summary>Time in a stage: "median 12 days (9 to 17); a quarter leave within 6, three quarters within 30; 5 of 41 are still in it".</summary>
    public static string Stage(StageNumbers stage, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(stage);
        ArgumentNullException.ThrowIfNull(options);
        var curve = stage.Curve;
        if (curve.Spells < options.FewestForStatistic)
            return TooFew(curve.Spells, options.FewestForStatistic);
        var open = Say($"{curve.Spells - curve.Ended} of {curve.Spells} are still in it");
        if (curve.After(0.5) is not { } median)
            return $"fewer than half have left it so far; {open}";
        var high = median.High is { } end ? Say($"to {end:0}") : "upwards";
        var quarter = curve.After(0.25) is { } early ? Say($"; a quarter leave within {early.Days:0}") : "";
        var three = curve.After(0.75) is { } late ? Say($", three quarters within {late.Days:0}") : "";
        return Say($"median {median.Days:0} days ({median.Low:0} {high}){quarter}{three}; {open}");
    }

    /// <summary>Whether reps win alike, in words.</summary>
    public static string Reps(SegmentNumbers numbers, NumberOptions options)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        ArgumentNullException.ThrowIfNull(options);
        if (numbers.Wins.Of < options.FewestForStatistic)
            return TooFew(numbers.Wins.Of, options.FewestForStatistic);
        if (numbers.Reps is not { } test)
            return "only one rep has closed deals here, or all ended alike: nothing to compare";
        var chance = test.PValue < 0.001 ? "below 0.001" : Say($"{test.PValue:0.000}");
        if (test.PValue >= 0.05)
            return Say($"{test.Groups} reps win alike as far as these deals tell (chance of such differences {chance})");
        var strength = test.Overdispersion is { } rho ? Say($"; {Percent(rho)} % of what decides a deal goes with the rep") : "";
        return Say($"{test.Groups} reps win at different rates (chance of such differences {chance}){strength}");
    }

    internal static string Percent(double share) => Say($"{share * 100:0}");

    private static string Points(double share, bool whole = false)
    {
        var points = share * 100;
        var digits = whole || Math.Abs(points) >= 10 ? Say($"{Math.Abs(points):0}") : Say($"{Math.Abs(points):0.0}");
        return digits is "0" or "0.0" ? "0" : points < 0 ? $"−{digits}" : $"+{digits}";
    }

    private static string Say(FormattableString text) => FormattableString.Invariant(text);
}
