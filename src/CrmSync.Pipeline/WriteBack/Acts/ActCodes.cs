using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack.Acts;

/// <summary>The codes that operators' acts leave behind: on writes, on rows that were left out, and in the log of their run.</summary>
public static class ActCodes
{
    /// <summary>All of them, ordered by code.</summary>
    public static IReadOnlyList<FailureCode> All { get; } =
    [
        new("act.already_undone", null, "The write was taken back before, is being taken back, or is itself an undo",
            "Nothing to do; a new decision writes the label again."),
        new("act.approved", null, "An operator let a waiting write go",
            "Nothing to do: it goes out where its connection asks for approval or writes."),
        new("act.carried_out", null, "An operator's act was carried out",
            "Nothing to do; rows that were left out say why."),
        new("act.connection", FailureCategory.Reject, "An act names a connection that the ledger does not have",
            "Name one of the connections that 'crmsync runs' shows."),
        new("act.decision_withdrawn", null, "The decision behind a write is not the current one any more, so the write was not let go again",
            "Nothing to do: the current decision has a write of its own."),
        new("act.discarded", null, "An operator put a write away",
            "Nothing to do; a new decision may write the label."),
        new("act.ended", null, "The undo or force behind a write was ended before the write went out",
            "Nothing to do, or start the act again."),
        new("act.filter", FailureCategory.Reject, "A filter has a part that cannot be read, and an act must not touch more than was meant",
            "Correct the part that the sentence names."),
        new("act.forced", null, "An operator let a write overwrite what others set",
            "Nothing to do; 'crmsync undo' gives their value back."),
        new("act.in_flight", null, "The write, or a newer one of the same label, is on its way to the CRM",
            "Wait until it has ended, then start the act again."),
        new("act.kind", FailureCategory.Reject, "There is no such act on rows of this kind",
            "Choose another act, or leave --activities out."),
        new("act.newer_write", null, "The same label of the same record has a newer write",
            "Act on the newest one."),
        new("act.not_writing", FailureCategory.Reject, "The connection is in preview or paused, so nothing can be taken back or overwritten",
            "Turn writing on with 'crmsync resume --mode on', then start the act again."),
        new("act.not_written", null, "The write waits to be sent, so there is nothing to take back",
            "Discard it, or undo it once it was written."),
        new("act.nothing_matched", null, "An act's filter matched no row",
            "Look at the filter with 'crmsync log', or with --dry-run."),
        new("act.reason", FailureCategory.Reject, "Overwriting what others set needs a reason",
            "Give one with --reason."),
        new("act.record_gone", null, "The CRM does not have the record any more",
            "Nothing to do; if it is restored, the next poll brings it back."),
        new("act.retried", null, "An operator let a rejected write be tried again",
            "Nothing to do; it is sent with the next batch."),
        new("act.target_moved", null, "The label belongs to another record by now",
            "Nothing to do: it has a write there."),
        new("act.undo_not_forced", null, "An undo was kept because somebody changed the label since; what they set is not overwritten by an undo",
            "Nothing to do, or change the value in the CRM."),
    ];
}
