using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Pipeline.Reconciling;

/// <summary>What somebody wants compared; what is left out follows the options.</summary>
public sealed record ReconcileAsk
{
    /// <summary>Begin of the range of modified times; null for the begin of the connection's history.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Its end; null, and anything later, for the horizon.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Whether ids are compared even where counts agree; null as set.</summary>
    public bool? ByIds { get; init; }

    /// <summary>Labels to read back per type; null as set, <see cref="AllLabels"/> for all.</summary>
    public long? Labels { get; init; }

    /// <summary>Reads every label back.</summary>
    public const long AllLabels = long.MaxValue;
}

/// <summary>What became of a wish to compare.</summary>
/// <param name="RunId">The run; null where there is nothing to compare, or a comparison of every type is under way.</param>
/// <param name="Batches">Its batches.</param>
/// <param name="LeftOut">Types that are not compared because their first poll has not come so far.</param>
public sealed record ReconcileStarted(long? RunId, IReadOnlyList<BatchRef> Batches, IReadOnlyList<string> LeftOut);

/// <summary>
/// Starts comparisons: one per activity type, over a window that ends before the lag of the CRM's index and not after what the polls have promised. Thread-safe.
/// </summary>
public sealed class ReconcileStarter(IReconcileStore store, IRunStore runs, ReconcileOptions options, TimeProvider clock)
{
    /// <summary>Starts the comparisons of a connection.</summary>
    public async Task<ReconcileStarted> StartAsync(
        Connection connection, ICrmConnector connector, ReconcileAsk ask, string requestedBy, string? scheduleKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(ask);
        var marks = await runs.ReadMarksAsync(connection.Id, cancellationToken);
        var horizon = clock.GetUtcNow() - options.Lag;
        var windows = new List<CompareWindow>();
        var leftOut = new List<string>();
        foreach (var type in connector.Reader.ObjectTypes)
        {
            if (Plan(type, ask, connection.BackfillFrom, marks.GetValueOrDefault(type)?.Watermark, horizon) is { } window)
                windows.Add(window);
            else
                leftOut.Add(type);
        }

        if (windows.Count == 0)
            return new ReconcileStarted(null, [], leftOut);
        var labels = ask.Labels is null ? options.Labels : ask.Labels == ReconcileAsk.AllLabels ? null : ask.Labels;
        var request = new ReconcileRequest(connection.Id, requestedBy, windows, ask.ByIds ?? options.ByIds, labels) { ScheduleKey = scheduleKey };
        var (runId, batches) = await store.StartAsync(request, cancellationToken);
        return new ReconcileStarted(runId, batches, leftOut);
    }

    /// <summary>The window of one type; null where there is nothing to compare yet.</summary>
    /// <param name="type">The CRM's type.</param>
    /// <param name="ask">What is wanted.</param>
    /// <param name="historyFrom">Where the connection's history begins; nothing earlier was ever read.</param>
    /// <param name="watermark">Up to here the polls have stored everything that they were shown; nothing later can be proved.</param>
    /// <param name="horizon">Up to here the CRM's index shows everything.</param>
    public static CompareWindow? Plan(string type, ReconcileAsk ask, DateTimeOffset historyFrom, DateTimeOffset? watermark, DateTimeOffset horizon)
    {
        ArgumentNullException.ThrowIfNull(ask);
        if (watermark is not { } read)
            return null;
        var from = ask.From is { } wanted && wanted > historyFrom ? wanted : historyFrom;
        var until = ask.To is { } end && end < horizon ? end : horizon;
        until = read < until ? read : until;
        // Inwards, so that nothing outside of what was asked for, or promised, is compared.
        var window = new CompareWindow(type, Ceiling(from), Floor(until));
        return window.From < window.Until ? window : null;
    }

    private static DateTimeOffset Floor(DateTimeOffset instant) => DateTimeOffset.FromUnixTimeSeconds(instant.ToUnixTimeSeconds());

    private static DateTimeOffset Ceiling(DateTimeOffset instant) => Floor(instant) is var floor && floor == instant ? floor : floor.AddSeconds(1);
}
