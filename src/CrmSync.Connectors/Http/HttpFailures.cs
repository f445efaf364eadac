using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Http;

/// <summary>
/// Failures that are the network's or our own pace, whichever CRM is at the other end. A failure that names a write as unknown is one where
/// the request may have arrived.
/// </summary>
internal static class HttpFailures
{
    public static readonly FailureKind Unreachable = new("http.unreachable", FailureCategory.Retry,
        "The host cannot be reached, so nothing was sent",
        "Check the address in the connection's settings, name resolution, proxy and firewall; it is tried again by itself.");

    public static readonly FailureKind Insecure = new("http.tls_failed", FailureCategory.Retry,
        "No secure connection could be made, so nothing was sent",
        "Check the machine's clock, its root certificates and any proxy that opens TLS; it is tried again by itself.");

    public static readonly FailureKind Interrupted = new("http.interrupted", FailureCategory.Retry,
        "The connection broke before the answer was complete",
        "It is tried again by itself; if it goes on, look for a proxy or firewall that cuts connections.");

    public static readonly FailureKind InterruptedWrite = new("http.interrupted_write", FailureCategory.Unknown,
        "The connection broke after a write was sent, so it may or may not have taken effect",
        "The records are read to learn which; nothing needs to be done.");

    public static readonly FailureKind TimedOut = new("http.timed_out", FailureCategory.Retry,
        "No complete answer came in time",
        "It is tried again by itself; if it goes on, raise Timeouts:Read or look at the CRM's status page.");

    public static readonly FailureKind TimedOutWrite = new("http.timed_out_write", FailureCategory.Unknown,
        "No answer to a write came in time, so it may or may not have taken effect",
        "The records are read to learn which; if it goes on, raise Timeouts:Write.");

    public static readonly FailureKind Unreadable = new("http.unreadable_answer", FailureCategory.Retry,
        "The answer is not the JSON that was asked for",
        "It is tried again by itself; if it goes on, a proxy answers in the CRM's place or the address is wrong.");

    public static readonly FailureKind UnreadableWrite = new("http.unreadable_write_answer", FailureCategory.Unknown,
        "The answer to a write cannot be read, so it may or may not have taken effect",
        "The records are read to learn which; nothing needs to be done.");

    public static readonly FailureKind TooLarge = new("http.answer_too_large", FailureCategory.Retry,
        "The answer is larger than what is read into memory",
        "Raise Timeouts:AnswerLimit or look for a record with an extremely large body.");

    public static readonly FailureKind Redirected = new("http.redirected", FailureCategory.Stop,
        "The host answered with a redirect, which is never followed because the token would go with it",
        "Put the final address of the API into the connection's settings.");

    public static readonly FailureKind ForbiddenAddress = new("http.forbidden_address", FailureCategory.Stop,
        "The host's name leads to an address inside a private network, so nothing was sent",
        "Check the address in the settings and name resolution; if it is meant, put the host or its network into CrmSync:Outbound:Allow.");

    public static readonly FailureKind SessionEnded = new("http.session_ended", FailureCategory.Stop,
        "The CRM ended the session while it was asked which account it belongs to",
        "It is renewed by itself; if it goes on, check the credential in the connection's settings.");

    public static readonly FailureKind Paced = new("http.paced", FailureCategory.Wait,
        "The request waits for its turn under the CRM's rate limit",
        "It goes on by itself; raise the connection's Budget only if the CRM's plan allows more.");

    public static readonly FailureKind DayBudgetSpent = new("http.day_budget_spent", FailureCategory.Wait,
        "The connection's share of the day's requests is used up",
        "It goes on by itself when requests are free again; raise Budget:DayShare if no other application needs the rest.");

    /// <summary>All rows, for the operator's list of codes.</summary>
    public static IReadOnlyList<FailureKind> All { get; } =
    [
        Unreachable, Insecure, Interrupted, InterruptedWrite, TimedOut, TimedOutWrite, Unreadable, UnreadableWrite, TooLarge, Redirected, ForbiddenAddress, SessionEnded,
        Paced, DayBudgetSpent,
    ];
}
