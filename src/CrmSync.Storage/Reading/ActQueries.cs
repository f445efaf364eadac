namespace CrmSync.Storage.Reading;

/// <summary>What acts of operators left out, the same reasons together.</summary>
public sealed record LeftOutCount
{
    /// <summary>Code of our registry.</summary>
    public string Code { get; init; } = "";

    /// <summary>How many rows.</summary>
    public long Count { get; init; }

    /// <summary>The sentence of one of them.</summary>
    public string Example { get; init; } = "";
}

/// <summary>Operators' acts, for people to see. Thread-safe.</summary>
public sealed class ActQueries(ILedgerReadConnections ledger)
{
    /// <summary>What an act left out, by reason, most first.</summary>
    public async Task<IReadOnlyList<LeftOutCount>> LeftOutAsync(long runId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<LeftOutCount>(
            db,
            "select code as Code, count(*) as Count, min(message) as Example from act_left_out where run_id = @runId group by code order by count(*) desc, code",
            new { runId },
            cancellationToken).ConfigureAwait(false);
    }
}
