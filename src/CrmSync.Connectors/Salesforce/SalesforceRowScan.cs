using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using Microsoft.Extensions.Logging;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Which rows a scan is after.</summary>
/// <param name="Type">The object.</param>
/// <param name="Select">Fields to select, from those that are visible.</param>
/// <param name="And">Further conditions, each beginning with AND; by what is visible.</param>
/// <param name="IsForBulk">Whether a bulk query can read these fields.</param>
/// <param name="MostRows">Fewer rows in a page than usual; null for the usual number.</param>
internal sealed record RowQuery(
    string Type, Func<IReadOnlyDictionary<string, SalesforceField>, string> Select, Func<IReadOnlyDictionary<string, SalesforceField>, string> And,
    bool IsForBulk = true, int? MostRows = null);

/// <summary>A page of rows, and where they go on; null when the window is drained.</summary>
internal sealed record RowPage(IReadOnlyList<JsonElement> Rows, string? Position);

/// <summary>
/// Scans by (SystemModstamp, Id) without LIMIT, through queryAll so that archived rows are seen. A page of the scan is what one query
/// gives, up to
/// 2,000 rows; Salesforce's own cursor is followed only where it cuts that into smaller pages, and its loss costs nothing. Where more than
/// <see cref="SalesforceOptions.BulkReadRows"/> rows are to come (the first answer says how many, so counting costs no request), the rest
/// is read by a bulk query. Thread-safe.
/// </summary>
internal sealed class SalesforceRowScan(
    SalesforceClient client, SalesforceSchema schema, SalesforceBulkQuery bulk, SalesforceOptions options, string key, TimeProvider time, ILogger logger)
{
    private const int SmallestPage = 200;
    private static readonly TimeSpan SmallestTimedOut = TimeSpan.FromMinutes(1);

    /// <summary>The next page of a window.</summary>
    public async Task<Result<RowPage>> ReadAsync(RowQuery query, ScanWindow window, string? position, CancellationToken token)
    {
        var at = position is null ? SalesforceScanPosition.Start : SalesforceScanPosition.Parse(position);
        if (at is null)
            return SalesforceFailures.BadPosition.At(Place(query));
        return at.IsBulk ? await BulkAsync(query, window, at, token) : await QueryAsync(query, window, at, token);
    }

    private async Task<Result<RowPage>> QueryAsync(RowQuery query, ScanWindow window, SalesforceScanPosition at, CancellationToken token)
    {
        var started = time.GetTimestamp();
        var place = Place(query);
        var end = at.Ceiling is { } ceiling && ceiling < window.To ? ceiling : window.To;
        var answer = await BeginAsync(query, window, end, at, token);
        if (!answer.Succeeded)
            return Narrowed(window, end, at, answer.Failure) is { } narrower ? new RowPage([], narrower.ToString()) : answer.Failure;

        var due = answer.Value.Body.Number("totalSize") ?? 0;
        List<JsonElement> rows = [];
        var last = at;
        for (var read = 0; ;)
        {
            // An answer without rows, end or way on is no end: taken for one, it would lose the rest of the scan.
            var next = answer.Value.Body.Filled("nextRecordsUrl");
            var done = answer.Value.Body.IsTrue("done");
            if (!answer.Value.Body.HasItems("records") || (!done && (next is null || !SalesforceClient.IsInsideApi(next))))
                return HttpFailures.Unreadable.At(place);
            foreach (var row in answer.Value.Body.Items("records"))
            {
                read++;
                last = After(row, at) ?? last;
                if (IsInside(row, window))
                    rows.Add(row);
            }

            // Only "done" says that the end is there: pages may be smaller than asked for.
            if (done)
                return new RowPage(rows, end == window.To ? null : Widened(window, end, at).ToString());
            if (read == 0)
                return SalesforceFailures.ScanStuck.At(place);
            if (read >= PageRows(query) || time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            answer = await client.NextAsync(next!, place.Purpose, token);
            // A lost cursor or a limit: what was read is kept, and the next call goes on from the position.
            if (!answer.Succeeded)
                break;
        }

        if (last == at)
            return SalesforceFailures.ScanStuck.At(place);
        var forBulk = query.IsForBulk && !at.IsQueryOnly && options.BulkReadRows > 0 && due - rows.Count > options.BulkReadRows;
        return new RowPage(rows, (forBulk ? last with { IsBulk = true, Ceiling = null } : last).ToString());
    }

    private async Task<Result<RowPage>> BulkAsync(RowQuery query, ScanWindow window, SalesforceScanPosition at, CancellationToken token)
    {
        var purpose = Place(query).Purpose;
        var job = at.Job;
        if (job is null)
        {
            var fields = await schema.FieldsAsync(query.Type, freshest: null, token);
            if (!fields.Succeeded)
                return fields.Failure;
            // Without ORDER BY, so that Salesforce may cut the work into chunks: a job reads one state of the table, order adds nothing.
            var created = await bulk.CreateAsync(Soql(query, fields.Value, window, window.To, at, order: false), purpose, token);
            if (!created.Succeeded)
                return SalesforceBulkQuery.IsForQuery(created.Failure) ? Fallen(query, at, created.Failure.Code) : created.Failure;
            job = created.Value;
        }

        if (at.Locator is null)
        {
            var state = await bulk.WaitAsync(job, options.Timeouts.Call / 2, purpose, token);
            if (!state.Succeeded)
                return state.Failure;
            switch (state.Value)
            {
                case BulkState.Running:
                    return new RowPage([], (at with { Job = job }).ToString());
                case BulkState.Vanished:
                    // One that is gone the moment it was made would be so again.
                    return at.Job is null ? Fallen(query, at, "vanished") : new RowPage([], (at with { Job = null }).ToString());
                case BulkState.Failed:
                    await bulk.DeleteAsync(job, token);
                    return Fallen(query, at, "failed");
            }
        }

        var results = await bulk.ResultsAsync(job, at.Locator, options.PageRows, purpose, token);
        if (!results.Succeeded)
            return results.Failure;
        if (results.Value is not { } page)
            return new RowPage([], (at with { Job = null, Locator = null }).ToString());
        if (page.Locator is null)
            await bulk.DeleteAsync(job, token);
        return new RowPage(
            [.. page.Rows.Where(row => IsInside(row, window))],
            page.Locator is null ? null : (at with { Job = job, Locator = page.Locator }).ToString());
    }

    private RowPage Fallen(RowQuery query, SalesforceScanPosition at, string why)
    {
        SalesforceLog.BulkLeft(logger, key, query.Type, why);
        return new RowPage([], (at with { IsBulk = false, IsQueryOnly = true, Job = null, Locator = null }).ToString());
    }

    private async Task<Result<CrmAnswer>> BeginAsync(
        RowQuery query, ScanWindow window, DateTimeOffset end, SalesforceScanPosition at, CancellationToken token)
    {
        var rows = PageRows(query);
        for (var again = false; ;)
        {
            var fields = await schema.FieldsAsync(query.Type, again ? TimeSpan.Zero : null, token);
            if (!fields.Succeeded)
                return fields.Failure;
            var answer = await client.QueryAllAsync(Soql(query, fields.Value, window, end, at, order: true), Place(query).Purpose, token, rows);
            if (answer.Succeeded)
                return answer;
            // Many rows with long texts do not fit into memory; the same rows come in the smallest pages that Salesforce makes.
            var isTooLarge = answer.Failure.Code == HttpFailures.TooLarge.Code && rows > SmallestPage;
            // A field or object that was visible when describe was last asked may be gone by now.
            var isStale = !again
                && (answer.Failure.Code == SalesforceFailures.FieldMissing.Code || answer.Failure.Code == SalesforceFailures.ObjectMissing.Code);
            if (!isTooLarge && !isStale)
                return answer;
            rows = isTooLarge ? SmallestPage : rows;
            again |= isStale;
        }
    }

    private static string Soql(
        RowQuery query, IReadOnlyDictionary<string, SalesforceField> visible, ScanWindow window, DateTimeOffset end, SalesforceScanPosition at, bool order)
    {
        var stamp = SalesforceSchema.StampField(visible);
        var conditions = $"{SalesforceSoql.Within(stamp, window.From, end)}{at.ToCondition(stamp)}{query.And(visible)}";
        return $"SELECT {query.Select(visible)} FROM {query.Type} WHERE {conditions}{(order ? $" ORDER BY {stamp} ASC, Id ASC" : "")}";
    }

    // A query that takes too long is asked for half the time; one that our own patience ended may be the network's fault, so that stops at
    // a minute.
    private static SalesforceScanPosition? Narrowed(ScanWindow window, DateTimeOffset end, SalesforceScanPosition at, Failure failure)
    {
        var smallest = failure.Code == SalesforceFailures.QueryTimeout.Code ? TimeSpan.FromSeconds(1)
            : failure.Code == HttpFailures.TimedOut.Code ? SmallestTimedOut
            : TimeSpan.MaxValue;
        var begin = SalesforceSoql.Floor(at.Stamp ?? window.From);
        return end - begin <= smallest ? null : at with { Ceiling = SalesforceSoql.Floor(begin + ((end - begin) / 2)) };
    }

    private static SalesforceScanPosition Widened(ScanWindow window, DateTimeOffset end, SalesforceScanPosition at)
    {
        var width = end - SalesforceSoql.Floor(at.Stamp ?? window.From);
        var next = end + (width < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(2) : width * 2);
        return at with { Stamp = end, Id = null, Ceiling = next < window.To ? next : null };
    }

    /// <summary>Where a scan stands that has given everything up to a row; null where the row does not say.</summary>
    public static SalesforceScanPosition? After(JsonElement row, SalesforceScanPosition at) =>
        SalesforceId.Normalise(row.Text("Id")) is { } id && Stamp(row) is { } stamp ? at with { Stamp = stamp, Id = id } : null;

    // A row without a readable stamp is kept: dropping it would lose it.
    private static bool IsInside(JsonElement row, ScanWindow window) =>
        Stamp(row) is not { } stamp || (stamp >= SalesforceSoql.Floor(window.From) && stamp <= SalesforceSoql.Ceiling(window.To));

    private static DateTimeOffset? Stamp(JsonElement row) =>
        SalesforceValues.Instant(row.Text("SystemModstamp")) ?? SalesforceValues.Instant(row.Text("LastModifiedDate"));

    private int PageRows(RowQuery query) => Math.Min(options.PageRows, query.MostRows ?? options.PageRows);

    private CallPlace Place(RowQuery query) => new(key, $"scanning {query.Type}");
}
