using CrmSync.Pipeline.Review;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Words;

/// <summary>Review in plain words.</summary>
internal static class ReviewWords
{
    /// <summary>The queues, as addresses name them.</summary>
    public static IReadOnlyList<(ReviewQueueKind Kind, string Slug)> Queues { get; } =
    [
        (ReviewQueueKind.Mixed, "all"), (ReviewQueueKind.LeastSure, "least-sure"), (ReviewQueueKind.Audit, "audit"), (ReviewQueueKind.Disagreements, "disagreements"),
        (ReviewQueueKind.Suspects, "suspects"), (ReviewQueueKind.SecondLook, "second-look"),
    ];

    /// <summary>The queue of a slug; the mixed one for a slug that is none.</summary>
    public static ReviewQueueKind QueueOf(string? slug) => Queues.FirstOrDefault(queue => queue.Slug == slug).Kind;

    /// <summary>The slug of a queue.</summary>
    public static string SlugOf(ReviewQueueKind kind) => Queues.First(queue => queue.Kind == kind).Slug;

    /// <summary>Name of a queue.</summary>
    public static string Queue(ReviewQueueKind kind) => kind switch
    {
        ReviewQueueKind.LeastSure => "Least sure",
        ReviewQueueKind.Audit => "Drawn by chance",
        ReviewQueueKind.Disagreements => "Disagreements",
        ReviewQueueKind.Suspects => "Suspected errors",
        ReviewQueueKind.SecondLook => "Second look",
        _ => "Most useful",
    };

    /// <summary>What stands in an empty queue's place.</summary>
    public static string Empty(ReviewQueueKind kind) => kind switch
    {
        ReviewQueueKind.LeastSure => "Every answer to this question is sure enough.",
        ReviewQueueKind.Audit => "All drawn rows are judged. New ones are drawn within a minute.",
        ReviewQueueKind.Disagreements => "The CRM, the hosted model and the local one agree wherever they can be compared.",
        ReviewQueueKind.Suspects => "No correction looks wrong to the newest trained model, or all of them were looked at again.",
        ReviewQueueKind.SecondLook => "Nobody's answer waits for you as the second person. Of what people correct, a share is drawn for that.",
        _ => "Every answer to this question is sure enough, and all drawn rows are judged.",
    };

    /// <summary>Why a row is in the queue, in a few words.</summary>
    public static string Reason(ReviewReason reason) => reason switch
    {
        ReviewReason.CrmDiffers => "The CRM differs",
        ReviewReason.LeastSure => "Least sure",
        ReviewReason.Different => "Unlike the others",
        ReviewReason.Audit => "Drawn by chance",
        ReviewReason.HostedDiffers => "Models differ",
        ReviewReason.Suspect => "Suspected error",
        ReviewReason.SecondLook => "Second look",
        _ => "Asked for",
    };

    /// <summary>The same in a sentence.</summary>
    public static string Sentence(ReviewReason reason, ReviewQueueRow row) => reason switch
    {
        ReviewReason.CrmDiffers => row.Row.KeptActor == "automation"
            ? "Another program set another value in the CRM. Say which one is right."
            : "Somebody set another value in the CRM, and it does not tell who. Say which one is right.",
        ReviewReason.LeastSure => "This answer is among the least sure ones.",
        ReviewReason.Different => "It looks like no other row in this queue, so the answer teaches something new.",
        ReviewReason.Audit => "It was drawn by chance from all decided rows. Judge it even if it looks easy: the error rate rests on these.",
        ReviewReason.HostedDiffers => "The hosted model gave another answer than the local one.",
        ReviewReason.Suspect => "Somebody corrected it, and a model that had not seen the correction is sure of another label.",
        ReviewReason.SecondLook => "Another person has judged it. What they said is not shown, so that agreement can be measured.",
        _ => "",
    };

    /// <summary>Where a correction came from.</summary>
    public static string Source(string source) => source switch { "console" => "in the console", "file" => "from a file", "crm" => "in the CRM", _ => source };

    /// <summary>What taking a correction back did; null for a word that is none of ours.</summary>
    public static string? Undone(string outcome) => outcome switch
    {
        "nothing" => "There is no answer of yours to take back.",
        _ => Enum.TryParse<UndoOutcome>(outcome, out var known) ? known switch
        {
            UndoOutcome.Undone => "Taken back. What stood before stands again, here and, as soon as it is written, in the CRM.",
            UndoOutcome.UndoneForTraining => "Taken back. The activity has another text by now, so no decision changed.",
            UndoOutcome.NotTheLast => "A later correction of the same label stands; take that back first.",
            UndoOutcome.AlreadyUndone => "It was taken back before.",
            UndoOutcome.Unknown => "There is no such correction.",
            _ => null,
        } : null,
    };

    /// <summary>What a button did besides; null for a word that is none of ours.</summary>
    public static string? Note(string? word) => word switch
    {
        "agreed" => "Saved: you and the first person gave the same answer.",
        "differed" => "Saved: your answer differs from the first one. It stands under disagreements until somebody settles it.",
        "gone" => "Not saved: somebody else was quicker, the text has changed, or the first answer was taken back.",
        "settled" => "Settled.",
        "unsettled" => "Not settled: somebody else was quicker.",
        "share" => "The share is set.",
        "writes" => "From now on your answers are written to the CRM.",
        "keeps" => "From now on your answers stay here; the CRM keeps what it holds.",
        _ => null,
    };

    /// <summary>How far two people agree, in words.</summary>
    public static string Kappa(Pipeline.Evaluation.Statistics.Kappa kappa) => kappa.IsInconclusive
        ? "inconclusive, too few rows"
        : kappa.Value switch { >= 0.8 => "very good", >= 0.6 => "good", >= 0.4 => "moderate", >= 0.2 => "fair", _ => "poor" };
}
