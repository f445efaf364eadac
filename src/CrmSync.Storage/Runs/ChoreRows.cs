using CrmSync.Storage.Database;

namespace CrmSync.Storage.Runs;

/// <summary>Who does the work that one node does for all.</summary>
internal sealed class ChoreRows(LedgerDatabase database)
{
    public Task<bool> TakeAsync(string name, string node, TimeSpan every, TimeSpan lease, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session => await session.ExecuteAsync(
                """
                insert into chore (name, node, held_until_at) values (@name, @node, @until)
                on conflict (name) do update set node = excluded.node, held_until_at = excluded.held_until_at
                where chore.held_until_at <= @Now and (chore.done_at is null or chore.done_at <= @due)
                """,
                new
                {
                    name, node, session.Now, until = session.Now + (long)lease.TotalMilliseconds, due = session.Now - (long)every.TotalMilliseconds,
                }) > 0,
            cancellationToken);

    public Task EndAsync(string name, string node, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            session => session.ExecuteAsync(
                "update chore set done_at = @Now, held_until_at = @Now where name = @name and node = @node", new { name, node, session.Now }),
            cancellationToken);
}
