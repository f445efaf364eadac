using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.Classification.Asking;

/// <summary>The part of the ledger that keeps questions to the hosted model and what its answers cost. Thread-safe; every method is one transaction.</summary>
public interface IAskStore
{
    /// <summary>The open questions of an ask batch whose activity is still what it was when the question arose, ordered by activity.</summary>
    Task<IReadOnlyList<AskWork>> ReadAsksAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>The endpoint's own batch that an ask batch is meant for; null where it asks directly.</summary>
    Task<RemoteWork?> ReadRemoteAsync(long batchId, CancellationToken cancellationToken);

    /// <summary>Answers that the hosted model has given to the same question before; the newest of each.</summary>
    Task<IReadOnlyDictionary<AskKey, KnownAnswer>> FindAnswersAsync(IReadOnlyList<AskKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Lets as many questions through as the share allows, least sure first, and makes batches of them. Questions that have waited too long for that come back in a
    /// batch as <see cref="AskWork.IsBeyondShare"/>. Questions of a run that a person holds wait with it.
    /// </summary>
    Task<IReadOnlyList<BatchRef>> GatherAsync(AskGathering how, CancellationToken cancellationToken);

    /// <summary>
    /// Takes the highest price of a call from today's budget (the UTC day by the database's clock), over all nodes: of two that ask for the last cent, one gets
    /// it. What is never settled stays taken.
    /// </summary>
    /// <returns>Null where the budget does not have it any more.</returns>
    Task<HostedReservation?> ReserveAsync(long micros, long budgetMicros, CancellationToken cancellationToken);

    /// <summary>Puts what calls cost in the place of what was taken for them.</summary>
    Task SettleAsync(HostedSpending spending, CancellationToken cancellationToken);

    /// <summary>What the hosted model has cost today.</summary>
    Task<HostedDay> ReadDayAsync(CancellationToken cancellationToken);
}

/// <summary>A question to put to the hosted model.</summary>
/// <param name="ActivityId">The activity.</param>
/// <param name="ContentHash">Its content; the question is dropped where that has changed.</param>
/// <param name="TextHash"><see cref="ShownText.Hash"/>.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="TaxonomyVersion">Version of its definitions.</param>
/// <param name="Confidence">Of the local answer, 0 to 1.</param>
public sealed record AskRow(long ActivityId, string ContentHash, string TextHash, string Taxonomy, string TaxonomyVersion, double Confidence);

/// <summary>An open question with its activity.</summary>
public sealed record AskWork(long AskId, ActivityWork Activity, string TextHash, string Taxonomy, int Attempt)
{
    /// <summary>Whether it waited in vain to be let through: the local answer stands.</summary>
    public bool IsBeyondShare { get; init; }

    /// <summary>Words that accounts of the same segment use; see <see cref="AuditItem.Vocabulary"/>.</summary>
    public IReadOnlyList<string> Vocabulary { get; init; } = [];
}

/// <summary>What became of a question.</summary>
public enum AskStatus
{
    /// <summary>It waits, or is asked again.</summary>
    Open,

    /// <summary>The hosted model answered.</summary>
    Answered,

    /// <summary>The local answer stands.</summary>
    Accepted,

    /// <summary>It is no longer put: the activity or the decision changed.</summary>
    Dropped,
}

/// <summary>A change of a question.</summary>
/// <param name="AskId">The question.</param>
/// <param name="Status">Its new state.</param>
public sealed record AskOutcome(long AskId, AskStatus Status)
{
    /// <summary>Code of our registry: why it waits, or why the local answer stands.</summary>
    public string? Code { get; init; }

    /// <summary>Plain sentence.</summary>
    public string? Message { get; init; }

    /// <summary>For an open one: when to ask again.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether a try counts.</summary>
    public bool CountsTry { get; init; }

    /// <summary>For an answered one: what was asked, see <see cref="AskKey.AskedOf"/>.</summary>
    public string? AskedOf { get; init; }

