using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Connectors.Salesforce;

/// <summary>
/// Scans by (SystemModstamp, Id) without LIMIT, through queryAll so that archived rows are seen. A page of the scan is what one query
/// gives, up to 2,000 rows; Salesforce's own cursor is followed only where it cuts that into smaller pages, and its loss costs nothing.
/// </summary>
internal sealed class SalesforceActivityReader(
    SalesforceClient client, SalesforceSchema schema, CrmTransport transport, SalesforceOptions options, string key,
    TimeProvider time) : IActivityReader
{
    /// <inheritdoc/>
    public bool LinksAreQuiet => false;

    /// <inheritdoc/>
    public Task<Result<GonePage>> ReadGoneAsync(ScanWindow window, string? position, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<IReadOnlyDictionary<string, IReadOnlyList<Association>>>> ReadLinksAsync(
        string objectType, IReadOnlyList<string> ids, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<Result<ReadForecast>> ForecastAsync(ScanWindow window, CancellationToken cancellationToken) => throw new NotSupportedException();

    private const int SmallestPage = 200;

    /// <inheritdoc/>
    public IReadOnlyList<string> ObjectTypes { get; } = [.. SalesforceObjectType.All.Select(type => type.Name)];

    /// <inheritdoc/>
    public Task<Result<ScanPage>> ReadPageAsync(ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var type = SalesforceObjectType.Of(window.ObjectType);
        return transport.CallAsync(CallKind.Read, $"scanning {type.Name}", token => ReadAsync(type, window, position, token), cancellationToken);
    }

    private async Task<Result<ScanPage>> ReadAsync(SalesforceObjectType type, ScanWindow window, string? position, CancellationToken token)
    {
        var place = new CallPlace(key, $"scanning {type.Name}");
        SalesforceScanPosition? last = null;
        if (position is not null)
        {
            last = SalesforceScanPosition.Parse(position);
            if (last is null)
                return SalesforceFailures.BadPosition.At(place);
        }

        var started = time.GetTimestamp();
        var answer = await BeginAsync(type, window, last, token);
        if (!answer.Succeeded)
            return answer.Failure;

        var found = new Dictionary<string, CrmActivity>(StringComparer.Ordinal);
        var skipped = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var rows = 0; ;)
        {
            // An answer without rows, end or way on is no end: taken for one, it would lose the rest of the scan.
            var next = answer.Value.Body.Filled("nextRecordsUrl");
            var done = answer.Value.Body.IsTrue("done");
            if (!answer.Value.Body.HasItems("records") || (!done && next is null))
                return HttpFailures.Unreadable.At(place);
            foreach (var row in answer.Value.Body.Items("records"))
            {
                rows++;
                last = Add(type, row, window, found, skipped) ?? last;
            }

            // Only "done" says that the end is there: pages may be smaller than asked for.
            if (done)
                return new ScanPage([.. found.Values], null) { Skipped = skipped };
            if (rows == 0)
                return SalesforceFailures.ScanStuck.At(place);
            if (rows >= options.PageRows || time.GetElapsedTime(started) > options.Timeouts.Call / 2)
                break;
            answer = await client.NextAsync(next!, $"scanning {type.Name}", token);
            // A lost cursor or a limit: what was read is kept, and the next call goes on from the position.
            if (!answer.Succeeded)
                break;
        }

        return last is null
            ? SalesforceFailures.ScanStuck.At(place)
            : new ScanPage([.. found.Values], last.Value.ToString()) { Skipped = skipped };
    }

    private async Task<Result<CrmAnswer>> BeginAsync(
        SalesforceObjectType type, ScanWindow window, SalesforceScanPosition? last, CancellationToken token)
    {
        var rows = options.PageRows;
        for (var again = false; ;)
        {
            var fields = await schema.FieldsAsync(type.Name, again ? TimeSpan.Zero : null, token);
            if (!fields.Succeeded)
                return fields.Failure;
            var soql = Soql(type.Name, type.Select(fields.Value), window, last);
            var answer = await client.QueryAllAsync(soql, $"scanning {type.Name}", token, rows);
            // Many rows with long texts do not fit into memory; the same rows come in the smallest pages that Salesforce makes.
            if (!answer.Succeeded && answer.Failure.Code == HttpFailures.TooLarge.Code && rows > SmallestPage)
                rows = SmallestPage;
            // A field that was visible when describe was last asked may be gone by now.
            else if (!answer.Succeeded && answer.Failure.Code == SalesforceFailures.FieldMissing.Code && !again)
                again = true;
            else
                return answer;
        }
    }

    // Salesforce documents whole seconds, so the window is widened to them; a row more than asked for does no harm.
    private static string Soql(string type, string select, ScanWindow window, SalesforceScanPosition? last)
    {
        var from = window.From.AddTicks(-(window.From.UtcTicks % TimeSpan.TicksPerSecond));
        var over = window.To.UtcTicks % TimeSpan.TicksPerSecond;
        var to = over == 0 ? window.To : window.To.AddTicks(TimeSpan.TicksPerSecond - over);
        var after = last is { } position ? $" AND {position.ToCondition()}" : "";
        return $"SELECT {select} FROM {type} WHERE IsDeleted = false AND SystemModstamp >= {SalesforceValues.Literal(from)}"
            + $" AND SystemModstamp <= {SalesforceValues.Literal(to)}{after} ORDER BY SystemModstamp ASC, Id ASC";
    }

    private static SalesforceScanPosition? Add(
        SalesforceObjectType type, JsonElement row, ScanWindow window, Dictionary<string, CrmActivity> found, Dictionary<string, int> skipped)
    {
        if (SalesforceActivityMapper.Map(type, row, window.To) is not { } activity)
            return null;
        if (type.Skips.FirstOrDefault(skip => row.IsTrue(skip.Key)).Value is { } reason)
            skipped[reason] = skipped.GetValueOrDefault(reason) + 1;
        else
            found[activity.ExternalId] = activity;
        return new SalesforceScanPosition(activity.ModifiedAt, activity.ExternalId);
    }
}
