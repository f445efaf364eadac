using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Storage.Database;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage.Reading;

/// <summary>What was learned about segments: their figures day by day, and what searches saw happen to them. Thread-safe.</summary>
public sealed class MetricsQueries(ILedgerReadConnections ledger)
{
    /// <summary>Most events of an answer.</summary>
    public const int MostEvents = 50;

    /// <summary>Approved segments with their newest figures, the largest first. There are at most some hundred.</summary>
    public async Task<IReadOnlyList<MetricsRow>> ListAsync(CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<MetricsRow>(
            db,
            """
            select s.id as Id, s.key as Key, s.name as Name, m.at as At, coalesce(m.accounts, 0) as Accounts, coalesce(m.won, 0) as Won, coalesce(m.closed, 0) as Closed,
              coalesce(m.rest_won, 0) as RestWon, coalesce(m.rest_closed, 0) as RestClosed
            from segment s left join segment_metrics m on m.segment_id = s.id and m.day = (select max(x.day) from segment_metrics x where x.segment_id = s.id)
            where s.state = 'approved' order by s.size desc, s.id
            """,
            null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The newest figures of a segment; null where there are none yet, or no such segment.</summary>
    public async Task<SegmentMetrics?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var found = await OverviewQueries.ListAsync<ContentRow>(
            db, "select m.content as Content from segment_metrics m join segment s on s.id = m.segment_id where s.key = @key order by m.day desc limit 1", new { key }, cancellationToken)
            .ConfigureAwait(false);
        return found.Count == 0 ? null : SegmentMetricsFile.Read(found[0].Content);
    }

    /// <summary>Wins of approved segments day by day, by segment and day.</summary>
    /// <param name="since">From which instant on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ILookup<long, WinDay>> HistoryAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        var rows = await OverviewQueries.ListAsync<WinDay>(
            db,
            """
            select m.segment_id as SegmentId, m.at as At, m.won as Won, m.closed as Closed from segment s join segment_metrics m on m.segment_id = s.id and m.day >= @day
            where s.state = 'approved' order by m.segment_id, m.day
            """,
            new { day = LearningRows.DayOf(since) }, cancellationToken).ConfigureAwait(false);
        return rows.ToLookup(row => row.SegmentId);
    }

    /// <summary>What searches saw happen, the newest first; at most <see cref="MostEvents"/>.</summary>
    /// <param name="onlyOpen">Leaves out what a person has dealt with.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<SegmentEventRow>> EventsAsync(bool onlyOpen, CancellationToken cancellationToken)
    {
        await using var db = await ledger.OpenReadAsync(cancellationToken).ConfigureAwait(false);
        return await OverviewQueries.ListAsync<SegmentEventRow>(
            db,
            $"""
            select e.id as Id, e.kind as KindName, e.state as EventStateName, e.reason as Reason, e.cosine as Cosine, e.at as At, e.run_id as RunId, e.ended_by as EndedBy, e.ended_at as EndedAt,
              s.key as Key, s.name as Name, s.state as StateName, s.version as Version, s.size as Size, o.key as OtherKey, o.name as OtherName, o.state as OtherStateName, o.version as OtherVersion,
              o.size as OtherSize
            from segment_event e join segment s on s.id = e.segment_id left join segment o on o.id = e.other_id
            {(onlyOpen ? "where e.state = 'open'" : "")} order by e.id desc limit @MostEvents
            """,
            new { MostEvents }, cancellationToken).ConfigureAwait(false);
    }

    private sealed record ContentRow
    {
        public string Content { get; init; } = "";
    }
}

