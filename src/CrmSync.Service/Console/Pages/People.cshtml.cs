using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Console.Pages;

/// <summary>Who may use the console and as what.</summary>
[Needs(ApiRole.Admin)]
internal sealed class PeopleModel(IAccountStore accounts, Sessions sessions, IOptions<AccessOptions> options, TimeProvider time) : PageModel
{
    private static readonly Texts T = Texts.OfPage("People");

    public IReadOnlyList<Account> People { get; private set; } = [];

    public IReadOnlyList<Invitation> Invitations { get; private set; } = [];

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>A link that was just made; shown this once.</summary>
    public string? Link { get; private set; }

    /// <summary>For how long it is good, in words.</summary>
    public string LinkGood { get; private set; } = "";

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>The account of whoever looks.</summary>
    public long OwnId => Sessions.IdOf(User) ?? 0;

    public Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "role" => T["TheRoleIsChangedThePersonSignsIn"],
            "enabled" => T["ThePersonMaySignInAgain"],
            "disabled" => T["ThePersonIsOutSessionsAndLinks"],
            "withdrawn" => T["TheLinkOpensNothingAnyMore"],
            _ => null,
        };
        return LoadAsync(cancellationToken);
    }

    /// <summary>Makes a link for a new person.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostInviteAsync(string? role, string? note, CancellationToken cancellationToken)
    {
        if (!Roles.TryParse(role, out var known))
            return await RefuseAsync(T["ChooseOneOfTheFourRoles"], cancellationToken);
        var good = options.Value.Invitation;
        Show(await InvitationLinks.CreateAsync(accounts, InvitationKind.Person, known, null, InvitationLinks.Note(note), good, Sessions.NameOf(User), cancellationToken), good);
        await LoadAsync(cancellationToken);
        return Page();
    }

    /// <summary>Makes a link that sets a person's password anew.</summary>
    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostResetAsync(long id, CancellationToken cancellationToken)
    {
        var link = await InvitationLinks.CreateAsync(accounts, InvitationKind.Reset, ApiRole.Viewer, id, "", AccessOptions.ShortLink, Sessions.NameOf(User), cancellationToken);
        if (link is null)
            return await RefuseAsync(T["ThisAccountHasNoPasswordOrIs"], cancellationToken);
        Show(link, AccessOptions.ShortLink);
        await LoadAsync(cancellationToken);
        return Page();
    }

    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostRoleAsync(long id, string? role, CancellationToken cancellationToken) => Roles.TryParse(role, out var known)
        ? await EndAsync(id, await accounts.SetRoleAsync(id, known, Sessions.NameOf(User), cancellationToken), "role", cancellationToken)
        : await RefuseAsync(T["ChooseOneOfTheFourRoles"], cancellationToken);

    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostEnableAsync(long id, bool enabled, CancellationToken cancellationToken) =>
        await EndAsync(id, await accounts.SetEnabledAsync(id, enabled, Sessions.NameOf(User), cancellationToken), enabled ? "enabled" : "disabled", cancellationToken);

    [Needs(ApiRole.Admin)]
    public async Task<IActionResult> OnPostWithdrawAsync(long id, CancellationToken cancellationToken)
    {
        await accounts.WithdrawInvitationAsync(id, Sessions.NameOf(User), cancellationToken);
        return LocalRedirect("/people?done=withdrawn");
    }

    private async Task<IActionResult> EndAsync(long id, AccountOutcome outcome, string done, CancellationToken cancellationToken)
    {
        sessions.Forget(id);
        return AccountWords.FaultOf(outcome) is { } fault ? await RefuseAsync(fault, cancellationToken) : LocalRedirect($"/people?done={done}");
    }

    private void Show(string? path, TimeSpan good)
    {
        var address = options.Value.PublicAddress ?? new Uri($"{Request.Scheme}://{Request.Host}/");
        Link = path is null ? null : new Uri(address, path).ToString();
        LinkGood = AccountWords.Lifetime(good);
    }

    private async Task<IActionResult> RefuseAsync(string fault, CancellationToken cancellationToken)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        People = await accounts.ListAccountsAsync(cancellationToken);
        Invitations = await accounts.ListInvitationsAsync(cancellationToken);
    }
}
