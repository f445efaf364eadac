using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Briefs;

/// <summary>A brief about a prospect that is not in the CRM. One about an account is shown with that account.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class GivenModel(IBriefStore store, BriefDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time) : BriefPage(store, desk, labels, links, time)
{
    /// <summary>Null where there is none.</summary>
    public GivenBrief? Given { get; private set; }

    public async Task<IActionResult> OnGetAsync(long brief, CancellationToken cancellationToken)
    {
        Given = await Store.ReadBriefAsync(brief, cancellationToken);
        if (Given?.Account is { } account)
            return LocalRedirect(FormattableString.Invariant($"/brief/{account}?brief={brief}"));
        if (Given is null)
            Response.StatusCode = StatusCodes.Status404NotFound;
        return Page();
    }

    public async Task<IActionResult> OnGetFileAsync(long brief, string? format, CancellationToken cancellationToken) => Hand(await Store.ReadBriefAsync(brief, cancellationToken), format);
}
