using CrmSync.Pipeline.Evaluation;
using CrmSync.Service.Console.Charts;
using Spectre.Console;

namespace CrmSync.Service.Reports;

/// <summary>Shows an evaluation at a terminal.</summary>
internal static class EvaluationTables
{
    private const int ShownErrors = 10;

    public static void Write(IAnsiConsole console, EvaluationReport report)
    {
        console.WriteLine($"{report.Name} on {report.File}, version {report.Result.ModelVersion}");
        foreach (var sentence in Measures.Sentences(report))
            console.WriteLine(sentence);
        foreach (var result in report.Result.Taxonomies)
            WriteTaxonomy(console, result);
        if (report.Against is { } against)
            WriteComparison(console, report, against);
    }

    private static void WriteTaxonomy(IAnsiConsole console, TaxonomyResult result)
    {
        console.WriteLine();
        console.WriteLine($"{result.Name} (version {result.Version}), {result.Overall.Rows:N0} rows");
        var figures = Make("Measure", "Value", "95 %", "Meaning");
        foreach (var measure in Measures.Of(result))
            Add(figures, measure.Name, measure.Value, measure.Interval, measure.Meaning);
        console.Write(figures);

        var classes = Make("Answer", "Rows", "Precision", "95 %", "Recall", "95 %", "F1", "95 %", "Wrong, of all rows", "of these decided");
        foreach (var entry in result.Overall.Classes)
            Add(
                classes, entry.Answer.Value, $"{entry.Recall.Of:N0}", ReportNumber.Percent(entry.Precision), ReportNumber.PercentInterval(entry.Precision.Estimate),
                ReportNumber.Percent(entry.Recall), ReportNumber.PercentInterval(entry.Recall.Estimate), ReportNumber.Figure(entry.F1?.Value), ReportNumber.Interval(entry.F1),
                $"{ReportNumber.Percent(entry.Wrong)} ({entry.Wrong.Count:N0})", ReportNumber.Percent(entry.WrongAndDecided));
        console.Write(classes);

        var confusion = Make(["Truth, and what was answered", .. result.Answers.Select(answer => answer.Value)]);
        for (var truth = 0; truth < result.Answers.Count; truth++)
            Add(confusion, [result.Answers[truth].Value, .. Enumerable.Range(0, result.Answers.Count).Select(answer => result.Overall.Confusion[truth, answer] is var rows and > 0 ? $"{rows:N0}" : "·")]);
        console.Write(confusion);
        WriteGroups(console, result);
        WriteErrors(console, result);
    }

    private static void WriteGroups(IAnsiConsole console, TaxonomyResult result)
    {
        if (result.Groups.Count == 0)
            return;
        var groups = Make("Prefix of ids", "Rows", "Accuracy", "95 %", "Macro-F1", "Calibration error");
        foreach (var (group, figures) in result.Groups)
            Add(
                groups, group.Length > 0 ? group : "(none)", $"{figures.Rows:N0}", ReportNumber.Percent(figures.Accuracy), ReportNumber.PercentInterval(figures.Accuracy.Estimate),
                ReportNumber.Figure(figures.MacroF1?.Value), ReportNumber.Percent(figures.Calibration.EqualMass));
        console.Write(groups);
    }

    private static void WriteErrors(IAnsiConsole console, TaxonomyResult result)
    {
        if (result.Errors.Count == 0)
            return;
        console.WriteLine(result.Errors.Count > ShownErrors
            ? $"The {ShownErrors} most confident of {result.Errors.Count:N0} errors (--html and --json list all):"
            : "The errors, most confident first:");
        var errors = Make("Line", "Id", "Truth", "Answer", "Confidence", "Status", "Because");
        foreach (var error in result.Errors.Take(ShownErrors))
            Add(
                errors, $"{error.Line}", error.Id, error.Truth.Value, error.Answer.Value, ReportNumber.Figure(error.Confidence), error.Status.ToString().ToLowerInvariant(),
                string.Join(' ', error.Evidence.Select(evidence => evidence.Sentence).Distinct().Take(2)));
        console.Write(errors);
    }

    private static void WriteComparison(IAnsiConsole console, EvaluationReport report, ComparedWith against)
    {
        console.WriteLine();
        console.WriteLine($"Side by side: {report.Name} and {against.Name}");
        var sides = Make("Taxonomy", "Measure", report.Name, against.Name);
        foreach (var pair in against.Comparisons)
            if (report.Result.Find(pair.Taxonomy) is { } judged && against.Result.Find(pair.Taxonomy) is { } other)
                foreach (var (name, value, beside) in SideBySide.Of(judged.Overall, other.Overall))
                    Add(sides, pair.Name, name, value, beside);
        console.Write(sides);
        foreach (var pair in against.Comparisons)
        {
            var paired = Make(pair.Name, $"{against.Name} right", $"{against.Name} wrong");
            Add(paired, $"{report.Name} right", $"{pair.Test.BothRight:N0}", $"{pair.Test.OnlySecond:N0}");
            Add(paired, $"{report.Name} wrong", $"{pair.Test.OnlyFirst:N0}", $"{pair.Test.BothWrong:N0}");
            console.Write(paired);
            foreach (var sentence in Measures.Sentences(report, pair))
                console.WriteLine(sentence);
        }
    }

    private static Table Make(params string[] columns) => new Table().AddColumns([.. columns.Select(Markup.Escape)]);

    private static void Add(Table table, params string[] cells) => table.AddRow([.. cells.Select(Markup.Escape)]);
}

/// <summary>The few figures that two sides are compared by.</summary>
internal static class SideBySide
{
    public static IReadOnlyList<(string Name, string Judged, string Other)> Of(AnswerFigures judged, AnswerFigures other) =>
    [
        ("Accuracy", ReportNumber.Percent(judged.Accuracy), ReportNumber.Percent(other.Accuracy)),
        ("Macro-F1", ReportNumber.Figure(judged.MacroF1?.Value), ReportNumber.Figure(other.MacroF1?.Value)),
        ("Calibration error", ReportNumber.Percent(judged.Calibration.EqualMass), ReportNumber.Percent(other.Calibration.EqualMass)),
        ("Risk at 85 % coverage", Risk(judged), Risk(other)),
        ("Right when sure", ReportNumber.Percent(judged.Sure), ReportNumber.Percent(other.Sure)),
    ];

    private static string Risk(AnswerFigures figures) =>
        figures.Risk.AtCoverage(AnswerFigures.TargetCoverage) is { } point ? ReportNumber.Percent(point.Risk.Value) : ReportNumber.None;
}
