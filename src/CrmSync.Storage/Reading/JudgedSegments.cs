using System.Text.Json;

namespace CrmSync.Storage.Reading;

/// <summary>The segment that the account of a judged activity is in.</summary>
/// <param name="Key">The segment's key.</param>
/// <param name="Name">Its name.</param>
public sealed record JudgedSegment(string Key, string Name);

/// <summary>Finds the segments of the accounts that activities hang on, themselves or through their deals and people. Thread-safe.</summary>
internal static class JudgedSegments
{
    /// <summary>The approved segment of each activity; where its accounts are in several, the one that an account belongs to most strongly.</summary>
    /// <param name="ledger">Opens connections for reading.</param>
    /// <param name="activities">Ledger ids.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task<IReadOnlyDictionary<long, JudgedSegment>> FindAsync(
        ILedgerReadConnections ledger, IReadOnlyCollection<long> activities, CancellationToken cancellationToken)
    {
        if (activities.Count == 0)
            return new Dictionary<long, JudgedSegment>();
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var sqlite = ledger.Dialect is LedgerDialect.Sqlite;
        // SQLite keeps to the order as written where a join is a cross join; it knows nothing of how many rows a list holds.
        var join = sqlite ? "cross join" : "join";
        var activity = sqlite ? "(select value as id from json_each(@ids)) r cross join activity a on a.id = r.id" : "unnest(@ids) as r(id) join activity a on a.id = r.id";
        var rows = await OverviewQueries.ListAsync<Row>(
            db,
            $"""
            select f.activity_id as ActivityId, coalesce(into_s.key, s.key) as Key, coalesce(into_s.name, s.name) as Name from (
              select a.id as activity_id, c.id as company_id from {activity}
              {join} activity_link l on l.activity_id = a.id and l.role = 'company'
              {join} crm_company c on c.connection_id = a.connection_id and c.object_type = l.object_type and c.external_id = l.external_id
              union
              select a.id, c.id from {activity}
              {join} activity_link l on l.activity_id = a.id and l.role = 'deal'
              {join} crm_deal d on d.connection_id = a.connection_id and d.object_type = l.object_type and d.external_id = l.external_id
              {join} crm_deal_link k on k.deal_id = d.id and k.role = 'company'
              {join} crm_company c on c.connection_id = a.connection_id and c.object_type = k.object_type and c.external_id = k.external_id
              union
              select a.id, c.id from {activity}
              {join} activity_link l on l.activity_id = a.id and l.role = 'contact'
              {join} crm_person p on p.connection_id = a.connection_id and p.object_type = l.object_type and p.external_id = l.external_id
              {join} crm_company c on c.connection_id = a.connection_id and c.external_id = p.company_external_id
            ) f
            {join} segment_member m on m.company_id = f.company_id
            {join} segment s on s.id = m.segment_id
            left join segment into_s on into_s.id = s.merged_into and s.state = 'merged'
            where coalesce(into_s.state, s.state) = 'approved'
            order by f.activity_id, m.strength desc, s.id
            """,
            new { ids = sqlite ? (object)JsonSerializer.Serialize(activities) : activities.ToArray() },
            cancellationToken).ConfigureAwait(false);
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
