using CrmSync.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A database of its own on the server that CRMSYNC_TEST_POSTGRES names; dropped at the end.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string Variable = "CRMSYNC_TEST_POSTGRES";

    private readonly string _name = $"crmsync_test_{Guid.NewGuid():N}";

    public static string? AdminConnectionString => Environment.GetEnvironmentVariable(Variable);

    public string ConnectionString => new NpgsqlConnectionStringBuilder(AdminConnectionString) { Database = _name }.ToString();

    public static void SkipUnlessThere() =>
        Assert.SkipUnless(!string.IsNullOrWhiteSpace(AdminConnectionString), $"{Variable} is not set; it names a PostgreSQL server for tests, as an administrator.");

    public async ValueTask InitializeAsync()
    {
        if (!string.IsNullOrWhiteSpace(AdminConnectionString))
            await AdministerAsync($"create database {_name}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!string.IsNullOrWhiteSpace(AdminConnectionString))
            await AdministerAsync($"drop database if exists {_name} with (force)");
    }

    /// <summary>A ledger on it that nothing has been written to, as far as a reader can tell.</summary>
    public async Task<Ledger> OpenEmptyAsync(CancellationToken cancellationToken)
    {
        SkipUnlessThere();
        var ledger = await Ledger.OpenAsync(
            new LedgerOptions { ConnectionString = ConnectionString }, TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync(cancellationToken);
        // Truncating makes every file of every table and index anew, which took longer than most tests; keys and triggers are held off while rows go in any order.
        await using var command = new NpgsqlCommand(
            """
            do $$ declare name text; filled boolean; begin
              set local session_replication_role = replica;
              for name in select quote_ident(tablename) from pg_tables where schemaname = 'public' and tablename <> 'schema_migration' loop
                execute 'select exists (select from ' || name || ')' into filled;
                if filled then execute 'delete from ' || name; end if;
              end loop;
              perform setval(format('%I.%I', schemaname, sequencename), start_value, false) from pg_sequences where last_value is not null;
            end $$
            """,
            connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ledger;
    }

    private static async Task AdministerAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(AdminConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
