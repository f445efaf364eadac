using CrmSync.Pipeline.Review;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Words;

/// <summary>Review in plain words.</summary>
internal static class ReviewWords
{
    private static readonly Texts T = Texts.Of(typeof(ReviewWords));

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
        ReviewQueueKind.LeastSure => T["LeastSure"],
        ReviewQueueKind.Audit => T["DrawnByChance"],
        ReviewQueueKind.Disagreements => T["Disagreements"],
        ReviewQueueKind.Suspects => T["SuspectedErrors"],
        ReviewQueueKind.SecondLook => T["SecondLook"],
        _ => T["MostUseful"],
    };

    /// <summary>What stands in an empty queue's place.</summary>
    public static string Empty(ReviewQueueKind kind) => kind switch
    {
        ReviewQueueKind.LeastSure => T["EveryAnswerToThisQuestionIsSure"],
        ReviewQueueKind.Audit => T["AllDrawnRowsAreJudgedNewOnesAre"],
        ReviewQueueKind.Disagreements => T["TheCRMTheHostedModelAndTheLocal"],
        ReviewQueueKind.Suspects => T["NoCorrectionLooksWrongToThe"],
        ReviewQueueKind.SecondLook => T["NobodysAnswerWaitsForYouAsThe"],
        _ => T["EveryAnswerToThisQuestionIsSure2"],
    };

    /// <summary>Why a row is in the queue, in a few words.</summary>
    public static string Reason(ReviewReason reason) => reason switch
    {
        ReviewReason.CrmDiffers => T["TheCRMDiffers"],
        ReviewReason.LeastSure => T["LeastSure"],
        ReviewReason.Different => T["UnlikeTheOthers"],
        ReviewReason.Audit => T["DrawnByChance"],
        ReviewReason.HostedDiffers => T["ModelsDiffer"],
        ReviewReason.Suspect => T["SuspectedError"],
        ReviewReason.SecondLook => T["SecondLook"],
        _ => T["AskedFor"],
    };

    /// <summary>The same in a sentence.</summary>
    public static string Sentence(ReviewReason reason, ReviewQueueRow row) => reason switch
    {
        ReviewReason.CrmDiffers => row.Row.KeptActor == "automation"
            ? T["AnotherProgramSetAnotherValueIn"]
            : T["SomebodySetAnotherValueInTheCRM"],
        ReviewReason.LeastSure => T["ThisAnswerIsAmongTheLeastSure"],
        ReviewReason.Different => T["ItLooksLikeNoOtherRowInThisQueue"],
        ReviewReason.Audit => T["ItWasDrawnByChanceFromAllDecided"],
        ReviewReason.HostedDiffers => T["TheHostedModelGaveAnotherAnswer"],
        ReviewReason.Suspect => T["SomebodyCorrectedItAndAModelThat"],
        ReviewReason.SecondLook => T["AnotherPersonHasJudgedItWhatThey"],
        _ => "",
    };

    /// <summary>Where a correction came from.</summary>
    public static string Source(string source) => source switch { "console" => T["InTheConsole"], "file" => T["FromAFile"], "crm" => T["InTheCRM"], _ => source };

    /// <summary>What taking a correction back did; null for a word that is none of ours.</summary>
    public static string? Undone(string outcome) => outcome switch
    {
        "nothing" => T["ThereIsNoAnswerOfYoursToTakeBack"],
        _ => Enum.TryParse<UndoOutcome>(outcome, out var known) ? known switch
        {
            UndoOutcome.Undone => T["TakenBackWhatStoodBeforeStands"],
            UndoOutcome.UndoneForTraining => T["TakenBackTheActivityHasAnother"],
            UndoOutcome.NotTheLast => T["ALaterCorrectionOfTheSameLabel"],
            UndoOutcome.AlreadyUndone => T["ItWasTakenBackBefore"],
            UndoOutcome.Unknown => T["ThereIsNoSuchCorrection"],
            _ => null,
        } : null,
    };

    /// <summary>What a button did besides; null for a word that is none of ours.</summary>
    public static string? Note(string? word) => word switch
    {
        "agreed" => T["SavedYouAndTheFirstPersonGaveThe"],
        "differed" => T["SavedYourAnswerDiffersFromThe"],
        "gone" => T["NotSavedSomebodyElseWasQuicker"],
        "settled" => "Settled.",
        "unsettled" => T["NotSettledSomebodyElseWasQuicker"],
        "share" => T["TheShareIsSet"],
        "writes" => T["FromNowOnYourAnswersAreWrittenTo"],
        "keeps" => T["FromNowOnYourAnswersStayHereThe"],
        _ => null,
    };

    /// <summary>How far two people agree, in words.</summary>
    public static string Kappa(Pipeline.Evaluation.Statistics.Kappa kappa) => kappa.IsInconclusive
        ? T["InconclusiveTooFewRows"]
        : kappa.Value switch { >= 0.8 => T["VeryGood"], >= 0.6 => "good", >= 0.4 => "moderate", >= 0.2 => "fair", _ => "poor" };
}
