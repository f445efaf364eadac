using System.Data.Common;

namespace CrmSync.Storage.Reading;

/// <summary>
/// Opens a connection to the ledger for reading; the caller disposes it. On SQLite and PostgreSQL alike the connection is open when it is handed over.
/// </summary>
/// <param name="cancellationToken">Stops the opening.</param>
public delegate Task<DbConnection> OpenLedger(CancellationToken cancellationToken);
