using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>Which acts to show. Everything is left out where nothing is set.</summary>
public sealed record AuditFilter
{
    /// <summary>All acts.</summary>
    public static readonly AuditFilter All = new();

    /// <summary>What was changed, such as <c>hubspot-main</c> or <c>run/12</c>; what lies below it, after a slash, is shown, too.</summary>
    public string? Subject { get; init; }

    /// <summary>Who.</summary>
    public string? Actor { get; init; }

    /// <summary>Kind of act, such as <c>connection.write_mode</c>; kinds below it, after a dot, are shown, too.</summary>
    public string? Action { get; init; }

    /// <summary>From this instant on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Before this instant.</summary>
    public DateTimeOffset? To { get; init; }
}

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
    /// <summary>One page of acts, newest first.</summary>
    public async Task<KeysetPage<AuditRow>> ListAsync(AuditFilter filter, PageRequest page, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(filter);
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = page.After is not null;
        var edge = page.After ?? page.Before;
        List<string> conditions = ["1 = 1"];
        if (edge is not null)
            conditions.Add(upwards ? "(at, id) > (@edgeAt, @edgeId)" : "(at, id) < (@edgeAt, @edgeId)");
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
        var found = await db.QueryAsync<AuditRow>(new CommandDefinition(
            $"""
            select id as Id, at as At, actor as Actor, action as Action, subject as Subject, before as Before, after as After, reason as Reason
            from audit where {string.Join(" and ", conditions)}
            order by {(upwards ? "at, id" : "at desc, id desc")} limit @limit
            """,
            new
            {
                filter.Subject, filter.Actor, filter.Action, from = filter.From?.ToUnixTimeMilliseconds(), to = filter.To?.ToUnixTimeMilliseconds(),
                edgeAt = edge?.At, edgeId = edge?.Id, limit = page.Size + 1,
            },
            cancellationToken: cancellationToken)).ConfigureAwait(false);
        return Keyset.Page([.. found], page, row => new PageCursor(row.At, row.Id), null);
    }
}
