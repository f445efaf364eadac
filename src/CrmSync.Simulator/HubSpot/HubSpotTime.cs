using System.Globalization;

namespace CrmSync.Simulator.HubSpot;

/// <summary>Instants as HubSpot writes and takes them: ISO 8601 UTC with milliseconds out, that or epoch milliseconds in.</summary>
internal static class HubSpotTime
{
    private const string Iso = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Format(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).UtcDateTime.ToString(Iso, CultureInfo.InvariantCulture);

    public static bool TryFormat(long unixMilliseconds, Span<byte> utf8, out int written) =>
        DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds).UtcDateTime.TryFormat(utf8, out written, Iso, CultureInfo.InvariantCulture);

    public static bool TryParse(string text, out long unixMilliseconds)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out unixMilliseconds))
            return unixMilliseconds is >= -62_135_596_800_000 and <= 253_402_300_799_999;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
        {
            unixMilliseconds = instant.ToUnixTimeMilliseconds();
            return true;
        }
        return false;
    }
}
