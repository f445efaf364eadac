namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>Scores to probabilities.</summary>
internal static class Softmax
{
    /// <summary>Replaces scores by probabilities that add up to 1; <paramref name="sharpness"/> 1 leaves their ratios as they are.</summary>
    public static void Apply(Span<float> scores, float sharpness = 1)
    {
        var top = float.NegativeInfinity;
        foreach (var score in scores)
            top = Math.Max(top, score);
        var total = 0f;
        for (var i = 0; i < scores.Length; i++)
            total += scores[i] = MathF.Exp((scores[i] - top) * sharpness);
        for (var i = 0; i < scores.Length; i++)
            scores[i] /= total;
    }
}
