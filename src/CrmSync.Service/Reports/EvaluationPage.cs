using System.Globalization;
using CrmSync.Pipeline.Evaluation;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Words;

namespace CrmSync.Service.Reports;

/// <summary>
/// An evaluation as one HTML file that can be sent around: no script, nothing loaded from elsewhere (its own policy forbids both), readable on a phone, in the dark and on paper. It stands
/// in the service because it draws with the console's charts.
/// </summary>
internal static class EvaluationPage
{
    /// <summary>Errors listed per taxonomy; a page of more is slow to open and nobody reads on.</summary>
    private const int MaxErrors = 500;

    /// <param name="report">What is shown.</param>
    /// <param name="excerpt">The beginning of an error's text, where the reader asked for it; activities are personal data, so null is the rule.</param>
    public static string Write(EvaluationReport report, Func<EvaluationError, string>? excerpt = null)
    {
        var html = new HtmlBuilder();
        var title = $"Evaluation of {report.Name}{(report.File is { } file ? $" on {file}" : "")}";
        html.Raw("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        html.Raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"><meta name=\"robots\" content=\"noindex\">");
        html.Element("title", title).Raw("<style>\n").Raw(Style()).Raw("</style></head><body><main><header>").Element("h1", title);
        html.Element("p", $"{report.Result.ModelVersion}, judged {report.At.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture)}", "quiet");
        html.Element("p", string.Join(' ', Measures.Sentences(report))).Raw("</header>");
        if (report.Against is { } against)
            WriteComparison(html, report, against);
        foreach (var result in report.Result.Taxonomies)
            WriteTaxonomy(html, result, report.Against, excerpt);
        if (report.Source?.Faults is { Count: > 0 } faults)
        {
            html.Raw("<section>").Element("h2", "What was left out").Raw("<ul>");
            foreach (var fault in faults)
                html.Element("li", fault);
            html.Raw("</ul></section>");
        }
        html.Raw("<footer>").Element(
            "p",
            "Intervals hold the true value in 95 of 100 cases: Wilson's for shares, bootstrap over rows for F1. Rows of one author resemble each other, so a file of few authors says less than its intervals promise.",
            "quiet");
        return html.Raw("</footer></main></body></html>\n").ToString();
    }

    private static void WriteTaxonomy(HtmlBuilder html, TaxonomyResult result, ComparedWith? against, Func<EvaluationError, string>? excerpt)
    {
        var measures = Measures.Of(result);
        html.Raw("<section>").Element("h2", result.Name).Element("p", $"Version {result.Version} of the definitions, {result.Overall.Rows:N0} rows", "quiet").Raw("<dl class=\"tiles\">");
        foreach (var measure in measures.Where(measure => measure.Name is "Accuracy" or "Macro-F1" or "Calibration error" or "Risk at 85 % coverage"))
            html.Raw("<div>").Element("dt", measure.Name).Element("dd", measure.Value).Element("dd", measure.Interval.Length > 0 ? measure.Interval : " ", "quiet").Raw("</div>");
        html.Raw("</dl><div class=\"charts\"><figure>").Element("figcaption", "Truth and answer").Raw(ConfusionMap.Draw(result.Answers, result.Overall.Confusion).ToString());
        html.Raw("</figure><figure>").Element("figcaption", "Does confidence mean what it says?").Raw(ReliabilityPlot.Draw(result.Overall.Calibration).ToString());
        html.Element("p", "Dots on the dashed line: a confidence of 90 % is right in 90 of 100 cases. Below it, answers are less often right than they claim.", "quiet");
        html.Raw("</figure><figure>").Element("figcaption", "Wrong answers when only the surest count")
            .Raw(RiskPlot.Draw(result.Overall.Risk, against?.Result.Find(result.Taxonomy)?.Overall.Risk).ToString());
        html.Element("p", $"Dashed: 3 % wrong, 85 % of rows.{(against is null ? "" : $" The pale curve is {against.Name}.")}", "quiet").Raw("</figure></div>");
        html.Table("Measures", "measures", ["Measure", "Value", "95 % interval", "Meaning"], measures.Select(measure => (IReadOnlyList<Cell>)
            [new(measure.Name), new(measure.Value, "", "number"), new(measure.Interval, "", "number"), new(measure.Meaning, "", "quiet")]));
        html.Table("Answer by answer", "classes", ["Answer", "Rows", "Precision", "Recall", "F1", "Wrong, of all rows", "Wrong and decided"], result.Overall.Classes.Select(entry => (IReadOnlyList<Cell>)
            [
                new(entry.Answer.Value), new(TimeText.Number(entry.Recall.Of), "", "number"),
                new(ReportNumber.Percent(entry.Precision), ReportNumber.PercentInterval(entry.Precision.Estimate), "number"),
                new(ReportNumber.Percent(entry.Recall), ReportNumber.PercentInterval(entry.Recall.Estimate), "number"),
                new(ReportNumber.Figure(entry.F1?.Value), ReportNumber.Interval(entry.F1), "number"),
                new(ReportNumber.Percent(entry.Wrong), Rows(entry.Wrong.Count), "number"),
                new(ReportNumber.Percent(entry.WrongAndDecided), Rows(entry.WrongAndDecided.Count), "number"),
            ]));
        if (result.Groups.Count > 0)
            html.Table("By prefix of ids", "groups", ["Prefix", "Rows", "Accuracy", "Macro-F1", "Calibration error"], result.Groups.Select(group => (IReadOnlyList<Cell>)
                [
                    new(group.Key.Length > 0 ? group.Key : "(none)"), new(TimeText.Number(group.Value.Rows), "", "number"),
                    new(ReportNumber.Percent(group.Value.Accuracy), ReportNumber.PercentInterval(group.Value.Accuracy.Estimate), "number"),
                    new(ReportNumber.Figure(group.Value.MacroF1?.Value), ReportNumber.Interval(group.Value.MacroF1), "number"),
                    new(ReportNumber.Percent(group.Value.Calibration.EqualMass), "", "number"),
                ]));
        WriteErrors(html, result, excerpt);
        html.Raw("</section>");
    }

