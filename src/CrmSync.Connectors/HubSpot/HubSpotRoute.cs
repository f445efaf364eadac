using System.Globalization;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.HubSpot;

/// <summary>
/// The way to read a window, and what it costs. Search gives 200 rows of the window five times a second, the list endpoint 100 rows of the whole type nineteen
/// times a second, links included: the one that takes less time at the limits is taken. Pure.
/// </summary>
internal static class HubSpotRoute
{
    /// <summary>Types whose links search does not give, each read by itself.</summary>
    private const int LinkReads = 3;

    /// <summary>Whether listing everything takes less time than searching the window.</summary>
    /// <param name="rows">Records in the window.</param>
    /// <param name="all">Records of the type.</param>
    /// <param name="options">Limits and page sizes.</param>
    public static bool PrefersList(long rows, long all, HubSpotOptions options) => ListTime(all, options) < SearchTime(rows, options);

    /// <summary>What reading a window costs.</summary>
    /// <param name="type">The type.</param>
    /// <param name="rows">Records in the window.</param>
    /// <param name="all">Records of the type where they were counted: only of a window that is big enough for the list endpoint.</param>
    /// <param name="options">Limits and page sizes.</param>
    public static ReadForecast Forecast(string type, long rows, long? all, HubSpotOptions options)
    {
        if (all is { } listed && PrefersList(rows, listed, options))
        {
            // One search tells how many there are in the window, another one how many in all.
            var pages = 2 + Math.Max(1, Parts(listed, HubSpotClient.ListLimit));
            return new ReadForecast(type, rows, "list", pages, Days(ListTime(listed, options), pages, options),
                string.Create(CultureInfo.InvariantCulture, $"2 + all/{HubSpotClient.ListLimit}, all = {listed}"));
        }

        var chunk = HubSpotClient.SearchLimit * options.SearchPages;
        var requests = Searches(rows) + (all is null ? 0 : 1) + (LinkReads * Parts(rows, chunk));
        return new ReadForecast(type, rows, "search", requests, Days(SearchTime(rows, options), requests, options),
            $"rows/{HubSpotClient.SearchLimit} + {(all is null ? 1 : 2)} + {LinkReads} x rows/{chunk}");
    }

    // The last search finds nothing and so ends the scan: a short page does not.
    private static long Searches(long rows) => Parts(rows, HubSpotClient.SearchLimit) + 1;

    // The two limits are counted apart, so the slower one decides.
    private static TimeSpan SearchTime(long rows, HubSpotOptions options)
    {
        var searching = (double)Searches(rows) / options.Budget.SearchPerSecond;
        var linking = LinkReads * Parts(rows, HubSpotClient.SearchLimit * options.SearchPages) * 10d / options.Budget.BurstLimit;
        return TimeSpan.FromSeconds(Math.Max(searching, linking));
    }

    private static TimeSpan ListTime(long all, HubSpotOptions options) =>
        TimeSpan.FromSeconds(Parts(all, HubSpotClient.ListLimit) * 10d / options.Budget.BurstLimit);

    private static TimeSpan Days(TimeSpan atLimits, long requests, HubSpotOptions options)
    {
        var allowance = Math.Max(1, (long)(options.Budget.DailyLimit * options.Budget.DayShare));
        var days = TimeSpan.FromDays((requests - 1) / allowance);
        return days > atLimits ? days : atLimits;
    }

    private static long Parts(long rows, int size) => (rows + size - 1) / size;
}
