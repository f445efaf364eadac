using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Learning;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>What searches and assignments read from the ledger, and how their runs begin. Thread-safe.</summary>
public interface ISegmentWorkStore
{
    /// <summary>
    /// Starts a search, or learning from approved segments (both over the accounts of all connections; the run stands under the one that is named), or an assignment of a connection's
    /// accounts.
    /// </summary>
    /// <returns>Null where one is under way already, where no account is to be looked at, or where no segment is approved to learn from.</returns>
    Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(SegmentRunRequest request, CancellationToken cancellationToken);

    /// <summary>What a claimed batch is to do; null where its run is gone.</summary>
    Task<SegmentWork?> ReadSegmentWorkAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>
    /// Activities of accounts, by account and then by id: those linked to the company itself, to its deals and to its people. Read piece by piece, never all at once.
    /// </summary>
    /// <param name="mostPerAccount">Of an account with more, the newest are read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<RawNote> ReadNotesAsync(int mostPerAccount, CancellationToken cancellationToken);

    /// <summary>The same of some accounts, with the instant of each one's last change.</summary>
    Task<IReadOnlyList<LedgerNote>> ReadNotesOfAsync(IReadOnlyList<long> accounts, int mostPerAccount, CancellationToken cancellationToken);

    /// <summary>Accounts of a connection that are to be looked at again, by id, with what is known of them under the models in use.</summary>
    Task<IReadOnlyList<DueAccount>> ReadDueAccountsAsync(long connectionId, long afterId, int limit, CancellationToken cancellationToken);

    /// <summary>Approved segments, each with the places where models know it or what was merged into it.</summary>
    Task<IReadOnlyList<ActiveSegment>> ReadActiveAsync(CancellationToken cancellationToken);

    /// <summary>Deals won out of deals closed, by ledger id of the account; accounts without closed deals are missing.</summary>
    Task<IReadOnlyDictionary<long, Share>> ReadWinsAsync(CancellationToken cancellationToken);

