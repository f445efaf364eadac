using System.Data.Common;
using System.Runtime.CompilerServices;
using Dapper;

namespace CrmSync.Storage.Reading.Lists;

/// <summary>One page of a list that is ordered by id, newest first.</summary>
/// <param name="Rows">At most the size asked for; fewer do not mean the end.</param>
/// <param name="Next">Rows below this id come next; null at the end.</param>
public sealed record IdPage<T>(IReadOnlyList<T> Rows, long? Next);

/// <summary>
/// Reads a table by id, page by page or whole. A step looks at no more than <see cref="Window"/> ids and holds its read transaction no longer than that takes, so a
/// search for something rare neither holds a page up nor keeps SQLite's write-ahead log from being emptied.
/// </summary>
/// <param name="Columns">What is selected.</param>
/// <param name="From">Table and joins.</param>
/// <param name="Id">The column of the id, with its alias.</param>
/// <param name="Table">The table of the id.</param>
/// <param name="Where">Further conditions, each led by "and".</param>
/// <param name="Parameters">What they refer to.</param>
/// <param name="IdOf">A row's id.</param>
internal sealed record IdList<T>(string Columns, string From, string Id, string Table, string Where, DynamicParameters Parameters, Func<T, long> IdOf)
{
    /// <summary>Ids that one step looks at.</summary>
    public const int Window = 50_000;

    // As many rows as an export reads in one transaction.
    private const int StepRows = 1_000;

    public async Task<IdPage<T>> PageAsync(ILedgerReadConnections ledger, long? before, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var top = before ?? await HighestAsync(db, cancellationToken).ConfigureAwait(false) + 1;
        var bottom = Math.Max(0, top - Window);
        var rows = await ReadAsync(db, $"{Id} < @top and {Id} >= @bottom", "desc", new { top, bottom, take = size + 1 }, cancellationToken).ConfigureAwait(false);
        if (rows.Count > size)
            return new IdPage<T>([.. rows.Take(size)], IdOf(rows[size - 1]));
        return new IdPage<T>(rows, bottom > 1 ? bottom : null);
    }

    /// <summary>Everything that is there now, the oldest first; what comes later is not among it.</summary>
    public async IAsyncEnumerable<T> StreamAsync(ILedgerReadConnections ledger, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long last;
        await using (var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false))
            last = await HighestAsync(db, cancellationToken).ConfigureAwait(false);
        for (var after = 0L; after < last;)
        {
            var top = Math.Min(last, after + Window);
            IReadOnlyList<T> rows;
            await using (var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false))
                rows = await ReadAsync(db, $"{Id} > @after and {Id} <= @top", "asc", new { after, top, take = StepRows }, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
                yield return row;
            after = rows.Count == StepRows ? IdOf(rows[^1]) : top;
        }
    }

    private async Task<IReadOnlyList<T>> ReadAsync(DbConnection db, string range, string order, object bounds, CancellationToken cancellationToken)
    {
        var parameters = new DynamicParameters(Parameters);
        parameters.AddDynamicParams(bounds);
        return await OverviewQueries.ListAsync<T>(
            db, $"{Columns} {From} where {range} {Where} order by {Id} {order} limit @take", parameters, cancellationToken).ConfigureAwait(false);
    }

    private Task<long> HighestAsync(DbConnection db, CancellationToken cancellationToken) =>
        db.ExecuteScalarAsync<long>(new CommandDefinition($"select coalesce(max(id), 0) from {Table}", cancellationToken: cancellationToken));
}
