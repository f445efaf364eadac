using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;

namespace CrmSync.Service.Hosting;

/// <summary>Reads deals, people, owners and stages of a new connection at once, instead of at the next time of a schedule.</summary>
internal sealed class FirstLook(ConnectionDirectory connections, IRunStore runs, PollStarter polls)
{
    /// <summary>Starts a run for each connection whose owners and stages were never read; the sweep hands its batches over.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var (connection, connector) in await connections.ListAsync(cancellationToken))
        {
            var marks = await runs.ReadMarksAsync(connection.Id, cancellationToken);
            if (!marks.ContainsKey(IRecordReader.DirectoryType))
                await polls.StartAsync(RunKind.PollRecords, connection, connector, "first look", null, cancellationToken);
        }
    }
}
