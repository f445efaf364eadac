using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Thresholds from a bound on selective risk: the lowest confidence from which on, with 90 % certainty, at most the allowed share of answers is wrong (upper
/// end of Wilson's interval; after Geifman and El-Yaniv 2017, arXiv 1705.08500), and for no label much more than that.
/// </summary>
internal static class SelectiveThresholds
{
    /// <summary>One-sided 90 % point of the normal distribution.</summary>
    private const double Z90 = 1.2816;

    /// <summary>A single label may err this much more often than all together.</summary>
    private const double LabelSlack = 2;

    /// <summary>A label with fewer answers than this has too few for a threshold of its own.</summary>
    private const int MinAnswers = 30;

    /// <summary>Where no confidence meets the bound, only answers that are practically certain count.</summary>
    private const double Unattainable = 0.99;

    /// <summary>Thresholds by class.</summary>
    /// <param name="answers">The likeliest class, its probability and whether it was right, for rows that the model had not seen.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="maxRisk">The allowed share of wrong answers, 0 to 1.</param>
    public static IReadOnlyList<double> Find(IReadOnlyList<(int Class, double Probability, bool IsRight)> answers, int classes, double maxRisk)
    {
        var common = Lowest([.. answers.Select(answer => new Scored(answer.Probability, answer.IsRight))], maxRisk, Z90);
        return
        [
            .. Enumerable.Range(0, classes).Select(index =>
            {
                List<Scored> own = [.. answers.Where(answer => answer.Class == index).Select(answer => new Scored(answer.Probability, answer.IsRight))];
                return own.Count < MinAnswers ? common : Math.Max(common, Lowest(own, maxRisk * LabelSlack, 0));
            }),
        ];
    }

    private static double Lowest(IReadOnlyList<Scored> answers, double maxRisk, double z)
    {
        // From the longest stretch of surest answers that still keeps to the bound.
        var curve = SelectiveRisk.Measure(answers).Curve;
        for (var i = curve.Count - 1; i >= 0; i--)
            if (Wilson.Interval(curve[i].Wrong, curve[i].Taken, z).High <= maxRisk)
                return curve[i].Confidence;
        return Unattainable;
    }
}
