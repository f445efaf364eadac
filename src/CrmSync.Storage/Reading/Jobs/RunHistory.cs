using System.Data.Common;
using System.Text;
using Dapper;

namespace CrmSync.Storage.Reading.Jobs;

/// <summary>
/// The durable history of runs. A page looks at no more than <see cref="Window"/> runs, so a search for something rare never holds it up: it stops early and goes on from
/// there. Thread-safe.
/// </summary>
public sealed class RunHistory(ILedgerReadConnections ledger)
{
    /// <summary>Runs that one page looks at.</summary>
    public const int Window = 20_000;

    private const string Columns =
        """
        select r.id as Id, r.kind as Kind, r.connection_id as ConnectionId, c.key as ConnectionKey, c.name as ConnectionName, r.status as State,
          r.requested_by as RequestedBy, r.arguments as Arguments,
          (select s.id from schedule s where s.id = r.schedule_id and s.deleted_at is null) as ScheduleId, r.started_at as StartedAt, r.finished_at as FinishedAt, r.seen as Seen,
          r.stored as Stored, r.labelled as Labelled, r.abstained as Abstained, r.unsure as Unsure, r.skipped as Skipped, r.applied as Applied,
          r.unchanged as Unchanged, r.kept as Kept, r.rejected as Rejected, r.dead as Dead, r.requests as Requests, r.expected as Expected
        from run r join connection c on c.id = r.connection_id
        """;

    /// <summary>One page, newest first; the cursor's instant is not used, its id is.</summary>
    public async Task<KeysetPage<RunCard>> PageAsync(RunFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var (low, high) = await BoundsAsync(db, filter, cancellationToken).ConfigureAwait(false);
        var upwards = page.After is not null;
        // The window moves with the page: downwards from the cursor, or upwards from it.
        var from = upwards ? Math.Max(low, page.After!.Value.Id + 1) : Math.Max(low, Math.Min(high, page.Before?.Id - 1 ?? high) - Window + 1);
        var to = upwards ? Math.Min(high, from + Window - 1) : Math.Min(high, page.Before?.Id - 1 ?? high);
        var parameters = Parameters(filter);
        parameters.AddDynamicParams(new { from, to, take = page.Size + 1 });
        var found = await OverviewQueries.ListAsync<RunCard>(
            db, $"{Columns} where r.id between @from and @to{Where(filter)} order by r.id {(upwards ? "asc" : "desc")} limit @take", parameters,
            cancellationToken).ConfigureAwait(false);
        PageCursor? stop = upwards ? (to < high ? new PageCursor(0, to) : null) : from > low ? new PageCursor(0, from) : null;
        return Keyset.Page(found, page, run => new PageCursor(run.StartedAt, run.Id), stop);
    }

    /// <summary>One run; null where there is none.</summary>
    public async Task<RunCard?> FindAsync(long id, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<RunCard>(db, $"{Columns} where r.id = @id", new { id }, cancellationToken).ConfigureAwait(false) is [var run, ..] ? run : null;
    }

    // Ids rise with the start, give or take the moment that two transactions take; the condition on the start itself stays.
    private static async Task<(long Low, long High)> BoundsAsync(DbConnection db, RunFilter filter, CancellationToken cancellationToken)
    {
        const long Slack = 1_000;
        Task<long> ScalarAsync(string sql, DateTimeOffset? at) =>
            db.ExecuteScalarAsync<long>(new CommandDefinition(sql, new { at = at?.ToUnixTimeMilliseconds() }, cancellationToken: cancellationToken));
        var high = await ScalarAsync("select coalesce(max(id), 0) from run", null).ConfigureAwait(false);
        var low = 1L;
        if (filter.From is not null)
            low = Math.Max(1, await ScalarAsync("select coalesce((select id from run where started_at >= @at order by started_at, id limit 1), 0)", filter.From).ConfigureAwait(false) is var first and > 0 ? first - Slack : high);
        if (filter.To is not null)
            high = Math.Min(high, await ScalarAsync("select coalesce((select id from run where started_at < @at order by started_at desc, id desc limit 1), 0)", filter.To).ConfigureAwait(false) is var last and > 0 ? last + Slack : 0);
        return (low, high);
    }

    private static string Where(RunFilter filter)
    {
        var where = new StringBuilder();
        if (filter.Connection is not null)
            where.Append(" and c.key = @Connection");
        if (filter.Kind is not null)
            where.Append(" and r.kind = @Kind");
        if (filter.State is not null)
            where.Append(" and r.status = @State");
        if (filter.Who is not null)
            where.Append(" and r.requested_by = @Who");
        if (filter.Schedule is not null)
            where.Append(" and r.schedule_id = @Schedule");
        if (filter.From is not null)
            where.Append(" and r.started_at >= @fromAt");
        if (filter.To is not null)
            where.Append(" and r.started_at < @toAt");
        for (var i = 0; i < filter.Words.Count; i++)
            where.Append(" and lower(r.arguments) like @word").Append(i).Append(" escape '!'");
        // Polls come every few seconds and mostly find nothing new.
        if (!filter.All)
            where.Append(" and (r.requested_by <> 'schedule' or r.status <> 'completed' or r.kind = 'reconcile' or r.stored > 0 or r.labelled > 0 or r.applied > 0 or r.rejected > 0 or r.dead > 0)");
        return where.ToString();
    }

    private static DynamicParameters Parameters(RunFilter filter)
    {
        var parameters = new DynamicParameters(new
        {
            filter.Connection, filter.Kind, filter.State, filter.Who, filter.Schedule, fromAt = filter.From?.ToUnixTimeMilliseconds(), toAt = filter.To?.ToUnixTimeMilliseconds(),
        });
        for (var i = 0; i < filter.Words.Count; i++)
            parameters.Add($"word{i}", $"%{Escape(filter.Words[i].ToLowerInvariant())}%");
        return parameters;
    }

    private static string Escape(string word) => word.Replace("!", "!!", StringComparison.Ordinal).Replace("%", "!%", StringComparison.Ordinal).Replace("_", "!_", StringComparison.Ordinal);
}