    /// <summary>For an open one: never again by the endpoint's batch interface.</summary>
    public bool Directly { get; init; }
}

/// <summary>What makes two questions the same.</summary>
/// <param name="TextHash"><see cref="ShownText.Hash"/>.</param>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="TaxonomyVersion">Version of its definitions.</param>
/// <param name="AskedOf">Deployment and form of the question.</param>
public readonly record struct AskKey(string TextHash, string Taxonomy, string TaxonomyVersion, string AskedOf);

/// <summary>An earlier answer to the same question.</summary>
public sealed record KnownAnswer(LabelDecision Decision, string? Reason);

/// <summary>How questions are gathered into batches.</summary>
public sealed record AskGathering
{
    /// <summary>The largest share of a connection's activities of the last 24 hours that may be asked about, 0 to 1.</summary>
    public double Share { get; init; } = 0.15;

    /// <summary>How long a question waits for company.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After this time a question that the share kept back is settled locally.</summary>
    public TimeSpan SharePatience { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Whether questions of backfills are handed over as batches of the endpoint's own.</summary>
    public bool RemoteBackfills { get; init; }

    /// <summary>Activities per batch that is asked directly.</summary>
    public int BatchSize { get; init; } = 40;

    /// <summary>The most questions in one of the endpoint's batches.</summary>
    public int RemoteBatchSize { get; init; } = 2_000;
}

/// <summary>Money taken from a day's budget before it is spent.</summary>
/// <param name="Day">Midnight UTC of the day.</param>
/// <param name="Micros">Millionths of a US dollar.</param>
public readonly record struct HostedReservation(DateTimeOffset Day, long Micros);

/// <summary>What calls cost: settles reservations.</summary>
/// <param name="Day">The day whose budget they were taken from.</param>
/// <param name="Released">Reservations that are settled by this, in millionths of a US dollar.</param>
/// <param name="Calls">Calls that were made.</param>
/// <param name="Usage">Their tokens.</param>
/// <param name="CostMicros">Their price, in millionths of a US dollar.</param>
public sealed record HostedSpending(DateTimeOffset Day, long Released, int Calls, TokenUsage Usage, long CostMicros);

/// <summary>A day's account.</summary>
/// <param name="Day">Midnight UTC.</param>
/// <param name="Calls">Calls that were answered.</param>
/// <param name="Usage">Tokens.</param>
/// <param name="CostMicros">Price, in millionths of a US dollar.</param>
/// <param name="ReservedMicros">Taken from the budget beside that: calls under way, and calls whose end nobody saw.</param>
public sealed record HostedDay(DateTimeOffset Day, long Calls, TokenUsage Usage, long CostMicros, long ReservedMicros);

/// <summary>Where a batch at the endpoint stands. Stored in lower case.</summary>
public enum RemoteStatus
{
    /// <summary>Not handed over yet, or handed over by somebody who did not live to say so.</summary>
    Preparing,

    /// <summary>The endpoint has it.</summary>
    Submitted,

    /// <summary>Its answers are stored.</summary>
    Ended,

    /// <summary>The endpoint does not have it any more, or never ended it.</summary>
    Lost,
}

/// <summary>A batch at the endpoint, as the ledger knows it.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="RemoteId">The endpoint's id; null until that is known.</param>
/// <param name="Reservation">What was taken from the budget for it.</param>
/// <param name="Tickets">Which question stands where in its prompts.</param>
/// <param name="SubmittedAt">When it was handed over.</param>
public sealed record RemoteWork(
    long Id, RemoteStatus Status, string? RemoteId, HostedReservation Reservation, IReadOnlyList<AuditTicket> Tickets, DateTimeOffset? SubmittedAt);

/// <summary>Progress of a batch at the endpoint.</summary>
public sealed record RemoteStep(long Id, RemoteStatus Status)
{
    /// <summary>The endpoint's id, once it has one.</summary>
    public string? RemoteId { get; init; }

    /// <summary>What was taken from the budget for it; null leaves that as it is.</summary>
    public HostedReservation? Reservation { get; init; }

    /// <summary>Which question stands where in its prompts: the reference of a slot is the question's id. Null leaves that as it is.</summary>
    public IReadOnlyList<AuditTicket>? Tickets { get; init; }
}
