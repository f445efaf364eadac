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
}
