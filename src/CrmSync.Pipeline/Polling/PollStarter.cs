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

    /// <summary>Starts a poll that a person asks for, of some of the types that it covers.</summary>
    /// <param name="kind">Which poll.</param>
    /// <param name="connection">Where.</param>
    /// <param name="connector">Its connector.</param>
    /// <param name="requestedBy">Who.</param>
    /// <param name="types">The types that are meant; empty for all.</param>
    /// <param name="origin">Key of the schedule, or id of the run, that was looked at.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>As for the other way to start one.</returns>
    public async Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartOrderedAsync(
        RunKind kind, Connection connection, ICrmConnector connector, string requestedBy, IReadOnlyCollection<string> types, string? origin,
        CancellationToken cancellationToken)
    {
        var marks = await runs.ReadMarksAsync(connection.Id, cancellationToken);
        var now = clock.GetUtcNow();
        var scans = TypesOf(kind, connector)
            .Where(type => types.Count == 0 || types.Contains(type))
            .Select(type => ScanPlanner.Plan(kind, type, marks.GetValueOrDefault(type), connection.BackfillFrom, now, options))
            .OfType<ScanPlan>()
            .ToList();
        return scans.Count == 0 ? (null, []) : await runs.StartAsync(new RunRequest(kind, connection.Id, requestedBy, scans) { Origin = origin }, cancellationToken);
    }

    /// <summary>The types that a poll of a connection covers; none where it does not apply.</summary>
    public static IReadOnlyList<string> TypesOf(RunKind kind, ICrmConnector connector) => kind switch
    {
        RunKind.PollRecords => [.. connector.Records.ObjectTypes, IRecordReader.DirectoryType],
        RunKind.PollLinks => connector.Reader.LinksAreQuiet ? connector.Reader.ObjectTypes : [],
        // What it walks through is ours, and is asked for by taxonomy.
        RunKind.Relabel or RunKind.Preview or RunKind.Approve or RunKind.Retry or RunKind.Discard or RunKind.Undo or RunKind.Force or RunKind.Reconcile
            or RunKind.SegmentFit or RunKind.SegmentAssign or RunKind.SegmentLearn => [],
        RunKind.PollFresh or RunKind.PollSettled or RunKind.PollReachBack or RunKind.Backfill or RunKind.PollGone => connector.Reader.ObjectTypes,
    };
}
