using System.Text.Json;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Evaluation;

/// <summary>
/// Writes an evaluation as JSON for scripts, in schema <c>crmsync/evaluation/1</c>: members are only ever added. Shares and figures are 0 to 1 with six digits, each with
/// <c>low</c> and <c>high</c> of its 95 % interval; a figure that cannot be measured is null. No text of any activity.
/// </summary>
public static class EvaluationJson
{
    /// <summary>Name of the schema.</summary>
    public const string Schema = "crmsync/evaluation/1";

    private const int CurvePoints = 100;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, IndentSize = 1 };

    /// <summary>The whole document.</summary>
    public static string Write(EvaluationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return JsonSerializer.Serialize(
            new
            {
                Schema,
                report.At,
                File = report.Source is not { } source ? null : new { Name = report.File, source.Read, Judged = source.Rows.Count, source.Malformed, source.Blank, source.Unknown, source.Faults },
                report.Name,
                Evaluation = Of(report.Result),
                Against = report.Against is not { } against ? null : new
                {
                    against.Name,
                    Evaluation = Of(against.Result),
                    Comparisons = against.Comparisons.Select(pair => Of(pair, against.Name, report.Name)),
                },
            },
            Options);
    }

    private static object Of(EvaluationResult result) => new
    {
        result.ModelVersion,
        result.Rows,
        Cost = new { PromptTokens = result.Usage.Prompt, CachedTokens = result.Usage.Cached, CompletionTokens = result.Usage.Completion, Usd = result.CostUsd },
        Taxonomies = result.Taxonomies.Select(Of),
    };

    private static object Of(TaxonomyResult result) => new
    {
        Id = result.Taxonomy,
        result.Version,
        result.Name,
        Answers = result.Answers.Select(answer => new { answer.Label, answer.Value }),
        result.NotAsked,
        Overall = Of(result.Overall, withCurve: true),
        Hard = result.Hard is { } hard ? Of(hard) : null,
        Plain = result.Plain is { } plain ? Of(plain) : null,
        Groups = result.Groups.Select(group => new { Group = group.Key, Figures = Of(group.Value) }),
        Errors = result.Errors.Select(error => new
        {
            error.Id,
            error.Line,
            Truth = error.Truth.Label,
            Answer = error.Answer.Label,
            Status = Word(error.Status),
            Confidence = Round(error.Confidence),
            error.DecidedBy,
            error.IsHard,
            Evidence = error.Evidence.Select(evidence => new { evidence.Rule, evidence.Sentence }),
        }),
    };

    private static object Of(AnswerFigures figures, bool withCurve = false) => new
    {
        figures.Rows,
        Accuracy = Of(figures.Accuracy),
        MacroF1 = Of(figures.MacroF1),
        MacroF1WithAbstain = Of(figures.MacroF1WithAbstain),
        Classes = figures.Classes.Select(entry => new
        {
            entry.Answer.Label, Precision = Of(entry.Precision), Recall = Of(entry.Recall), F1 = Of(entry.F1), Wrong = Of(entry.Wrong), WrongAndDecided = Of(entry.WrongAndDecided),
        }),
        Confusion = Enumerable.Range(0, figures.Confusion.Classes).Select(truth => Enumerable.Range(0, figures.Confusion.Classes).Select(answer => figures.Confusion[truth, answer])),
        Calibration = new
        {
            EqualMass = Round(figures.Calibration.EqualMass),
            EqualWidth = Round(figures.Calibration.EqualWidth),
            Bins = figures.Calibration.Bins.Select(bin => new { Low = Round(bin.Low), High = Round(bin.High), bin.Rows, Confidence = Round(bin.MeanConfidence), Accuracy = Of(bin.Accuracy) }),
        },
        Risk = new
        {
            Area = Round(figures.Risk.Area),
            AtCoverage85 = Of(figures.Risk.AtCoverage(AnswerFigures.TargetCoverage)),
            AtRisk3 = Of(figures.Risk.AtRisk(AnswerFigures.TargetRisk)),
            // Parts of the rows go without: their curves are short on rows and long on lines.
            Curve = withCurve ? figures.Risk.Thin(CurvePoints).Select(point => Of((RiskPoint?)point)) : null,
        },
        Sure = Of(figures.Sure),
        Statuses = figures.Statuses.ToDictionary(pair => Word(pair.Key), pair => pair.Value),
        figures.Steps,
    };

    private static object Of(TaxonomyComparison pair, string first, string second) => new
    {
        Id = pair.Taxonomy,
        pair.Test.BothRight,
        OnlyAgainstRight = pair.Test.OnlyFirst,
        OnlyJudgedRight = pair.Test.OnlySecond,
        pair.Test.BothWrong,
        pair.Test.PValue,
        pair.Test.IsExact,
        pair.LeftOut,
        ValuesOnlyAgainst = pair.OnlyFirst,
        ValuesOnlyJudged = pair.OnlySecond,
        Sentence = pair.Say(first, second),
    };

    private static object Of(Share share) => new { share.Count, share.Of, Value = Round(share.Estimate?.Value), Low = Round(share.Estimate?.Low), High = Round(share.Estimate?.High) };

    private static object? Of(Estimate? estimate) => estimate is { } known ? new { Value = Round(known.Value), Low = Round(known.Low), High = Round(known.High) } : null;

    private static object? Of(RiskPoint? point) => point is { } known
        ? new { Confidence = Round(known.Confidence), Coverage = Round(known.Coverage), known.Taken, known.Wrong, Risk = Of((Estimate?)known.Risk) }
        : null;

    private static double? Round(double? value) => value is { } known ? Math.Round(known, 6) : null;

    private static string Word(DecisionStatus status) => status.ToString().ToLowerInvariant();
}
