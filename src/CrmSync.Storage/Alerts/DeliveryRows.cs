using CrmSync.Pipeline.Alerts;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Alerts;

/// <summary>Deliveries on their way. Taking one puts it off, so that a node that dies with it in hand loses nothing.</summary>
internal sealed class DeliveryRows(LedgerDatabase database)
{
    private static readonly RowShape<long> Ids = new(new RowShape<long>.Long("id", id => id));

    public Task<IReadOnlyList<AlertDelivery>> TakeAsync(int limit, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync<IReadOnlyList<AlertDelivery>>(
            null,
            async session =>
            {
                // The condition stands twice: whoever waited for the other's lock finds that the row is no longer due.
                var taken = await session.QueryAsync(
                    """
                    update alert_delivery set not_before = @until, attempt = attempt + 1
                    where status = 'pending' and not_before <= @Now and id in (
                      select d.id from alert_delivery d where d.status = 'pending' and d.not_before <= @Now order by d.id limit @limit)
                    returning id
                    """,
                    new { session.Now, until = session.Now + (long)lease.TotalMilliseconds, limit },
                    reader => reader.GetInt64(0));
                return await session.QueryRowsAsync(
                    """
                    select d.id, d.channel, d.attempt, e.id, w.key, w.kind, e.state, e.sentence, w.fix, e.at
                    from $rows r $join alert_delivery d on d.id = r.id $join alert_event e on e.id = d.event_id $join alert w on w.id = e.alert_id
                    order by d.id
                    """,
                    Ids,
                    taken,
                    null,
                    reader => new AlertDelivery(
                        reader.GetInt64(0), reader.GetString(1), reader.GetInt32(2),
                        new AlertMessage(
                            reader.GetInt64(3), reader.GetString(4), Stored.Parse<AlertKind>(reader.GetString(5)), Stored.Parse<AlertState>(reader.GetString(6)),
                            reader.GetString(7), reader.GetString(8), reader.Instant(9))));
            },
            cancellationToken);

    public Task EndAsync(long id, DeliveryEnd end, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                """
                update alert_delivery set status = @status, error = @Error, not_before = coalesce(@next, not_before), attempt = attempt - @uncounted,
                  done_at = case when @status = 'pending' then null else @Now end
                where id = @id and status = 'pending'
                """,
                new
                {
                    id, end.Error, session.Now, uncounted = end.CountsTry ? 0 : 1,
                    status = end.RetryAfter is not null ? "pending" : end.Error is null ? "sent" : "failed",
                    next = end.RetryAfter is { } pause ? session.Now + (long)pause.TotalMilliseconds : (long?)null,
                }),
            cancellationToken);
}
