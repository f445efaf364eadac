namespace CrmSync.Pipeline.Review;

/// <summary>What became of a second person's answer.</summary>
public enum SecondOutcome
{
    /// <summary>Stored; both gave the same answer.</summary>
    Agreed,

    /// <summary>Stored; the answers differ, and somebody has to settle it.</summary>
    Differed,

    /// <summary>Not stored: somebody else was quicker, the text has changed, the first answer was taken back, or it was given by the same person.</summary>
    Gone,
}

/// <summary>Lets several people review at once. Every method is one transaction.</summary>
public interface IReviewStore
{
    /// <summary>
    /// Takes the first row that nobody else looks at, and lets go of what this person held of the same queue. A claim ends by itself; it keeps two people from judging
    /// the same row by chance and forbids nothing.
    /// </summary>
    /// <param name="taxonomy">Taxonomy id.</param>
    /// <param name="candidates">Activities, the most useful first.</param>
    /// <param name="actor">Who.</param>
    /// <param name="hold">How long.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The activity; null where others look at all of them.</returns>
    Task<long?> ClaimAsync(string taxonomy, IReadOnlyList<long> candidates, string actor, TimeSpan hold, CancellationToken cancellationToken);

    /// <summary>Who else looks at a row now; null where nobody does.</summary>
    Task<string?> FindClaimantAsync(string taxonomy, long activityId, string actor, CancellationToken cancellationToken);

    /// <summary>Stores what a second person says about a row that a first one has judged.</summary>
    Task<SecondOutcome> JudgeSecondAsync(long doubleReviewId, string? label, string actor, CancellationToken cancellationToken);

    /// <summary>Notes how two differing answers were settled.</summary>
    /// <returns>False where there is nothing to settle.</returns>
    Task<bool> SettleAsync(long doubleReviewId, string? label, string actor, CancellationToken cancellationToken);

    /// <summary>Share of corrections, in per cent, that a second person judges.</summary>
    Task<int> ReadDoubleShareAsync(CancellationToken cancellationToken);

    /// <summary>Sets the share, 0 to 100.</summary>
    Task SetDoubleShareAsync(int share, string actor, CancellationToken cancellationToken);

    /// <summary>Whether a person's answers go to the CRM; true where nothing was chosen.</summary>
    Task<bool> ReadWriteBackAsync(string actor, CancellationToken cancellationToken);

    /// <summary>Remembers the choice.</summary>
    Task SetWriteBackAsync(bool writeBack, string actor, CancellationToken cancellationToken);
}
