using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CrmSync.Storage.Database;

/// <summary>
/// One file, one writer connection behind an async gate, any number of readers. Another process may write too (a command that starts a
/// run): whoever finds the file taken tries again after a pause that does not block a thread, because the driver's own waiting does.
/// </summary>
internal sealed class SqliteDatabase : LedgerDatabase
{
    private const string Clock = "select cast((julianday('now') - 2440587.5) * 86400000 as integer)";

    private const int ScrubTries = 40;
    private static readonly TimeSpan ScrubPause = TimeSpan.FromMilliseconds(50);

    private readonly string _file;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _readString;
    private SqliteConnection? _writer;
    private FileStream? _hostLock;

    static SqliteDatabase() => Batteries_V2.Init();

    private SqliteDatabase(LedgerOptions options, TimeProvider clock)
    {
        _file = Path.GetFullPath(options.File!);
        _patience = options.Patience;
        _clock = clock;
        _readString = new SqliteConnectionStringBuilder { DataSource = _file, Mode = SqliteOpenMode.ReadOnly, DefaultTimeout = 1 }.ToString();
    }

    public override LedgerDialect Dialect => LedgerDialect.Sqlite;

    public static async Task<SqliteDatabase> OpenAsync(LedgerOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var database = new SqliteDatabase(options, clock);
        try
        {
            SqliteFaults.CheckPath(database._file);
            if (options.Host)
                database._hostLock = HostLock.Take(database._file);
            await database.OpenWriterAsync(cancellationToken);
            return database;
        }
        catch (Exception exception)
        {
            await database.DisposeAsync();
            if (exception is SqliteException)
                throw database.Explain(exception);
            throw;
        }
    }

    public void BecomeHost() => _hostLock ??= HostLock.Take(_file);

    public override async ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(_readString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (SqliteException exception)
        {
            await connection.DisposeAsync();
            throw Explain(exception);
        }
    }

    public override Task<T> WriteAsync<T>(long? connectionId, Func<Session, Task<T>> work, CancellationToken cancellationToken) =>
        WriteAsync(work, checkReferences: true, cancellationToken);

    public override Task MigrateAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        WriteAsync<object?>(
            async session =>
            {
                await work(session);
                return null;
            },
            checkReferences: false,
            cancellationToken);

    public override async Task<string?> FindOrphanAsync(Session session)
    {
        var orphans = await session.QueryAsync(
            "pragma foreign_key_check", null, reader => $"a row of {reader.GetString(0)} refers to one of {reader.GetString(2)} that is not there");
        return orphans.FirstOrDefault();
    }

    // Deleted rows are overwritten with zeros where they stood, but older copies of their pages are still in the log beside the file until it starts anew.
    public override async Task<bool> ScrubAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                var writer = _writer ?? throw new ObjectDisposedException(nameof(Ledger));
                if (await Dapper.SqlMapper.ExecuteScalarAsync<long>(writer, "pragma wal_checkpoint(truncate)") is 0)
                    return true;
            }
            catch (SqliteException exception)
            {
                throw Explain(exception);
            }
            finally
            {
                _gate.Release();
            }

            // A reader still looks at the old pages; pages of the console take far less than this.
            if (attempt == ScrubTries)
                return false;
            await Task.Delay(ScrubPause, _clock, cancellationToken);
        }
    }

    private async Task<T> WriteAsync<T>(Func<Session, Task<T>> work, bool checkReferences, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var writer = _writer ?? throw new ObjectDisposedException(nameof(Ledger));
            // Inside a transaction this switch does nothing, and with it on a dropped table would count as all of its rows deleted.
            if (!checkReferences)
                await RunAsync(writer, "pragma foreign_keys = off", cancellationToken);
            try
            {
                return await InTransactionAsync(writer, work, cancellationToken);
            }
            finally
            {
                if (!checkReferences)
                    await RunAsync(writer, "pragma foreign_keys = on", CancellationToken.None);
            }
        }
        catch (SqliteException exception)
        {
            throw Explain(exception);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<T> InTransactionAsync<T>(SqliteConnection writer, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        await RunAsync(writer, "begin immediate", cancellationToken);
        try
        {
            var now = Convert.ToInt64(await Dapper.SqlMapper.ExecuteScalarAsync<long>(writer, Clock), null);
            var result = await work(new Session(writer, null, Dialect, now, cancellationToken));
            await RunAsync(writer, "commit", CancellationToken.None);
            return result;
        }
        catch
        {
            // A failed commit or a full disk may have rolled back already; then this says so and changes nothing.
            _ = raw.sqlite3_exec(writer.Handle, "rollback");
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        try
        {
            if (_writer is { } writer)
            {
                _writer = null;
                await writer.DisposeAsync();
                using var reader = new SqliteConnection(_readString);
                SqliteConnection.ClearPool(reader);
            }

            if (_hostLock is { } held)
                await held.DisposeAsync();
            _hostLock = null;
        }
        finally
        {
            _gate.Release();
        }
    }

    protected override LedgerException Explain(Exception exception) => SqliteFaults.Explain(exception, _file);

    private async Task OpenWriterAsync(CancellationToken cancellationToken)
    {
        // Not pooled: closing it must release the file. The command timeout is only a net; nothing inside a transaction can be busy.
        var writer = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = _file, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false, DefaultTimeout = 1,
        }.ToString());
        _writer = writer;
        await writer.OpenAsync(cancellationToken);
        await RunAsync(writer, "pragma journal_mode = wal", cancellationToken);
        await RunAsync(writer, "pragma synchronous = normal", cancellationToken);
        await RunAsync(writer, "pragma foreign_keys = on", cancellationToken);
        await RunAsync(writer, "pragma cache_size = -32000", cancellationToken);
        await RunAsync(writer, "pragma temp_store = memory", cancellationToken);
        // What is deleted is overwritten, so that an erased text is not left in free pages of the file.
        await RunAsync(writer, "pragma secure_delete = on", cancellationToken);
    }

    private async Task RunAsync(SqliteConnection writer, string sql, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(2); ; pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, 100)))
        {
            var code = raw.sqlite3_exec(writer.Handle, sql);
            if (code is raw.SQLITE_OK)
                return;
            if (code is not (raw.SQLITE_BUSY or raw.SQLITE_LOCKED) || _clock.GetElapsedTime(started) >= _patience)
                throw new SqliteException(raw.sqlite3_errmsg(writer.Handle).utf8_to_string(), code, raw.sqlite3_extended_errcode(writer.Handle));
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }
}