    /// <summary>Automatic answers about a segment's accounts that were drawn by chance since an instant and judged by people.</summary>
    Task<IReadOnlyList<AuditedAnswer>> ReadAuditedAsync(long segmentId, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>The file of a model; null where there is none.</summary>
    Task<byte[]?> ReadSegmentModelAsync(long modelId, CancellationToken cancellationToken);
}

/// <summary>A run about segments to start.</summary>
/// <param name="Kind">Search, assignment or learning.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="RequestedBy">"schedule" or a person's name.</param>
public sealed record SegmentRunRequest(RunKind Kind, long ConnectionId, string RequestedBy)
{
    /// <summary>Seed of a search.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The schedule that fired, if any.</summary>
    public string? ScheduleKey { get; init; }
}

/// <summary>What a batch is to do.</summary>
/// <param name="Kind">Search, assignment or learning.</param>
/// <param name="Seed">Seed of a search.</param>
/// <param name="Checkpoint">What an earlier try of the same search left behind.</param>
public sealed record SegmentWork(RunKind Kind, int Seed, DiscoveryCheckpoint? Checkpoint)
{
    /// <summary>Of learning: segments up to this ledger id are done.</summary>
    public long After { get; init; }
}

/// <summary>An activity of an account.</summary>
/// <param name="AccountId">Ledger id of the company.</param>
/// <param name="ActivityId">Ledger id.</param>
/// <param name="Subject">Raw.</param>
/// <param name="Body">Raw and untrusted; may be empty.</param>
/// <param name="Owner">The CRM's id of its owner.</param>
/// <param name="At">When it happened.</param>
/// <param name="Revision">When its content last changed, in Unix milliseconds.</param>
public sealed record LedgerNote(long AccountId, long ActivityId, string Subject, string Body, string? Owner, DateTimeOffset At, long Revision)
{
    /// <summary>The same as a source of notes gives it.</summary>
    public RawNote ToRaw() => new(AccountKey.Of(AccountId), AccountKey.Of(ActivityId), Subject, Body, Owner, At);
}

/// <summary>Ledger ids as the keys of notes.</summary>
public static class AccountKey
{
    /// <summary>The key of an id.</summary>
    public static string Of(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The id of a key.</summary>
    public static long Parse(string key) => long.Parse(key, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>An account to be looked at again.</summary>
/// <param name="Id">Ledger id of the company.</param>
/// <param name="ReadsText">Whether its activities came or changed; else only segments did.</param>
/// <param name="Asked">How often it was asked for; the answer ends only what was asked by then.</param>
/// <param name="PinnedTo">Id of the approved segment that a person put it into; null where nobody did.</param>
/// <param name="Evidence">What is known of it.</param>
public sealed record DueAccount(long Id, bool ReadsText, long Asked, long? PinnedTo, IReadOnlyList<AccountSums> Evidence);

/// <summary>Running sums of an account under a model.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Sums">Nats by segment of the model.</param>
/// <param name="Speaking">Notes that speak of it, by segment.</param>
/// <param name="Notes">Notes that were read.</param>
/// <param name="Activities">By segment, ledger ids of a few activities that speak of it, the newest first.</param>
/// <param name="Revision">Newest change of content among the activities that were read, in Unix milliseconds; 0 where there was none.</param>
public sealed record AccountSums(
    long ModelId, IReadOnlyList<double> Sums, IReadOnlyList<int> Speaking, int Notes, IReadOnlyList<IReadOnlyList<long>> Activities, long Revision);

/// <summary>An approved segment.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Key">Permanent slug.</param>
/// <param name="Name">What is written to the CRM.</param>
/// <param name="Version">Its version.</param>
/// <param name="Places">Models and ids within them that mean it.</param>
public sealed record ActiveSegment(long Id, string Key, string Name, long Version, IReadOnlyList<(long ModelId, string ModelSegment)> Places);

/// <summary>How far a search is.</summary>
/// <param name="Stage">What is done now.</param>
/// <param name="Share">Of all, 0 to 1.</param>
/// <param name="Activities">Activities that were read.</param>
public sealed record SearchStep(string Stage, double Share, long Activities)
{
    /// <summary>What a killed search goes on from; null where nothing new is worth keeping.</summary>
    public DiscoveryCheckpoint? Checkpoint { get; init; }
}

/// <summary>Accounts that were looked at.</summary>
/// <param name="Property">The CRM's property for the segment's name.</param>
/// <param name="Accounts">The accounts.</param>
public sealed record AccountStep(string Property, IReadOnlyList<AssignedAccount> Accounts);

/// <summary>An account that was looked at.</summary>
/// <param name="AccountId">Ledger id of the company.</param>
/// <param name="Asked">As it was read.</param>
/// <param name="Evidence">Sums that were gathered anew.</param>
/// <param name="Chosen">Its segment; null for none.</param>
public sealed record AssignedAccount(long AccountId, long Asked, IReadOnlyList<AccountSums> Evidence, ChosenSegment? Chosen);

/// <summary>The segment of an account, with the reason.</summary>
/// <param name="Segment">The segment.</param>
/// <param name="Score">In nats.</param>
/// <param name="Confidence">From 0 to 1: how likely among the model's segments and none.</param>
/// <param name="Speaking">Notes that speak of it.</param>
/// <param name="Notes">Notes that were read.</param>
/// <param name="Expected">Notes that would speak of it in an account outside.</param>
/// <param name="ModelId">The model; 0 where a person decided.</param>
/// <param name="Activities">Ledger ids of a few activities that speak of it.</param>
public sealed record ChosenSegment(
    ActiveSegment Segment, double Score, double Confidence, int Speaking, int Notes, double Expected, long ModelId, IReadOnlyList<long> Activities)
{
    /// <summary>Whether a person put the account there.</summary>
    public bool ByPerson { get; init; }

    /// <summary>The reason as a sentence, free of the account's text.</summary>
    public string Reason => ByPerson ? "A person put the account into this segment." : new SegmentMember("", Score, Speaking, Notes, Expected).Reason;
}
