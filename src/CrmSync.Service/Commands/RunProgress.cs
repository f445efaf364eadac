using System.Globalization;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Commands;

/// <summary>One line that says how far a run has come, and when it will be done where that can be told. Not thread-safe.</summary>
internal sealed class RunProgress(TimeProvider clock)
{
    // Below this the pace says nothing yet.
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);
    private readonly LineProgress _line = new("activities read");
    private readonly long _began = clock.GetTimestamp();
    private long? _seenAtStart;

    /// <summary>Shows the run's counts.</summary>
    public void Report(RunSummary run)
    {
        _seenAtStart ??= run.Seen;
        _line.Report(run.Seen, Remaining(run));
    }

    // By the slower of reading and deciding: labels are what people wait for.
    private string Remaining(RunSummary run)
    {
        if (run.Expected is not > 0)
            return "";
        var elapsed = clock.GetElapsedTime(_began);
        var share = Math.Min(100, 100 * run.Seen / run.Expected.Value);
        var text = string.Create(CultureInfo.InvariantCulture, $" of about {run.Expected:N0} ({share} %)");
        var pace = (run.Seen - _seenAtStart!.Value) / Math.Max(elapsed.TotalSeconds, 0.001);
        if (elapsed < Settled || pace <= 0 || run.Seen >= run.Expected)
            return text;
        var left = TimeSpan.FromSeconds((run.Expected.Value - run.Seen) / pace);
        return text + (left < TimeSpan.FromMinutes(2)
            ? string.Create(CultureInfo.InvariantCulture, $", about {Math.Max(1, left.TotalSeconds):0} s left")
            : string.Create(CultureInfo.InvariantCulture, $", about {left.TotalMinutes:0} min left"));
    }
}
