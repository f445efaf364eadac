using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Honesty;

/// <summary>How a stage of the CRM got its meaning.</summary>
public enum StageSource
{
    /// <summary>An operator said so.</summary>
    Person,

    /// <summary>The CRM marks the stage as won or lost.</summary>
    Closed,

    /// <summary>Its name says so.</summary>
    Name,

    /// <summary>Only its probability is known.</summary>
    Probability,

    /// <summary>Nothing says what it means.</summary>
    Unknown,
}

/// <summary>What a stage of the CRM means.</summary>
/// <param name="Stage">Ours; null where it means none of them.</param>
/// <param name="Source">Who or what says so.</param>
public readonly record struct StageMeaning(SalesStage? Stage, StageSource Source);

/// <summary>What an operator said about a stage of the CRM.</summary>
/// <param name="PipelineId">Its pipeline; empty where the CRM has one without an id.</param>
/// <param name="StageId">Its id.</param>
/// <param name="Stage">Ours; null: it means none of them, and deals in it are not compared.</param>
public sealed record StageChoice(string PipelineId, string StageId, SalesStage? Stage);

/// <summary>The meanings of one connection's stages. Immutable, thread-safe.</summary>
public sealed class StageBook
{
    private readonly Dictionary<(string Pipeline, string Stage), StageMeaning> _meanings = [];

    /// <summary>A book of a connection.</summary>
    /// <param name="stages">Its stages as the CRM lists them.</param>
    /// <param name="choices">What operators said about them.</param>
    public StageBook(IEnumerable<CrmStage> stages, IEnumerable<StageChoice> choices)
    {
        ArgumentNullException.ThrowIfNull(stages);
        ArgumentNullException.ThrowIfNull(choices);
        foreach (var stage in stages)
            _meanings[(stage.PipelineId, stage.StageId)] = StageGuess.Of(stage);
        foreach (var choice in choices)
            _meanings[(choice.PipelineId, choice.StageId)] = new StageMeaning(choice.Stage, StageSource.Person);
    }

    /// <summary>The meaning of a stage; one that the CRM does not list is guessed from its id, which on some CRMs is its name.</summary>
    public StageMeaning Find(string? pipelineId, string? stageId)
    {
        if (string.IsNullOrEmpty(stageId))
            return new StageMeaning(null, StageSource.Unknown);
        return _meanings.TryGetValue((pipelineId ?? "", stageId), out var meaning) ? meaning : StageGuess.OfName(stageId);
    }
}
