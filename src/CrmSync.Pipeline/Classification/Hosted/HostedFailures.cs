using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Hosted;

/// <summary>Why the hosted model gave no decision. The endpoint's own trouble has codes of its connector.</summary>
internal static class HostedFailures
{
    /// <summary>All codes, for the operator's list.</summary>
    public static IReadOnlyList<FailureCode> Codes { get; } =
    [
        new("hosted.cut_off", FailureCategory.Retry, "The hosted model's answer was longer than allowed and ended in the middle",
            "It is asked again later; if it goes on, raise MaxOutputTokensPerRecord (a reasoning model needs more) or lower RecordsPerCall."),
        new("hosted.filtered", FailureCategory.Reject, "The endpoint's content filter stopped an activity's text or the answer to it",
            "Decide it in the review; where many are stopped, ask for another content filter on the deployment."),
        new("hosted.malformed", FailureCategory.Retry, "The hosted model twice answered about an activity in a form that cannot be trusted: no JSON, a label that there is not, or ids that were not asked",
            "It is asked again later; if it goes on, choose a deployment of a model that supports structured output."),
        new("hosted.not_recorded", FailureCategory.Stop, "A replayed recording holds no reply to this question",
            "Record it again with the present definitions and texts."),
        new("hosted.outdated", FailureCategory.Retry, "The definitions changed while the hosted model was being asked, so its answer counts for nothing",
            "Nothing to do: it is asked again with the present definitions."),
        new("hosted.over_budget", FailureCategory.Wait, "The day's budget for the hosted model is spent",
            "It goes on after midnight UTC; raise DailyBudgetUsd if that is too late."),
        new("hosted.refused", FailureCategory.Reject, "The hosted model declined to answer about an activity",
            "Decide it in the review."),
        new("hosted.unavailable", FailureCategory.Retry, "The hosted model's endpoint gave no answer",
            "It is asked again by itself; doctor shows whether the endpoint can be reached."),
    ];

    /// <summary>A failure of this code; the sentence of the list, with a few words of our own after it.</summary>
    public static Failure Of(string code, string? detail = null)
    {
        var row = Codes.First(row => row.Code == code);
        return new Failure(row.Category!.Value, row.Code, detail is null ? $"{row.Sentence}." : $"{row.Sentence}: {detail}.", row.Fix);
    }
}
