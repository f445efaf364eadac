using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Batches;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Segments;

/// <summary>
/// Makes candidates of what people set in the CRM: an account that they put into another segment may belong with that one's accounts, one that they took out of ours may
/// not belong with ours. Nothing of it holds before a reviewer says so; the CRM's value stays whatever becomes of it.
/// </summary>
internal static class SegmentEdits
{
    private const int AtOnce = 200;

    private static readonly RowShape<Candidate> Rows = new(
        new RowShape<Candidate>.Text("kind", row => Stored.Name(row.Kind)),
        new RowShape<Candidate>.Long("first_id", row => row.Account),
        new RowShape<Candidate>.Long("second_id", row => row.Other),
        new RowShape<Candidate>.Long("segment_id", row => row.Segment),
        new RowShape<Candidate>.Long("intent_id", row => row.Intent));

    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public static async Task CollectAsync(LedgerStep step)
    {
        var edits = await step.Session.QueryAsync(
            """
            select i.id, i.company_id, coalesce(i.value_after, i.value_before, ''), coalesce(d.label, '') from intent i join decision d on d.id = i.decision_id
            where i.taxonomy = @taxonomy and i.status = 'kept' and i.edit_seen_at is null and i.connection_id = @ConnectionId and i.actor = 'human' and i.company_id is not null
            order by i.id limit @AtOnce
            """,
            new { taxonomy = SegmentKeys.Taxonomy, step.Batch.ConnectionId, AtOnce },
            reader => (Intent: reader.GetInt64(0), Account: reader.GetInt64(1), Set: reader.GetString(2), Label: reader.GetString(3)));
        if (edits.Count == 0)
            return;
        var segments = await SegmentRow.ReadAllAsync(step.Session);
        List<Candidate> candidates = [];
        foreach (var (intent, account, set, label) in edits)
        {
            var named = segments.FirstOrDefault(row => row.State is SegmentState.Approved or SegmentState.Proposed && string.Equals(row.Name, set, StringComparison.OrdinalIgnoreCase));
            if ((named ?? segments.FirstOrDefault(row => row.Key == label)) is { } segment && await StrongestAsync(step.Session, segment.Id, account) is { } other)
                candidates.Add(new Candidate(named is null ? LinkKind.Cannot : LinkKind.Must, account, other, segment.Id, intent));
        }
        await step.Session.ExecuteRowsAsync(
            """
            insert into segment_constraint (kind, state, first_id, second_id, source, segment_id, intent_id, actor, at)
            select r.kind, 'candidate', r.first_id, r.second_id, 'crm', r.segment_id, r.intent_id, 'a person in the CRM', @Now from $rows r
            where not exists (
              select 1 from segment_constraint k where k.kind = r.kind and k.state in ('candidate', 'active', 'dismissed') and k.first_id = r.first_id and k.second_id = r.second_id)
            """,
            Rows,
            candidates,
            new { step.Session.Now });
        await step.Session.ExecuteRowsAsync("update intent set edit_seen_at = @Now from $rows r where intent.id = r.id", Ids, [.. edits.Select(edit => edit.Intent)], new { step.Session.Now });
    }

    private static Task<long?> StrongestAsync(Session session, long segmentId, long except) => session.ScalarAsync(
        "select company_id from segment_member where segment_id = @segmentId and company_id <> @except order by strength desc, company_id limit 1", new { segmentId, except });

    private sealed record Candidate(LinkKind Kind, long Account, long Other, long Segment, long Intent);
}
