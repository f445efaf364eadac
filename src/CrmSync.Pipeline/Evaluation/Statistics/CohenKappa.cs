namespace CrmSync.Pipeline.Evaluation.Statistics;

/// <summary>Agreement of two judges beyond what chance alone would give.</summary>
/// <param name="Value">1: they always agree; 0: as often as by chance; below 0: less often than that.</param>
/// <param name="Low">Lower end of the 95 % interval, at least -1.</param>
/// <param name="High">Upper end of the 95 % interval, at most 1.</param>
/// <param name="Rows">Rows that both judged.</param>
/// <param name="Agreed">Rows on which they gave the same answer.</param>
public readonly record struct Kappa(double Value, double Low, double High, long Rows, long Agreed)
{
    /// <summary>With fewer rows the interval's formula promises more than it keeps.</summary>
    public const int FewRows = 30;

    /// <summary>Whether the rows say little: there are few, or the interval is wider than 0.4, two steps of the usual scale.</summary>
    public bool IsInconclusive => Rows < FewRows || High - Low > 0.4;
}

/// <summary>Cohen's kappa (J. Cohen 1960) with the large-sample interval of Fleiss, Cohen and Everitt (1969).</summary>
public static class CohenKappa
{
    /// <summary>Measures; rows of the matrix are the first judge's answers, columns the second's. Null without rows, and where both always give one and the same answer: then chance alone explains everything.</summary>
    public static Kappa? Measure(ConfusionMatrix answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        double n = answers.Rows;
        if (n == 0)
            return null;
        var agreed = answers.Right;
        var (observed, expected) = (agreed / n, 0.0);
        for (var i = 0; i < answers.Classes; i++)
            expected += answers.TruthOf(i) / n * (answers.AnswersOf(i) / n);
        if (expected > 1 - 1e-12)
            return null;
        var kappa = (observed - expected) / (1 - expected);
        double same = 0, other = 0;
        for (var i = 0; i < answers.Classes; i++)
        {
            for (var j = 0; j < answers.Classes; j++)
            {
                var share = answers[i, j] / n;
                if (i == j)
                    same += share * Math.Pow(1 - (answers.TruthOf(i) + answers.AnswersOf(i)) / n * (1 - kappa), 2);
                else
                    other += share * Math.Pow((answers.AnswersOf(i) + answers.TruthOf(j)) / n, 2);
            }
        }
        var variance = (same + (1 - kappa) * (1 - kappa) * other - Math.Pow(kappa - expected * (1 - kappa), 2)) / (n * (1 - expected) * (1 - expected));
        var half = Wilson.Z95 * Math.Sqrt(Math.Max(0, variance));
        return new Kappa(kappa, Math.Max(-1, kappa - half), Math.Min(1, kappa + half), answers.Rows, agreed);
    }
}
