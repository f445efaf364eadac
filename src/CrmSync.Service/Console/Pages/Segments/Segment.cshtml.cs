using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Segments;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Segments;

/// <summary>One segment: what its accounts share, who they are and why, what people made of it, and what can be made of it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class SegmentModel(LedgerReader ledger, ISegmentStore store, LabelCatalog labels, CrmLinks links, TimeProvider time, NumberOptions? options = null) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Segments.Segment");

    private const int LongestReason = 500;
    private const int LongestId = 200;

    public string Key { get; private set; } = "";

    /// <summary>Null where there is no such segment.</summary>
    public SegmentView? View { get; private set; }

    public SegmentShown Shown { get; private set; } = null!;

    /// <summary>From how many accounts on something may be said.</summary>
    public NumberOptions Options { get; } = options ?? new NumberOptions();

    /// <summary>The model that found it last; null where none did.</summary>
    public SegmentModelRow? FoundBy { get; private set; }

    public ScoreRange Scores { get; private set; } = ScoreRange.All;

    public KeysetPage<SegmentAccountRow> Accounts { get; private set; } = new([], null, null);

    public IReadOnlyList<AccountLinkRow> Said { get; private set; } = [];

    /// <summary>Segments that this one can become part of.</summary>
    public IReadOnlyList<SegmentCard> Others { get; private set; } = [];

    /// <summary>What Undo would take back; null where nothing can be.</summary>
    public SegmentVersionRow? Undoable { get; private set; }

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task<IActionResult> OnGetAsync(string key, string? done, CancellationToken cancellationToken)
    {
        Note = SegmentWords.Done(done);
        return ShowAsync(key, null, cancellationToken);
    }

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostApproveAsync(string key, long seen, string? reason, CancellationToken cancellationToken) =>
        await EndAsync(key, await store.DecideAsync(Order(key, seen, reason), SegmentState.Approved, cancellationToken), "approved", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostRejectAsync(string key, long seen, string? reason, CancellationToken cancellationToken) => Order(key, seen, reason) is { Reason: not null } order
        ? await EndAsync(key, await store.DecideAsync(order, SegmentState.Rejected, cancellationToken), "rejected", cancellationToken)
        : await ShowAsync(key, T["SayWhyItIsNoSegment"], cancellationToken, StatusCodes.Status400BadRequest);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostRetireAsync(string key, long seen, string? reason, CancellationToken cancellationToken) =>
        await EndAsync(key, await store.DecideAsync(Order(key, seen, reason), SegmentState.Retired, cancellationToken), "retired", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostRenameAsync(string key, long seen, string? name, string? reason, CancellationToken cancellationToken) =>
        await EndAsync(key, await store.RenameAsync(Order(key, seen, reason), (name ?? "").Trim(), cancellationToken), "renamed", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostMergeAsync(string key, long seen, string? into, string? reason, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(into))
            return await ShowAsync(key, T["ChooseTheSegmentThatTakesItIn"], cancellationToken, StatusCodes.Status400BadRequest);
        var outcome = await store.MergeAsync(Order(key, seen, reason), into, cancellationToken);
        return await EndAsync(key, outcome.Holds ? outcome with { Key = into } : outcome, "merged", cancellationToken);
    }

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostSplitAsync(string key, long seen, string? name, string? reason, List<long>? account, CancellationToken cancellationToken) =>
        await EndAsync(key, await store.SplitAsync(Order(key, seen, reason), (name ?? "").Trim(), account ?? [], cancellationToken), "split", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostUndoAsync(string key, long seen, string? reason, CancellationToken cancellationToken) =>
        await EndAsync(key, await store.UndoAsync(Order(key, seen, reason), cancellationToken), "undone", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostTogetherAsync(string key, List<long>? account, string? other, CancellationToken cancellationToken) =>
        LinkAsync(key, LinkKind.Must, account ?? [], other, "together", cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostApartAsync(string key, List<long>? account, string? other, CancellationToken cancellationToken) =>
        LinkAsync(key, LinkKind.Cannot, account ?? [], other, "apart", cancellationToken);

    /// <summary>Lets hold what an edit in the CRM suggests, puts it away, or takes back what holds.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostSettleAsync(string key, long link, string? answer, CancellationToken cancellationToken)
    {
        var state = answer switch { "yes" => LinkState.Active, "no" => LinkState.Dismissed, _ => LinkState.Removed };
        return await EndAsync(key, await store.SettleLinkAsync(link, state, Actor, cancellationToken), "settled", cancellationToken);
    }

    // Two accounts that are ticked; or one, and another one of the same CRM by its id there.
    private async Task<IActionResult> LinkAsync(string key, LinkKind kind, List<long> accounts, string? other, string done, CancellationToken cancellationToken)
    {
        if (accounts.Count == 1 && other?.Trim() is { Length: > 0 and <= LongestId } id && await ledger.SegmentReview.ConnectionOfAsync(accounts[0], cancellationToken) is { } connection)
        {
            if ((await store.FindAccountsAsync([(connection, id)], cancellationToken))[0] is not { } found)
                return await ShowAsync(key, T["NoAccountOfThatId", connection], cancellationToken, StatusCodes.Status409Conflict);
            accounts = [accounts[0], found];
        }
        return accounts.Count == 2
            ? await EndAsync(key, await store.LinkAsync(kind, accounts[0], accounts[1], Actor, cancellationToken), done, cancellationToken)
            : await ShowAsync(key, T["TickTwoAccounts"], cancellationToken, StatusCodes.Status400BadRequest);
    }

    private SegmentOrder Order(string key, long seen, string? reason) =>
        new(key, Actor) { Seen = seen, Reason = OneLine.Of((reason ?? "").Trim(), LongestReason) is { Length: > 0 } text ? text : null };

    private async Task<IActionResult> EndAsync(string key, SegmentOutcome outcome, string done, CancellationToken cancellationToken)
    {
        if (!outcome.Holds)
            return await ShowAsync(key, outcome.Sentence, cancellationToken, StatusCodes.Status409Conflict);
        return LocalRedirect($"/segments/{Uri.EscapeDataString(outcome.Key ?? key)}?done={(outcome.Answer is SegmentAnswer.Unchanged ? "unchanged" : done)}");
    }

    private async Task<IActionResult> ShowAsync(string key, string? fault, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        (Key, Fault) = (key, fault);
        View = await ledger.Segments.FindAsync(key, cancellationToken);
        if (View is not { } view)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        Response.StatusCode = status;
        Shown = new SegmentShown(view.Card, view.Parts, Options);
        FoundBy = view.Card.ModelId is { } model ? (await ledger.SegmentReview.ModelsAsync([model], cancellationToken)).GetValueOrDefault(model) : null;
        Undoable = SegmentShown.Undoable(view.Versions);
        Said = await ledger.SegmentReview.LinksOfAsync(view.Card.Id, cancellationToken);
        Others = [.. (await ledger.Segments.ListAsync([SegmentState.Proposed, SegmentState.Approved], cancellationToken)).Where(other => other.Key != view.Card.Key)];
        Scores = ScoreRange.Read(Request.Query["least"], Request.Query["most"]);
        var wanted = PageFromQuery();
        var page = await ledger.Segments.AccountsAsync(view.Card.Key, Scores.Narrow(wanted), cancellationToken);
        Accounts = Scores.Cut(page, wanted is { Before: null, After: null });
        return Page();
    }
}
