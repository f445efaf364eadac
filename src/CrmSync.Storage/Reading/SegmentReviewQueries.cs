namespace CrmSync.Storage.Reading;

/// <summary>What a reviewer of segments wants to know beside the segments themselves. Thread-safe.</summary>
public sealed class SegmentReviewQueries(ILedgerReadConnections ledger)
{
    private const int MostLinks = 50;

    /// <summary>When models were made, by their ids.</summary>
    public async Task<IReadOnlyDictionary<long, SegmentModelRow>> ModelsAsync(IEnumerable<long> modelIds, CancellationToken cancellationToken)
    {
        long[] ids = [.. modelIds.Distinct()];
        if (ids.Length == 0)
            return new Dictionary<long, SegmentModelRow>();
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var found = await OverviewQueries.ListAsync<SegmentModelRow>(
            db, $"select m.id as Id, m.run_id as RunId, m.fitted_at as FittedAt from segment_model m where {ledger.Dialect.AmongIds("m.id")}", new { ids }, cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(model => model.Id);
    }

    /// <summary>What people said about accounts of a segment, and what edits in the CRM suggest, newest first; at most fifty. What a split said is left out: it goes with the split.</summary>
    /// <param name="segmentId">Ledger id of the segment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<AccountLinkRow>> LinksOfAsync(long segmentId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<AccountLinkRow>(
            db,
            $"""
            {SegmentQueries.Links}
            where k.state in ('candidate', 'active') and k.source <> 'split'
              and exists (select 1 from segment_member m where m.segment_id = @segmentId and m.company_id in (k.first_id, k.second_id))
            order by k.id desc limit @most
            """,
            new { segmentId, most = MostLinks }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Key of the connection that an account came by; null where there is no such account.</summary>
    public async Task<string?> ConnectionOfAsync(long accountId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var found = await OverviewQueries.ListAsync<string>(
            db, "select n.key from crm_company c join connection n on n.id = c.connection_id where c.id = @accountId", new { accountId }, cancellationToken).ConfigureAwait(false);
        return found.Count == 0 ? null : found[0];
    }
}

/// <summary>A model that a search made.</summary>
public sealed record SegmentModelRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Id of the run that made it; null where none did.</summary>
    public long? RunId { get; init; }

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long FittedAt { get; init; }
}
