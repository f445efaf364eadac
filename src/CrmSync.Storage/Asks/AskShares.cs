using CrmSync.Storage.Database;

namespace CrmSync.Storage.Asks;

/// <summary>Of how many activities the hosted model was asked, against how many were decided about; kept in quarters of an hour, so that a day is summed quickly.</summary>
internal static class AskShares
{
    private const long Slot = 15 * 60 * 1_000;
    private const long Window = 24 * 60 * 60 * 1_000L;

    public static Task<int> AddAsync(Session session, long connectionId, int decided, int asked) =>
        decided is 0 && asked is 0
            ? Task.FromResult(0)
            : session.ExecuteAsync(
                """
                insert into ask_share (connection_id, slot_at, decided, asked) values (@connectionId, @slot, @decided, @asked)
                on conflict (connection_id, slot_at) do update set decided = ask_share.decided + excluded.decided, asked = ask_share.asked + excluded.asked
                """,
                new { connectionId, slot = session.Now - (session.Now % Slot), decided = (long)decided, asked = (long)asked });

    /// <summary>How many more activities may be asked about now. The first one always may, or a quiet connection would never ask.</summary>
    public static async Task<long> RoomAsync(Session session, long connectionId, double share)
    {
        await session.ExecuteAsync(
            "delete from ask_share where connection_id = @connectionId and slot_at < @old", new { connectionId, old = session.Now - (2 * Window) });
        var sums = await session.QueryAsync(
            """
            select cast(coalesce(sum(decided), 0) as bigint), cast(coalesce(sum(asked), 0) as bigint) from ask_share
            where connection_id = @connectionId and slot_at > @from
            """,
            new { connectionId, from = session.Now - Window },
            reader => (Decided: reader.GetInt64(0), Asked: reader.GetInt64(1)));
        return Math.Max(0, (long)Math.Ceiling(sums[0].Decided * share) - sums[0].Asked);
    }
}
