using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Reports;

/// <summary>One line of a report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The figure.</param>
/// <param name="Interval">Its 95 % interval; empty where it has none.</param>
/// <param name="Meaning">What the figure says, in a sentence.</param>
internal sealed record Measure(string Name, string Value, string Interval, string Meaning);

/// <summary>The figures that every form of the report shows, in one order and in the same words.</summary>
internal static class Measures
{
    public static IReadOnlyList<Measure> Of(TaxonomyResult result)
    {
        var figures = result.Overall;
        var abstains = result.Answers[^1].Label is null;
        List<Measure> measures =
        [
            new("Accuracy", ReportNumber.Percent(figures.Accuracy), ReportNumber.PercentInterval(figures.Accuracy.Estimate), $"{figures.Accuracy.Count:N0} of {figures.Rows:N0} rows right, unsure ones counted with their likeliest answer"),
            new("Macro-F1", ReportNumber.Figure(figures.MacroF1?.Value), ReportNumber.Interval(figures.MacroF1), "mean of F1 over the labels"),
        ];
        if (abstains)
            measures.Add(new("Macro-F1 with abstaining", ReportNumber.Figure(figures.MacroF1WithAbstain?.Value), ReportNumber.Interval(figures.MacroF1WithAbstain), "the same, with abstaining as one more class"));
        measures.Add(new(
            "Calibration error", ReportNumber.Percent(figures.Calibration.EqualMass), "",
            $"mean gap between confidence and accuracy over {figures.Calibration.Bins.Count} bins of equally many rows; {ReportNumber.Percent(figures.Calibration.EqualWidth)} over 10 bins of equal width"));
        if (figures.Risk.AtCoverage(AnswerFigures.TargetCoverage) is { } risk)
            measures.Add(new(
                "Risk at 85 % coverage", ReportNumber.Percent(risk.Risk.Value), ReportNumber.PercentInterval(risk.Risk), $"wrong among the {risk.Taken:N0} most confident answers (confidence {ReportNumber.Figure(risk.Confidence)} and up)"));
        measures.Add(figures.Risk.AtRisk(AnswerFigures.TargetRisk) is { } coverage
            ? new("Coverage at 3 % risk", ReportNumber.Percent(coverage.Coverage), "", $"rows answered before more than 3 % are wrong (confidence {ReportNumber.Figure(coverage.Confidence)} and up)")
            : new("Coverage at 3 % risk", ReportNumber.Percent(0), "", "even the most confident answers are wrong more often"));
        measures.Add(new(
            "Right when sure", ReportNumber.Percent(figures.Sure), ReportNumber.PercentInterval(figures.Sure.Estimate), "right answers among those at or above the thresholds in use"));
        measures.Add(new("Decided", Part(DecisionStatus.Decided), "", "rows that get a label"));
        if (abstains)
            measures.Add(new("Abstained", Part(DecisionStatus.Abstained), "", "rows that no definition covers"));
        measures.Add(new("Unsure", Part(DecisionStatus.Unsure), "", "rows that wait for a hosted model or a person"));
        foreach (var (step, rows) in figures.Steps)
            measures.Add(new($"Last word: {step}", ReportNumber.Percent((double)rows / figures.Rows), "", "rows on which this step had the last word"));
        foreach (var (name, part) in ((string, AnswerFigures?)[])[("Arguable rows", result.Hard), ("Other rows", result.Plain)])
            if (part is not null)
                measures.Add(new(
                    $"{name}: accuracy", ReportNumber.Percent(part.Accuracy), ReportNumber.PercentInterval(part.Accuracy.Estimate),
                    $"of {part.Rows:N0} rows; macro-F1 {ReportNumber.Figure(part.MacroF1?.Value)}"));
        return measures;

        string Part(DecisionStatus status) => ReportNumber.Percent((double)figures.Statuses[status] / figures.Rows);
    }

    /// <summary>What was judged and what was left out, in a few sentences.</summary>
    public static IReadOnlyList<string> Sentences(EvaluationReport report)
    {
        List<string> sentences = [];
        if (report.Source is { } source)
        {
            sentences.Add($"{source.Rows.Count:N0} of {source.Read:N0} rows carry at least one answer.");
            AddCount(sentences, source.Blank, "row has no answer and was left out.", "rows have no answer and were left out.");
            AddCount(sentences, source.Malformed, "row cannot be read and was left out.", "rows cannot be read and were left out.");
            AddCount(sentences, source.Unknown, "answer names no known label and was left out.", "answers name no known label and were left out.");
        }
        foreach (var result in report.Result.Taxonomies)
            AddCount(sentences, result.NotAsked, $"row is of a type that {result.Name} is not asked of.", $"rows are of a type that {result.Name} is not asked of.");
        var tokens = report.Result.Usage.Prompt + report.Result.Usage.Completion;
        sentences.Add(tokens == 0 ? "No hosted model was asked: 0 tokens, 0 USD." : FormattableString.Invariant($"The hosted model took {tokens:N0} tokens, {report.Result.CostUsd:0.00} USD."));
        return sentences;
    }

    /// <summary>The outcome of a comparison and what it leaves out.</summary>
    public static IReadOnlyList<string> Sentences(EvaluationReport report, TaxonomyComparison pair)
    {
        var (first, second) = (report.Against!.Name, report.Name);
        List<string> sentences = [pair.Say(first, second)];
        if (pair.OnlyFirst.Count > 0)
            sentences.Add($"Only {first} has {string.Join(", ", pair.OnlyFirst)}.");
        if (pair.OnlySecond.Count > 0)
            sentences.Add($"Only {second} has {string.Join(", ", pair.OnlySecond)}.");
        AddCount(sentences, pair.LeftOut, "row cannot be compared and was left out.", "rows cannot be compared and were left out.");
        return sentences;
    }

    private static void AddCount(List<string> sentences, long count, string one, string many)
    {
        if (count > 0)
            sentences.Add($"{TimeText.Number(count)} {(count == 1 ? one : many)}");
    }
}
