using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Settings;

namespace CrmSync.Service.Hosting;

/// <summary>Enters the configured connections into the ledger, with their schedules, and looks where each CRM lets labels live.</summary>
internal sealed class ConnectionBook(
    IRunStore runs, IScheduleStore schedules, ConnectionDirectory directory, LabelPlaceKeeper places, ServiceSettings settings, TimeProvider clock)
{
    // A CRM that does not answer must not hold the others up; what it would have said is learnt within the hour, and labels follow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Enters all connections.</summary>
    /// <exception cref="SettingsException">The configuration contradicts what the ledger remembers of a key.</exception>
    public async Task<IReadOnlyList<Connection>> EnterAsync(CancellationToken cancellationToken)
    {
        var connections = await RegisterAsync(clock.GetUtcNow(), cancellationToken);
        await schedules.SeedAsync([.. connections.SelectMany(Schedules)], cancellationToken);
        await LookAtPlacesAsync(cancellationToken);
        return connections;
    }

    private async Task<IReadOnlyList<Connection>> RegisterAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await runs.RegisterConnectionsAsync(
                [.. settings.Connections.Select(connection => new ConnectionSeed(
                    connection.Key, connection.Kind, connection.Name.Length > 0 ? connection.Name : connection.Key, connection.WriteMode,
                    now.AddDays(-connection.BackfillDays)))],
                cancellationToken);
        }
        catch (InvalidOperationException fault)
        {
            // Only a person can say whether the configuration or the ledger is right.
            throw new SettingsException(fault.Message);
        }
    }

    private async Task LookAtPlacesAsync(CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var looks = (await directory.ListAsync(cancellationToken)).Select(pair => places.RefreshAsync(pair.Connection, pair.Connector, patience.Token));
        try
        {
            await Task.WhenAll(looks);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Out of patience.
        }
    }

    private IEnumerable<ScheduleRow> Schedules(Connection connection)
    {
        var polling = settings.Polling;
        ScheduleRow Row(string name, string kind, string recurrence) => new($"{connection.Key}/{name}", kind, connection.Id, recurrence, polling.Zone, true);
        yield return Row("poll-fresh", "poll_fresh", polling.Fresh);
        yield return Row("poll-settled", "poll_settled", polling.Settled);
        yield return Row("poll-reach-back", "poll_reach_back", polling.ReachBack);
        yield return Row("poll-records", "poll_records", polling.Records);
        yield return Row("poll-gone", "poll_gone", polling.Gone);
        yield return Row("reconcile", "reconcile", settings.Reconcile.Rhythm);
        yield return Row("segment-assign", "segment_assign", settings.Segments.Assign);
        // A search reads the accounts of all connections, so one schedule is enough.
        if (connection.Key == settings.Connections[0].Key && settings.Segments.Search.Length > 0)
            yield return Row("segment-fit", "segment_fit", settings.Segments.Search);
        // The same holds for learning, which goes along the segments.
        if (connection.Key == settings.Connections[0].Key && settings.Segments.Learn.Length > 0)
            yield return Row("segment-learn", "segment_learn", settings.Segments.Learn);
        if (connection.Kind == Connectors.ConnectionKinds.HubSpot)
            yield return Row("poll-links", "poll_links", polling.Links);
    }
}
