namespace CrmSync.Storage;

/// <summary>Where the ledger lives: a SQLite file, or a PostgreSQL database. Exactly one of the two is set.</summary>
public sealed record LedgerOptions
{
    /// <summary>Path of the SQLite file; its folder is made when it is missing.</summary>
    public string? File { get; init; }

    /// <summary>Npgsql connection string of the PostgreSQL database. It holds a password, so it is never logged.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>
    /// Whether this process is the one host of a SQLite file. A second host is refused; a command that only reads and starts runs opens with
    /// false and shares the file. No meaning on PostgreSQL, where several hosts are welcome.
    /// </summary>
    public bool Host { get; init; } = true;

    /// <summary>How long a write waits for another process that holds the SQLite file. Default 10 s, more than 0 and at most 5 min.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// File with the keys that stored credentials are encrypted under, needed once a CRM renews one. Made at the first use where it does not
    /// exist. Default with SQLite: beside the ledger, with the ending <c>.keys</c>; on PostgreSQL none, because all nodes need the same one.
    /// </summary>
    public string? MasterKeyFile { get; init; }

    /// <summary>Where the master keys are; null where nobody said so.</summary>
    internal string? MasterKeyPlace =>
        !string.IsNullOrWhiteSpace(MasterKeyFile) ? MasterKeyFile
        : string.IsNullOrWhiteSpace(File) ? null
        : Path.ChangeExtension(Path.GetFullPath(File), ".keys");

    /// <summary>Checks that the options make sense.</summary>
    /// <exception cref="LedgerException">They do not; the sentence says which and what to do.</exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(File) && string.IsNullOrWhiteSpace(ConnectionString))
            throw new LedgerException("ledger.options", "The ledger has no place: set File (SQLite) or ConnectionString (PostgreSQL).");
        if (!string.IsNullOrWhiteSpace(File) && !string.IsNullOrWhiteSpace(ConnectionString))
            throw new LedgerException("ledger.options", "The ledger has two places: set either File (SQLite) or ConnectionString (PostgreSQL), not both.");
        if (Patience <= TimeSpan.Zero || Patience > TimeSpan.FromMinutes(5))
            throw new LedgerException("ledger.options", $"The ledger's Patience is {Patience}; it must be more than 0 and at most 5 minutes.");
    }
}
