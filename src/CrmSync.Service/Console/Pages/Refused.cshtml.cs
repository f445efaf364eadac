using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What a person sees whose request was refused before any page could answer.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
internal sealed class RefusedModel : PageModel
{
    public string Title { get; private set; } = "";

    public string Sentence { get; private set; } = "";

    public void OnGet() => Explain();

    public void OnPost() => Explain();

    private void Explain()
    {
        var former = HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        (Title, Sentence) = Response.StatusCode switch
        {
            StatusCodes.Status403Forbidden => ("Your role does not reach this far", NeedOf(former)),
            StatusCodes.Status400BadRequest => ("The form could not be taken", "It was open for too long, or you have signed in or out since. Go back, load the page again and repeat what you did."),
            StatusCodes.Status404NotFound => ("There is nothing at this address", "What was asked for is not there any more."),
            StatusCodes.Status200OK => ("Nothing was refused", "This page is shown when something is."),
            _ => ("That did not work", "The request was not of a kind that this page takes."),
        };
    }

    private string NeedOf(IStatusCodeReExecuteFeature? former)
    {
        var needed = HttpContext.Items[typeof(NeedsAttribute)] as ApiRole? ?? former?.Endpoint?.Metadata.GetMetadata<NeedsAttribute>()?.Role;
        var own = Roles.Of(User) is { } role ? $"You are signed in as {Roles.NameOf(role)}. " : "";
        return needed is { } asked
            ? $"This takes the role {Roles.NameOf(asked)}. {own}An admin can change that on the page People."
            : $"{own}Nobody may do this here.";
    }
}
