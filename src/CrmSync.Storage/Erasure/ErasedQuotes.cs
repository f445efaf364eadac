using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Erasure;

/// <summary>Takes examples out of segments, in all their versions, where the activity that they are from is erased. There are few versions and erasures are rare, so all are looked through.</summary>
internal static class ErasedQuotes
{
    private static readonly RowShape<(long Id, string Description)> Versions = new(
        new RowShape<(long Id, string Description)>.Long("id", row => row.Id),
        new RowShape<(long Id, string Description)>.Text("description", row => row.Description));

    public static async Task EraseAsync(Session session, IReadOnlyList<long> activities)
    {
        HashSet<long> erased = [.. activities];
        var versions = await session.QueryAsync(
            "select id, description from segment_version where description like '%\"activityId\"%' order by id", null, reader => (Id: reader.GetInt64(0), Description: SegmentJson.ReadDescription(reader.GetString(1))));
        await session.ExecuteRowsAsync(
            "update segment_version set description = r.description from $rows r where segment_version.id = r.id",
            Versions,
            [.. versions.Where(version => version.Description.Quotes.Any(quote => erased.Contains(quote.ActivityId))).Select(version =>
                (version.Id, SegmentJson.Write(version.Description with { Quotes = [.. version.Description.Quotes.Where(quote => !erased.Contains(quote.ActivityId))] })))]);
    }
}
