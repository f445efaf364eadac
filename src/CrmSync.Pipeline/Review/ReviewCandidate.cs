namespace CrmSync.Pipeline.Review;

/// <summary>Why a row is worth a person's look.</summary>
public enum ReviewReason
{
    /// <summary>The CRM holds another value, and it is not known that a person set it.</summary>
    CrmDiffers,

    /// <summary>The answer is among the least sure ones.</summary>
    LeastSure,

    /// <summary>It looks like no other row in the queue.</summary>
    Different,

    /// <summary>It was drawn by chance from all decided rows, so that the error rate can be estimated.</summary>
    Audit,

    /// <summary>The hosted model gave another answer than the local one.</summary>
    HostedDiffers,

    /// <summary>A model that had not seen the correction is sure of another label.</summary>
    Suspect,

    /// <summary>Another person has judged it; a second one does so without seeing the answer, so that agreement can be measured.</summary>
    SecondLook,
}

/// <summary>A current answer that might be reviewed, as far as choosing needs it.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="ContentHash">Rows with the same content appear once.</param>
/// <param name="Confidence">Of the answer, 0 to 1.</param>
/// <param name="Features">What the row looks like: hashes of type, answer, rules and words (<see cref="ReviewFeatures"/>); sorted, distinct.</param>
public sealed record ReviewCandidate(long ActivityId, string ContentHash, double Confidence, IReadOnlyList<int> Features);

/// <summary>A row of the queue.</summary>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="Reasons">Why it is there; at least one.</param>
/// <param name="AlsoLike">How many further candidates look like it and were left out for its sake.</param>
public sealed record ReviewPick(long ActivityId, IReadOnlyList<ReviewReason> Reasons, int AlsoLike);

/// <summary>What the queue is chosen from, for one taxonomy.</summary>
/// <param name="LeastSure">The least sure current answers; any order.</param>
/// <param name="Differing">Kept values to confirm, newest first.</param>
/// <param name="Audit">Drawn and not judged yet, in the order in which they were drawn.</param>
public sealed record ReviewPool(
    IReadOnlyList<ReviewCandidate> LeastSure, IReadOnlyList<ReviewCandidate> Differing, IReadOnlyList<ReviewCandidate> Audit);
