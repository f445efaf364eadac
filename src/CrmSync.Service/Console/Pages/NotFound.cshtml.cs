using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>An address that leads nowhere.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class NotFoundModel : PageModel
{
    public void OnGet() => Response.StatusCode = StatusCodes.Status404NotFound;
}
