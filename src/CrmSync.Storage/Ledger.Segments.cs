using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Storage.Segments;

namespace CrmSync.Storage;

/// <content>Segments of accounts.</content>
public sealed partial class Ledger : ISegmentStore, ISegmentWorkStore, ITopicStore
{
    private SegmentChanges SegmentChanges => new(_database);

    private SegmentLinks SegmentLinks => new(_database);

    private SegmentReading SegmentReading => new(_database);

    private SegmentRuns SegmentRuns => new(_database);

    private AccountReading AccountReading => new(_database);

    private AccountNotes AccountNotes => new(_database);

    private TopicRows TopicRows => new(_database);

    /// <inheritdoc/>
    public Task<SegmentOutcome> ProposeAsync(FoundSegments found, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(found);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return _database.WriteAsync(null, session => SegmentFindings.SaveAsync(session, found, null, actor), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> DecideAsync(SegmentOrder order, SegmentState state, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return SegmentChanges.DecideAsync(order, state, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> RenameAsync(SegmentOrder order, string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(name);
        return SegmentChanges.RenameAsync(order, name, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> MergeAsync(SegmentOrder order, string into, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentException.ThrowIfNullOrWhiteSpace(into);
        return SegmentChanges.MergeAsync(order, into, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> SplitAsync(SegmentOrder order, string name, IReadOnlyList<long> accounts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(accounts);
        return SegmentChanges.SplitAsync(order, name, accounts, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> UndoAsync(SegmentOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        return SegmentChanges.UndoAsync(order, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> LinkAsync(LinkKind kind, long first, long second, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return SegmentLinks.LinkAsync(kind, first, second, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentOutcome> SettleLinkAsync(long linkId, LinkState state, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return SegmentLinks.SettleAsync(linkId, state, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KnownSegment>> ReadKnownAsync(CancellationToken cancellationToken) => SegmentReading.ReadKnownAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AccountLink>> ReadLinksAsync(CancellationToken cancellationToken) => SegmentReading.ReadLinksAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<long?>> FindAccountsAsync(IReadOnlyList<(string Connection, string ExternalId)> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        return SegmentReading.FindAccountsAsync(names, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<(long? RunId, IReadOnlyList<BatchRef> Batches)> StartAsync(SegmentRunRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return SegmentRuns.StartAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<SegmentWork?> ReadSegmentWorkAsync(long batchId, CancellationToken cancellationToken) => SegmentRuns.ReadWorkAsync(batchId, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RawNote> ReadNotesAsync(int mostPerAccount, CancellationToken cancellationToken) => AccountNotes.ReadAllAsync(mostPerAccount, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerNote>> ReadNotesOfAsync(IReadOnlyList<long> accounts, int mostPerAccount, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(accounts);
        return AccountNotes.ReadAsync(accounts, mostPerAccount, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueAccount>> ReadDueAccountsAsync(long connectionId, long afterId, int limit, CancellationToken cancellationToken) =>
        AccountReading.ReadDueAsync(connectionId, afterId, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<ActiveSegment>> ReadActiveAsync(CancellationToken cancellationToken) => AccountReading.ReadActiveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<AuditedAnswer>> ReadAuditedAsync(long segmentId, DateTimeOffset since, CancellationToken cancellationToken) =>
        _database.ReadAsync(session => ThresholdRows.ReadAuditedAsync(session, segmentId, since), cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadSegmentModelAsync(long modelId, CancellationToken cancellationToken) => AccountReading.ReadModelAsync(modelId, cancellationToken);

    /// <inheritdoc/>
    public Task<SearchVectors> ReadSearchVectorsAsync(long runId, CancellationToken cancellationToken) => TopicRows.ReadSearchAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, KnownTopics>> ReadTopicsAsync(string key, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(key);
        ArgumentNullException.ThrowIfNull(notes);
        return TopicRows.ReadAsync(key, notes, cancellationToken);
    }
}
