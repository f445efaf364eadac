using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;

namespace CrmSync.Storage.Reading;

/// <summary>Segments, their accounts and what people said about them. Thread-safe.</summary>
public sealed class SegmentQueries(ILedgerReadConnections ledger)
{
    private const int MostVersions = 100;

    private static readonly string Cards =
        $"""
        select s.id as Id, s.key as Key, s.name as Name, s.state as StateName, s.version as Version, t.key as MergedInto, t.name as MergedIntoName, p.key as Parent,
          s.size as Found, (select count(*) from (select 1 from segment_member m where m.segment_id = s.id limit {CappedCount.Limit + 1}) c) as Accounts,
          s.stability as Stability, s.is_promoted as Promoted, s.model_id as ModelId, s.created_at as CreatedAt, s.changed_at as ChangedAt, s.decided_by as DecidedBy,
          s.decided_at as DecidedAt, s.reason as Reason, v.description as DescriptionJson
        from segment s join segment_version v on v.segment_id = s.id and v.version = s.version
        left join segment t on t.id = s.merged_into left join segment p on p.id = s.parent_id
        """;

    /// <summary>What an <see cref="AccountLinkRow"/> is read from; conditions on <c>k</c> follow.</summary>
    internal const string Links =
        """
        select k.id as Id, k.kind as KindName, k.state as StateName, k.source as Source, k.first_id as FirstId, a.name as FirstName, k.second_id as SecondId,
          b.name as SecondName, s.key as Segment, k.actor as Actor, k.at as At
        from segment_constraint k join crm_company a on a.id = k.first_id join crm_company b on b.id = k.second_id left join segment s on s.id = k.segment_id
        """;

    /// <summary>All segments, or those in some states; proposals first, then by size. There are at most some hundred.</summary>
    public async Task<IReadOnlyList<SegmentCard>> ListAsync(IReadOnlyCollection<SegmentState>? states, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var found = await OverviewQueries.ListAsync<SegmentCard>(db, $"{Cards} order by s.size desc, s.id", null, cancellationToken).ConfigureAwait(false);
        return [.. found.Where(card => states is null || states.Contains(card.State)).OrderBy(card => card.State)];
    }

    /// <summary>One segment with its history; null where there is none of that key.</summary>
    public async Task<SegmentView?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var cards = await OverviewQueries.ListAsync<SegmentCard>(db, $"{Cards} where s.key = @key", new { key }, cancellationToken).ConfigureAwait(false);
        if (cards.Count == 0)
            return null;
        var versions = await OverviewQueries.ListAsync<SegmentVersionRow>(
            db,
            """
            select v.version as Version, v.action as ActionName, v.name as Name, v.state as StateName, t.key as MergedInto, v.size as Size, v.actor as Actor, v.at as At,
              v.reason as Reason, v.undone_at as UndoneAt
            from segment_version v left join segment t on t.id = v.merged_into where v.segment_id = @Id order by v.version desc limit @most
            """,
            new { cards[0].Id, most = MostVersions }, cancellationToken).ConfigureAwait(false);
        var parts = await OverviewQueries.ListAsync<SegmentCard>(db, $"{Cards} where s.merged_into = @Id order by s.id", new { cards[0].Id }, cancellationToken).ConfigureAwait(false);
        return new SegmentView(cards[0], versions, parts);
    }

    /// <summary>One page of the accounts of a segment and of those that were merged into it, the surest first.</summary>
    public async Task<KeysetPage<SegmentAccountRow>> AccountsAsync(string key, PageRequest request, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var bounds = edge is null ? "" : $"and (m.strength, m.company_id) {(upwards ? ">" : "<")} (@edgeAt, @edgeId)";
        var direction = upwards ? "asc" : "desc";
        var found = await OverviewQueries.ListAsync<SegmentAccountRow>(
            db,
            $"""
            select m.company_id as AccountId, n.key as Connection, c.object_type as ObjectType, c.external_id as ExternalId, c.name as Name, m.strength as Strength,
              m.speaking as Speaking, m.notes as Notes, m.expected as Expected, m.by_person as ByPerson, m.evidence as EvidenceJson, i.status as WriteStatus, i.id as WriteId
            from (
              select m.company_id, m.strength, m.speaking, m.notes, m.expected, m.by_person, m.evidence from segment_member m
              where m.segment_id in (select s.id from segment s where s.key = @key or s.merged_into = (select o.id from segment o where o.key = @key)) {bounds}
              order by m.strength {direction}, m.company_id {direction} limit @take) m
            join crm_company c on c.id = m.company_id join connection n on n.id = c.connection_id
            left join intent i on i.id = (select max(x.id) from intent x where x.company_id = m.company_id)
            order by m.strength {direction}, m.company_id {direction}
            """,
            new { key, edgeAt = edge?.At, edgeId = edge?.Id, take = request.Size + 1 }, cancellationToken).ConfigureAwait(false);
        return Keyset.Page(found, request, row => new PageCursor(row.Strength, row.AccountId), null);
    }

    /// <summary>Assignments of an account, the one that holds first; at most a hundred.</summary>
    public async Task<IReadOnlyList<AccountAssignmentRow>> AssignmentsAsync(long accountId, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<AccountAssignmentRow>(
            db,
            """
            select d.id as Id, d.label as Segment, s.name as Name, d.confidence as Confidence, d.decided_by as DecidedBy, d.reason as Reason, d.decided_at as DecidedAt,
              d.superseded_at as SupersededAt
            from decision d left join segment s on s.key = d.label where d.company_id = @accountId and d.taxonomy = @taxonomy order by d.id desc limit @most
            """,
            new { accountId, taxonomy = SegmentKeys.Taxonomy, most = MostVersions }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>One page of what was said about pairs of accounts, newest first.</summary>
    /// <param name="state">Which; candidates wait for a reviewer.</param>
    /// <param name="request">Which part.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<KeysetPage<AccountLinkRow>> LinksAsync(LinkState state, PageRequest request, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var upwards = request.After is not null;
        var edge = request.After ?? request.Before;
        var bounds = edge is null ? "" : $"and k.id {(upwards ? ">" : "<")} @edgeId";
        var found = await OverviewQueries.ListAsync<AccountLinkRow>(
            db,
            $"""
            {Links}
            where k.state = @state {bounds} order by k.id {(upwards ? "asc" : "desc")} limit @take
            """,
            new { state = Stored.Name(state), edgeId = edge?.Id, take = request.Size + 1 }, cancellationToken).ConfigureAwait(false);
        return Keyset.Page(found, request, row => new PageCursor(row.At, row.Id), null);
    }

    /// <summary>The newest searches, the last one first.</summary>
    public async Task<IReadOnlyList<SegmentSearchRow>> SearchesAsync(int limit, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<SegmentSearchRow>(
            db,
            """
            select r.id as RunId, r.status as Status, r.requested_by as RequestedBy, r.started_at as StartedAt, r.finished_at as FinishedAt, q.stage as Stage, q.share as Share,
              q.activities as Activities, m.segments as Segments, m.accounts as Accounts, m.remarks as RemarksJson
            from segment_search q join run r on r.id = q.run_id left join segment_model m on m.run_id = r.id order by r.id desc limit @limit
            """,
            new { limit }, cancellationToken).ConfigureAwait(false);
    }
}
