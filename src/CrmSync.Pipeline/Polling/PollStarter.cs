using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Polling;

/// <summary>Starts polling runs: plans a scan per object type and makes the run in the ledger. Thread-safe.</summary>
public sealed class PollStarter(IRunStore runs, PollingOptions options, TimeProvider clock)
{
    /// <summary>Starts a poll of one connection.</summary>
    /// <returns>The run, or null where nothing was left to scan or the scans of an earlier run are still open; and its batches.</returns>
    public async Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(
        RunKind kind, Connection connection, ICrmConnector connector, string requestedBy, string? scheduleKey, CancellationToken cancellationToken)
    {
        var marks = await runs.ReadMarksAsync(connection.Id, cancellationToken);
        var now = clock.GetUtcNow();
        var scans = TypesOf(kind, connector)
            .Select(type => ScanPlanner.Plan(kind, type, marks.GetValueOrDefault(type), connection.BackfillFrom, now, options))
            .OfType<ScanPlan>()
            .ToList();
        return scans.Count == 0
            ? (null, [])
            : await runs.StartAsync(new RunRequest(kind, connection.Id, requestedBy, scans) { ScheduleKey = scheduleKey }, cancellationToken);
    }

    private static IReadOnlyList<string> TypesOf(RunKind kind, ICrmConnector connector) => kind switch
    {
        RunKind.PollRecords => [.. connector.Records.ObjectTypes, IRecordReader.DirectoryType],
        RunKind.PollLinks => connector.Reader.LinksAreQuiet ? connector.Reader.ObjectTypes : [],
        // What it walks through is ours, and is asked for by taxonomy.
        RunKind.Relabel or RunKind.Preview or RunKind.Approve or RunKind.Retry or RunKind.Discard or RunKind.Undo or RunKind.Force or RunKind.Reconcile => [],
        RunKind.PollFresh or RunKind.PollSettled or RunKind.PollReachBack or RunKind.Backfill or RunKind.PollGone => connector.Reader.ObjectTypes,
    };
}
