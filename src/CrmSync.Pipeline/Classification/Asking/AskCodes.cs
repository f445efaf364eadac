using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>What can become of a question beside an answer. Why the model itself gave none stands in <see cref="Hosted.HostedFailures"/>.</summary>
internal static class AskCodes
{
    /// <summary>All codes, for the operator's list.</summary>
    public static IReadOnlyList<FailureCode> All { get; } =
    [
        new("hosted.batch_lost", FailureCategory.Retry, "The endpoint lost a batch of questions, or did not end it within its day",
            "Nothing to do: they are asked directly; if it goes on, turn BatchBackfills off."),
        new("hosted.batch_under_way", null, "The endpoint works on a batch of questions",
            "Nothing to do: it is looked at now and then, for up to a day."),
        new("hosted.changed_meanwhile", null, "An activity or its decision changed before the hosted model's answer came, so the question was dropped",
            "Nothing to do: the newer content is decided about by itself."),
        new("hosted.not_configured", null, "A question was left from when a hosted model was configured; the local answer stands",
            "Nothing to do, or configure the model again under CrmSync:Classification:Hosted."),
        new("hosted.over_share", null, "Less sure activities filled the share that the hosted model may be asked about; the local answer stands",
            "Decide it in the review, or raise CrmSync:Classification:Hosted:Share."),
        new("hosted.sure_meanwhile", null, "The local steps became sure before the hosted model was asked",
            "Nothing to do."),
    ];

    public static Failure BatchLost()
    {
        var row = All.First(code => code.Code == "hosted.batch_lost");
        return new Failure(row.Category!.Value, row.Code, $"{row.Sentence}.", row.Fix);
    }
}
