using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>What pages show, as kinds of things that change.</summary>
[Flags]
public enum LiveTopics
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Activities came or changed.</summary>
    Activities = 1,

    /// <summary>Something was decided about, by a person too.</summary>
    Decisions = 2,

    /// <summary>Writes were meant, or something became of them.</summary>
    Log = 4,

    /// <summary>Runs began, got on or ended; schedules and batches with them.</summary>
    Runs = 8,

    /// <summary>An alert broke or recovered.</summary>
    Alerts = 16,

    /// <summary>A person changed a setting, a mode, an account, or started an act.</summary>
    Audit = 32,

    /// <summary>A connection was read further.</summary>
    Connections = 64,

    /// <summary>A host gave a sign of life.</summary>
    Nodes = 128,
}

/// <summary>Stamps that differ where something changed. What they are means nothing.</summary>
public sealed record LiveStamps
{
    /// <summary>Of activities.</summary>
    public long Activities { get; init; }

    /// <summary>Of decisions.</summary>
    public long Decisions { get; init; }

    /// <summary>Of writes.</summary>
    public long Log { get; init; }

    /// <summary>Of runs.</summary>
    public long Runs { get; init; }

    /// <summary>Of alerts.</summary>
    public long Alerts { get; init; }

    /// <summary>Of people's changes.</summary>
    public long Audit { get; init; }

    /// <summary>Of connections.</summary>
    public long Connections { get; init; }

    /// <summary>Of hosts.</summary>
    public long Nodes { get; init; }

    /// <summary>What differs from earlier stamps.</summary>
    public LiveTopics Since(LiveStamps earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return Of(LiveTopics.Activities, Activities != earlier.Activities) | Of(LiveTopics.Decisions, Decisions != earlier.Decisions) | Of(LiveTopics.Log, Log != earlier.Log)
            | Of(LiveTopics.Runs, Runs != earlier.Runs) | Of(LiveTopics.Alerts, Alerts != earlier.Alerts) | Of(LiveTopics.Audit, Audit != earlier.Audit)
            | Of(LiveTopics.Connections, Connections != earlier.Connections) | Of(LiveTopics.Nodes, Nodes != earlier.Nodes);
    }

    private static LiveTopics Of(LiveTopics topic, bool differs) => differs ? topic : LiveTopics.None;
}

/// <summary>Whether anything changed, cheaply: ends of indexes and tables of a few rows. Thread-safe.</summary>
public sealed class LiveQueries(ILedgerReadConnections ledger)
{
    /// <summary>Reads the stamps.</summary>
    public async Task<LiveStamps> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await db.QuerySingleAsync<LiveStamps>(new CommandDefinition(Sql, cancellationToken: cancellationToken)).ConfigureAwait(false);
    }

    // An id and an instant of one table are added up: either may stand still while the other moves, and neither goes back.
    private const string Sql =
        """
        select
          coalesce((select max(id) from activity), 0) + coalesce((select max(content_changed_at) from activity), 0) as Activities,
          coalesce((select max(id) from decision), 0) as Decisions,
          coalesce((select max(id) from intent), 0) + coalesce((select max(updated_at) from intent), 0) + coalesce((select max(id) from outcome), 0) as Log,
          coalesce((select max(id) from run), 0) + coalesce((select max(id) from batch), 0) + coalesce((select max(id) from run_log), 0)
            + coalesce((select cast(sum(7 * id + seen + stored + labelled + abstained + unsure + skipped + applied + unchanged + kept + rejected + dead + requests) as bigint)
              from run where status = 'running'), 0)
            + coalesce((select cast(sum(11 * id) as bigint) from run where status = 'paused'), 0)
            + coalesce((select max(updated_at) from schedule), 0) + coalesce((select max(last_fired_at) from schedule), 0) as Runs,
          coalesce((select max(id) from alert_event), 0) as Alerts,
          coalesce((select max(id) from audit), 0) as Audit,
          coalesce((select max(updated_at) from watermark), 0) + coalesce((select max(mode_at) from connection), 0) as Connections,
          coalesce((select max(seen_at) from node), 0) as Nodes
        """;
}
