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
            null => "Nothing went wrong; this page is shown when another one fails.",
            LedgerException ledger => ledger.Message,
            DbException => "The ledger cannot be read just now. It may be busy, moved or unreachable; the service's log says which. Labels go on being written where the worker can reach it.",
            _ => "Something unexpected happened. The service's log has the details.",
        };
    }
}
