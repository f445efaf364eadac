using System.Data.Common;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Reading;

/// <summary>A run with the connection that it belongs to.</summary>
public sealed record RunRow(string ConnectionKey, RunSummary Run);

/// <summary>Runs, for people to see. Thread-safe.</summary>
public sealed class RunQueries(ILedgerReadConnections ledger)
{
    /// <summary>The latest runs, newest first.</summary>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<RunRow>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            select r.id, r.kind, r.connection_id, r.status, r.requested_by, r.started_at, r.finished_at, r.seen, r.stored, r.labelled, r.abstained, r.unsure,
              r.skipped, r.applied, r.unchanged, r.kept, r.rejected, r.dead, r.requests,
              (select count(*) from batch b where b.run_id = r.id and b.status in ('available', 'scheduled', 'retryable', 'running')), r.expected, c.key
            from run r join connection c on c.id = r.connection_id
            order by r.id desc limit {limit}
            """;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<RunRow>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(new RunRow(reader.GetString(21), Read(reader)));
        return rows;
    }

    private static RunSummary Read(DbDataReader reader) => new(
        reader.GetInt64(0), Stored.Parse<RunKind>(reader.GetString(1)), reader.GetInt64(2), Stored.Parse<RunStatus>(reader.GetString(3)), reader.GetString(4),
        reader.Instant(5), reader.InstantOrNull(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11),
        reader.GetInt64(12), reader.GetInt64(13), reader.GetInt64(14), reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17), reader.GetInt64(18),
        (int)reader.GetInt64(19))
    {
        Expected = reader.LongOrNull(20),
    };
}
