using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>Takes a change of segments back. It stays in the history, with a version after it that is as before.</summary>
internal static class SegmentUndo
{
    public static async Task<SegmentOutcome> UndoAsync(Session session, SegmentOrder order, SegmentRow row, IReadOnlyList<SegmentRow> all)
    {
        var newest = await session.FirstAsync(
            "select id, coalesce(change_id, id), action from segment_version where segment_id = @Id and action <> 'refitted' order by version desc limit 1", new { row.Id },
            reader => new Newest(reader.GetInt64(0), reader.GetInt64(1), Stored.Parse<SegmentAction>(reader.GetString(2))));
        if (newest is null || newest.Action is SegmentAction.Proposed or SegmentAction.Undone)
        {
            return SegmentChanges.Refuse(newest?.Action is SegmentAction.Undone
                ? $"The newest change of segment \"{row.Name}\" is an undo already; do again what you want instead."
                : $"What a search found is not undone; reject segment \"{row.Name}\" if it is none.");
        }
        var touched = await session.QueryAsync(
            """
            select v.segment_id, v.version, (select count(*) from segment_version n where n.segment_id = v.segment_id and n.version > v.version and n.action <> 'refitted')
            from segment_version v where v.id = @ChangeId or v.change_id = @ChangeId order by v.segment_id
            """,
            new { newest.ChangeId },
            reader => (Id: reader.GetInt64(0), Version: reader.GetInt64(1), Later: reader.GetInt64(2)));
        var segments = touched.ConvertAll(change => (Row: all.Single(other => other.Id == change.Id), change.Version, change.Later));
        if (segments.FirstOrDefault(change => change.Later > 0).Row is { } later)
            return SegmentChanges.Refuse($"The change reached segment \"{later.Name}\" as well, which was changed since; undo that first.");

        var note = new SegmentChangeNote(SegmentAction.Undone, order.Actor, order.Reason);
        var after = row;
        foreach (var (segment, version, _) in segments)
        {
            var restored = await SegmentRows.UpdateAsync(session, segment, await BeforeAsync(session, segment, version), note);
            if (restored.Id == row.Id)
                after = restored;
            if (version == 1)
                await ReturnMembersAsync(session, segment, order.Actor);
            await DueAccounts.AskForMembersAsync(session, segment.Id);
        }
        await session.ExecuteAsync("update segment_version set undone_at = @Now where id = @ChangeId or change_id = @ChangeId", new { session.Now, newest.ChangeId });
        if (after.State is SegmentState.Approved && row.State is not SegmentState.Approved)
            await DueAccounts.AskForAllAsync(session, after.ModelId);
        await Audit.WriteAsync(session, order.Actor, "segment.undo", row.Key, Stored.Name(newest.Action), null, order.Reason);
        return SegmentChanges.Changed(after, $"The last change of segment \"{after.Name}\" is taken back.");
    }

    // A segment that the change itself made is not in use without it. What a search has learned of one since then stays.
    private static async Task<SegmentRow> BeforeAsync(Session session, SegmentRow now, long version)
    {
        if (version == 1)
            return now with { State = SegmentState.Retired, Size = 0 };
        return await session.FirstAsync(
            "select name, state, merged_into, size from segment_version where segment_id = @Id and version = @former", new { now.Id, former = version - 1 },
            reader => now with
            {
                Name = reader.GetString(0), State = Stored.Parse<SegmentState>(reader.GetString(1)), MergedInto = reader.LongOrNull(2), Size = reader.GetInt64(3),
            }) ?? now;
    }

    private static async Task ReturnMembersAsync(Session session, SegmentRow made, string actor)
    {
        await session.ExecuteAsync(
            """
            update segment_constraint set state = 'removed', ended_by = @actor, ended_at = @Now where segment_id = @Id and source = 'split' and state = 'active'
            """,
            new { made.Id, actor, session.Now });
        if (made.ParentId is not { } parent)
            return;
        await DueAccounts.AskForMembersAsync(session, made.Id);
        await session.ExecuteAsync(
            """
            update segment_member set segment_id = @parent, by_person = 0
            where segment_id = @Id and not exists (select 1 from segment_member m where m.segment_id = @parent and m.company_id = segment_member.company_id)
            """,
            new { made.Id, parent });
        await session.ExecuteAsync("delete from segment_member where segment_id = @Id", new { made.Id });
    }

    private sealed record Newest(long Id, long ChangeId, SegmentAction Action);
}
