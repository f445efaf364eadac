namespace CrmSync.Pipeline.Review;

/// <summary>Where a model stands. Stored in lower case.</summary>
public enum ModelStatus
{
    /// <summary>Trained and evaluated; decides nothing.</summary>
    Proposed,

    /// <summary>Decides. At most one; where none is, the shipped model does.</summary>
    Active,

    /// <summary>Decided once.</summary>
    Retired,
}

/// <summary>A model of the ledger, without its bytes.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Version">The model's own version.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Card">The model card, JSON.</param>
/// <param name="Evaluation">A <see cref="ModelEvaluation"/>, JSON.</param>
/// <param name="CreatedBy">Who had it trained.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="PromotedBy">Who last made it decide; null where nobody has.</param>
/// <param name="PromotedAt">When.</param>
/// <param name="FormerId">The model that it took the place of; null: the shipped one.</param>
public sealed record StoredModel(
    long Id, string Version, ModelStatus Status, long Size, string Card, string Evaluation, string CreatedBy, DateTimeOffset CreatedAt, string? PromotedBy,
    DateTimeOffset? PromotedAt, long? FormerId);

/// <summary>A trained model to keep.</summary>
public sealed record ProposedModel(string Version, ReadOnlyMemory<byte> Content, string Card, string Evaluation);

/// <summary>Keeps trained models and says which one decides. Every change is audited.</summary>
public interface IModelStore
{
    /// <summary>All models, newest first, at most 100.</summary>
    Task<IReadOnlyList<StoredModel>> ListModelsAsync(CancellationToken cancellationToken);

    /// <summary>Keeps a model as proposed.</summary>
    /// <returns>Its id.</returns>
    Task<long> ProposeAsync(ProposedModel model, string actor, CancellationToken cancellationToken);

    /// <summary>Makes a proposed or retired model decide; the active one retires. The reason, in the actor's own words, stands in the audit. False where there is no such model, or it is active already.</summary>
    Task<bool> PromoteAsync(long modelId, string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>Retires the active model and brings back what it took the place of: the model before it, or the shipped one.</summary>
    /// <returns>False where none is active.</returns>
    Task<bool> RollBackAsync(string actor, string? reason, CancellationToken cancellationToken);

    /// <summary>Id of the active model; null where the shipped one decides. Cheap: nodes ask every few seconds.</summary>
    Task<long?> FindActiveAsync(CancellationToken cancellationToken);

    /// <summary>A model's bytes; null where there is none.</summary>
    Task<byte[]?> ReadModelAsync(long modelId, CancellationToken cancellationToken);
}
