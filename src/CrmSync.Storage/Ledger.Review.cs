using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Search;
using CrmSync.Storage.Review;
using CrmSync.Storage.Search;

namespace CrmSync.Storage;

/// <content>What people say about labels, what is drawn for audits, trained models, several reviewers at once, words to be found.</content>
public sealed partial class Ledger : ICorrectionStore, IAuditStore, IModelStore, IReviewStore, ISearchIndex
{
    private readonly SearchRows _search;

    private CorrectionReading Corrections => new(_database);

    private ModelRows Models => new(_database);

    private DoubleReviews Doubles => new(_database);

    /// <inheritdoc/>
    public Task<IReadOnlyList<JudgedActivity?>> FindAsync(IReadOnlyList<ActivityName> names, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Corrections.FindAsync(names, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<CorrectionsSaved> SaveAsync(
        IReadOnlyList<NewCorrection> corrections, CorrectionSource source, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(corrections);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new CorrectionRows(_database).SaveAsync(corrections, source, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<UndoOutcome> UndoAsync(long correctionId, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new CorrectionUndo(_database).UndoAsync(correctionId, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CrmEdit>> ReadEditsAsync(int limit, CancellationToken cancellationToken) => Corrections.ReadEditsAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task MarkEditsSeenAsync(IReadOnlyList<long> intentIds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(intentIds);
        return Corrections.MarkEditsSeenAsync(intentIds, cancellationToken);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<TrainingRow> ReadTrainingRowsAsync(double weight, CancellationToken cancellationToken) =>
        Corrections.ReadTrainingRowsAsync(weight, cancellationToken);

    /// <inheritdoc/>
    public Task<int> DrawAsync(string taxonomy, AuditOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new AuditDraws(_database).DrawAsync(taxonomy, options, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredModel>> ListModelsAsync(CancellationToken cancellationToken) => Models.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<long> ProposeAsync(ProposedModel model, string actor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Models.ProposeAsync(model, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> PromoteAsync(long modelId, string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Models.PromoteAsync(modelId, actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RollBackAsync(string actor, string? reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Models.RollBackAsync(actor, reason, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> FindActiveAsync(CancellationToken cancellationToken) => Models.FindActiveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadModelAsync(long modelId, CancellationToken cancellationToken) => Models.ReadFileAsync(modelId, cancellationToken);

    /// <inheritdoc/>
    public Task<long?> ClaimAsync(string taxonomy, IReadOnlyList<long> candidates, string actor, TimeSpan hold, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return new ReviewClaims(_database).ClaimAsync(taxonomy, candidates, actor, hold, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string?> FindClaimantAsync(string taxonomy, long activityId, string actor, CancellationToken cancellationToken) =>
        new ReviewClaims(_database).FindAsync(taxonomy, activityId, actor, cancellationToken);

    /// <inheritdoc/>
    public Task<SecondOutcome> JudgeSecondAsync(long doubleReviewId, string? label, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Doubles.JudgeAsync(doubleReviewId, label, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> SettleAsync(long doubleReviewId, string? label, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Doubles.SettleAsync(doubleReviewId, label, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> ReadDoubleShareAsync(CancellationToken cancellationToken) => Doubles.ReadShareAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SetDoubleShareAsync(int share, string actor, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 100);
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Doubles.SetShareAsync(share, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> ReadWriteBackAsync(string actor, CancellationToken cancellationToken) => Doubles.ReadWriteBackAsync(actor, cancellationToken);

    /// <inheritdoc/>
    public Task SetWriteBackAsync(bool writeBack, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Doubles.SetWriteBackAsync(writeBack, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<int> TakeInAsync(int rows, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        return _search.TakeInAsync(rows, cancellationToken);
    }
}
