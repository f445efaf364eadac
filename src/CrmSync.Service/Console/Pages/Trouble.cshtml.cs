using System.Data.Common;
using System.Diagnostics;
using CrmSync.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What a person sees where a page failed: one sentence, no inner workings.</summary>
[AllowAnonymous]
[IgnoreAntiforgeryToken]
internal sealed class TroubleModel : PageModel
{
    private static readonly Texts T = Texts.OfPage("Trouble");

    public string Sentence { get; private set; } = "";

    public string Again { get; private set; } = "/";

    public string Reference => Activity.Current?.Id ?? HttpContext.TraceIdentifier;

    public void OnGet() => Explain();

    public void OnPost() => Explain();

    private void Explain()
    {
        var fault = HttpContext.Features.Get<IExceptionHandlerPathFeature>();
        Again = fault?.Path is { } path && path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal) ? path : "/";
        Sentence = fault?.Error switch
        {
            null => T["NothingWentWrongThisPageIsShown"],
            LedgerException ledger => ledger.Message,
            DbException => T["TheLedgerCannotBeReadJustNowIt"],
            _ => T["SomethingUnexpectedHappenedThe"],
        };
    }
}
