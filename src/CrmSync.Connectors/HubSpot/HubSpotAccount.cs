using System.Globalization;
using System.Text.Json;
using CrmSync.Connectors.Http;

namespace CrmSync.Connectors.HubSpot;

/// <summary>What account-info said about the account; nothing before the first check. Thread-safe.</summary>
internal sealed class HubSpotAccount
{
    private volatile Known? _known;

    /// <summary>Id of the account, or null while it is not known.</summary>
    public string? PortalId => _known?.PortalId;

    /// <summary>Host of the account's own pages, or null while it is not known.</summary>
    public string? PagesHost => _known?.PagesHost;

    /// <summary>Takes the answer of account-info.</summary>
    public void Learn(JsonElement details) => _known = new Known(
        details.Filled("portalId"), details.Filled("uiDomain"), Zone(details.Filled("timeZone")), Offset(details.Filled("utcOffset")));

    /// <summary>The day of HubSpot's daily limit that an instant belongs to: the account's calendar day, UTC while its zone is not known.</summary>
    public (DateTimeOffset Start, DateTimeOffset End) Day(DateTimeOffset now)
    {
        var today = now.ToOffset(OffsetAt(now.UtcDateTime)).Date;
        return (Midnight(today), Midnight(today.AddDays(1)));
    }

    /// <summary>When the daily limit is fresh again. While the zone is not known that is probed hourly, so that no day is slept away.</summary>
    public DateTimeOffset NextReset(DateTimeOffset now)
    {
        var end = Day(now).End;
        var probe = now + TimeSpan.FromHours(1);
        return _known is null && probe < end ? probe : end;
    }

    private DateTimeOffset Midnight(DateTime date)
    {
        // The offset at midnight itself: on the days when clocks change it is not the one of now.
        var guess = new DateTimeOffset(date, OffsetAt(DateTime.SpecifyKind(date, DateTimeKind.Utc)));
        return new DateTimeOffset(date, OffsetAt(guess.UtcDateTime)).ToUniversalTime();
    }

    private TimeSpan OffsetAt(DateTime utc) => _known switch
    {
        { Zone: { } zone } => zone.GetUtcOffset(utc),
        { Offset: { } offset } => offset,
        _ => TimeSpan.Zero,
    };

    private static TimeZoneInfo? Zone(string? id) => id is not null && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : null;

    private static TimeSpan? Offset(string? text) =>
        TimeSpan.TryParseExact(text?.TrimStart('+', '-'), "hh\\:mm", CultureInfo.InvariantCulture, out var offset)
        && offset <= TimeSpan.FromHours(14)
            ? text!.StartsWith('-') ? -offset : offset
            : null;

    private sealed record Known(string? PortalId, string? PagesHost, TimeZoneInfo? Zone, TimeSpan? Offset);
}
