using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace CrmSync.Storage.Database;

/// <summary>
/// Turns rows in memory into something that a statement can select from, so that one statement takes all rows of a step: an array per
/// column on PostgreSQL, one JSON text on SQLite. In SQL it stands as <c>$rows</c>; <c>$join</c> joins a table to it. SQLite knows nothing
/// of how many rows a JSON text holds and would rather walk the table, so there the join is one that keeps the order as written.
/// <c>$differs</c> compares two values, or two lists of them, of which any may be null.
/// </summary>
internal sealed class RowShape<T>(params RowShape<T>.Column[] columns)
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly string _sqlite =
        $"(select {string.Join(", ", columns.Select((column, index) => string.Create(CultureInfo.InvariantCulture, $"json_extract(value, '$[{index}]') as {column.Name}")))} from json_each(@rows))";

    private readonly string _postgres =
        $"(select * from unnest({string.Join(", ", columns.Select(column => $"@r_{column.Name}::{column.PostgresType}[]"))}) as u({string.Join(", ", columns.Select(column => column.Name))}))";

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<string> Names { get; } = [.. columns.Select(column => column.Name)];

    public string Sql(LedgerDialect dialect, string text) =>
        text.Replace("$rows", dialect is LedgerDialect.Sqlite ? _sqlite : _postgres, StringComparison.Ordinal)
            .Replace("$join", dialect is LedgerDialect.Sqlite ? "cross join" : "join", StringComparison.Ordinal)
            .Replace("$differs", dialect is LedgerDialect.Sqlite ? "is not" : "is distinct from", StringComparison.Ordinal);

    public void Bind(LedgerDialect dialect, DynamicParameters parameters, IReadOnlyList<T> rows)
    {
        if (dialect is LedgerDialect.Sqlite)
        {
            parameters.Add("rows", new SqliteText(ToJson(rows)));
            return;
        }

        foreach (var column in columns)
            parameters.Add("r_" + column.Name, column.ToArray(rows));
    }

    private string ToJson(IReadOnlyList<T> rows)
    {
        var buffer = new ArrayBufferWriter<byte>(rows.Count * 64);
        using (var writer = new Utf8JsonWriter(buffer, Json))
        {
            writer.WriteStartArray();
            foreach (var row in rows)
            {
                writer.WriteStartArray();
                foreach (var column in columns)
                    column.Write(writer, row);
                writer.WriteEndArray();
            }

            writer.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>One column: its name in SQL, its type, and how a row yields it.</summary>
    internal abstract record Column(string Name, string PostgresType)
    {
        public abstract void Write(Utf8JsonWriter writer, T row);

        public abstract SqlMapper.ICustomQueryParameter ToArray(IReadOnlyList<T> rows);
    }

    internal sealed record Text(string Name, Func<T, string?> Read) : Column(Name, "text")
    {
        public override void Write(Utf8JsonWriter writer, T row) => writer.WriteStringValue(Read(row));

        public override SqlMapper.ICustomQueryParameter ToArray(IReadOnlyList<T> rows) =>
            new PostgresArray(rows.Select(Read).ToArray(), NpgsqlDbType.Text);
    }

    internal sealed record Long(string Name, Func<T, long?> Read) : Column(Name, "bigint")
    {
        public override void Write(Utf8JsonWriter writer, T row)
        {
            if (Read(row) is { } value)
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }

        public override SqlMapper.ICustomQueryParameter ToArray(IReadOnlyList<T> rows) =>
            new PostgresArray(rows.Select(Read).ToArray(), NpgsqlDbType.Bigint);
    }

    internal sealed record Real(string Name, Func<T, double?> Read) : Column(Name, "double precision")
    {
        public override void Write(Utf8JsonWriter writer, T row)
        {
            if (Read(row) is { } value)
                writer.WriteNumberValue(value);
            else
                writer.WriteNullValue();
        }

        public override SqlMapper.ICustomQueryParameter ToArray(IReadOnlyList<T> rows) =>
            new PostgresArray(rows.Select(Read).ToArray(), NpgsqlDbType.Double);
    }

    private sealed class PostgresArray(Array values, NpgsqlDbType element) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(System.Data.IDbCommand command, string name) =>
            command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | element) { Value = values });
    }

    // Dapper would cut a long text at its default size; the driver's own parameter takes it whole.
    private sealed class SqliteText(string text) : SqlMapper.ICustomQueryParameter
    {
        public void AddParameter(System.Data.IDbCommand command, string name) =>
            command.Parameters.Add(new SqliteParameter("@" + name, SqliteType.Text) { Value = text });
    }
}
