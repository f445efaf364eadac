using Dapper;

namespace CrmSync.Storage.Reading;

/// <summary>How the hosted model stands, for people to see.</summary>
public sealed record HostedView
{
    /// <summary>Questions that wait, those of open batches included.</summary>
    public long Open { get; init; }

    /// <summary>Since when the oldest of them waits, in Unix milliseconds; null where none does.</summary>
    public long? OldestAt { get; init; }

    /// <summary>Of these, questions that met a failure and are put again.</summary>
    public long Held { get; init; }

    /// <summary>Why the last of those waits.</summary>
    public string? Why { get; init; }

    /// <summary>Calls of today (UTC).</summary>
    public long Calls { get; init; }

    /// <summary>Tokens sent today.</summary>
    public long PromptTokens { get; init; }

    /// <summary>Of these, tokens that the endpoint had cached.</summary>
    public long CachedTokens { get; init; }

    /// <summary>Tokens received today.</summary>
    public long CompletionTokens { get; init; }

    /// <summary>Price of today, in millionths of a US dollar.</summary>
    public long CostMicros { get; init; }

    /// <summary>Set aside today for calls under way, and for calls whose end nobody saw.</summary>
    public long ReservedMicros { get; init; }

    /// <summary>Whether there is anything to show.</summary>
    public bool IsInUse => Open > 0 || Calls > 0 || ReservedMicros > 0;
}

/// <summary>All that the hosted model was ever asked, summed.</summary>
/// <param name="Activities">Activities that it was asked about.</param>
/// <param name="Answers">Answers of its own.</param>
/// <param name="Reused">Of these, answers that were taken over from an equal question.</param>
/// <param name="Tokens">Tokens of all calls, sent and received.</param>
/// <param name="CostMicros">Price, in millionths of a US dollar.</param>
/// <param name="Open">Questions that wait.</param>
public sealed record HostedTotals(long Activities, long Answers, long Reused, long Tokens, long CostMicros, long Open);

/// <summary>Reads questions to the hosted model and their cost. Thread-safe.</summary>
public sealed class HostedQueries(ILedgerReadConnections ledger)
{
    internal const string ViewSql =
        """
        select
          (select count(*) from ask where status = 'open') as Open,
          (select min(created_at) from ask where status = 'open') as OldestAt,
          (select count(*) from ask where status = 'open' and code is not null) as Held,
          (select message from ask where status = 'open' and code is not null order by id desc limit 1) as Why,
          coalesce(d.calls, 0) as Calls, coalesce(d.prompt_tokens, 0) as PromptTokens, coalesce(d.cached_tokens, 0) as CachedTokens,
          coalesce(d.completion_tokens, 0) as CompletionTokens, coalesce(d.cost_micros, 0) as CostMicros, coalesce(d.reserved_micros, 0) as ReservedMicros
        from (select 1 as one) x left join hosted_day d on d.day_at = @day
        """;

    /// <summary>Midnight UTC of an instant, in Unix milliseconds.</summary>
    internal static long DayOf(DateTimeOffset now) => new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Sums over all time.</summary>
    public async Task<HostedTotals> SumAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var row = await db.QuerySingleAsync<(long Activities, long Answers, long Reused, long Tokens, long Cost, long Open)>(new CommandDefinition(
            """
            select
              (select count(distinct activity_id) from ask where status = 'answered'),
              (select count(*) from ask where status = 'answered'),
              (select count(*) from ask q join decision d on d.id = q.decision_id where q.status = 'answered' and coalesce(d.prompt_tokens, 0) = 0),
              (select cast(coalesce(sum(prompt_tokens + completion_tokens), 0) as bigint) from hosted_day),
              (select cast(coalesce(sum(cost_micros), 0) as bigint) from hosted_day),
              (select count(*) from ask where status = 'open')
            """, cancellationToken: cancellationToken)).ConfigureAwait(false);
        return new HostedTotals(row.Activities, row.Answers, row.Reused, row.Tokens, row.Cost, row.Open);
    }
}
