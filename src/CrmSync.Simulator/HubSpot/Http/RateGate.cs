using System.Globalization;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>
/// The three limits of fact sheet §5.1: any 10 seconds per app, any second for searches of the account, a day of the account's time zone.
/// Refused calls count in none. Thread-safe.
/// </summary>
internal sealed class RateGate(HubSpotSimulatorOptions options, TimeProvider clock)
{
    public const string TenSecondly = "TEN_SECONDLY_ROLLING";
    public const string Secondly = "SECONDLY";
    public const string Daily = "DAILY";

    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private readonly TimeZoneInfo _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
    private readonly Dictionary<long, Queue<DateTimeOffset>> _apps = [];
    private readonly Queue<DateTimeOffset> _searches = new();
    private DateTime _day;
    private int _today;

    /// <summary>Whether calls beyond a limit are refused.</summary>
    public QuotaSwitch Quotas { get; } = new(options.QuotasOn);

    /// <summary>Requests that counted today.</summary>
    public int UsedToday
    {
        get
        {
            lock (_lock)
                return _today;
        }
    }

    /// <summary>Counts a call in, or names the policy that refuses it. Sets the rate headers; search answers carry none.</summary>
    public string? Enter(HttpContext context, HubSpotToken token, bool search)
    {
        if (!Quotas.On)
            return null;
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var day = TimeZoneInfo.ConvertTime(now, _zone).Date;
            if (day != _day)
                (_day, _today) = (day, 0);

            if (!_apps.TryGetValue(token.AppId, out var app))
                _apps[token.AppId] = app = new Queue<DateTimeOffset>();
            var window = search ? _searches : app;
            var burst = token.Issued ? options.OAuthRequestsPerTenSeconds : options.RequestsPerTenSeconds;
            var (limit, span) = search ? (options.SearchesPerSecond, TimeSpan.FromSeconds(1)) : (burst, Burst);
            while (window.TryPeek(out var oldest) && oldest <= now - span)
                window.Dequeue();

            var refused = _today >= options.RequestsPerDay ? Daily : window.Count >= limit ? search ? Secondly : TenSecondly : null;
            if (refused is null)
            {
                window.Enqueue(now);
                _today++;
            }
            if (!search)
                SetHeaders(context.Response.Headers, burst, limit - window.Count, daily: !token.Issued);
            return refused;
        }
    }

    private void SetHeaders(IHeaderDictionary headers, int burst, int remaining, bool daily)
    {
        headers["X-HubSpot-RateLimit-Max"] = Text(burst);
        headers["X-HubSpot-RateLimit-Remaining"] = Text(remaining);
        headers["X-HubSpot-RateLimit-Interval-Milliseconds"] = "10000";
        headers["X-HubSpot-RateLimit-Secondly"] = Text(burst / 10);
        headers["X-HubSpot-RateLimit-Secondly-Remaining"] = Text(Math.Min(remaining, burst / 10));
        if (!daily)
            return;
        headers["X-HubSpot-RateLimit-Daily"] = Text(options.RequestsPerDay);
        headers["X-HubSpot-RateLimit-Daily-Remaining"] = Text(options.RequestsPerDay - _today);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
