using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.WriteBack.Acts;
using CrmSync.Pipeline.WriteBack.Notes;

namespace CrmSync.Pipeline.Jobs;

/// <summary>The codes that the pipeline and the ledger put beside rows, for the operator's list.</summary>
public static class PipelineCodes
{
    /// <summary>All of them, ordered by code.</summary>
    public static IReadOnlyList<FailureCode> All { get; } =
    [
        .. ActCodes.All,
        new("activity.dead", null, "An activity could not be decided about, and no reason was kept",
            "Retry it with 'crmsync retry --activities'."),
        new("activity.erased", null, "The text of the activity was erased on request, so what still waited about it was withdrawn",
            "Nothing to do."),
        new("approve.already_released", null, "An earlier approval let this write go already, so this one left it alone",
            "Nothing to do."),
        new("approve.not_waiting", null, "The write did not wait any more when it was to be let go",
            "Nothing to do; its line in the write-back log says what became of it."),
        new("approve.stale", null, "The decision behind a write, or its value, changed after the preview that was approved, so it was not let go",
            "Look at a new preview and approve that."),
        new("batch.discarded", null, "A batch was put aside, and no reason was kept",
            "Look at the log of its run."),
        new("classify.failed", null, "The text of an activity could not be decided about; the others of its batch were",
            "Look at the activity's story; the service log of that moment names the exception."),
        new("decision_withdrawn", null, "The decision behind a write is no longer the current one, so the write was not sent",
            "Nothing to do."),
        .. HostedFailures.Codes.Concat(AskCodes.All).OrderBy(code => code.Code, StringComparer.Ordinal),
        new("newer_decision", null, "A newer decision wants another value, so the older write was not sent",
            "Nothing to do."),
        .. NoteCodes.All,
        new("pipeline.connection_not_configured", FailureCategory.Stop, "The ledger has work for a connection that the configuration no longer names",
            "Put the connection back under CrmSync:Connections; its work goes on by itself."),
        new("pipeline.unexpected", FailureCategory.Retry, "A batch stopped at something that nobody foresaw",
            "It is tried again; if it ends as a dead letter, the service log of that moment has the details."),
        new("pipeline.wrong_account", FailureCategory.Stop, "A credential opens another account than the one that the connection belongs to; nothing was read or written there",
            "Give the connection a credential of its own account, or add the other account as a connection of its own under another key."),
        new("reconcile.complete", null, "Counts of a window were compared with the CRM's, and nothing was missing",
            "Nothing to do."),
        new("reconcile.incomplete", null, "The CRM counts activities that the ledger does not have even after a repair",
            "Run 'crmsync reconcile --ids' again later; where it stays so, 'crmsync backfill' over the range reads it by another way."),
        new("reconcile.labels_unreadable", null, "Labels could not be read back from the CRM for a comparison",
            "Run 'crmsync doctor'; 'crmsync setup' puts properties back that were taken away. The activities themselves were compared."),
        new("reconcile.repaired", null, "Activities that polls had missed, or that were deleted unnoticed, were found and put right",
            "Nothing to do; where it happens often, raise CrmSync:Polling:Settle."),
        new("record.gone", null, "The activity was archived, deleted or merged away before its label was written",
            "Nothing to do; if it is restored, the next poll brings it back."),
        new("retries_exhausted", null, "A batch failed for as many times as are allowed and was put aside",
            "Mend what its reason names; new or changed records are not held up by it."),
        new("scan.drained", null, "A type of a backfill, or of a run that decides again, is read to its end",
            "Nothing to do."),
        .. VectorFailures.Codes,
        .. SpecialistFailures.Codes,
        new("target_moved", null, "Labels of this activity now stand on another record, so the write to the old one was not sent",
            "Nothing to do; the write to the new place stands beside it."),
        new("undo.not_ours", null, "The record does not hold any more what we wrote, so the undo left it alone",
            "Nothing to do: the value stays."),
        new("write.changed_meanwhile", null, "The answer to a write was lost, and the record now holds a value that is neither ours nor the one before",
            "Nothing to do: the value stays."),
        new("write.cut_by_pause", FailureCategory.Unknown, "Writing was paused while a write waited or was under way, so it was cut off",
            "The records are read to learn what became of it; what was not written goes out when writing is resumed."),
        new("write.not_ours", null, "Somebody else set or cleared this label",
            "Nothing to do: the value stays."),
        new("write.race_found", null, "Somebody set a label between our read and our write; their value is being put back",
            "Nothing to do; the next row of its history says how that ended."),
        new("write.race_lost", null, "Somebody set a label between our read and our write, and their value could not be put back",
            "Set the value that the sentence names in the CRM; it stays from then on."),
        new("write.race_restored", null, "Somebody set a label between our read and our write; their value was put back at once",
            "Nothing to do: the value stays."),
        new("write.race_unchecked", null, "Written records could not be checked for values that somebody set at the same moment",
            "Nothing to do, unless it comes back: then the CRM does not give the history that the check needs."),
        new("write.record_gone", FailureCategory.Gone, "The record is not in the CRM any more",
            "Nothing to do: it was deleted, archived or merged after it was read."),
        new("write.rejected", null, "The CRM refused a write, and no reason was kept",
            "Look at the write's history in the log."),
        new("write.settled_applied", null, "The answer to a write was lost; reading the record showed that it took effect",
            "Nothing to do."),
        new("write.settled_not_applied", null, "The answer to a write was lost; reading the record showed that nothing was written",
            "Nothing to do: it is sent again."),
        new("write.unanswered", FailureCategory.Unknown, "The CRM's answer does not mention a record that was to be written",
            "The record is read to learn what became of it."),
        new("write.waits_its_turn", null, "Another batch of the connection is writing, and this CRM takes one at a time",
            "Nothing to do: it goes on by itself."),
    ];
}
