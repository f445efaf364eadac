using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CrmSync.Storage.Database;

/// <summary>Plain sentences for what can be wrong with a SQLite file.</summary>
internal static class SqliteFaults
{
    public static void CheckPath(string file)
    {
        if (Directory.Exists(file))
            throw new LedgerException("ledger.path", $"The ledger's File is {file}, which is a folder; name a file in it, such as {Path.Combine(file, "crmsync.db")}.");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new LedgerException("ledger.path", $"The folder of the ledger {file} cannot be made ({exception.Message}); choose another File or make the folder.", exception);
        }

        try
        {
            // SQLite would open it read-only without a word and fail at the first write.
            using var probe = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (new FileInfo(file).IsReadOnly)
                throw ReadOnly(file, null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw ReadOnly(file, exception);
        }
    }

    public static LedgerException ReadOnly(string file, Exception? inner) => new(
        "ledger.read_only", $"The ledger {file} cannot be written by this user; make the file and its folder writable, or choose another File.", inner);

    public static LedgerException Explain(Exception exception, string file) => (exception as SqliteException)?.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(
            "ledger.locked", $"Another process holds the ledger {file} for writing and does not let go; stop it or try again.", exception),
        raw.SQLITE_READONLY or raw.SQLITE_PERM => ReadOnly(file, exception),
        raw.SQLITE_CANTOPEN => new(
            "ledger.path", $"The ledger {file} cannot be opened; check that the path exists and that this user may read and write it.", exception),
        raw.SQLITE_FULL => new("ledger.disk_full", $"The disk that holds the ledger {file} is full; make room and start again, nothing is lost.", exception),
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => new(
            "ledger.not_a_ledger", $"The file {file} is not a SQLite database or is damaged; choose another File, or restore it from a backup.", exception),
        _ => new("ledger.storage", $"The ledger {file} failed: {exception.Message}", exception),
    };
}
