using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;

namespace CrmSync.Pipeline.Polling;

/// <summary>Drains a scan: each page is saved together with the position after it, in one transaction; only the drained scan moves the watermark.</summary>
public sealed class ScanHandler(IWorkReader work, Relabeller relabeller, FailurePolicy policy, RequestMeter meter) : IBatchHandler
{
    private const int LinksPerPage = 1_000;

    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Scan;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(
        BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scan = await work.ReadScanAsync(context.Batch.Id, cancellationToken);
        if (scan is null)
            yield break;

        var position = scan.Position;
        while (true)
        {
            if (!context.HasRoomForCall)
                yield return LedgerChange.Renewal;

            var page = await ReadAsync(scan, position, context, cancellationToken);
            var requests = meter.Take(context.Connector);
            if (!page.Succeeded)
            {
                yield return new LedgerChange { Requests = requests, Ending = policy.EndingFor(page.Failure, context.Batch.Attempt) };
                yield break;
            }

            position = page.Value.Position;
            var drained = position is null;
            yield return page.Value.Change with
            {
                Scan = new ScanProgress(scan.ScanId, position, drained, page.Value.Seen, page.Value.Skipped),
                Requests = requests,
                Log = drained && IsPersons(scan.Kind) ? [.. page.Value.Change.Log, Drained(scan)] : page.Value.Change.Log,
                Ending = drained ? new BatchEnding.Completed() : null,
            };
            if (drained)
                yield break;
        }
    }

    // Polls come every few seconds; only what a person waits for tells that it is through.
    private static bool IsPersons(RunKind kind) => kind is RunKind.Backfill or RunKind.Relabel;

    private static LogLine Drained(ScanWork scan) => new(LogSeverity.Info, "scan.drained", $"{scan.Window.ObjectType} is read to its end.");

    private Task<Result<Page>> ReadAsync(ScanWork scan, string? position, BatchContext context, CancellationToken cancellationToken) => scan.Kind switch
    {
        RunKind.PollFresh or RunKind.PollSettled or RunKind.PollReachBack or RunKind.Backfill =>
            ReadActivitiesAsync(context.Connector.Reader, scan.Window, position, cancellationToken),
        RunKind.PollRecords when scan.Window.ObjectType == IRecordReader.DirectoryType => ReadDirectoryAsync(context.Connector.Records, cancellationToken),
        RunKind.PollRecords => ReadRecordsAsync(context.Connector.Records, scan.Window, position, cancellationToken),
        RunKind.PollLinks => ReadLinksAsync(context, scan.Window, position, cancellationToken),
        RunKind.PollGone => ReadGoneAsync(context.Connector.Reader, scan.Window, position, cancellationToken),
        RunKind.Relabel => ReadOutdatedAsync(context.Batch.ConnectionId, scan.Window, position, cancellationToken),
        RunKind.Preview or RunKind.Approve or RunKind.Retry or RunKind.Discard or RunKind.Undo or RunKind.Force or RunKind.Reconcile
            or RunKind.SegmentFit or RunKind.SegmentAssign or RunKind.SegmentLearn =>
            throw new InvalidOperationException($"A run of the kind {scan.Kind} has no scans."),
    };

    private static async Task<Result<Page>> ReadActivitiesAsync(IActivityReader reader, ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var page = await reader.ReadPageAsync(window, position, cancellationToken);
        if (!page.Succeeded)
            return page.Failure;
        var change = new LedgerChange
        {
            Activities = page.Value.Activities,
            Log = [.. page.Value.Skipped.Select(skipped => new LogLine(
                LogSeverity.Info, skipped.Key, $"{skipped.Value} {window.ObjectType} left out on purpose."))],
        };
        return new Page(change, page.Value.Position, page.Value.Activities.Count, page.Value.Skipped.Values.Sum());
    }

    private static async Task<Result<Page>> ReadRecordsAsync(IRecordReader reader, ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var page = await reader.ReadPageAsync(window, position, cancellationToken);
        return page.Succeeded
            ? new Page(new LedgerChange { Records = page.Value.Records }, page.Value.Position, page.Value.Records.Count, 0)
            : page.Failure;
    }

    private static async Task<Result<Page>> ReadDirectoryAsync(IRecordReader reader, CancellationToken cancellationToken)
    {
        var directory = await reader.ReadDirectoryAsync(cancellationToken);
        return directory.Succeeded
            ? new Page(new LedgerChange { Directory = directory.Value }, null, directory.Value.Owners.Count + directory.Value.Stages.Count, 0)
            : directory.Failure;
    }

    private static async Task<Result<Page>> ReadGoneAsync(IActivityReader reader, ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var page = await reader.ReadGoneAsync(window, position, cancellationToken);
        return page.Succeeded
            ? new Page(
                new LedgerChange { Gone = new GoneActivities(window.ObjectType, page.Value.Ids) }, page.Value.Position, page.Value.Ids.Count, 0)
            : page.Failure;
    }

    // The position is our own: the ledger's id of the last activity that was looked at.
    private async Task<Result<Page>> ReadLinksAsync(BatchContext context, ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var after = position is null ? 0 : long.Parse(position, CultureInfo.InvariantCulture);
        var keys = await work.ReadActivityKeysAsync(context.Batch.ConnectionId, window, after, LinksPerPage, cancellationToken);
        if (keys.Count == 0)
            return new Page(new LedgerChange(), null, 0, 0);
        var links = await context.Connector.Reader.ReadLinksAsync(window.ObjectType, [.. keys.Select(key => key.ExternalId)], cancellationToken);
        if (!links.Succeeded)
            return links.Failure;
        var change = new LedgerChange
        {
            Links = [.. from key in keys where links.Value.ContainsKey(key.ExternalId) select new ActivityLinks(key.ActivityId, links.Value[key.ExternalId])],
        };
        var next = keys.Count < LinksPerPage ? null : keys[^1].ActivityId.ToString(CultureInfo.InvariantCulture);
        return new Page(change, next, keys.Count, 0);
    }

    // The "object type" of such a scan is the taxonomy.
    private async Task<Result<Page>> ReadOutdatedAsync(long connectionId, ScanWindow window, string? position, CancellationToken cancellationToken)
    {
        var (ids, next) = await relabeller.ReadPageAsync(connectionId, window.ObjectType, window.From, window.To, position, cancellationToken);
        return new Page(new LedgerChange { Again = ids }, next, ids.Count, 0);
    }

    private sealed record Page(LedgerChange Change, string? Position, int Seen, int Skipped);
}
