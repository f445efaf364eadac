using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Asks;

/// <summary>
/// The account of each UTC day. Money is taken before it is spent, by one statement that changes the row only where the budget has it: two nodes that ask at the
/// same time stand in line at the row. Settling gives back what a call did not cost.
/// </summary>
internal sealed class HostedDays(LedgerDatabase database)
{
    private const long Day = 24 * 60 * 60 * 1_000L;

    public Task<HostedReservation?> ReserveAsync(long micros, long budgetMicros, CancellationToken cancellationToken) =>
        database.WriteAsync(
            null,
            async session =>
            {
                var day = DayOf(session.Now);
                await session.ExecuteAsync(
                    "insert into hosted_day (day_at, updated_at) values (@day, @Now) on conflict (day_at) do nothing", new { day, session.Now });
                var taken = await session.ExecuteAsync(
                    """
                    update hosted_day set reserved_micros = reserved_micros + @micros, updated_at = @Now
                    where day_at = @day and cost_micros + reserved_micros + @micros <= @budgetMicros
                    """,
                    new { day, micros, budgetMicros, session.Now });
                return taken is 1 ? new HostedReservation(DateTimeOffset.FromUnixTimeMilliseconds(day), micros) : (HostedReservation?)null;
            },
            cancellationToken);

    public async Task<HostedDay> ReadAsync(CancellationToken cancellationToken) =>
        // Only a writing session knows the database's clock, and which day it is depends on that.
        await database.WriteAsync(
            null,
            async session => await session.FirstAsync(
                """
                select day_at, calls, prompt_tokens, cached_tokens, completion_tokens, cost_micros, reserved_micros from hosted_day where day_at = @day
                """,
                new { day = DayOf(session.Now) },
                reader => new HostedDay(
                    reader.Instant(0), reader.GetInt64(1), new TokenUsage(reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)), reader.GetInt64(5), reader.GetInt64(6)))
                ?? new HostedDay(DateTimeOffset.FromUnixTimeMilliseconds(DayOf(session.Now)), 0, default, 0, 0),
            cancellationToken);

    public static Task<int> SettleAsync(Session session, HostedSpending spending) =>
        session.ExecuteAsync(
            """
            update hosted_day set calls = calls + @Calls, prompt_tokens = prompt_tokens + @Prompt, cached_tokens = cached_tokens + @Cached,
              completion_tokens = completion_tokens + @Completion, cost_micros = cost_micros + @CostMicros, reserved_micros = reserved_micros - @Released, updated_at = @Now
            where day_at = @day
            """,
            new
            {
                spending.Calls, spending.Usage.Prompt, spending.Usage.Cached, spending.Usage.Completion, spending.CostMicros, spending.Released, session.Now,
                day = spending.Day.ToUnixTimeMilliseconds(),
            });

    private static long DayOf(long milliseconds) => milliseconds - (milliseconds % Day);
}
