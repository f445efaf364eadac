using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>One's own account: name, password, sessions.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class AccountModel(IAccountStore accounts, Passwords passwords, SignInDesk desk, Sessions sessions, TimeProvider time) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Account");

    public Account Own { get; private set; } = null!;

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task<IActionResult> OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "name" => T["YourNameIsChangedWhatYouDid"],
            "password" => T["ThePasswordIsChangedAndYour"],
            _ => null,
        };
        return ShowAsync(null, cancellationToken);
    }

    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostNameAsync(string? name, CancellationToken cancellationToken)
    {
        if (AccountRules.ReadName(name, out var read) is { } fault)
            return await ShowAsync(fault, cancellationToken);
        var outcome = await accounts.RenameAccountAsync(OwnId, read, Sessions.NameOf(User), cancellationToken);
        sessions.Forget(OwnId);
        return outcome is AccountOutcome.NameTaken ? await ShowAsync(T["SomebodyElseHasThisNameAdd"], cancellationToken) : LocalRedirect("/account?done=name");
    }

    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostPasswordAsync(string? current, string? password, string? again, CancellationToken cancellationToken)
    {
        if (await accounts.FindAccountAsync(OwnId, cancellationToken) is not { Origin: AccountOrigin.Local } own)
            return await ShowAsync(T["ThisAccountHasNoPassword"], cancellationToken);
        // Counted like a try at the door: an open browser must not be a place to guess.
        var result = await desk.TryAsync(own.SignIn, current, HttpContext.Connection.RemoteIpAddress, cancellationToken);
        if (result.Account is null)
            return await ShowAsync(result.Wait is { } wait ? SignInDesk.Words(wait) : T["TheCurrentPasswordIsNotRight"], cancellationToken);
        if (AccountRules.CheckPassword(password, own.SignIn) is { } weak)
            return await ShowAsync(weak, cancellationToken);
        if (password != again)
            return await ShowAsync(T["TheTwoNewPasswordsDifferTypeThem"], cancellationToken);
        await accounts.SetPasswordAsync(OwnId, passwords.Hash(password!), Sessions.NameOf(User), cancellationToken);
        sessions.Forget(OwnId);
        if (await accounts.FindAccountAsync(OwnId, cancellationToken) is { } changed)
            await sessions.StartAsync(HttpContext, changed);
        return LocalRedirect("/account?done=password");
    }

    /// <summary>Ends all sessions, this one too.</summary>
    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostEndAsync(CancellationToken cancellationToken)
    {
        await accounts.EndSessionsAsync(OwnId, Sessions.NameOf(User), cancellationToken);
        sessions.Forget(OwnId);
        await HttpContext.SignOutAsync(Sessions.Scheme);
        return Left("everywhere");
    }

    /// <summary>Ends the session in this browser.</summary>
    [Needs(ApiRole.Viewer)]
    public async Task<IActionResult> OnPostOutAsync()
    {
        await sessions.EndAsync(HttpContext);
        return Left("out");
    }

    private long OwnId => Sessions.IdOf(User) ?? throw new InvalidOperationException("Nobody is signed in.");

    private LocalRedirectResult Left(string done) => LocalRedirect($"/sign-in?done={done}");

    private async Task<IActionResult> ShowAsync(string? fault, CancellationToken cancellationToken)
    {
        Own = await accounts.FindAccountAsync(OwnId, cancellationToken) ?? throw new InvalidOperationException("The account of this session is gone.");
        Fault = fault;
        if (fault is not null)
            Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }
}
