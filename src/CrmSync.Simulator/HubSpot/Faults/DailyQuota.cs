using CrmSync.Simulator.Hosting;

namespace CrmSync.Simulator.HubSpot.Faults;

/// <summary>The day's quota used up by other apps of the account: ends at the account's midnight by itself (fact sheet §5.1).</summary>
internal sealed class DailyQuota(FaultBoard board, string timeZone, TimeProvider clock)
{
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(timeZone);
    private long _day;

    public void Exhaust() => Interlocked.Exchange(ref _day, Today);

    /// <summary>Whether a call is refused for it.</summary>
    public bool Refuses(string method, string route, string path)
    {
        if (board.On(DialCode.DailyQuota) is null)
            return false;
        if (Interlocked.Read(ref _day) == Today)
            return board.Draw(DialCode.DailyQuota, method, route, path);
        board.Heal(DialCode.DailyQuota);
        return false;
    }

    private long Today => TimeZoneInfo.ConvertTime(clock.GetUtcNow(), _zone).Date.Ticks;
}
