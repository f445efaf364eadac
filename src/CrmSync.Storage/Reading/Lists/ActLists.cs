using System.Runtime.CompilerServices;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>A row that an act did not touch.</summary>
public sealed record LeftOutEntry
{
    /// <summary>The act's run.</summary>
    public long RunId { get; init; }

    /// <summary>The intent or activity.</summary>
    public long SubjectId { get; init; }

    /// <summary>Code of our registry.</summary>
    public string Code { get; init; } = "";

    /// <summary>Plain sentence.</summary>
    public string Message { get; init; } = "";
}

/// <summary>What acts left out, in the order of ids. Thread-safe.</summary>
public sealed class ActLists(ILedgerReadConnections ledger)
{
    private const int StepRows = 1_000;

    /// <summary>Rows that an act did not touch, above an id.</summary>
    public async Task<IReadOnlyList<LeftOutEntry>> LeftOutAsync(long runId, long after, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<LeftOutEntry>(
            db,
            """
            select run_id as RunId, subject_id as SubjectId, code as Code, message as Message
            from act_left_out where run_id = @runId and subject_id > @after order by subject_id limit @size
            """,
            new { runId, after, size }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>All rows that an act did not touch.</summary>
    public async IAsyncEnumerable<LeftOutEntry> StreamLeftOutAsync(long runId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (long? after = 0; after is { } from;)
        {
            var rows = await LeftOutAsync(runId, from, StepRows, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
                yield return row;
            after = rows.Count == StepRows ? rows[^1].SubjectId : null;
        }
    }
}
