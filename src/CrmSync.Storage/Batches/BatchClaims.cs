using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Batches;

/// <summary>Who holds a batch: claiming, handing over, giving back.</summary>
internal sealed class BatchClaims(LedgerDatabase database, TimeProvider clock)
{
    private const string OfStoppedRun = "exists (select 1 from run n where n.id = batch.run_id and n.status = 'cancelled')";

    public Task<ClaimedBatch?> ClaimAsync(long batchId, string node, TimeSpan lease, CancellationToken cancellationToken)
    {
        var leaseEndsAt = clock.GetUtcNow() + lease;
        return database.WriteAsync(
            null,
            session => session.FirstAsync(
                """
                update batch set status = 'running', epoch = epoch + 1, attempt = attempt + 1, leased_by = @node, leased_until = @until,
                  enqueued_at = null
                where id = @batchId and (
                  (status in ('available', 'scheduled', 'retryable') and not_before <= @Now)
                  or (status = 'running' and leased_until <= @Now))
                  and not exists (select 1 from run n where n.id = batch.run_id and n.status in ('paused', 'cancelled'))
                returning id, kind, connection_id, run_id, epoch, attempt
                """,
                new { batchId, node, until = session.Now + (long)lease.TotalMilliseconds, session.Now },
                reader => new ClaimedBatch(
                    reader.GetInt64(0), Stored.Parse<BatchKind>(reader.GetString(1)), reader.GetInt64(2), reader.LongOrNull(3),
                    reader.GetInt32(4), reader.GetInt32(5), leaseEndsAt)),
            cancellationToken);
    }

    public async Task<IReadOnlyList<BatchRef>> TakeDueAsync(
        DateTimeOffset enqueuedBefore, int maximumAttempts, int limit, CancellationToken cancellationToken)
    {
        await EndLostAsync(maximumAttempts, cancellationToken);
        // The engine may have lost a batch that it was handed. A claim clears the mark, so one whose lease ran out is due again at once.
        return await database.WriteAsync(
            null,
            async session =>
            {
                var taken = await session.QueryAsync(
                    $"""
                    update batch set enqueued_at = @Now
                    where id in (
                      select id from batch
                      where ((status in ('available', 'scheduled', 'retryable') and not_before <= @Now) or (status = 'running' and leased_until <= @Now))
                        and (enqueued_at is null or enqueued_at < @before)
                        and not exists (select 1 from run n where n.id = batch.run_id and n.status in ('paused', 'cancelled'))
                      order by priority desc, not_before, id
                      limit @limit
                      {(session.Dialect is LedgerDialect.Postgres ? "for update skip locked" : "")})
                    returning id, kind, not_before, priority
                    """,
                    new { before = enqueuedBefore.ToUnixTimeMilliseconds(), limit, session.Now },
                    reader => new BatchRef(reader.GetInt64(0), Stored.Parse<BatchKind>(reader.GetString(1)), reader.Instant(2), reader.GetInt32(3)));
                return taken.OrderByDescending(batch => batch.Priority).ThenBy(batch => batch.NotBefore).ThenBy(batch => batch.Id).ToList();
            },
            cancellationToken);
    }

    public Task ReleaseAsync(string node, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                await session.ExecuteAsync(
                    $"""
                    update batch set status = 'available', attempt = case when attempt > 0 then attempt - 1 else 0 end,
                      leased_by = null, leased_until = null, enqueued_at = null
                    where status = 'running' and leased_by = @node and not {OfStoppedRun}
                    """,
                    new { node });
                // Nobody takes these up again; with their lease over, the next look ends them.
                return await session.ExecuteAsync(
                    "update batch set leased_until = @Now where status = 'running' and leased_by = @node", new { node, session.Now });
            },
            cancellationToken);

    // A batch that ends with its process every time would take one process after the other down with it; and one whose run was stopped while its process died is
    // nobody's any more.
    private async Task EndLostAsync(int maximumAttempts, CancellationToken cancellationToken)
    {
        const string Lost = $"status = 'running' and leased_until <= @Now and (attempt >= @maximumAttempts or {OfStoppedRun})";
        var found = await database.WriteAsync(
            null,
            session => session.QueryAsync(
                $"select id, connection_id from batch where {Lost} order by id limit 100",
                new { maximumAttempts, session.Now },
                reader => (Id: reader.GetInt64(0), ConnectionId: reader.GetInt64(1))),
            cancellationToken);
        foreach (var (id, connectionId) in found)
        {
            await database.WriteAsync(
                connectionId,
                async session =>
                {
                    // The epoch is raised, so that a holder who was only slow cannot commit any more.
                    var rows = await session.QueryAsync(
                        $"update batch set epoch = epoch + 1 where id = @id and {Lost} returning {HeldBatch.Columns}",
                        new { id, maximumAttempts, session.Now },
                        HeldBatch.Read);
                    foreach (var batch in rows)
                    {
                        var step = new LedgerStep(session, batch);
                        if (batch.Run is not RunStatus.Cancelled || !await BatchEnd.StopAsync(step, null))
                        {
                            await BatchEnd.EndAsync(step, new BatchEnding.Discard(
                                BatchEnd.RetriesExhausted,
                                $"The batch was started {batch.Attempt} times and its process never came back; the work in it is put aside."));
                        }

                        await step.FinishAsync();
                    }

                    return rows.Count;
                },
                cancellationToken);
        }
    }
}
