using CrmSync.Pipeline.Access;
using CrmSync.Service.Auth;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>Where models stood before they stood under Evaluation; kept for links and bookmarks.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class ModelsModel : PageModel
{
    public IActionResult OnGet() => RedirectPermanent("/evaluation");
}
