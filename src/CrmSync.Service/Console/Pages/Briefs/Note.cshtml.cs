using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Briefs;

/// <summary>One brief as a note in the CRM: what would be written and where, or where it stands, with what can be done about it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class NoteModel(INoteStore notes, IBriefStore briefs, NoteDesk desk, LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Briefs.Note");

    /// <summary>The brief; null where there is none of this account.</summary>
    public GivenBrief? Given { get; private set; }

    /// <summary>The account; null where it is gone from the CRM.</summary>
    public BriefSubject? Subject { get; private set; }

    /// <summary>The note; null where nobody asked for one yet.</summary>
    public NoteState? Note { get; private set; }

    /// <summary>The connection of the note, or of the account.</summary>
    public ConnectionView? Connection { get; private set; }

    /// <summary>What would be written; null where it cannot be, or was already.</summary>
    public NotePreview? Preview { get; private set; }

    /// <summary>Why nothing can be written, or why an act was refused; null for nothing.</summary>
    public string? Fault { get; private set; }

    /// <summary>What has just happened; null for nothing.</summary>
    public string? Done { get; private set; }

    /// <summary>How the connection of the account writes.</summary>
    public WriteMode Mode => Enum.Parse<WriteMode>(Connection?.WriteMode ?? nameof(WriteMode.Paused), ignoreCase: true);

    public Task<IActionResult> OnGetAsync(long account, long brief, string? done, CancellationToken cancellationToken)
    {
        Done = done switch
        {
            "asked" => T["ItIsAskedFor"],
            "known" => T["ItWasAskedForBefore"],
            "retry" => T["ItIsTriedAgain"],
            "withdraw" => T["ItIsPutAway"],
            "takeback" => T["ItIsTakenBack"],
            _ => null,
        };
        return ShowAsync(account, brief, cancellationToken);
    }

    /// <summary>Asks for the note: the person has seen what would be written.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostAsync(long account, long brief, CancellationToken cancellationToken)
    {
        if (await briefs.ReadBriefAsync(brief, cancellationToken) is not { } given || given.Account != account)
            return await ShowAsync(account, brief, cancellationToken);
        var asked = await notes.AskNoteAsync(brief, Actor, cancellationToken);
        return asked.Succeeded ? Back(account, brief, asked.Value.IsNew ? "asked" : "known") : await RefuseAsync(account, brief, asked.Failure, cancellationToken);
    }

    [Needs(ApiRole.Operator)]
    public Task<IActionResult> OnPostRetryAsync(long account, long brief, CancellationToken cancellationToken) => ActAsync(account, brief, NoteAct.Retry, cancellationToken);

    [Needs(ApiRole.Operator)]
    public Task<IActionResult> OnPostWithdrawAsync(long account, long brief, CancellationToken cancellationToken) => ActAsync(account, brief, NoteAct.Withdraw, cancellationToken);

    [Needs(ApiRole.Operator)]
    public Task<IActionResult> OnPostTakeBackAsync(long account, long brief, CancellationToken cancellationToken) => ActAsync(account, brief, NoteAct.TakeBack, cancellationToken);

    private async Task<IActionResult> ActAsync(long account, long brief, NoteAct act, CancellationToken cancellationToken)
    {
        if (await notes.FindNoteAsync(brief, cancellationToken) is not { } note || note.Account != account)
            return await ShowAsync(account, brief, cancellationToken);
        var outcome = await notes.ActOnNoteAsync(note.Id, act, Actor, cancellationToken);
        return outcome.Succeeded ? Back(account, brief, act.ToString().ToLowerInvariant()) : await RefuseAsync(account, brief, outcome.Failure, cancellationToken);
    }

    private LocalRedirectResult Back(long account, long brief, string done) => LocalRedirect(FormattableString.Invariant($"/brief/{account}/note?brief={brief}&done={done}"));

    private async Task<IActionResult> RefuseAsync(long account, long brief, Failure failure, CancellationToken cancellationToken)
    {
        var page = await ShowAsync(account, brief, cancellationToken);
        Fault = Said(failure);
        Response.StatusCode = StatusCodes.Status409Conflict;
        return page;
    }

    private async Task<IActionResult> ShowAsync(long account, long brief, CancellationToken cancellationToken)
    {
        Given = await briefs.ReadBriefAsync(brief, cancellationToken) is { } given && given.Account == account ? given : null;
        if (Given is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        Subject = await briefs.ReadBriefSubjectAsync(account, cancellationToken);
        Note = await notes.FindNoteAsync(brief, cancellationToken);
        var connections = await ledger.WriteLog.ConnectionsAsync(cancellationToken);
        Connection = connections.FirstOrDefault(known => Note is { } note ? known.Id == note.ConnectionId : known.Key == Subject?.Connection);
        if (Note is null or { Status: NoteStatus.Withdrawn })
        {
            var preview = await desk.PreviewAsync(Given, cancellationToken);
            (Preview, Fault) = (preview.Value, preview.Succeeded ? null : Said(preview.Failure));
        }
        return Page();
    }

    // The rules speak to people at a command line, too.
    private static string Said(Failure failure) => $"{failure.Message} {(failure.Code == "note.not_writing" ? T["TurnWritingOnUnderConnections"] : failure.Fix)}";
}
