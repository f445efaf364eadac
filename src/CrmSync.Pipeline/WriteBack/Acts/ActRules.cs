using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack.Acts;

/// <summary>Which acts may be started as a connection stands. Pure; pages and commands ask in advance, the ledger again in the transaction that starts the act.</summary>
public static class ActRules
{
    /// <summary>Why an act may not be started; null where it may.</summary>
    public static Failure? Refusal(ActRequest request, WriteMode mode)
    {
        ArgumentNullException.ThrowIfNull(request);
        var word = request.Kind.ToString().ToLowerInvariant();
        if (request.Target is ActTarget.Activity && request.Kind is not (RunKind.Retry or RunKind.Discard))
            return new Failure(FailureCategory.Reject, "act.kind", $"Activities can be retried or discarded; there is no {word} of them.", "Leave --activities out.");
        if (request.Kind is RunKind.Force && string.IsNullOrWhiteSpace(request.Reason))
            return new Failure(FailureCategory.Reject, "act.reason", "Overwriting what others set needs a reason, which stays in the audit.", "Give one with --reason.");
        // It would wait for an operator to turn writing on, and then overwrite what nobody has in mind any more.
        if (request.Kind is RunKind.Undo or RunKind.Force && mode is WriteMode.Preview or WriteMode.Paused)
            return new Failure(
                FailureCategory.Reject, "act.not_writing", $"The connection is {(mode is WriteMode.Paused ? "paused" : "in preview")}, so nothing may be written and the {word} cannot start.",
                "Turn writing on with 'crmsync resume --mode on', then start it again.");
        return null;
    }
}
