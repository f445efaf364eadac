using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace CrmSync.Pipeline.Jobs;

/// <summary>IANA time zones by id, and what a wall-clock time means in one of them.</summary>
internal static class TimeZones
{
    private const int MaxIdLength = 64;

    // Offsets lie between -12 and +14 hours; an hour more on both sides reaches past every reading of a wall-clock time.
    private static readonly TimeSpan SurelyBefore = TimeSpan.FromHours(15);
    private static readonly TimeSpan SurelyAfter = TimeSpan.FromHours(13);
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/");

    public static TimeZoneInfo? Find(string? id, out string? fault)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(id))
        {
            fault = "A schedule needs a time zone, like Europe/Berlin or UTC.";
            return null;
        }

        // The id becomes part of a file path on Linux, so nothing but an id's own characters goes there.
        if (id.Length <= MaxIdLength && !id.AsSpan().ContainsAnyExcept(IdCharacters) && TryFind(id, out var zone) && zone.HasIanaId)
            return zone;
        fault = $"\"{Shorten(id)}\" is no time zone that this machine knows; name one of the IANA list, like Europe/Berlin or UTC.";
        return null;
    }

    /// <summary>
    /// The instant of a wall-clock time. Of a time that comes twice (clocks set back) the first; for one that never comes (clocks set forward) the
    /// end of the gap. Monotonic: a later wall-clock time never gives an earlier instant.
    /// </summary>
    public static DateTimeOffset InstantOf(DateTime wall, TimeZoneInfo zone)
    {
        var asUtc = new DateTimeOffset(DateTime.SpecifyKind(wall, DateTimeKind.Unspecified), TimeSpan.Zero);
        var before = zone.GetUtcOffset(asUtc - SurelyBefore);
        var after = zone.GetUtcOffset(asUtc + SurelyAfter);
        // Not TimeZoneInfo.IsInvalidTime / IsAmbiguousTime: they see daylight saving, but not a zone that changes its standard offset.
        if (before == after || zone.GetUtcOffset(asUtc - before) == before)
            return InZone(asUtc - before, zone);
        if (zone.GetUtcOffset(asUtc - after) == after)
            return InZone(asUtc - after, zone);
        return InZone(GapEnd(asUtc - after, asUtc - before, before, zone), zone);
    }

    public static DateTimeOffset InZone(DateTimeOffset instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(instant, zone);

    // Bisects for the second at which the old offset ends; low still has it, high no longer.
    private static DateTimeOffset GapEnd(DateTimeOffset low, DateTimeOffset high, TimeSpan before, TimeZoneInfo zone)
    {
        while (high - low > TimeSpan.FromSeconds(1))
        {
            var middle = low.AddSeconds(Math.Floor((high - low).TotalSeconds / 2));
            if (zone.GetUtcOffset(middle) == before)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    private static bool TryFind(string id, [NotNullWhen(true)] out TimeZoneInfo? zone) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone);

    private static string Shorten(string text) => text.Length <= MaxIdLength ? text : text[..MaxIdLength] + "…";
}
