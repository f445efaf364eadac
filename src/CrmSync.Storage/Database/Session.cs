using System.Data.Common;
using Dapper;

namespace CrmSync.Storage.Database;

/// <summary>A connection inside a transaction, or a reading one outside, with the database's clock as it was at the start.</summary>
internal sealed class Session(DbConnection connection, DbTransaction? transaction, LedgerDialect dialect, long now, CancellationToken cancellationToken)
{
    public LedgerDialect Dialect => dialect;

    /// <summary>The database's clock, in Unix milliseconds.</summary>
    public long Now => now;

    public CancellationToken CancellationToken => cancellationToken;

    public Task<int> ExecuteAsync(string sql, object? parameters = null) => connection.ExecuteAsync(Command(sql, parameters));

    public Task<long?> ScalarAsync(string sql, object? parameters = null) => connection.ExecuteScalarAsync<long?>(Command(sql, parameters));

    public async Task<List<TResult>> QueryAsync<TResult>(string sql, object? parameters, Func<DbDataReader, TResult> read)
    {
        var results = new List<TResult>();
        await using var reader = await connection.ExecuteReaderAsync(Command(sql, parameters));
        while (await reader.ReadAsync(cancellationToken))
            results.Add(read(reader));
        return results;
    }

    public async Task<TResult?> FirstAsync<TResult>(string sql, object? parameters, Func<DbDataReader, TResult> read)
        where TResult : class =>
        (await QueryAsync(sql, parameters, read)).FirstOrDefault();

    /// <summary>Runs a statement that selects from <c>$rows</c>; nothing happens without rows.</summary>
    public async Task<int> ExecuteRowsAsync<TRow>(string sql, RowShape<TRow> shape, IReadOnlyList<TRow> rows, object? parameters = null) =>
        rows.Count is 0 ? 0 : await ExecuteAsync(shape.Sql(dialect, sql), Bind(shape, rows, parameters));

    /// <inheritdoc cref="ExecuteRowsAsync"/>
    public async Task<List<TResult>> QueryRowsAsync<TRow, TResult>(
        string sql, RowShape<TRow> shape, IReadOnlyList<TRow> rows, object? parameters, Func<DbDataReader, TResult> read) =>
        rows.Count is 0 ? [] : await QueryAsync(shape.Sql(dialect, sql), Bind(shape, rows, parameters), read);

    private DynamicParameters Bind<TRow>(RowShape<TRow> shape, IReadOnlyList<TRow> rows, object? parameters)
    {
        var bound = new DynamicParameters(parameters);
        shape.Bind(dialect, bound, rows);
        return bound;
    }

    private CommandDefinition Command(string sql, object? parameters) =>
        new(sql, parameters, transaction, cancellationToken: cancellationToken);
}

/// <summary>Reading columns that may be null.</summary>
internal static class ReaderExtensions
{
    public static string? TextOrNull(this DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetString(ordinal);

    public static long? LongOrNull(this DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.GetInt64(ordinal);

    public static DateTimeOffset Instant(this DbDataReader reader, int ordinal) => DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(ordinal));

    public static DateTimeOffset? InstantOrNull(this DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : reader.Instant(ordinal);
}
