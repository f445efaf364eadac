namespace CrmSync.Pipeline.Jobs;

/// <summary>A recurring job as stored; the ledger wins over the configuration once it is seeded.</summary>
/// <param name="Key">Permanent key, such as <c>hubspot-main/poll-fresh</c>.</param>
/// <param name="Kind">poll_fresh, poll_settled, poll_reach_back, poll_records, poll_links, poll_gone, reconcile, segment_fit, segment_assign or segment_learn.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Recurrence">Five-field cron or "every 15s".</param>
/// <param name="Zone">IANA time zone.</param>
/// <param name="Enabled">Whether it fires.</param>
public sealed record ScheduleRow(string Key, string Kind, long? ConnectionId, string Recurrence, string Zone, bool Enabled)
{
    /// <summary>When it last fired; null before the first time. Read only: <see cref="IScheduleStore.MarkFiredAsync"/> sets it.</summary>
    public DateTimeOffset? LastFiredAt { get; init; }

    /// <summary>
    /// When a person made, changed or resumed it; null where nobody did. Times that came due before are not made up. Read only: <see cref="IScheduleDesk"/> sets it.
    /// </summary>
    public DateTimeOffset? DueFrom { get; init; }
}

/// <summary>Schedules and the nodes that carry them out.</summary>
public interface IScheduleStore
{
    /// <summary>Adds schedules whose key is not known yet; known ones keep what an operator made of them.</summary>
    Task SeedAsync(IReadOnlyList<ScheduleRow> schedules, CancellationToken cancellationToken);

    /// <summary>All schedules.</summary>
    Task<IReadOnlyList<ScheduleRow>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Changes rhythm or state, with an audit row.</summary>
    Task SaveAsync(ScheduleRow schedule, string actor, CancellationToken cancellationToken);

    /// <summary>Notes that a schedule fired now.</summary>
    Task MarkFiredAsync(string key, CancellationToken cancellationToken);

    /// <summary>A node's sign of life; the first one of a name makes its row. Ends pauses of schedules whose time has come.</summary>
    Task BeatAsync(string node, CancellationToken cancellationToken);

    /// <summary>Notes which version a node runs and how much it runs at once; the node has given a sign of life before.</summary>
    /// <param name="node">Its name.</param>
    /// <param name="version">Of the program.</param>
    /// <param name="limits">Limits of its queues, as words of the form queue=number.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DescribeNodeAsync(string node, string version, string limits, CancellationToken cancellationToken);

    /// <summary>Marks a node as stopped.</summary>
    Task StopNodeAsync(string node, CancellationToken cancellationToken);

    /// <summary>Whether any node other than the given one gave a sign of life within the span, by the database's clock.</summary>
    Task<bool> IsAnyNodeAliveAsync(string exceptNode, TimeSpan within, CancellationToken cancellationToken);
}
