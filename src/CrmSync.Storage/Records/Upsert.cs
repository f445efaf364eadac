using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Records;

/// <summary>Inserts rows of a connection, or updates those that say something else than the stored ones.</summary>
/// <param name="table">The table; it has connection_id, first_seen_at, changed_at and gone_at beside the shape's columns.</param>
/// <param name="shape">Its columns.</param>
/// <param name="key">The columns that identify a row within the connection.</param>
/// <param name="version">A column that only grows with newer versions; null where the CRM gives none and the last one read counts.</param>
internal sealed class Upsert<T>(string table, RowShape<T> shape, IReadOnlyList<string> key, string? version = null)
{
    private readonly string _sql = Sql(table, shape.Names, key, version);

    /// <returns>How many rows are new or changed.</returns>
    public Task<int> SaveAsync(LedgerStep step, IReadOnlyList<T> rows) =>
        step.Session.ExecuteRowsAsync(_sql, shape, rows, new { step.Batch.ConnectionId, step.Session.Now });

    /// <summary>Marks the rows that a whole list lacks. A list without any row is no list: it says more about a permission than about the CRM.</summary>
    public Task<int> MarkGoneAsync(LedgerStep step, IReadOnlyList<T> rows) =>
        step.Session.ExecuteRowsAsync(
            $"""
            update {table} set gone_at = @Now, changed_at = @Now
            where connection_id = @ConnectionId and gone_at is null and ({string.Join(", ", key)}) not in (select {Columns(key, "r.")} from $rows r)
            """,
            shape,
            rows,
            new { step.Batch.ConnectionId, step.Session.Now });

    private static string Sql(string table, IReadOnlyList<string> columns, IReadOnlyList<string> key, string? version)
    {
        IReadOnlyList<string> content = [.. columns.Except(key)];
        IReadOnlyList<string> compared = [.. content.Where(column => column != version)];
        var notOlder = version is null ? "" : $"{table}.{version} <= excluded.{version} and ";
        var newer = version is null ? "" : $"{table}.{version} < excluded.{version} or ";
        return $"""
            insert into {table} (connection_id, {string.Join(", ", columns)}, first_seen_at, changed_at)
            select @ConnectionId, {Columns(columns, "r.")}, @Now, @Now from $rows r where true
            on conflict (connection_id, {string.Join(", ", key)}) do update set
              {string.Join(", ", content.Select(column => $"{column} = excluded.{column}"))}, changed_at = excluded.changed_at, gone_at = null
            where {notOlder}({newer}{table}.gone_at is not null or ({Columns(compared, table + ".")}) $differs ({Columns(compared, "excluded.")}))
            """;
    }

    private static string Columns(IReadOnlyList<string> columns, string prefix) => string.Join(", ", columns.Select(column => prefix + column));
}
