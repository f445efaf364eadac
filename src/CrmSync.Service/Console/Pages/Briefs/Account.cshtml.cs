using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.WriteBack.Notes;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Briefs;

/// <summary>The briefs of one account: the newest, or an older one, and a button for the next.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class AccountModel(IBriefStore store, INoteStore notes, BriefDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : BriefPage(store, desk, labels, links, time)
{
    private const int Newest = 10;

    /// <summary>Null where there is no such account.</summary>
    public BriefSubject? Subject { get; private set; }

    /// <summary>The brief that is shown; null where there is none yet.</summary>
    public GivenBrief? Given { get; private set; }

    /// <summary>All of the account, the newest first.</summary>
    public IReadOnlyList<GivenBrief> Briefs { get; private set; } = [];

    /// <summary>The note of the brief that is shown; null where nobody asked for one.</summary>
    public NoteState? Note { get; private set; }

    public Task<IActionResult> OnGetAsync(long account, long? brief, CancellationToken cancellationToken) => ShowAsync(account, brief, cancellationToken);

    public async Task<IActionResult> OnGetFileAsync(long account, long brief, string? format, CancellationToken cancellationToken) =>
        Hand(await Store.ReadBriefAsync(brief, cancellationToken) is { } given && given.Account == account ? given : null, format);

    /// <summary>Makes the next brief.</summary>
    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostAsync(long account, int? tokens, CancellationToken cancellationToken)
    {
        var made = await Desk.ForAccountAsync(account, Wish(tokens), cancellationToken);
        if (made.Succeeded)
            return LocalRedirect(FormattableString.Invariant($"/brief/{account}?brief={made.Value.Id}"));
        Fault = $"{made.Failure.Message} {made.Failure.Fix}";
        Response.StatusCode = StatusCodes.Status409Conflict;
        return await ShowAsync(account, null, cancellationToken);
    }

    private async Task<IActionResult> ShowAsync(long account, long? brief, CancellationToken cancellationToken)
    {
        Subject = await Store.ReadBriefSubjectAsync(account, cancellationToken);
        if (Subject is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        Briefs = await Store.ReadBriefsAsync(account, Newest, cancellationToken);
        Given = brief is { } id ? await Store.ReadBriefAsync(id, cancellationToken) is { } wanted && wanted.Account == account ? wanted : null : Briefs.Count > 0 ? Briefs[0] : null;
        Note = Given is { } given ? await notes.FindNoteAsync(given.Id, cancellationToken) : null;
        if (Given?.Content is { } shown && Request.Method == HttpMethods.Get)
            Tokens = Math.Clamp(shown.Budget, LeastTokens, MostTokens);
        return Page();
    }
}
