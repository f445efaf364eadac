namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// What makes a head's scores mean what they say: how sharp they are, and by how much each class is seen too rarely or too often. Temperature scaling with a bias per class
/// (Guo et al. 2017, arXiv 1706.04599, section 4.2, where the matrix of vector scaling is one number).
/// </summary>
/// <param name="Sharpness">Scores are multiplied by it before they become probabilities.</param>
/// <param name="Shifts">By class: added to the score before that.</param>
internal sealed record ScoreCalibration(float Sharpness, IReadOnlyList<float> Shifts)
{
    private const int Rounds = 60;
    private const double Low = 0.2;
    private const double High = 3;

    /// <summary>Longest step of one coordinate; keeps Newton's steps from overshooting where few rows speak.</summary>
    private const double LongestStep = 1;

    /// <summary>Doubt about a bias, in rows: a class with a handful of rows keeps the score that it has.</summary>
    private const double Doubt = 5;

    /// <summary>The calibration under which the right answers are likeliest, by Newton's steps along one coordinate at a time; none without rows.</summary>
    /// <param name="rows">Raw scores and the right class, for rows that the scoring model had not seen.</param>
    /// <param name="classes">Number of classes.</param>
    public static ScoreCalibration Fit(IReadOnlyList<(float[] Scores, int Truth)> rows, int classes)
    {
        var biases = new double[classes];
        if (rows.Count == 0)
            return new ScoreCalibration(1, new float[classes]);
        var sharpness = 1.0;
        for (var round = 0; round < Rounds; round++)
        {
            sharpness = Math.Clamp(sharpness - Step(rows, sharpness, biases, null), Low, High);
            for (var @class = 0; @class < classes; @class++)
                biases[@class] -= Step(rows, sharpness, biases, @class);
        }
        return new ScoreCalibration((float)sharpness, [.. biases.Select(bias => (float)(bias / sharpness))]);
    }

    /// <summary>Turns scores into probabilities.</summary>
    public void Apply(Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
            scores[i] += Shifts[i];
        Softmax.Apply(scores, Sharpness);
    }

    /// <summary>Newton's step of the bias of a class, or of the sharpness: how the loss falls and bends along the scores that the coordinate moves.</summary>
    private static double Step(IReadOnlyList<(float[] Scores, int Truth)> rows, double sharpness, double[] biases, int? @class)
    {
        var (slope, curve) = @class is { } biased ? (Doubt * biases[biased], Doubt) : (0, 0);
        Span<double> shares = stackalloc double[biases.Length];
        foreach (var (scores, truth) in rows)
        {
            Share(scores, sharpness, biases, shares);
            double mean = 0, square = 0;
            for (var i = 0; i < shares.Length; i++)
            {
                var moved = Moved(scores, i, @class);
                mean += shares[i] * moved;
                square += shares[i] * moved * moved;
            }
            slope += mean - Moved(scores, truth, @class);
            curve += square - (mean * mean);
        }
        return curve <= double.Epsilon ? 0 : Math.Clamp(slope / curve, -LongestStep, LongestStep);
    }

    /// <summary>By how much a class's score grows with the coordinate.</summary>
    private static double Moved(float[] scores, int index, int? @class) => @class is null ? scores[index] : index == @class ? 1 : 0;

    private static void Share(float[] scores, double sharpness, double[] biases, Span<double> shares)
    {
        var top = double.NegativeInfinity;
        for (var i = 0; i < shares.Length; i++)
            top = Math.Max(top, shares[i] = (scores[i] * sharpness) + biases[i]);
        var sum = 0.0;
        for (var i = 0; i < shares.Length; i++)
            sum += shares[i] = Math.Exp(shares[i] - top);
        for (var i = 0; i < shares.Length; i++)
            shares[i] /= sum;
    }
}
