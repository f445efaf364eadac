using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What a link from an admin opens, once: an account of one's own, or a new password.</summary>
[AllowAnonymous]
internal sealed class InvitationModel(IAccountStore accounts, Passwords passwords, Sessions sessions) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Invitation");

    /// <summary>The link; null where it opens nothing.</summary>
    public Invitation? Link { get; private set; }

    /// <summary>Whether it sets the password of an account that there is.</summary>
    public bool IsReset => Link?.Kind is InvitationKind.Reset;

    /// <summary>The name of that account.</summary>
    public string Person { get; private set; } = "";

    public string SignInTyped { get; private set; } = "";

    public string NameTyped { get; private set; } = "";

    public string? Fault { get; private set; }

    public async Task OnGetAsync(string token, CancellationToken cancellationToken) => await FindAsync(token, cancellationToken);

    public async Task<IActionResult> OnPostAsync(string token, string? name, string? person, string? password, string? again, CancellationToken cancellationToken)
    {
        if (!await FindAsync(token, cancellationToken))
            return Page();
        (SignInTyped, NameTyped) = (Shown(name), Shown(person));
        var (signIn, ownName) = ("", "");
        if (IsReset)
            signIn = (await accounts.FindAccountAsync(Link!.AccountId!.Value, cancellationToken))?.SignIn ?? "";
        else if ((AccountRules.ReadSignIn(name, out signIn) ?? AccountRules.ReadName(person, out ownName)) is { } wrongName)
            return Refuse(wrongName);
        if (AccountRules.CheckPassword(password, signIn) is { } weak)
            return Refuse(weak);
        if (password != again)
            return Refuse(T["TheTwoPasswordsDifferTypeThem"]);

        var (outcome, account) = await accounts.AcceptInvitationAsync(InvitationLinks.HashOf(token)!, new NewAccount(signIn, ownName, passwords.Hash(password!)), cancellationToken);
        switch (outcome)
        {
            case AccountOutcome.Done when account is not null:
                await sessions.StartAsync(HttpContext, account);
                return LocalRedirect(SafeReturn.Home);
            case AccountOutcome.NameTaken:
                return Refuse(T["SomebodyHasThisSignInNameOrThis"]);
            default:
                Link = null;
                Response.StatusCode = StatusCodes.Status404NotFound;
                return Page();
        }
    }

    private async Task<bool> FindAsync(string token, CancellationToken cancellationToken)
    {
        Link = InvitationLinks.HashOf(token) is { } hash ? await accounts.FindInvitationAsync(hash, cancellationToken) : null;
        if (Link is { Kind: InvitationKind.First } && await accounts.AnyAccountAsync(cancellationToken))
            Link = null;
        if (Link?.AccountId is { } id)
            Person = (await accounts.FindAccountAsync(id, cancellationToken))?.Name ?? "";
        if (Link is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Link is not null;
    }

    private PageResult Refuse(string fault)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private static string Shown(string? typed) => typed is { Length: <= AccountRules.LongestName } ? typed : "";
}
