using System.Data.Common;
using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>The segment that the account of a judged activity is in.</summary>
/// <param name="Key">The segment's key.</param>
/// <param name="Name">Its name.</param>
public sealed record JudgedSegment(string Key, string Name);

/// <summary>Finds the segments of the accounts that activities hang on, themselves or through their deals and people. Thread-safe.</summary>
internal static class JudgedSegments
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>The approved segment of each activity; where its accounts are in several, the one that an account belongs to most strongly.</summary>
    /// <param name="db">An open connection for reading.</param>
    /// <param name="dialect">Its database.</param>
    /// <param name="activities">Ledger ids.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<IReadOnlyDictionary<long, JudgedSegment>> FindAsync(DbConnection db, LedgerDialect dialect, IReadOnlyList<long> activities, CancellationToken cancellationToken)
    {
        if (activities.Count == 0 || (await OverviewQueries.ListAsync<long>(db, SegmentRow.AnyApproved, null, cancellationToken).ConfigureAwait(false)).Count == 0)
            return new Dictionary<long, JudgedSegment>();
        var parameters = new DynamicParameters();
        Ids.Bind(dialect, parameters, activities);
        var rows = await OverviewQueries.ListAsync<Row>(db, Ids.Sql(dialect, ActivitySegments.Sql), parameters, cancellationToken).ConfigureAwait(false);
        var found = new Dictionary<long, JudgedSegment>();
        foreach (var row in rows)
            found.TryAdd(row.ActivityId, new JudgedSegment(row.Key, row.Name));
        return found;
    }

    private sealed record Row
    {
        public long ActivityId { get; init; }

        public string Key { get; init; } = "";

        public string Name { get; init; } = "";
    }
}
