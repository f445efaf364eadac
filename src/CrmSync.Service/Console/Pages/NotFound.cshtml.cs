using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>An address that leads nowhere.</summary>
internal sealed class NotFoundModel : PageModel
{
    public string? Sentence { get; private set; }

    public void OnGet()
    {
        Response.StatusCode = StatusCodes.Status404NotFound;
        if (Request.Path.StartsWithSegments("/activities", StringComparison.Ordinal))
            Sentence = "The ledger holds no activity with this number. It counts its own; the CRM's ids are found in the write-back log under \"Record id\".";
    }
}
