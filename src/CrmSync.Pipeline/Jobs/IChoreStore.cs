namespace CrmSync.Pipeline.Jobs;

/// <summary>Work that one node does for all of them, now and then. Thread-safe; times are the database's.</summary>
public interface IChoreStore
{
    /// <summary>Takes a chore: nobody holds it, and it was last done long enough ago.</summary>
    /// <param name="name">Permanent name of the chore.</param>
    /// <param name="node">Who would do it.</param>
    /// <param name="every">How long after it was last done it is due again.</param>
    /// <param name="lease">How long nobody else may take it, unless it is done before.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    Task<bool> TakeChoreAsync(string name, string node, TimeSpan every, TimeSpan lease, CancellationToken cancellationToken);

    /// <summary>Says that a taken chore is done; a chore that another node has taken meanwhile stays that node's.</summary>
    Task EndChoreAsync(string name, string node, CancellationToken cancellationToken);
}
