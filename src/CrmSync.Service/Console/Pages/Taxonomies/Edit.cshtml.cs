using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Words;
using CrmSync.Service.Taxonomies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages.Taxonomies;

/// <summary>A new version: typed, tried, put into use.</summary>
[Needs(ApiRole.Admin)]
internal sealed class EditModel(TaxonomySet inUse, ITaxonomyStore store, ITaxonomyChanges changes, TaxonomyWorkshop workshop, ChangedSettings followed) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Taxonomies.Edit");

    private const int MostLabels = 50;
    private const int LongestText = 20_000;
    private const int LongestReason = 500;

    /// <summary>The version in use, which the new one starts from.</summary>
    public Taxonomy From { get; private set; } = null!;

    public TaxonomyDraft Draft { get; private set; } = null!;

    /// <summary>What it would change; null before it was tried.</summary>
    public TaxonomyPreview? Preview { get; private set; }

    public IReadOnlyList<string> Faults { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(string? taxonomy, CancellationToken cancellationToken)
    {
        if (taxonomy is null || !inUse.TryGet(taxonomy, out var known))
            return NotFound();
        From = known;
        Draft = TaxonomyDraft.Of(known, (await store.ListTaxonomiesAsync(cancellationToken)).Where(version => version.Id == known.Id).Select(version => version.Version));
        return Page();
    }

    /// <summary>Says what the draft would change; nothing is stored.</summary>
    [Needs(ApiRole.Admin)]
    public Task<IActionResult> OnPostPreviewAsync(string? taxonomy, CancellationToken cancellationToken) => TakeAsync(taxonomy, apply: false, cancellationToken);

    /// <summary>Puts it into use.</summary>
    [Needs(ApiRole.Admin)]
    public Task<IActionResult> OnPostApplyAsync(string? taxonomy, CancellationToken cancellationToken) => TakeAsync(taxonomy, apply: true, cancellationToken);

    private async Task<IActionResult> TakeAsync(string? taxonomy, bool apply, CancellationToken cancellationToken)
    {
        if (taxonomy is null || !inUse.TryGet(taxonomy, out var known))
            return NotFound();
        From = known;
        Draft = Read(known);
        if (Text("seen") != known.Version)
            return Refuse(T["VersionWasPutIntoUseSinceYou", known.Version, Text("seen")], StatusCodes.Status409Conflict);
        try
        {
            Preview = await workshop.TryAsync(known, Draft.Write(known), cancellationToken);
        }
        catch (TaxonomyException fault)
        {
            return Refuse(fault.Faults.Count > 0 ? fault.Faults : [fault.Message], StatusCodes.Status400BadRequest);
        }
        if (!apply)
            return Page();
        var reason = OneLine.Of(Text("reason").Trim(), LongestReason) is { Length: > 0 } text ? text : null;
        switch (await changes.AdoptAsync(Preview.Next, known.Version, Sessions.NameOf(User), reason, cancellationToken))
        {
            case AdoptAnswer.Stale:
                return Refuse(T["SomebodyPutAnotherVersionIntoUse"], StatusCodes.Status409Conflict);
            case AdoptAnswer.VersionTaken:
                return Refuse(T["ThereIsAVersionWithOtherContent", Preview.Next.Version], StatusCodes.Status409Conflict);
            default:
                await followed.FollowAsync(cancellationToken);
                return LocalRedirect($"/taxonomies?done={Uri.EscapeDataString(known.Id)}#t-{known.Id}");
        }
    }

    /// <summary>The draft of the form; an id of a label that is there cannot be typed over.</summary>
    private TaxonomyDraft Read(Taxonomy known)
    {
        var labels = new List<LabelDraft>();
        for (var at = 0; at < MostLabels && Request.Form.ContainsKey($"id-{at}"); at++)
        {
            var id = Text($"id-{at}").Trim();
            var isNew = known.Find(id) is null;
            var draft = new LabelDraft(
                id, Text($"name-{at}"), Text($"value-{at}"), Text($"definition-{at}"), Text($"colour-{at}"), Text($"cues-{at}"), Text($"negative-{at}"), Text($"examples-{at}"),
                Text($"retired-{at}") == "true");
            // The blank row at the end is an offer, not a label.
            if (!isNew || id.Length + draft.Name.Trim().Length + draft.Value.Trim().Length > 0)
                labels.Add(draft);
        }
        return new TaxonomyDraft(Text("version"), Text("name"), labels);
    }

    private string Text(string name)
    {
        var text = Request.Form[name].ToString();
        return text.Length <= LongestText ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text[..LongestText];
    }

    private PageResult Refuse(string fault, int status) => Refuse([fault], status);

    private PageResult Refuse(IReadOnlyList<string> faults, int status)
    {
        (Faults, Preview) = (faults, null);
        Response.StatusCode = status;
        return Page();
    }
}
