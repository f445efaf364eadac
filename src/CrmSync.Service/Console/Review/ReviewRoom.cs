using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Console.Review;

/// <summary>Where people review: finds each one a row that nobody else looks at, and takes answers, openly or blindly. Thread-safe.</summary>
internal sealed class ReviewRoom(LedgerReader ledger, CorrectionDesk desk, ICorrectionStore corrections, IReviewStore store, IModelStore models)
{
    private const int QueueSize = 40;

    // Long enough to read a page of mail, short enough that a row which somebody walked away from is soon free.
    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    /// <summary>Where answers are checked.</summary>
    public CorrectionDesk Desk => desk;

    /// <summary>Stored corrections.</summary>
    public ICorrectionStore Corrections => corrections;

    /// <summary>What several reviewers share.</summary>
    public IReviewStore Store => store;

    /// <summary>Opens a queue, or one row of it.</summary>
    /// <param name="kind">The queue.</param>
    /// <param name="taxonomy">The question.</param>
    /// <param name="skipped">What this person has put aside.</param>
    /// <param name="row">The row that is asked for; null for the first that is free.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The row, what comes after it, and who else looks at it.</returns>
    public async Task<(ReviewQueueRow? Shown, IReadOnlyList<ReviewQueueRow> Next, string? Elsewhere)> OpenAsync(
        ReviewQueueKind kind, string taxonomy, IReadOnlyCollection<long> skipped, long? row, string actor, CancellationToken cancellationToken)
    {
        var queue = await QueueAsync(kind, taxonomy, skipped, actor, cancellationToken);
        ReviewQueueRow? shown;
        string? elsewhere = null;
        if (row is { } id && await ledger.Reviews.FindAsync(id, taxonomy, cancellationToken) is { } asked)
        {
            // Whoever asks for a row gets it; that somebody else looks at it is said.
            shown = queue.FirstOrDefault(item => item.Row.ActivityId == asked.ActivityId) ?? new ReviewQueueRow(asked, [], 0);
            await store.ClaimAsync(taxonomy, [asked.ActivityId], actor, Hold, cancellationToken);
            elsewhere = await store.FindClaimantAsync(taxonomy, asked.ActivityId, actor, cancellationToken);
        }
        else
        {
            // Asked for an empty queue, too: whoever goes on lets go of the row before.
            var claimed = await store.ClaimAsync(taxonomy, [.. queue.Select(item => item.Row.ActivityId)], actor, Hold, cancellationToken);
            shown = queue.FirstOrDefault(item => item.Row.ActivityId == claimed);
        }
        return (shown, [.. queue.Where(item => item.Row.ActivityId != shown?.Row.ActivityId)], elsewhere);
    }

    /// <summary>Takes an answer.</summary>
    /// <param name="answer">What the person says.</param>
    /// <param name="second">The double review that it is the second answer of; null for an open answer.</param>
    /// <param name="actor">Who.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>What to append to the queue's address so that the page says what happened.</returns>
    public async Task<Result<string>> AnswerAsync(PersonAnswer answer, long? second, string actor, CancellationToken cancellationToken)
    {
        if (second is { } id)
        {
            var activity = (await corrections.FindAsync([new ActivityName(answer.ActivityId, null, null, null)], cancellationToken))[0];
            if (desk.Prepare(answer, activity) is { Succeeded: false } refused)
                return refused.Failure;
            var outcome = await store.JudgeSecondAsync(id, answer.Label, actor, cancellationToken);
            await LetGoAsync(answer.Taxonomy, actor, cancellationToken);
            return outcome switch
            {
                SecondOutcome.Agreed => "&note=agreed",
                SecondOutcome.Differed => "&note=differed",
                _ => "&note=gone",
            };
        }
        var open = answer with { WriteBack = await store.ReadWriteBackAsync(actor, cancellationToken) };
        var stored = await desk.CorrectAsync(open, CorrectionSource.Console, actor, cancellationToken);
        if (!stored.Succeeded)
            return stored.Failure;
        // The row may be somebody's second look at once.
        await LetGoAsync(answer.Taxonomy, actor, cancellationToken);
        return $"&done={stored.Value}";
    }

    /// <summary>Settles what two people differ about: the label that is right becomes a correction where it does not stand already.</summary>
    /// <returns>False where somebody else was quicker.</returns>
    public async Task<Result<bool>> SettleAsync(long dispute, string taxonomy, string? label, string actor, CancellationToken cancellationToken)
    {
        var disputes = await ledger.ReviewFigures.DisputesAsync(taxonomy, 1_000, cancellationToken);
        if (disputes.FirstOrDefault(row => row.Id == dispute) is not { } found)
            return false;
        if (label != found.FirstLabel)
        {
            var answer = new PersonAnswer(found.ActivityId, taxonomy, label, found.ContentHash) { WriteBack = await store.ReadWriteBackAsync(actor, cancellationToken) };
            var stored = await desk.CorrectAsync(answer, CorrectionSource.Console, actor, cancellationToken);
            if (!stored.Succeeded)
                return stored.Failure;
        }
        return await store.SettleAsync(dispute, label, actor, cancellationToken);
    }

    private Task<long?> LetGoAsync(string taxonomy, string actor, CancellationToken cancellationToken) => store.ClaimAsync(taxonomy, [], actor, Hold, cancellationToken);

    private async Task<IReadOnlyList<ReviewQueueRow>> QueueAsync(
        ReviewQueueKind kind, string taxonomy, IReadOnlyCollection<long> skipped, string actor, CancellationToken cancellationToken)
    {
        var reviews = ledger.Reviews;
        switch (kind)
        {
            case ReviewQueueKind.Disagreements:
                return await reviews.DisagreementsAsync(taxonomy, skipped, QueueSize, cancellationToken);
            case ReviewQueueKind.Suspects:
                var newest = (await models.ListModelsAsync(cancellationToken)).Select(model => (model.CreatedAt, Evaluation: ModelEvaluation.Parse(model.Evaluation)))
                    .FirstOrDefault(found => found.Evaluation is not null);
                return newest.Evaluation is { } evaluation
                    ? await reviews.SuspectsAsync(taxonomy, evaluation.Suspects, newest.CreatedAt, skipped, QueueSize, cancellationToken)
                    : [];
            case ReviewQueueKind.SecondLook:
                return await reviews.SecondLooksAsync(taxonomy, actor, skipped, QueueSize, cancellationToken);
            default:
                return await reviews.QueueAsync(kind, taxonomy, skipped, QueueSize, cancellationToken);
        }
    }
}
