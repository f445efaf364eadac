using System.Runtime.CompilerServices;
using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>One act of an operator. It is never changed.</summary>
public sealed record AuditRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long At { get; init; }

    /// <summary>Who.</summary>
    public string Actor { get; init; } = "";

    /// <summary>What kind of act.</summary>
    public string Action { get; init; } = "";

    /// <summary>What was changed.</summary>
    public string Subject { get; init; } = "";

    /// <summary>How it was before; null where there was nothing.</summary>
    public string? Before { get; init; }

    /// <summary>How it is since; null where nothing is left.</summary>
    public string? After { get; init; }

    /// <summary>Why, in the words of whoever did it; null where nobody said.</summary>
    public string? Reason { get; init; }
}

/// <summary>Who changed what, for people to see. Thread-safe.</summary>
public sealed class AuditQueries(ILedgerReadConnections ledger)
{
    private const int StreamSize = 500;

    /// <summary>All acts that match, newest first; what comes while it runs is not among them.</summary>
    public async IAsyncEnumerable<AuditRow> StreamAsync(AuditFilter filter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        PageCursor? before = null;
        do
        {
            var page = await ListAsync(filter, new PageRequest(before, null, StreamSize), cancellationToken).ConfigureAwait(false);
            foreach (var row in page.Rows)
                yield return row;
            before = page.Older;
        }
        while (before is not null);
    }

    /// <summary>How many acts match, counted up to <see cref="CappedCount.Limit"/>.</summary>
    public async Task<CappedCount> CountAsync(AuditFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return new CappedCount(await db.ExecuteScalarAsync<long>(new CommandDefinition(
            $"select count(*) from (select 1 as one from audit where {Where(filter, [])} limit {CappedCount.Limit + 1}) as found", Parameters(filter, null, 0),
            cancellationToken: cancellationToken)).ConfigureAwait(false));
    }

    /// <summary>One page of acts, newest first.</summary>
    public async Task<KeysetPage<AuditRow>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = page.After is not null;
        var edge = page.After ?? page.Before;
        var where = Where(filter, edge is null ? [] : [upwards ? "(at, id) > (@edgeAt, @edgeId)" : "(at, id) < (@edgeAt, @edgeId)"]);
        var found = await db.QueryAsync<AuditRow>(new CommandDefinition(
            $"""
            select id as Id, at as At, actor as Actor, action as Action, subject as Subject, before as Before, after as After, reason as Reason
            from audit where {where}
            order by {(upwards ? "at, id" : "at desc, id desc")} limit @limit
            """,
            Parameters(filter, edge, page.Size + 1),
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        return Keyset.Page([.. found], page, row => new PageCursor(row.At, row.Id), null);
    }

    private static string Where(AuditFilter filter, List<string> conditions)
    {
        if (filter.Subject is not null)
            conditions.Add("(subject = @Subject or substr(subject, 1, length(@Subject) + 1) = @Subject || '/')");
        if (filter.Action is not null)
            conditions.Add("(action = @Action or substr(action, 1, length(@Action) + 1) = @Action || '.')");
        if (filter.Actor is not null)
            conditions.Add("actor = @Actor");
        if (filter.From is not null)
            conditions.Add("at >= @from");
        if (filter.To is not null)
            conditions.Add("at < @to");
        return conditions.Count == 0 ? "1 = 1" : string.Join(" and ", conditions);
    }

    private static object Parameters(AuditFilter filter, PageCursor? edge, int limit) => new
    {
        filter.Subject, filter.Actor, filter.Action, from = filter.From?.ToUnixTimeMilliseconds(), to = filter.To?.ToUnixTimeMilliseconds(),
        edgeAt = edge?.At, edgeId = edge?.Id, limit,
    };
}
