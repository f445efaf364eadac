using CrmSync.Pipeline.Classification.Learning;
using CrmSync.Pipeline.Review;
using CrmSync.Storage.Review;

namespace CrmSync.Storage;

/// <content>What people say about labels, what is drawn for audits, trained models.</content>
public sealed partial class Ledger : ICorrectionStore, IAuditStore, IModelStore
{
    private CorrectionReading Corrections => new(_database);

    private ModelRows Models => new(_database);

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
    public Task<bool> PromoteAsync(long modelId, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Models.PromoteAsync(modelId, actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> RollBackAsync(string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Models.RollBackAsync(actor, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> FindActiveAsync(CancellationToken cancellationToken) => Models.FindActiveAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<byte[]?> ReadModelAsync(long modelId, CancellationToken cancellationToken) => Models.ReadFileAsync(modelId, cancellationToken);
}
