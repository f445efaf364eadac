using System.Globalization;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Commands;

/// <summary>Follows an operator's act to its end and says what it did and what it left out.</summary>
internal static class ActFollow
{
    /// <summary>Shows how an act gets on.</summary>
    /// <returns>How it stands at its end; null where it was held or did not complete, which has been said.</returns>
    public static async Task<ActState?> ShowAsync(RunHost host, long runId, string did, CancellationToken cancellationToken)
    {
        var line = new LineProgress("written");
        var run = await host.WaitAsync(runId, state => line.Report(state.Applied), cancellationToken);
        var act = await host.Ledger.FindActAsync(runId, cancellationToken) ?? throw new UsageException($"Run {runId} is not in the ledger any more.");
        System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Run {runId} {run.Status.ToString().ToLowerInvariant()}: {act.Done:N0} {did}, {act.LeftOut:N0} left out."));
        if (run.Applied + run.Unchanged + run.Kept + run.Rejected > 0)
            System.Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{run.Applied:N0} written, {run.Unchanged:N0} unchanged, {run.Kept:N0} kept, {run.Rejected:N0} rejected."));
        foreach (var reason in await new ActQueries(host.Ledger).LeftOutAsync(runId, cancellationToken))
            System.Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {reason.Count:N0} left out, {reason.Code}: {reason.Message}"));
        return run.Status == RunStatus.Completed ? act : null;
    }
}
