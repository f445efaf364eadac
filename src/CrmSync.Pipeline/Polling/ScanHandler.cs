using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Polling;

/// <summary>Drains a scan: each page is saved together with the position after it, in one transaction; only the drained scan moves the watermark.</summary>
public sealed class ScanHandler(IWorkReader work, FailurePolicy policy, RequestMeter meter) : IBatchHandler
{
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

            var page = await context.Connector.Reader.ReadPageAsync(scan.Window, position, cancellationToken);
            var requests = meter.Take(context.Connector);
            if (!page.Succeeded)
            {
                yield return new LedgerChange { Requests = requests, Ending = policy.EndingFor(page.Failure, context.Batch.Attempt) };
                yield break;
            }

            position = page.Value.Position;
            var drained = position is null;
            yield return new LedgerChange
            {
                Activities = page.Value.Activities,
                Scan = new ScanProgress(scan.ScanId, position, drained, page.Value.Activities.Count, page.Value.Skipped.Values.Sum()),
                WriteBatchSize = context.Connector.Writer.BatchSize,
                Requests = requests,
                Log = [.. page.Value.Skipped.Select(skipped => new LogLine(
                    LogSeverity.Info, skipped.Key, $"{skipped.Value} {scan.Window.ObjectType} left out on purpose."))],
                Ending = drained ? new BatchEnding.Completed() : null,
            };
            if (drained)
                yield break;
        }
    }
}
