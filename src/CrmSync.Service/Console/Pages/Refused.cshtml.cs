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
    private static readonly Texts T = Texts.OfPage("Refused");

    public string Title { get; private set; } = "";

    public string Sentence { get; private set; } = "";

    public void OnGet() => Explain();

    public void OnPost() => Explain();

    private void Explain()
    {
        var former = HttpContext.Features.Get<IStatusCodeReExecuteFeature>();
        (Title, Sentence) = Response.StatusCode switch
        {
            StatusCodes.Status403Forbidden => (T["YourRoleDoesNotReachThisFar"], NeedOf(former)),
            StatusCodes.Status400BadRequest => (T["TheFormCouldNotBeTaken"], T["ItWasOpenForTooLongOrYouHave"]),
            StatusCodes.Status404NotFound => (T["ThereIsNothingAtThisAddress"], T["WhatWasAskedForIsNotThereAnyMore"]),
            StatusCodes.Status200OK => (T["NothingWasRefused"], T["ThisPageIsShownWhenSomethingIs"]),
            _ => (T["ThatDidNotWork"], T["TheRequestWasNotOfAKindThatThis"]),
        };
    }

    private string NeedOf(IStatusCodeReExecuteFeature? former)
    {
        var needed = HttpContext.Items[typeof(NeedsAttribute)] as ApiRole? ?? former?.Endpoint?.Metadata.GetMetadata<NeedsAttribute>()?.Role;
        var own = Roles.Of(User) is { } role ? T["YouAreSignedInAs", Roles.NameOf(role)] : "";
        return needed is { } asked
            ? T["ThisTakesTheRoleAnAdminCanChange", Roles.NameOf(asked), own]
            : T["NobodyMayDoThisHere", own];
    }
}
