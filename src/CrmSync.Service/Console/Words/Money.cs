using System.Globalization;

namespace CrmSync.Service.Console.Words;

/// <summary>US dollars in words: cents where there are some, more digits where an amount is smaller than a cent.</summary>
internal static class Money
{
    /// <summary>Millionths of a US dollar.</summary>
    public static string Of(long micros) => Usd(micros / 1_000_000m);

    public static string Usd(decimal usd) => usd switch
    {
        0 => "$0",
        < 0.01m => "$" + usd.ToString("0.000000", CultureInfo.InvariantCulture),
        < 1 => "$" + usd.ToString("0.0000", CultureInfo.InvariantCulture),
        _ => "$" + usd.ToString("N2", CultureInfo.InvariantCulture),
    };
}
