namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>A head with what was read off answers about unseen writers.</summary>
/// <param name="Head">The head, with its sharpness and thresholds.</param>
/// <param name="Calibration">How its raw scores become probabilities.</param>
/// <param name="CountsChosen">Whether too few rows came as activities come, so that it is calibrated and judged on all.</param>
internal sealed record CalibratedHead(ModelHead Head, ScoreCalibration Calibration, bool CountsChosen)
{
    /// <summary>Calibrates a head.</summary>
    /// <param name="shape">The head.</param>
    /// <param name="taxonomyVersion">Version of the definitions that the rows were labelled by.</param>
    /// <param name="index">The head's place.</param>
    /// <param name="set">The rows.</param>
    /// <param name="validation">Scores of them by models that had not seen their writers.</param>
    /// <param name="options">How to train.</param>
    public static CalibratedHead Of(
        HeadShape shape, string taxonomyVersion, int index, TrainingSet set, ValidationScores validation, TrainingOptions options)
    {
        List<int> judged = [.. Enumerable.Range(0, set.Rows.Count).Where(row => set.Classes[row][index] >= 0)];
        List<int> asTheyCome = [.. judged.Where(row => !set.Rows[row].IsChosen)];
        var countsChosen = asTheyCome.Count < ModelTrainer.MinRowsAsTheyCome;
        List<(float[] Scores, int Truth)> rows =
            [.. (countsChosen ? judged : asTheyCome).Select(row => (validation.Scores[row][index], set.Classes[row][index]))];
        var calibration = ScoreCalibration.Fit(rows, shape.Length);
        var answers = rows.Select(row =>
        {
            var probabilities = (float[])row.Scores.Clone();
            calibration.Apply(probabilities);
            var best = Array.IndexOf(probabilities, probabilities.Max());
            return (best, (double)probabilities[best], best == row.Truth);
        }).ToList();
        return new CalibratedHead(
            new ModelHead(shape, taxonomyVersion, calibration.Sharpness, SelectiveThresholds.Find(answers, shape.Length, options.MaxRisk)), calibration, countsChosen);
    }

    /// <summary>Whether a row counts when the head is judged.</summary>
    public bool IsJudgedBy(TrainingRow row) => CountsChosen || !row.IsChosen;
}
