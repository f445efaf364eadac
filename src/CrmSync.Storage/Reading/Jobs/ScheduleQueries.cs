namespace CrmSync.Storage.Reading.Jobs;

/// <summary>A schedule as people see it.</summary>
public sealed record ScheduleView
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Permanent key.</summary>
    public string Key { get; init; } = "";

    /// <summary>As people call it; blank where the configuration made it.</summary>
    public string Name { get; init; } = "";

    /// <summary>What it starts, as stored.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Ledger id of the connection.</summary>
    public long ConnectionId { get; init; }

    /// <summary>Key of the connection.</summary>
    public string ConnectionKey { get; init; } = "";

    /// <summary>Name of the connection.</summary>
    public string ConnectionName { get; init; } = "";

    /// <summary>Five-field cron or "every 15s".</summary>
    public string Recurrence { get; init; } = "";

    /// <summary>IANA time zone.</summary>
    public string Zone { get; init; } = "";

    /// <summary>1 where it fires, 0 where it is held.</summary>
    public long Enabled { get; init; }

    /// <summary>Raised by every change.</summary>
    public long Version { get; init; }

    /// <summary>Who made it; null for the configuration.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>Unix milliseconds; null where it is not held, or was switched off at the command line.</summary>
    public long? PausedAt { get; init; }

    /// <summary>Who holds it.</summary>
    public string? PausedBy { get; init; }

    /// <summary>Why.</summary>
    public string? PauseReason { get; init; }

    /// <summary>Unix milliseconds; when it goes on by itself.</summary>
    public long? ResumeAt { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long? LastFiredAt { get; init; }

    /// <summary>The newest run that it started; null before the first, or where nothing was to do yet.</summary>
    public long? LastRunId { get; init; }

    /// <summary>State of that run, as stored.</summary>
    public string? LastRunState { get; init; }

    /// <summary>Unix milliseconds.</summary>
    public long? LastRunStartedAt { get; init; }

    /// <summary>Unix milliseconds; null while it runs.</summary>
    public long? LastRunFinishedAt { get; init; }

    /// <summary>What to call it.</summary>
    public string Title => Name.Length > 0 ? Name : Key;
}

/// <summary>Schedules, for people to see. Thread-safe.</summary>
public sealed class ScheduleQueries(ILedgerReadConnections ledger)
{
    // The newest run comes by the index on schedule and id.
    private const string Sql =
        """
        select s.id as Id, s.key as Key, s.name as Name, s.kind as Kind, s.connection_id as ConnectionId, c.key as ConnectionKey, c.name as ConnectionName,
          s.recurrence as Recurrence, s.zone as Zone, s.enabled as Enabled, s.version as Version, s.created_by as CreatedBy, s.created_at as CreatedAt,
          s.paused_at as PausedAt, s.paused_by as PausedBy, s.pause_reason as PauseReason, s.resume_at as ResumeAt, s.last_fired_at as LastFiredAt,
          r.id as LastRunId, r.status as LastRunState, r.started_at as LastRunStartedAt, r.finished_at as LastRunFinishedAt
        from schedule s join connection c on c.id = s.connection_id
          left join run r on r.id = (select max(n.id) from run n where n.schedule_id = s.id)
        where s.deleted_at is null
        """;

    /// <summary>All schedules by connection and key.</summary>
    public async Task<IReadOnlyList<ScheduleView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<ScheduleView>(db, $"{Sql} order by c.name, c.id, s.id", null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One schedule; null where there is none, or not any more.</summary>
    public async Task<ScheduleView?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<ScheduleView>(db, $"{Sql} and s.id = @id", new { id }, cancellationToken).ConfigureAwait(false) is [var found, ..] ? found : null;
    }

    /// <summary>What people did with a schedule, the newest first.</summary>
    /// <param name="key">The schedule's key.</param>
    /// <param name="size">Acts at most.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task<IReadOnlyList<AuditRow>> ActsAsync(string key, int size, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<AuditRow>(
            db,
            """
            select id as Id, at as At, actor as Actor, action as Action, subject as Subject, before as Before, after as After, reason as Reason
            from audit where subject = @key order by id desc limit @size
            """,
            new { key, size }, cancellationToken).ConfigureAwait(false);
    }
}
