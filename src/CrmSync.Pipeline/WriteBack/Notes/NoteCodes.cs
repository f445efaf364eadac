using CrmSync.Pipeline.Model;

namespace CrmSync.Pipeline.WriteBack.Notes;

/// <summary>What notes of briefs leave behind.</summary>
public static class NoteCodes
{
    /// <summary>All of them, ordered by code.</summary>
    public static IReadOnlyList<FailureCode> All { get; } =
    [
        new("note.account_gone", FailureCategory.Gone, "The account is gone from the CRM, so no note can be written to it",
            "Nothing to do; if the account is restored, the next poll brings it back."),
        new("note.already_gone", null, "The note was not in the CRM any more when it was to be taken back",
            "Nothing to do: somebody deleted it there."),
        new("note.changed", FailureCategory.Reject, "Somebody changed the note in the CRM, so it was not taken back",
            "Nothing to do, or delete it in the CRM."),
        new("note.in_flight", FailureCategory.Reject, "The note is on its way to the CRM",
            "Wait until it stands there, then take it back."),
        new("note.no_account", FailureCategory.Reject, "The brief is about a prospect that is not in the CRM",
            "Make a brief for an account; only those can be written as notes."),
        new("note.not_failed", FailureCategory.Reject, "The note has not failed, so there is nothing to try again",
            "Nothing to do."),
        new("note.not_waiting", FailureCategory.Reject, "The note does not wait any more, so it cannot be put away",
            "Take it back instead, where it stands in the CRM."),
        new("note.not_writing", FailureCategory.Reject, "The connection is in preview or paused, so nothing can be taken back",
            "Turn writing on with 'crmsync resume --mode on', then take it back."),
        new("note.not_written", FailureCategory.Reject, "The note does not stand in the CRM, so there is nothing to take back",
            "Nothing to do."),
        new("note.settled_not_written", null, "The answer to a note's write was lost; the account's notes show that it did not arrive",
            "Nothing to do: it is sent again."),
        new("note.settled_written", null, "The answer to a note's write was lost; it was found among the account's notes",
            "Nothing to do."),
        new("note.settling", FailureCategory.Wait, "The answer to a note's write was lost; a request may still be on its way",
            "Nothing to do: the account's notes are looked at in a moment, and it is sent again only if it is not among them."),
        new("note.unknown", FailureCategory.Reject, "There is no such note",
            "Open the brief's page and look there."),
        new("note.unsupported", FailureCategory.Reject, "This connection's CRM takes no notes from us, or the configuration no longer names it",
            "Put the connection back under CrmSync:Connections, or copy the brief by hand."),
        new("note.words_gone", FailureCategory.Reject, "The words of the brief were erased, so there is nothing to write",
            "Make a new brief from what is left."),
    ];

    /// <summary>A failure of a code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="message">Its sentence; null for the one of the list.</param>
    public static Failure Of(string code, string? message = null)
    {
        var row = All.First(row => row.Code == code);
        return new Failure(row.Category ?? FailureCategory.Reject, code, message ?? $"{row.Sentence}.", row.Fix);
    }
}
