using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>The way from activities to the approved segments of their accounts. Stands once, so that whoever asks gets the same segment.</summary>
internal static class ActivitySegments
{
    /// <summary>
    /// For statements whose <c>$rows r</c> are activities: the columns activity_id, id, key and name of the segment; of an activity in several accounts, the segment first that one of these
    /// belongs to most strongly.
    /// </summary>
    public static readonly string Sql =
        $"""
        select f.activity_id as ActivityId, p.id as Id, p.key as Key, p.name as Name
        from ({ActivityCompanies.Of("$rows r $join activity a on a.id = r.id", "a.connection_id")}) f
        $join segment_member m on m.company_id = f.company_id
        $join ({AccountReading.Standing}) p on p.part_id = m.segment_id
        order by f.activity_id, m.strength desc, p.part_id
        """;

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    /// <summary>The first segment of each activity; activities whose accounts have no approved segment are missing.</summary>
    /// <param name="session">A session to read in.</param>
    /// <param name="activities">Ledger ids; twice the same counts once.</param>
    public static async Task<IReadOnlyList<(long Activity, long Segment)>> OfAsync(Session session, IReadOnlyList<long> activities)
    {
        if (activities.Count == 0)
            return [];
        var rows = await session.QueryRowsAsync(Sql, Ids, [.. activities.Distinct()], null, reader => (Activity: reader.GetInt64(0), Segment: reader.GetInt64(1)));
        return [.. rows.DistinctBy(row => row.Activity)];
    }
}
