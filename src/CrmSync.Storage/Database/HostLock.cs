namespace CrmSync.Storage.Database;

/// <summary>
/// Keeps a second host off a SQLite file: an open file beside it that the system releases when the process ends, however it ends. The
/// database's own locks would keep commands out as well.
/// </summary>
internal static class HostLock
{
    public static FileStream Take(string databaseFile)
    {
        var path = databaseFile + ".host";
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw SqliteFaults.ReadOnly(databaseFile, exception);
        }
        catch (IOException exception) when (File.Exists(path))
        {
            throw new LedgerException(
                "ledger.locked",
                $"Another crmsync host is working on the ledger {databaseFile}; stop it first, or use PostgreSQL to run several hosts.",
                exception);
        }
        catch (IOException exception)
        {
            throw SqliteFaults.ReadOnly(databaseFile, exception);
        }
    }
}
