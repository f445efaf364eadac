namespace CrmSync.Pipeline.Honesty;

/// <summary>
/// Brings the judgements of deals up to date. Each step is idempotent: a process that dies leaves what it had not stored to whoever looks next, and two that judge the
/// same deal store the same. Thread-safe.
/// </summary>
public sealed class HonestyBook(IHonestyStore store, TimeProvider clock)
{
    private const int AtOnce = 200;
    private const int CatchUpAtOnce = 2_000;

    /// <summary>Whether any deal waits to be judged.</summary>
    public Task<bool> IsDueAsync(CancellationToken cancellationToken) => store.IsDueAsync(DealJudge.Version, cancellationToken);

    /// <summary>Judges what waits.</summary>
    /// <param name="atMost">Stops after this time with the rest left waiting.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>How many deals were judged.</returns>
    public async Task<long> UpdateAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var judged = 0L;
        bool more;
        do
        {
            more = await store.CatchUpAsync(DealJudge.Version, CatchUpAtOnce, cancellationToken);
            var books = await store.ReadStageBooksAsync(cancellationToken);
            IReadOnlyList<DueDeal> due;
            do
            {
                due = await store.ReadDueAsync(AtOnce, cancellationToken);
                if (due.Count == 0)
                    break;
                var now = clock.GetUtcNow();
                await store.SaveAsync([.. due.Select(item => new JudgedDeal(item, item.Deal is { } deal ? DealJudge.Judge(deal, books[item.ConnectionId], now) : null))], cancellationToken);
                judged += due.Count;
            }
            while (clock.GetElapsedTime(started) < atMost);
            more |= due.Count > 0;
        }
        while (more && clock.GetElapsedTime(started) < atMost);
        return judged;
    }

    /// <summary>Counts the activities that hang on no deal.</summary>
    public Task CountLooseAsync(CancellationToken cancellationToken) => store.CountLooseAsync(cancellationToken);
}
