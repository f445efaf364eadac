using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack.Acts;

/// <summary>
/// Carries an operator's act out, step by step: each step deals with up to a thousand matching rows in one transaction and moves the act's position. Broken off, it
/// goes on behind the last row that it dealt with. No request leaves: what is to be written becomes an intent, and goes out like any other.
/// </summary>
public sealed class ActHandler(IActStore acts) : IBatchHandler
{
    /// <inheritdoc/>
    public BatchKind Kind => BatchKind.Act;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var act = context.Batch.RunId is { } runId ? await acts.FindActAsync(runId, cancellationToken) : null;
            if (act is null)
                yield break;
            if (act.Position >= act.UpToId)
            {
                yield return new LedgerChange { Log = [Summary(act)], Ending = new BatchEnding.Completed() };
                yield break;
            }
            yield return new LedgerChange { ActStep = true };
        }
    }

    private static LogLine Summary(ActState act) => act is { Done: 0, LeftOut: 0 }
        ? new LogLine(LogSeverity.Info, "act.nothing_matched", "Nothing matched the filter, so nothing was changed.")
        : new LogLine(LogSeverity.Info, "act.carried_out", string.Create(
            CultureInfo.InvariantCulture, $"{act.Done:N0} rows were dealt with, {act.LeftOut:N0} were left out, each with its reason."));
}
