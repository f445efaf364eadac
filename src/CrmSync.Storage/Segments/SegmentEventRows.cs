using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Runs;

namespace CrmSync.Storage.Segments;

/// <summary>What searches saw happen to segments, and what people said to it.</summary>
internal static class SegmentEventRows
{
    /// <summary>
    /// Stores the events of a search. What is open already is told anew instead of twice; a pair that a person dismissed is not proposed again.
    /// </summary>
    /// <param name="session">The transaction of the search's findings.</param>
    /// <param name="events">The events.</param>
    /// <param name="idOf">Ledger id of a segment by the name that the event gives it.</param>
    /// <param name="runId">The search; null where none did it.</param>
    public static async Task SaveAsync(Session session, IReadOnlyList<SegmentEvent> events, Func<string, long> idOf, long? runId)
    {
        foreach (var row in events)
        {
            var (first, second) = (idOf(row.Segment), row.Other is { } other ? idOf(other) : (long?)null);
            var pair = new { kind = Stored.Name(row.Kind), first = second is { } high ? Math.Min(first, high) : first, second = second is { } low ? Math.Max(first, low) : (long?)null };
            if (second is not null && await session.ScalarAsync(
                "select 1 from segment_event where kind = @kind and segment_id = @first and other_id = @second and state = 'dismissed' limit 1", pair) is not null)
                continue;
            var told = await session.ExecuteAsync(
                """
                update segment_event set reason = @Reason, cosine = @Cosine, run_id = @runId, at = @Now
                where kind = @kind and segment_id = @first and coalesce(other_id, 0) = coalesce(@second, 0) and state = 'open'
                """,
                new { row.Reason, row.Cosine, runId, session.Now, pair.kind, pair.first, pair.second });
            if (told > 0)
                continue;
            await session.ExecuteAsync(
                "insert into segment_event (kind, state, segment_id, other_id, run_id, cosine, reason, at) values (@kind, 'open', @first, @second, @runId, @Cosine, @Reason, @Now)",
                new { pair.kind, pair.first, pair.second, runId, row.Cosine, row.Reason, session.Now });
        }
    }

    /// <summary>A pair was merged: what proposed it is done.</summary>
    public static Task<int> MergedAsync(Session session, long first, long second, string actor) => session.ExecuteAsync(
        """
        update segment_event set state = 'merged', ended_by = @actor, ended_at = @Now where kind = 'converging' and state = 'open' and segment_id = @low and other_id = @high
        """,
        new { actor, session.Now, low = Math.Min(first, second), high = Math.Max(first, second) });

    public static async Task<SegmentOutcome> SettleAsync(Session session, long eventId, string actor)
    {
        await SegmentRow.LockAsync(session);
        var row = await session.FirstAsync(
            "select e.kind, e.state, s.key, o.key from segment_event e join segment s on s.id = e.segment_id left join segment o on o.id = e.other_id where e.id = @eventId", new { eventId },
            reader => new Told(Stored.Parse<SegmentEventKind>(reader.GetString(0)), Stored.Parse<SegmentEventState>(reader.GetString(1)), reader.GetString(2), reader.TextOrNull(3)));
        if (row is null)
            return new SegmentOutcome(SegmentAnswer.Unknown, "There is no such event.");
        var state = row.Kind is SegmentEventKind.Converging ? SegmentEventState.Dismissed : SegmentEventState.Seen;
        if (row.State == state)
            return new SegmentOutcome(SegmentAnswer.Unchanged, "That was said already.");
        if (row.State is not SegmentEventState.Open)
            return SegmentChanges.Refuse("Somebody else has dealt with this already; look again.");
        await session.ExecuteAsync(
            "update segment_event set state = @state, ended_by = @actor, ended_at = @Now where id = @eventId", new { state = Stored.Name(state), actor, session.Now, eventId });
        await Audit.WriteAsync(session, actor, $"segment.event.{Stored.Name(state)}", row.Segment, Stored.Name(row.Kind), row.Other);
        return new SegmentOutcome(SegmentAnswer.Changed, state is SegmentEventState.Seen ? "Noted as seen." : "The two segments stay apart, and later searches do not propose this again.");
    }

    private sealed record Told(SegmentEventKind Kind, SegmentEventState State, string Segment, string? Other);
}
