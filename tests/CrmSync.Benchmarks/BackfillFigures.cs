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
        var terms = crm == "hubspot" ? HubSpot(rows, written, busy, all) : Salesforce(rows, written, all, mails[0].Count, twins[0].Count);
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
        static bool IsSearch(OneCall call) => call.Path.EndsWith("/search", StringComparison.Ordinal);
        var others = busy.Calls.Where(call => !IsSearch(call)).ToList();
        // From the first request to the last one but the tail, in which a few last batches trickle.
        var span = (others.Max(call => call.At) - others.Min(call => call.At)).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  quota: {crm}: {others.Count:N0} requests beside {busy.Calls.Count(IsSearch):N0} searches; {others.Count / (19 * span):P1} of 190 in 10 s from first to last request ({span:F1} s), {others.Count / (19 * took.TotalSeconds):P1} of the whole command ({took.TotalSeconds:F1} s)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  most in any 10 s, searches left out: {busy.Highest(call => !IsSearch(call), TimeSpan.FromSeconds(10))} of 190; most searches in any second: {busy.Highest(IsSearch, TimeSpan.FromSeconds(1))} of 5; refused: {string.Join(", ", busy.Calls.Where(call => call.Status >= 400).Select(call => $"{call.Status} {call.Path}").DefaultIfEmpty("none"))}"));
    }

    private static List<(string What, long Requests)> HubSpot(
        List<(string Type, long Count)> rows, List<(string Type, long Count)> written, CallCounts busy, CallCounts all)
    {
        var own = rows.ToDictionary(row => row.Type, row => row.Count);
        var echo = written.Where(pair => own.ContainsKey(pair.Type)).ToList();
        var later = all with { Calls = [.. all.Calls.Where(call => call.At > busy.Calls.Max(earlier => earlier.At))] };
        return
        [
            .. Reads("", rows, busy, own), ("guard reads of 100", written.Sum(pair => Pages(pair.Count, 100))),
            ("writes of 100", written.Sum(pair => Pages(pair.Count, 100))), .. Reads("echo: ", echo, later, own),
        ];
    }

    // Each type by the route that was chosen for it: a list gives all records of the type with their links, a search those of the window without.
    private static IEnumerable<(string What, long Requests)> Reads(
        string pass, List<(string Type, long Count)> rows, CallCounts calls, Dictionary<string, long> own)
    {
        bool IsListed(string type) => calls.Calls.Any(call => call.Method == "GET" && call.Path.EndsWith($"/{type}", StringComparison.Ordinal)
            && call.Path.Contains("/objects/", StringComparison.Ordinal));
        var listed = rows.Where(row => IsListed(row.Type)).ToList();
        var searched = rows.Except(listed).ToList();
        yield return ($"{pass}list pages of 100", listed.Sum(row => Pages(own[row.Type], 100)));
        yield return ($"{pass}search pages of 200", searched.Sum(row => Pages(row.Count, 200)));
        yield return ($"{pass}associations of searched ones, 3 per 1,000", searched.Sum(row => 3 * Pages(row.Count, 1_000)));
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
