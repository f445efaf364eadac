using System.Globalization;

namespace CrmSync.Simulator.Hosting;

/// <summary>Which calls of a log are meant.</summary>
internal sealed record CallFilter
{
    /// <summary>Text that the route template or the path must contain, any case; null for any.</summary>
    public string? Route { get; init; }

    /// <summary>Lowest status.</summary>
    public int StatusFrom { get; init; }

    /// <summary>Highest status.</summary>
    public int StatusTo { get; init; } = int.MaxValue;

    /// <summary>Earliest arrival.</summary>
    public DateTimeOffset Since { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Reads <c>429</c>, <c>4xx</c> or <c>dropped</c>; null or blank is any status.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static (int From, int To) ReadStatus(string? status)
    {
        if (string.IsNullOrWhiteSpace(status))
            return (0, int.MaxValue);
        if (status == "dropped")
            return (0, 0);
        if (status.Length == 3 && char.IsAsciiDigit(status[0]))
        {
            if (status.EndsWith("xx", StringComparison.OrdinalIgnoreCase))
                return ((status[0] - '0') * 100, ((status[0] - '0') * 100) + 99);
            if (int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var exact))
                return (exact, exact);
        }
        throw new ArgumentException($"The status \"{status}\" is none; give 429, 4xx or dropped.", nameof(status));
    }

    public bool Fits(SimulatedCall call) =>
        call.Status >= StatusFrom && call.Status <= StatusTo && call.At >= Since
        && (Route is null || call.Route.Contains(Route, StringComparison.OrdinalIgnoreCase)
            || call.Path.Contains(Route, StringComparison.OrdinalIgnoreCase));
}

/// <summary>Calls of one route.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route template.</param>
/// <param name="Calls">How many.</param>
/// <param name="Refused">How many of them were answered with 400 or more, or dropped.</param>
/// <param name="Items">Records that they asked for or wrote.</param>
internal sealed record RouteFigures(string Method, string Route, int Calls, int Refused, long Items);

/// <summary>What a part of a call log says.</summary>
/// <param name="Matching">How many calls fit.</param>
/// <param name="HighestPerSecond">Most calls in any second (a window that slides, its end left out).</param>
/// <param name="HighestPerTenSeconds">Most calls in any ten seconds.</param>
/// <param name="Routes">Per route, busiest first.</param>
/// <param name="Newest">The newest calls, newest first.</param>
internal sealed record CallFigures(
    int Matching, int HighestPerSecond, int HighestPerTenSeconds, IReadOnlyList<RouteFigures> Routes, IReadOnlyList<SimulatedCall> Newest)
{
    /// <summary>The administration's own calls, where a simulator logs them.</summary>
    private const string OwnPath = "/simulator";

    /// <summary>Reads a log; linear in its length but for sorting by time.</summary>
    /// <param name="log">The log.</param>
    /// <param name="filter">Which calls.</param>
    /// <param name="limit">How many of the newest calls to keep, 0 or more.</param>
    public static CallFigures Read(CallLog log, CallFilter filter, int limit)
    {
        SimulatedCall[] calls =
            [.. log.Snapshot().Where(call => !call.Path.StartsWith(OwnPath, StringComparison.Ordinal) && filter.Fits(call)).OrderBy(call => call.At)];
        RouteFigures[] routes =
        [
            .. calls.GroupBy(call => (call.Method, call.Route))
                .Select(group => new RouteFigures(group.Key.Method, group.Key.Route, group.Count(),
                    group.Count(call => call.Status is 0 or >= 400), group.Sum(call => (long)call.Items)))
                .OrderByDescending(route => route.Calls).ThenBy(route => route.Route, StringComparer.Ordinal),
        ];
        return new(calls.Length, Highest(calls, TimeSpan.FromSeconds(1)), Highest(calls, TimeSpan.FromSeconds(10)), routes,
            [.. calls.Reverse().Take(limit)]);
    }

    private static int Highest(SimulatedCall[] calls, TimeSpan window)
    {
        var (highest, first) = (0, 0);
        for (var last = 0; last < calls.Length; last++)
        {
            while (calls[last].At - calls[first].At >= window)
                first++;
            highest = Math.Max(highest, last - first + 1);
        }
        return highest;
    }
}
