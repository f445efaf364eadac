namespace CrmSync.Pipeline.Jobs;

/// <summary>What a batch does. Stored in lower case.</summary>
public enum BatchKind
{
    /// <summary>Drains one scan.</summary>
    Scan,

    /// <summary>Decides about up to 200 activities.</summary>
    Classify,

    /// <summary>Puts what the local steps left open to the hosted model.</summary>
    Ask,

    /// <summary>Writes the open intents of up to one CRM batch of records.</summary>
    Write,

    /// <summary>Reads what records hold, to show what writes would change; sends nothing.</summary>
    Preview,

    /// <summary>Carries an operator's act out over all that matches its filter; asks no CRM.</summary>
    Act,

    /// <summary>Compares a window with the CRM.</summary>
    Reconcile,

    /// <summary>Looks for segments, or assigns accounts to them; asks no CRM.</summary>
    Segment,

    /// <summary>Writes one brief to its account as a note, or takes it back.</summary>
    Note,
}

/// <summary>A batch that the ledger has just made or found due, to be handed to the engine after the commit that made it.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Kind">Decides the queue.</param>
/// <param name="NotBefore">When it may start.</param>
/// <param name="Priority">Higher first; backfills are negative.</param>
public readonly record struct BatchRef(long Id, BatchKind Kind, DateTimeOffset NotBefore, int Priority);

/// <summary>A batch claimed for this process, under a lease.</summary>
/// <param name="Id">Ledger id.</param>
/// <param name="Kind">What it does.</param>
/// <param name="ConnectionId">The connection.</param>
/// <param name="RunId">The run it belongs to; null for work found by the sweep.</param>
/// <param name="Epoch">Raised by this claim; every commit is fenced by it.</param>
/// <param name="Attempt">1 at the first counted try.</param>
/// <param name="LeaseEndsAt">When the lease ends at the latest, by this process's clock, read before the claim was sent.</param>
public sealed record ClaimedBatch(
    long Id, BatchKind Kind, long ConnectionId, long? RunId, int Epoch, int Attempt, DateTimeOffset LeaseEndsAt);

/// <summary>How a batch ends, or waits for another try.</summary>
public abstract record BatchEnding
{
    private BatchEnding()
    {
    }

    /// <summary>All done.</summary>
    public sealed record Completed : BatchEnding;

    /// <summary>Failed for now: back at the given time; the attempt counted.</summary>
    public sealed record Retry(DateTimeOffset At, string Code, string Message) : BatchEnding;

    /// <summary>Waits (quota, maintenance, stopping host): back at the given time; the attempt is given back.</summary>
    public sealed record Snooze(DateTimeOffset Until, string Code, string Message) : BatchEnding;

    /// <summary>Given up: kept as a dead letter with its reason. What it covered is marked dead or rejected, never forgotten.</summary>
    public sealed record Discard(string Code, string Message) : BatchEnding;
}
