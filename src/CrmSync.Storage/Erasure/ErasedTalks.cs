using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Erasure;

/// <summary>
/// Takes away what briefs and conversations tell of erased activities. A brief may be worded from any activity of its account, so the words of all of that account's briefs go; which lines of
/// the pack they had stays, for learning. An answer goes where it cites the activity. A summary is made anew from what is left of its thread.
/// </summary>
internal static class ErasedTalks
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    private static readonly string Companies = ActivityCompanies.Of("$rows r $join activity a on a.id = r.id", "a.connection_id");

    private static readonly string Briefs =
        $"""
        update brief set content = null, erased_at = @Now
        where content is not null and company_id in (select f.company_id from ({Companies}) f)
        """;

    private static readonly string Notes =
        $"""
        select count(distinct n.id) from ({Companies}) f
        $join crm_note n on n.company_id = f.company_id
        where n.status in ('sending', 'written', 'removing') and n.gone_at is null
        """;

    /// <summary>How many notes in the CRM are worded from briefs of the activities' accounts.</summary>
    public static async Task<long> CountNotesAsync(Session session, IReadOnlyList<long> activities) =>
        (await session.QueryRowsAsync(Notes, Ids, activities, null, reader => reader.GetInt64(0))).FirstOrDefault();

    public static async Task EraseAsync(Session session, IReadOnlyList<long> activities)
    {
        await session.ExecuteRowsAsync(Briefs, Ids, activities, new { session.Now });
        await session.ExecuteRowsAsync(
            """
            delete from thread_summary where segment_id in (
              select m.segment_id from $rows r $join thread_citation c on c.activity_id = r.id $join thread_message m on m.id = c.message_id)
            """,
            Ids,
            activities);
        await session.ExecuteRowsAsync(
            """
            update thread_message set text = '', citations = '[]', notices = '[]', erased_at = @Now
            where erased_at is null and id in (select c.message_id from $rows r $join thread_citation c on c.activity_id = r.id)
            """,
            Ids,
            activities,
            new { session.Now });
        await session.ExecuteRowsAsync("delete from thread_citation where activity_id in (select r.id from $rows r)", Ids, activities);
    }
}
