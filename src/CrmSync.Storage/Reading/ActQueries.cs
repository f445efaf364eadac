namespace CrmSync.Storage.Reading;

/// <summary>Rows that an act left out for one reason.</summary>
public sealed record LeftOutGroup
{
    /// <summary>Code of our registry.</summary>
    public string Code { get; init; } = "";

    /// <summary>One sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>How many rows.</summary>
    public long Count { get; init; }

    /// <summary>The first of them: id of an intent or an activity.</summary>
    public long FirstId { get; init; }
}

/// <summary>What acts left out. Thread-safe.</summary>
public sealed class ActQueries(ILedgerReadConnections ledger)
{
    /// <summary>The reasons of an act, the most frequent first.</summary>
    public async Task<IReadOnlyList<LeftOutGroup>> LeftOutAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<LeftOutGroup>(
            db,
            """
            select code as Code, message as Message, count(*) as Count, min(subject_id) as FirstId
            from act_left_out where run_id = @runId group by code, message order by count(*) desc, code
            """,
            new { runId },
            cancellationToken).ConfigureAwait(false);
    }
}