/// <summary>An approved segment with its newest figures.</summary>
public sealed record MetricsRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>Permanent slug.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its name now.</summary>
    public string Name { get; init; } = "";

    /// <summary>When it was learned from, in Unix milliseconds UTC; null where that has not been done yet.</summary>
    public long? At { get; init; }

    /// <summary>Accounts that stood in it then.</summary>
    public long Accounts { get; init; }

    /// <summary>Deals won.</summary>
    public long Won { get; init; }

    /// <summary>Deals closed.</summary>
    public long Closed { get; init; }

    /// <summary>Deals won elsewhere.</summary>
    public long RestWon { get; init; }

    /// <summary>Deals closed elsewhere.</summary>
    public long RestClosed { get; init; }

    /// <summary>Deals won out of deals closed.</summary>
    public Share Wins => new(Won, Closed);

    /// <summary>The same of all accounts outside.</summary>
    public Share Rest => new(RestWon, RestClosed);
}

/// <summary>Wins of a segment as they stood on a day.</summary>
public sealed record WinDay
{
    /// <summary>Ledger id of the segment.</summary>
    public long SegmentId { get; init; }

    /// <summary>When, in Unix milliseconds UTC.</summary>
    public long At { get; init; }

    /// <summary>Deals won until then.</summary>
    public long Won { get; init; }

    /// <summary>Deals closed until then.</summary>
    public long Closed { get; init; }

    /// <summary>Deals won out of deals closed.</summary>
    public Share Wins => new(Won, Closed);
}

/// <summary>Something that a search saw happen to segments.</summary>
public sealed record SegmentEventRow
{
    /// <summary>Ledger id.</summary>
    public long Id { get; init; }

    /// <summary>The kind, as stored.</summary>
    public string KindName { get; init; } = "";

    /// <summary>What.</summary>
    public SegmentEventKind Kind => Stored.Parse<SegmentEventKind>(KindName);

    /// <summary>The event's state, as stored.</summary>
    public string EventStateName { get; init; } = "";

    /// <summary>How it stands.</summary>
    public SegmentEventState State => Stored.Parse<SegmentEventState>(EventStateName);

    /// <summary>In a sentence, with the names of then.</summary>
    public string Reason { get; init; } = "";

    /// <summary>How alike the profiles are, −1 to 1; null where there is nothing to compare.</summary>
    public double? Cosine { get; init; }

    /// <summary>When it was seen, in Unix milliseconds UTC.</summary>
    public long At { get; init; }

    /// <summary>The search; null where none did it.</summary>
    public long? RunId { get; init; }

    /// <summary>Who dealt with it; null while it is open.</summary>
    public string? EndedBy { get; init; }

    /// <summary>When.</summary>
    public long? EndedAt { get; init; }

    /// <summary>Key of the segment.</summary>
    public string Key { get; init; } = "";

    /// <summary>Its name now.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its state, as stored.</summary>
    public string StateName { get; init; } = "";

    /// <summary>Its version.</summary>
    public long Version { get; init; }

    /// <summary>Accounts that the newest search found in it.</summary>
    public long Size { get; init; }

    /// <summary>Key of the other one of a pair; null else.</summary>
    public string? OtherKey { get; init; }

    /// <summary>Its name now.</summary>
    public string? OtherName { get; init; }

    /// <summary>Its state, as stored.</summary>
    public string? OtherStateName { get; init; }

    /// <summary>Its version.</summary>
    public long? OtherVersion { get; init; }

    /// <summary>Its accounts.</summary>
    public long? OtherSize { get; init; }

    /// <summary>
    /// How the pair would be merged: what becomes part, at which version, and what takes it in. An approved one takes in a proposed one, else the larger one the smaller. Null where there is no
    /// pair, or one of it is out of use.
    /// </summary>
    public (string Key, string Name, long Version, string Into, string IntoName)? Merge
    {
        get
        {
            if (OtherKey is null || !IsInUse(StateName) || !IsInUse(OtherStateName!))
                return null;
            var firstTakesIn = StateName == OtherStateName ? Size >= OtherSize : Stored.Parse<SegmentState>(StateName) is SegmentState.Approved;
            return firstTakesIn ? (OtherKey, OtherName!, OtherVersion!.Value, Key, Name) : (Key, Name, Version, OtherKey, OtherName!);
        }
    }

    private static bool IsInUse(string state) => Stored.Parse<SegmentState>(state) is SegmentState.Proposed or SegmentState.Approved;
}
