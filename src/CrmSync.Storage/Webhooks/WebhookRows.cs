using CrmSync.Pipeline.Polling;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Webhooks;

/// <summary>Notices that CRMs sent, for two days: longer than any of them repeats a delivery.</summary>
internal sealed class WebhookRows(LedgerDatabase database)
{
    private const long Kept = 2 * 24 * 60 * 60 * 1_000L;

    private static readonly RowShape<WebhookEvent> Shape = new(
        new RowShape<WebhookEvent>.Text("key", notice => notice.Key),
        new RowShape<WebhookEvent>.Text("kind", notice => Stored.Name(notice.Kind)),
        new RowShape<WebhookEvent>.Text("object_type", notice => notice.ObjectType),
        new RowShape<WebhookEvent>.Text("external_id", notice => notice.ExternalId),
        new RowShape<WebhookEvent>.Long("occurred_at", notice => notice.At.ToUnixTimeMilliseconds()));

    public async Task<IReadOnlyList<WebhookEvent>> AddAsync(
        long connectionId, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken)
    {
        List<WebhookEvent> distinct = [.. events.DistinctBy(notice => notice.Key)];
        if (distinct.Count is 0)
            return [];
        var added = await database.WriteAsync(
            null,
            async session =>
            {
                await session.ExecuteAsync(
                    "delete from webhook_event where connection_id = @connectionId and seen_at < @old", new { connectionId, old = session.Now - Kept });
                return await session.QueryRowsAsync(
                    """
                    insert into webhook_event (connection_id, key, kind, object_type, external_id, occurred_at, seen_at)
                    select @connectionId, r.key, r.kind, r.object_type, r.external_id, r.occurred_at, @Now from $rows r where true
                    on conflict (connection_id, key) do nothing
                    returning key
                    """,
                    Shape, distinct, new { connectionId, session.Now }, reader => reader.GetString(0));
            },
            cancellationToken);
        var unknown = added.ToHashSet(StringComparer.Ordinal);
        return [.. distinct.Where(notice => unknown.Contains(notice.Key))];
    }

    public async Task<DateTimeOffset?> LastAtAsync(long connectionId, CancellationToken cancellationToken)
    {
        var last = await database.ReadAsync(
            session => session.ScalarAsync("select max(seen_at) from webhook_event where connection_id = @connectionId", new { connectionId }),
            cancellationToken);
        return last is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;
    }
}
