using System.Data.Common;

namespace CrmSync.Storage;

/// <summary>Which SQL the ledger speaks.</summary>
public enum LedgerDialect
{
    /// <summary>SQLite 3.35.</summary>
    Sqlite,

    /// <summary>PostgreSQL 15 or newer.</summary>
    Postgres,
}

/// <summary>Connections for pages and reports. Thread-safe.</summary>
public interface ILedgerReadConnections
{
    /// <summary>Which SQL to send.</summary>
    LedgerDialect Dialect { get; }

    /// <summary>
    /// A pooled connection that can only read and never waits for the writer; dispose it soon, for on SQLite an open reader keeps the
    /// write-ahead log from being emptied.
    /// </summary>
    /// <exception cref="LedgerException">The database cannot be reached.</exception>
    ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken);
}
