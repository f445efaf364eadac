using System.Globalization;

namespace CrmSync.Benchmarks;

/// <summary>Sets the requests of a backfill beside the fewest that its route allows.</summary>
internal static class BackfillFigures
{
    // Signing in, definitions and counts: they do not grow with the activities.
    private static readonly string[] Fixed =
        ["oauth", "account-info", "/properties/", "/pipelines/", "/owners", "calling/", "/describe", "/limits", "services/data", "/tooling/"];

    public static async Task PrintAsync(string folder, string crm, CallCounts busy, CallCounts all, TimeSpan took, bool quotas)
    {
        await using var ledger = await Backfill.OpenAsync(folder);
        await using var connection = await ledger.OpenReadAsync(default);
        var id = (await ledger.ListConnectionsAsync(default)).Single(known => known.Kind == crm).Id;
        var rows = await PairsAsync(connection, $"select object_type, count(*) from activity where connection_id = {id} group by object_type");
        var written = await PairsAsync(connection, $"select target_type, count(distinct target_id) from intent where connection_id = {id} and status = 'applied' group by target_type");
        var mails = await PairsAsync(connection, $"select 'mail', count(*) from activity where connection_id = {id} and object_type = 'Task' and type = 'email'");
        var twins = await PairsAsync(connection, $"select 'twin', count(*) from activity_link l join activity a on a.id = l.activity_id where a.connection_id = {id} and l.role = 'twin'");
        var terms = crm == "hubspot" ? HubSpot(rows, written, all) : Salesforce(rows, written, all, mails[0].Count, twins[0].Count);
        var counted = all.Routes.Where(route => !IsFixed(route)).ToList();
        var requests = counted.Sum(route => route.Calls);
        var fewest = terms.Sum(term => term.Requests);

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{crm}: {rows.Sum(pair => pair.Count):N0} activities, {written.Sum(pair => pair.Count):N0} records written; {requests:N0} requests, fewest {fewest:N0}, ratio {(double)requests / fewest:F3}; refused {counted.Sum(route => route.Refused)}"));
        Console.WriteLine("  fewest = " + string.Join(" + ", terms.Where(term => term.Requests > 0).Select(term => $"{term.Requests:N0} {term.What}")));
        foreach (var route in all.Routes)
            Console.WriteLine($"  {route.Calls,7:N0}  {route.Method} {route.Route}{(IsFixed(route) ? "   (does not grow)" : "")}");
        if (quotas)
            PrintQuota(crm, busy, took);
    }

    private static void PrintQuota(string crm, CallCounts busy, TimeSpan took)
    {
        var searches = busy.Routes.Where(route => route.Route.Contains("/search", StringComparison.Ordinal)).Sum(route => route.Calls);
        var others = busy.Routes.Sum(route => route.Calls) - searches;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  quota: {crm}: {others:N0} requests beside {searches:N0} searches in {took.TotalSeconds:F1} s; of 190 in 10 s: {others / (19 * took.TotalSeconds):P1}; most in any 10 s, searches included: {busy.HighestPerTenSeconds}; most in any second: {busy.HighestPerSecond}; answered 429 and the like: {busy.Routes.Sum(route => route.Refused)}"));
    }

    private static List<(string What, long Requests)> HubSpot(List<(string Type, long Count)> rows, List<(string Type, long Count)> written, CallCounts all)
    {
        var listed = all.Routes.Any(route => route.Method == "GET" && route.Route.EndsWith("/{type}", StringComparison.Ordinal) && route.Route.Contains("objects", StringComparison.Ordinal) && route.Calls > rows.Count);
        var own = rows.ToDictionary(row => row.Type, row => row.Count);
        var echo = written.Where(pair => own.ContainsKey(pair.Type)).ToList();
        return
        [
            (listed ? "list pages of 100" : "search pages of 200", rows.Sum(row => Pages(row.Count, listed ? 100 : 200))),
            ("associations, 3 per 1,000", listed ? 0 : rows.Sum(row => 3 * Pages(row.Count, 1_000))),
            ("guard reads of 100", written.Sum(pair => Pages(pair.Count, 100))),
            ("writes of 100", written.Sum(pair => Pages(pair.Count, 100))),
            ("echo: search pages of 200", echo.Sum(pair => Pages(pair.Count, 200))),
            ("echo: associations, 3 per 1,000", echo.Sum(pair => 3 * Pages(pair.Count, 1_000))),
        ];
    }

    private static List<(string What, long Requests)> Salesforce(
        List<(string Type, long Count)> rows, List<(string Type, long Count)> written, CallCounts all, long mails, long twins)
    {
        var bulk = all.Routes.Any(route => route.Route.Contains("jobs/query", StringComparison.Ordinal));
        var own = rows.ToDictionary(row => row.Type, row => row.Count);
        var echo = written.Where(pair => own.ContainsKey(pair.Type)).ToList();
        return
        [
            (bulk ? "bulk result pages of 2,000, and 4 per job" : "query pages of 2,000", rows.Sum(row => Pages(row.Count, 2_000)) + (bulk ? 4 * rows.Count : 0)),
            ("texts of mails, 200 at once", Pages(mails, 200)),
            ("tasks of mails, 200 at once", Pages(twins, 200)),
            ("guard reads of 200", written.Sum(pair => Pages(pair.Count, 200))),
            ("writes of 200", written.Sum(pair => Pages(pair.Count, 200))),
            (bulk ? "echo: bulk result pages of 2,000, and 4 per job" : "echo: query pages of 2,000", echo.Sum(pair => Pages(pair.Count, 2_000)) + (bulk ? 4 * echo.Count : 0)),
            ("echo: texts of mails, and tasks of mails", Pages(mails, 200) + Pages(twins, 200)),
        ];
    }

    private static bool IsFixed(RouteCalls route) => Fixed.Any(part => route.Route.Contains(part, StringComparison.OrdinalIgnoreCase))
        && !route.Route.Contains("/query", StringComparison.Ordinal) && !route.Route.Contains("/composite", StringComparison.Ordinal)
        && !route.Route.Contains("/jobs", StringComparison.Ordinal);

    private static long Pages(long rows, int size) => (rows + size - 1) / size;

    private static async Task<List<(string Type, long Count)>> PairsAsync(System.Data.Common.DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var pairs = new List<(string, long)>();
        while (await reader.ReadAsync())
            pairs.Add((reader.GetString(0), Convert.ToInt64(reader.GetValue(1), CultureInfo.InvariantCulture)));
        return pairs;
    }
}
