using System.Data.Common;

namespace CrmSync.Storage.Database;

/// <summary>One of the two databases: how to open it, how to write in one transaction, how to say what went wrong.</summary>
internal abstract class LedgerDatabase : ILedgerReadConnections, IAsyncDisposable
{
    public abstract LedgerDialect Dialect { get; }

    public abstract ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Runs work in one transaction. With a connection id, all transactions of that CRM connection stand in line, on both databases: what an
    /// intent becomes depends on decisions that another batch may be storing at this moment, and neither may miss the other.
    /// Work may run again after a deadlock, so it keeps its results to itself until it returns them.
    /// </summary>
    public abstract Task<T> WriteAsync<T>(long? connectionId, Func<Session, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>
    /// Puts a running transaction in line for a further CRM connection. Whoever needs several takes them by rising id, or two would wait for each other.
    /// </summary>
    public virtual Task LockAlsoAsync(Session session, long connectionId) => Task.CompletedTask;

    /// <summary>
    /// Runs migrations in one transaction, in which a table may be dropped and built anew although others refer to it; whoever does so checks with
    /// <see cref="FindOrphanAsync"/> before returning.
    /// </summary>
    public abstract Task MigrateAsync(Func<Session, Task> work, CancellationToken cancellationToken);

    /// <summary>A row that refers to one that is not there, in words; null where all references hold.</summary>
    public abstract Task<string?> FindOrphanAsync(Session session);

    public async Task<T> ReadAsync<T>(Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenReadAsync(cancellationToken);
            return await work(new Session(connection, null, Dialect, 0, cancellationToken));
        }
        catch (DbException exception)
        {
            throw Explain(exception);
        }
    }

    /// <summary>Rids the database's own files of the bytes of what was deleted, as far as that is in this process's hands.</summary>
    /// <returns>Whether they are gone.</returns>
    public abstract Task<bool> ScrubAsync(CancellationToken cancellationToken);

    public abstract ValueTask DisposeAsync();

    /// <summary>The sentence for a driver's exception.</summary>
    protected abstract LedgerException Explain(Exception exception);
}