    private static void WriteErrors(HtmlBuilder html, TaxonomyResult result, Func<EvaluationError, string>? excerpt)
    {
        if (result.Errors.Count == 0)
        {
            html.Element("p", "Every answer agrees with the truth.");
            return;
        }
        html.Raw(result.Errors.Count > 40 ? "<details>" : "<details open>").Element("summary", $"{TimeText.Number(result.Errors.Count)} errors, most confident first");
        if (result.Errors.Count > MaxErrors)
            html.Element("p", $"The first {MaxErrors} are listed; --json lists all.", "quiet");
        if (excerpt is null)
            html.Element("p", "Texts are left out because they are personal data; --texts shows how they begin.", "quiet");
        html.Table("Errors", "errors", ["Row", "Truth", "Answer", "Confidence", excerpt is null ? "Because" : "Because, and how the text begins"], result.Errors.Take(MaxErrors).Select(error => (IReadOnlyList<Cell>)
            [
                new(error.Id, error.Line > 0 ? $"line {TimeText.Number(error.Line)}{(error.IsHard == true ? ", arguable" : "")}" : ""),
                new(error.Truth.Value),
                new(error.Answer.Value, error.Status == Pipeline.Classification.DecisionStatus.Unsure ? "unsure" : ""),
                new(ReportNumber.Figure(error.Confidence), $"by {error.DecidedBy}", "number"),
                new(error.Evidence.Count == 0 ? "no evidence for it" : string.Join(' ', error.Evidence.Select(evidence => evidence.Sentence).Distinct()), excerpt?.Invoke(error) ?? "", "why"),
            ]));
        html.Raw("</details>");
    }

    private static void WriteComparison(HtmlBuilder html, EvaluationReport report, ComparedWith against)
    {
        html.Raw("<section>").Element("h2", $"Side by side: {report.Name} and {against.Name}");
        foreach (var pair in against.Comparisons)
        {
            html.Element("p", string.Join(' ', Measures.Sentences(report, pair)), "verdict").Raw("<div class=\"pair\">");
            if (report.Result.Find(pair.Taxonomy) is { } judged && against.Result.Find(pair.Taxonomy) is { } other)
                html.Table(pair.Name, "sides", ["Measure", report.Name, against.Name], SideBySide.Of(judged.Overall, other.Overall).Select(line => (IReadOnlyList<Cell>)
                    [new(line.Name), new(line.Judged, "", "number"), new(line.Other, "", "number")]));
            html.Table($"{pair.Name}: the same rows", "sides", ["", $"{against.Name} right", $"{against.Name} wrong"],
            [
                [new($"{report.Name} right"), new(TimeText.Number(pair.Test.BothRight), "", "number"), new(TimeText.Number(pair.Test.OnlySecond), "", "number")],
                [new($"{report.Name} wrong"), new(TimeText.Number(pair.Test.OnlyFirst), "", "number"), new(TimeText.Number(pair.Test.BothWrong), "", "number")],
            ]);
            html.Raw("</div>").Element("p", pair.Test.IsExact ? "McNemar's test, exact." : "McNemar's test, chi-square with continuity correction.", "quiet");
        }
        html.Raw("</section>");
    }

    private static string Rows(long count) => count == 1 ? "1 row" : $"{TimeText.Number(count)} rows";

    private static string Style()
    {
        using var stream = typeof(EvaluationPage).Assembly.GetManifestResourceStream("reports/report.css")
            ?? throw new InvalidOperationException("reports/report.css is missing from the assembly; build again.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
