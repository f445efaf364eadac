using System.Data.Common;
using Npgsql;

namespace CrmSync.Storage.Database;

/// <summary>A PostgreSQL database that several nodes share.</summary>
internal sealed class PostgresDatabase : LedgerDatabase
{
    // First half of our advisory locks, so that another program's do not meet ours: "crms" in ASCII.
    public const int LockSpace = 0x63726D73;

    private const int Tries = 4;
    private const string Clock = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

    private readonly NpgsqlDataSource _source;
    private readonly NpgsqlDataSource _readers;
    private readonly string _place;

    private PostgresDatabase(NpgsqlConnectionStringBuilder builder)
    {
        _source = NpgsqlDataSource.Create(builder);
        _place = $"{builder.Database ?? builder.Username} on {builder.Host}:{builder.Port}";
        builder.Options = $"{builder.Options} -c default_transaction_read_only=on".Trim();
        _readers = NpgsqlDataSource.Create(builder);
    }

    public override LedgerDialect Dialect => LedgerDialect.Postgres;

    public static PostgresDatabase Create(LedgerOptions options)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(options.ConnectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw new LedgerException(
                "ledger.options", "The ledger's ConnectionString is not one that Npgsql understands; it looks like Host=…;Database=…;Username=…;Password=….", exception);
        }

        if (string.IsNullOrWhiteSpace(builder.Host))
            throw new LedgerException("ledger.options", "The ledger's ConnectionString names no Host; it looks like Host=…;Database=…;Username=…;Password=….");
        if (builder.MaxAutoPrepare is 0)
            builder.MaxAutoPrepare = 100;
        builder.ApplicationName ??= "crmsync";
        return new PostgresDatabase(builder);
    }

    public override async ValueTask<DbConnection> OpenReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _readers.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException exception)
        {
            throw Explain(exception);
        }
    }

    public override async Task<T> WriteAsync<T>(long? connectionId, Func<Session, Task<T>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await _source.OpenConnectionAsync(cancellationToken);
                await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
                if (connectionId is { } id)
                    await LockAsync(connection, id, cancellationToken);
                var now = await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "select " + Clock, transaction: transaction);
                var result = await work(new Session(connection, transaction, Dialect, now, cancellationToken));
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            }
            catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure && attempt < Tries)
            {
                // The server chose this transaction to give way; it was rolled back whole and can simply run again.
            }
            catch (NpgsqlException exception)
            {
                throw Explain(exception);
            }
        }
    }

    public override Task LockAlsoAsync(Session session, long connectionId) =>
        session.ExecuteAsync("select pg_advisory_xact_lock(@LockSpace, @id)", new { LockSpace, id = unchecked((int)connectionId) });

    public override Task MigrateAsync(Func<Session, Task> work, CancellationToken cancellationToken) =>
        // CRM connections start at 1, so their locks never meet this one.
        WriteAsync<object?>(
            0,
            async session =>
            {
                await work(session);
                return null;
            },
            cancellationToken);

    // The server checks every reference itself, always.
    public override Task<string?> FindOrphanAsync(Session session) => Task.FromResult<string?>(null);

    // The server keeps deleted rows until its vacuum, and its log and backups longer; that is the administrator's.
    public override Task<bool> ScrubAsync(CancellationToken cancellationToken) => Task.FromResult(false);

    public override async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _readers.DisposeAsync();
    }

    protected override LedgerException Explain(Exception exception) => exception switch
    {
        PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification } => new(
            "ledger.credentials", $"PostgreSQL refuses the user or password for the ledger {_place}; correct the ConnectionString.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName } => new(
            "ledger.no_database", $"The ledger's database {_place} does not exist; create it, or correct Database in the ConnectionString.", exception),
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } denied => new(
            "ledger.permission", $"The user may not do that in the ledger {_place} ({denied.MessageText}); grant it the rights of the database's owner.", exception),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => new(
            "ledger.read_only", $"The ledger {_place} takes no writes; connect to the primary server.", exception),
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => new(
            "ledger.disk_full", $"The disk of the ledger {_place} is full; make room, nothing is lost.", exception),
        PostgresException { SqlState: PostgresErrorCodes.TooManyConnections } => new(
            "ledger.unreachable", $"The ledger {_place} has no free connection; raise max_connections or lower Maximum Pool Size.", exception),
        PostgresException failed => new("ledger.storage", $"The ledger {_place} failed: {failed.MessageText}", exception),
        _ => new("ledger.unreachable", $"The ledger {_place} cannot be reached; check that the server runs and that host and port are right.", exception),
    };

    private static async Task LockAsync(NpgsqlConnection connection, long id, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock($1, $2)", connection)
        {
            Parameters = { new NpgsqlParameter<int> { TypedValue = LockSpace }, new NpgsqlParameter<int> { TypedValue = unchecked((int)id) } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
