using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>Turns judgements into figures.</summary>
internal static class FigureMaker
{
    /// <param name="answers">The classes; the labels first.</param>
    /// <param name="labels">How many of them are labels.</param>
    /// <param name="abstains">Whether the class behind the labels is an answer; where it is not, it is no class to average over.</param>
    /// <param name="judgements">The rows; at least one.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    public static AnswerFigures Make(IReadOnlyList<AnswerClass> answers, int labels, bool abstains, IReadOnlyList<Judgement> judgements, int seed)
    {
        var confusion = new ConfusionMatrix(answers.Count);
        foreach (var judgement in judgements)
            confusion.Add(judgement.Truth, judgement.Answer);
        Scored[] scored = [.. judgements.Select(judgement => new Scored(judgement.Decision.Confidence, judgement.IsRight))];
        var (f1, macro) = Bootstrap.F1(confusion, [labels, abstains ? labels + 1 : labels], seed);
        List<Judgement> sure = [.. judgements.Where(judgement => judgement.Decision.Status != DecisionStatus.Unsure)];
        return new AnswerFigures(
            judgements.Count,
            new Share(confusion.Right, confusion.Rows),
            macro[0],
            macro[1],
            [.. answers.Select((answer, i) => Class(answer, i, confusion, f1[i], sure))],
            confusion,
            Calibration.Measure(scored),
            SelectiveRisk.Measure(scored),
            new Share(sure.Count(judgement => judgement.IsRight), sure.Count),
            Enum.GetValues<DecisionStatus>().ToDictionary(status => status, status => judgements.LongCount(judgement => judgement.Decision.Status == status)),
            new SortedDictionary<string, long>(judgements.CountBy(judgement => judgement.Decision.DecidedBy).ToDictionary(pair => pair.Key, pair => (long)pair.Value), StringComparer.Ordinal));
    }

    private static ClassFigures Class(AnswerClass answer, int index, ConfusionMatrix confusion, Estimate? f1, List<Judgement> sure)
    {
        var right = confusion[index, index];
        var given = confusion.AnswersOf(index);
        return new ClassFigures(
            answer, new Share(right, given), new Share(right, confusion.TruthOf(index)), f1, new Share(given - right, confusion.Rows),
            new Share(sure.LongCount(judgement => judgement.Answer == index && !judgement.IsRight), confusion.Rows));
    }
}
