using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Segments;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages.Segments;

/// <summary>Segments of accounts: what a search proposed, what people made of it, and what edits in the CRM suggest.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class IndexModel(LedgerReader ledger, ISegmentStore store, RunOrders orders, TimeProvider time, NumberOptions? options = null) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Segments.Index");

    private const int MostCandidates = 20;

    private static readonly SegmentState[] InUse = [SegmentState.Proposed, SegmentState.Approved];

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>From how many accounts on something may be said.</summary>
    public NumberOptions Options { get; } = options ?? new NumberOptions();

    public IReadOnlyList<SegmentShown> Segments { get; private set; } = [];

    /// <summary>Segments that are out of use.</summary>
    public int Past { get; private set; }

    /// <summary>Whether those are shown, too.</summary>
    public bool ShowsAll { get; private set; }

    public IReadOnlyDictionary<long, SegmentModelRow> Models { get; private set; } = new Dictionary<long, SegmentModelRow>();

    /// <summary>The newest search; null where there was none.</summary>
    public SegmentSearchRow? Search { get; private set; }

    public IReadOnlyList<AccountLinkRow> Candidates { get; private set; } = [];

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public long Largest => Segments.Select(segment => segment.Accounts).DefaultIfEmpty(1).Max();

    public Task OnGetAsync(string? show, string? done, CancellationToken cancellationToken)
    {
        Note = SegmentWords.Done(done);
        return LoadAsync(show, cancellationToken);
    }

    /// <summary>Lets hold what an edit in the CRM suggests, or puts it away.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostSettleAsync(long link, string? answer, CancellationToken cancellationToken)
    {
        var outcome = await store.SettleLinkAsync(link, answer == "yes" ? LinkState.Active : LinkState.Dismissed, Sessions.NameOf(User), cancellationToken);
        if (outcome.Holds)
            return LocalRedirect("/segments?done=settled");
        Fault = outcome.Sentence;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(null, cancellationToken);
        return Page();
    }

    /// <summary>Looks for segments now, in the accounts of all connections.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostSearchAsync(CancellationToken cancellationToken)
    {
        var outcome = await orders.SearchSegmentsAsync(Sessions.NameOf(User), cancellationToken);
        if (outcome?.RunId is not null)
            return LocalRedirect("/segments?done=started");
        Fault = outcome is null ? T["NothingToSearch"] : outcome.Sentence;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(null, cancellationToken);
        return Page();
    }

    private async Task LoadAsync(string? show, CancellationToken cancellationToken)
    {
        ShowsAll = show == "all";
        var all = await ledger.Segments.ListAsync(null, cancellationToken);
        Past = all.Count(card => !InUse.Contains(card.State));
        Segments =
        [
            .. all.Where(card => ShowsAll || InUse.Contains(card.State)).Select(card => new SegmentShown(card, [.. all.Where(part => part.MergedInto == card.Key)], Options)),
        ];
        Models = await ledger.SegmentReview.ModelsAsync(all.Where(card => card.ModelId is not null).Select(card => card.ModelId!.Value), cancellationToken);
        Search = await ledger.Segments.SearchesAsync(1, cancellationToken) is [var newest, ..] ? newest : null;
        Candidates = (await ledger.Segments.LinksAsync(LinkState.Candidate, new PageRequest(null, null, MostCandidates), cancellationToken)).Rows;
    }
}
