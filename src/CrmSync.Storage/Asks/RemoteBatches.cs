using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Storage.Activities;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Asks;

/// <summary>Batches at the hosted model's endpoint.</summary>
internal static class RemoteBatches
{
    public static async Task<long> InsertAsync(Session session, long connectionId, long batchId) =>
        (await session.ScalarAsync(
            """
            insert into remote_batch (connection_id, batch_id, status, created_at) values (@connectionId, @batchId, 'preparing', @Now) returning id
            """,
            new { connectionId, batchId, session.Now }))!.Value;

    public static Task<RemoteWork?> ReadAsync(Session session, long batchId) =>
        session.FirstAsync(
            "select id, status, remote_id, day_at, reserved_micros, tickets, submitted_at from remote_batch where batch_id = @batchId order by id desc limit 1",
            new { batchId },
            reader => new RemoteWork(
                reader.GetInt64(0), Stored.Parse<RemoteStatus>(reader.GetString(1)), reader.TextOrNull(2),
                new HostedReservation(reader.InstantOrNull(3) ?? DateTimeOffset.UnixEpoch, reader.GetInt64(4)), LedgerJson.ReadTickets(reader.GetString(5)),
                reader.InstantOrNull(6)));

    public static Task<int> SaveAsync(Session session, RemoteStep step) =>
        session.ExecuteAsync(
            """
            update remote_batch set status = @status, remote_id = coalesce(@RemoteId, remote_id), day_at = coalesce(@day, day_at),
              reserved_micros = coalesce(@micros, reserved_micros), tickets = coalesce(@tickets, tickets),
              submitted_at = case when @status = 'submitted' then coalesce(submitted_at, @Now) else submitted_at end,
              ended_at = case when @status in ('ended', 'lost') then @Now else ended_at end
            where id = @Id
            """,
            new
            {
                step.Id, status = Stored.Name(step.Status), step.RemoteId, day = step.Reservation?.Day.ToUnixTimeMilliseconds(), micros = step.Reservation?.Micros,
                tickets = step.Tickets is null ? null : LedgerJson.Write(step.Tickets), session.Now,
            });
}
