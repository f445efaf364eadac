using CrmSync.Pipeline.Honesty;
using CrmSync.Storage.Honesty;

namespace CrmSync.Storage;

/// <content>What reps report about deals beside what their activities show.</content>
public sealed partial class Ledger : IHonestyStore
{
    private HonestyRows Honesty => new(_database);

    private StageChoices Stages => new(_database);

    /// <inheritdoc/>
    public Task<bool> CatchUpAsync(int version, int limit, CancellationToken cancellationToken) => Honesty.CatchUpAsync(version, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> IsDueAsync(int version, CancellationToken cancellationToken) => Honesty.IsDueAsync(version, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueDeal>> ReadDueAsync(int limit, CancellationToken cancellationToken) => Honesty.ReadDueAsync(limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<long, StageBook>> ReadStageBooksAsync(CancellationToken cancellationToken) => Stages.ReadBooksAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SaveAsync(IReadOnlyList<JudgedDeal> judged, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(judged);
        return Honesty.SaveAsync(judged, cancellationToken);
    }

    /// <inheritdoc/>
    public Task CountLooseAsync(CancellationToken cancellationToken) => Honesty.CountLooseAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<MappedStage>> ListStagesAsync(CancellationToken cancellationToken) => Stages.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<bool> SetStageAsync(long connectionId, string pipelineId, string stageId, StageChoice? choice, string actor, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(actor);
        return Stages.SetAsync(connectionId, pipelineId, stageId, choice, actor, cancellationToken);
    }
}
