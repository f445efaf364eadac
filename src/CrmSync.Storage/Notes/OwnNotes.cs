using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Notes;

/// <summary>
/// Keeps our own notes out of the activities when a poll brings them back: they are nothing that anybody did with the account. A note is ours by its id; before the id is known, by the
/// reference that ends its text. One that a person copied carries a reference whose note has another id, and is an activity like any other.
/// </summary>
internal static class OwnNotes
{
    private static readonly RowShape<Candidate> Shape = new(
        new RowShape<Candidate>.Text("object_type", row => row.Row.Activity.ObjectType),
        new RowShape<Candidate>.Text("external_id", row => row.Row.Activity.ExternalId),
        new RowShape<Candidate>.Text("reference", row => row.Reference),
        new RowShape<Candidate>.Long("modified_at", row => row.Row.Activity.ModifiedAt.ToUnixTimeMilliseconds()));

    private static readonly RowShape<string> Keys = new(new RowShape<string>.Text("external_id", id => id));

    /// <summary>The activities of a page that may be stored; the others count as left out on purpose.</summary>
    public static async Task<IReadOnlyList<IncomingActivity>> KeepOutAsync(LedgerStep step, IReadOnlyList<IncomingActivity> page)
    {
        // Most ledgers have written no note, and theirs is one look at an empty index.
        if (await step.Session.ScalarAsync("select 1 from crm_note where connection_id = @ConnectionId limit 1", new { step.Batch.ConnectionId }) is null)
            return page;
        // Only notes and tasks can be ours; of those without a reference the id alone tells.
        List<Candidate> candidates = [];
        foreach (var row in page.Where(row => row.Activity.Content.Type is ActivityType.Note or ActivityType.Task))
        {
            candidates.Add(new Candidate(row, ""));
            candidates.AddRange(NoteReference.In(row.Activity.Content.Body).Select(reference => new Candidate(row, reference)));
        }
        var ours = await step.Session.QueryRowsAsync(
            """
            select r.object_type, r.external_id, r.modified_at, n.id
            from $rows r
            $join crm_note n on n.connection_id = @ConnectionId and n.object_type = r.object_type and n.external_id = r.external_id
            where r.reference = ''
            union all
            select r.object_type, r.external_id, r.modified_at, n.id
            from $rows r
            $join crm_note n on n.connection_id = @ConnectionId and n.reference = r.reference
            where r.reference <> '' and n.external_id is null and n.sent_at is not null
            """,
            Shape,
            candidates,
            new { step.Batch.ConnectionId },
            reader => (Key: (reader.GetString(0), reader.GetString(1)), ModifiedAt: reader.GetInt64(2), Note: reader.GetInt64(3)));
        if (ours.Count is 0)
            return page;
        foreach (var (_, modifiedAt, note) in ours)
            await step.Session.ExecuteAsync("update crm_note set crm_modified_at = @modifiedAt, gone_at = null where id = @note and status <> 'removed'", new { modifiedAt, note });
        var keys = ours.Select(row => row.Key).ToHashSet();
        IReadOnlyList<IncomingActivity> others = [.. page.Where(row => !keys.Contains((row.Activity.ObjectType, row.Activity.ExternalId)))];
        step.Tally.Add(step.Batch.RunId, "skipped", page.Count - others.Count);
        return others;
    }

    /// <summary>Notes that the CRM does not have any more, although we did not take them away.</summary>
    public static Task<int> MarkGoneAsync(LedgerStep step, GoneActivities gone) => step.Session.ExecuteRowsAsync(
        """
        update crm_note set gone_at = @Now from $rows r
        where crm_note.connection_id = @ConnectionId and crm_note.object_type = @ObjectType and crm_note.external_id = r.external_id and crm_note.status = 'written' and crm_note.gone_at is null
        """,
        Keys,
        [.. gone.ExternalIds.Distinct()],
        new { step.Batch.ConnectionId, gone.ObjectType, step.Session.Now });

    private readonly record struct Candidate(IncomingActivity Row, string Reference);
}
