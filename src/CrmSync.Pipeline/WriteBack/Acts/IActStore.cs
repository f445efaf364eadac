using CrmSync.Pipeline.Jobs;

namespace CrmSync.Pipeline.WriteBack.Acts;

/// <summary>What an operator's act works on. Stored in lower case.</summary>
public enum ActTarget
{
    /// <summary>Intents of the write-back log.</summary>
    Intent,

    /// <summary>Activities that could not be decided about.</summary>
    Activity,
}

/// <summary>An operator's act over all that matches a filter. It becomes a run, with a filter and a highest id that are frozen when it starts.</summary>
/// <param name="Kind">Preview, Approve, Retry, Discard, Undo or Force.</param>
/// <param name="ConnectionId">Where; an act never spans connections, because their limits and modes differ.</param>
/// <param name="Filter">The query string of pages, API and command line; blank for all.</param>
/// <param name="Actor">Who.</param>
public sealed record ActRequest(RunKind Kind, long ConnectionId, string Filter, string Actor)
{
    /// <summary>What the filter speaks of.</summary>
    public ActTarget Target { get; init; }

    /// <summary>At most so many, spread over the labels; null for all.</summary>
    public long? Sample { get; init; }

    /// <summary>Of an approval: the preview whose rows, exactly as shown, are let go.</summary>
    public long? PreviewRunId { get; init; }

    /// <summary>Why, in the operator's words.</summary>
    public string? Reason { get; init; }

    /// <summary>What tells a repeated request from a new one; the same key again starts nothing and finds the first act. Null: every request is a new one.</summary>
    public string? RequestKey { get; init; }
}

/// <summary>How an act stands.</summary>
/// <param name="RunId">Its run.</param>
/// <param name="Request">What was asked.</param>
/// <param name="UpToId">The highest id that it covers.</param>
/// <param name="Position">The highest id that was dealt with.</param>
/// <param name="Done">Rows that it changed.</param>
/// <param name="LeftOut">Rows that matched and were not changed; each has its reason.</param>
public sealed record ActState(long RunId, ActRequest Request, long UpToId, long Position, long Done, long LeftOut);

/// <summary>What an act would do, found by trying it out and taking all of it back.</summary>
/// <param name="Done">Rows that it would change.</param>
/// <param name="LeftOut">What it would not change, by reason, the most frequent first.</param>
/// <param name="IsAll">Whether every row was tried; where there are many, only the first are.</param>
public sealed record ActTrial(long Done, IReadOnlyList<LeftOutReason> LeftOut, bool IsAll);

/// <summary>Rows that an act leaves out for one reason.</summary>
/// <param name="Code">Code of our registry.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Count">How many.</param>
public sealed record LeftOutReason(string Code, string Message, long Count);

/// <summary>Operators' acts. Thread-safe.</summary>
public interface IActStore
{
    /// <summary>
    /// Enters an act with its run and an audit row. The hosts' sweep takes it up, so a command beside a host and a page need nothing else. Entering the same act twice
    /// is harmless: the second finds nothing left to do and says so row by row.
    /// </summary>
    /// <returns>The run. What cannot be started (<see cref="ActRules.Refusal"/>, a filter that cannot be read) is refused with a sentence.</returns>
    Task<long> StartActAsync(ActRequest request, CancellationToken cancellationToken);

    /// <summary>How many rows an act would look at, as things stand. Reads all that the filter may mean, so it takes seconds on millions of rows.</summary>
    Task<long> CountActAsync(ActRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Tries an act out on the first matching rows, by the very code that would carry it out, in a transaction that is taken back. Nothing is entered, nothing is sent.
    /// </summary>
    Task<ActTrial> TryActAsync(ActRequest request, CancellationToken cancellationToken);

    /// <summary>How an act stands; null where the run is none.</summary>
    Task<ActState?> FindActAsync(long runId, CancellationToken cancellationToken);
}
