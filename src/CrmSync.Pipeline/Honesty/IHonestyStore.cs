using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.Honesty;

/// <summary>A deal that is to be judged again.</summary>
/// <param name="Deal">All that is known about it; null where the CRM does not have it any more.</param>
/// <param name="DealId">Ledger id.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Asked">How often that was asked for; a judgement ends only what was asked when it was read.</param>
public sealed record DueDeal(DealDossier? Deal, long DealId, long ConnectionId, long Asked);

/// <summary>A judgement with the request that it ends.</summary>
/// <param name="Due">What was asked for.</param>
/// <param name="Judgement">The judgement; null where the deal is gone.</param>
public sealed record JudgedDeal(DueDeal Due, DealJudgement? Judgement);

/// <summary>A stage of the CRM with what it means to us.</summary>
/// <param name="ConnectionId">The connection.</param>
/// <param name="Stage">The stage as the CRM lists it.</param>
/// <param name="Choice">What an operator said; null where nobody did.</param>
/// <param name="SetBy">Who.</param>
/// <param name="SetAt">When.</param>
public sealed record MappedStage(long ConnectionId, CrmStage Stage, StageChoice? Choice, string? SetBy, DateTimeOffset? SetAt);

/// <summary>Keeps one judgement per deal. Thread-safe; each writing method is one transaction, or one per connection.</summary>
public interface IHonestyStore
{
    /// <summary>Asks for all deals that were judged by other rules, or never, some at a time. A call that is cut off is repeated.</summary>
    /// <param name="version">Version of the rules.</param>
    /// <param name="limit">Deals per connection and call.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>Whether there are more.</returns>
    Task<bool> CatchUpAsync(int version, int limit, CancellationToken cancellationToken);

    /// <summary>Whether any deal waits to be judged.</summary>
    Task<bool> IsDueAsync(int version, CancellationToken cancellationToken);

    /// <summary>Reads deals that wait, those that wait longest first.</summary>
    Task<IReadOnlyList<DueDeal>> ReadDueAsync(int limit, CancellationToken cancellationToken);

    /// <summary>The meanings of all connections' stages, by connection.</summary>
    Task<IReadOnlyDictionary<long, StageBook>> ReadStageBooksAsync(CancellationToken cancellationToken);

    /// <summary>Stores judgements; what was asked for again meanwhile stays asked for.</summary>
    Task SaveAsync(IReadOnlyList<JudgedDeal> judged, CancellationToken cancellationToken);

    /// <summary>Counts the activities that hang on no deal, for pages to say so.</summary>
    Task CountLooseAsync(CancellationToken cancellationToken);

    /// <summary>The stages of all connections, in the order in which people see them.</summary>
    Task<IReadOnlyList<MappedStage>> ListStagesAsync(CancellationToken cancellationToken);

    /// <summary>Says what a stage means, or takes that back; its connection's deals are judged again.</summary>
    /// <param name="connectionId">The connection.</param>
    /// <param name="pipelineId">The pipeline; empty where the CRM has one without an id.</param>
    /// <param name="stageId">The stage.</param>
    /// <param name="choice">What it means; null goes back to the guess.</param>
    /// <param name="actor">Who says so, for the audit.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False where the connection has no such stage.</returns>
    Task<bool> SetStageAsync(long connectionId, string pipelineId, string stageId, StageChoice? choice, string actor, CancellationToken cancellationToken);
}
