using CrmSync.Service.Auth;
using CrmSync.Service.Auth.SignOn;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace CrmSync.Service.Console.Pages;

/// <summary>The door: name and password, the company's sign-on, or in a demo one click.</summary>
[AllowAnonymous]
internal sealed class SignInModel(SignInDesk desk, Sessions sessions, IOptions<AccessOptions> options) : PageModel
{
    private static readonly Texts T = Texts.OfPage("SignIn");

    /// <summary>Where the person wanted to go; always a page of this console.</summary>
    public string Back { get; private set; } = SafeReturn.Home;

    /// <summary>What was typed, shown again after a wrong try.</summary>
    public string Typed { get; private set; } = "";

    /// <summary>Why nobody was let in.</summary>
    public string? Fault { get; private set; }

    /// <summary>What was done before.</summary>
    public string? Note { get; private set; }

    public AccessOptions Access => options.Value;

    public IActionResult OnGet(string? @return, string? refused, string? done)
    {
        Back = SafeReturn.Local(@return);
        if (Roles.Of(User) is not null)
            return LocalRedirect(Back);
        Fault = SignOnSetup.SentenceOf(refused);
        Note = done switch
        {
            "out" => T["YouAreSignedOut"],
            "everywhere" => T["AllYourSessionsHaveEndedSignIn"],
            "password" => T["ThePasswordIsSetSignInWithIt"],
            _ => null,
        };
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? name, string? password, string? @return, CancellationToken cancellationToken)
    {
        Back = SafeReturn.Local(@return);
        var result = await desk.TryAsync(name, password, HttpContext.Connection.RemoteIpAddress, cancellationToken);
        if (result.Account is { } account)
        {
            await sessions.StartAsync(HttpContext, account, result.BetterHash);
            return LocalRedirect(Back);
        }
        Typed = name is { Length: <= 100 } ? name : "";
        Fault = result.Wait is { } wait ? SignInDesk.Words(wait) : SignInDesk.Wrong;
        Response.StatusCode = result.Wait is null ? StatusCodes.Status401Unauthorized : StatusCodes.Status429TooManyRequests;
        return Page();
    }

    /// <summary>Sends the browser to the company's sign-on.</summary>
    public IActionResult OnPostCompany(string? @return) => Access.SignOnName is null
        ? LocalRedirect("/sign-in")
        : Challenge(new AuthenticationProperties { RedirectUri = SafeReturn.Local(@return) }, SignOnSetup.Scheme);
}
