using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Evaluation.Statistics;

namespace CrmSync.Pipeline.Segments.Learning;

/// <summary>An automatic answer about an account of a segment that was drawn by chance and judged by a person.</summary>
/// <param name="Taxonomy">The question.</param>
/// <param name="ModelVersion">Version of the step that answered.</param>
/// <param name="Confidence">How sure it was, 0 to 1.</param>
/// <param name="IsRight">Whether the person agreed.</param>
public readonly record struct AuditedAnswer(string Taxonomy, string ModelVersion, double Confidence, bool IsRight);

/// <summary>From which confidence on answers about the accounts of one segment count, where that is more than elsewhere.</summary>
/// <param name="Taxonomy">The question.</param>
/// <param name="ModelVersion">Version of the step whose answers were judged; answers of others are not held to it.</param>
/// <param name="Confidence">From here on, 0 to 1.</param>
/// <param name="Judged">How many answers were judged.</param>
/// <param name="Wrong">How many of these were wrong.</param>
public sealed record SegmentThreshold(string Taxonomy, string ModelVersion, double Confidence, long Judged, long Wrong)
{
    /// <summary>Slug of the evidence that a held-back answer carries.</summary>
    public const string Rule = "segment-threshold";

    private const string Sentence = "In this account's segment answers were wrong more often than allowed, so more certainty is asked for here than elsewhere.";

    /// <summary>The answer, held back where it is not sure enough for the segment of its account.</summary>
    /// <param name="decision">What the cascade says.</param>
    /// <param name="thresholds">Those of the account's segment.</param>
    public static LabelDecision Apply(LabelDecision decision, IReadOnlyList<SegmentThreshold> thresholds)
    {
        ArgumentNullException.ThrowIfNull(decision);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (decision.Status == DecisionStatus.Unsure || !thresholds.Any(threshold => threshold.HoldsBack(decision)))
            return decision;
        return decision with
        {
            Status = DecisionStatus.Unsure, Evidence = [.. decision.Evidence.Take(LabelDecision.MaxEvidence - 1), new Evidence(Rule, Sentence, null, null)],
        };
    }

    private bool HoldsBack(LabelDecision decision) => decision.Taxonomy == Taxonomy && decision.ModelVersion == ModelVersion && decision.Confidence < Confidence;
}

/// <summary>Finds segments in which answers are wrong more often than allowed. Pure.</summary>
public static class SegmentThresholds
{
    /// <summary>One-sided 95 % point of the normal distribution: only where chance hardly explains it is a segment held to more.</summary>
    private const double Z95 = 1.6449;

    /// <summary>Where no confidence keeps the errors within what is allowed, only answers that are practically certain count.</summary>
    private const double Unattainable = 0.99;

    /// <summary>The thresholds of one segment; empty where too few answers were judged, or where these are as good as anywhere.</summary>
    /// <param name="answers">Judged answers about its accounts, drawn by chance.</param>
    /// <param name="options">From how many on, and how many may be wrong.</param>
    public static IReadOnlyList<SegmentThreshold> Of(IEnumerable<AuditedAnswer> answers, LearningOptions options)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(options);
        return
        [
            .. answers.GroupBy(answer => (answer.Taxonomy, answer.ModelVersion)).OrderBy(group => group.Key)
                .Select(group => Of(group.Key.Taxonomy, group.Key.ModelVersion, [.. group], options)).OfType<SegmentThreshold>(),
        ];
    }

    private static SegmentThreshold? Of(string taxonomy, string version, List<AuditedAnswer> answers, LearningOptions options)
    {
        var wrong = answers.Count(answer => !answer.IsRight);
        if (answers.Count < options.FewestAudited || Wilson.Interval(wrong, answers.Count, Z95).Low <= options.AllowedWrong)
            return null;
        // From the longest stretch of surest answers that keeps to what is allowed.
        var curve = SelectiveRisk.Measure([.. answers.Select(answer => new Scored(answer.Confidence, answer.IsRight))]).Curve;
        var at = curve.Count - 1;
        while (at >= 0 && (double)curve[at].Wrong / curve[at].Taken > options.AllowedWrong)
            at--;
        return new SegmentThreshold(taxonomy, version, at < 0 ? Unattainable : curve[at].Confidence, answers.Count, wrong);
    }
}
