using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Segments;

/// <summary>The conversation with a segment's specialist: one thread for everybody, with what each answer cites.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class AskModel(LedgerReader ledger, IThreadStore threads, ThreadDesk desk, LabelCatalog labels, CrmLinks links, TimeProvider time, SpecialistModel? hosted = null) : ConsolePage(labels, links, time)
{
    /// <summary>Messages of a page: an even number, so that answers stay with their questions.</summary>
    public const int PageSize = 20;

    /// <summary>Longest question in characters.</summary>
    public const int LongestQuestion = 8_000;

    private static readonly Texts T = Texts.OfPage("Segments.Ask");

    /// <summary>Null where there is no such segment.</summary>
    public SegmentCard? Card { get; private set; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ThreadMessage> Messages { get; private set; } = [];

    /// <summary>Where the older part begins; null where there is none.</summary>
    public string? Older { get; private set; }

    /// <summary>Whether this is the newest part.</summary>
    public bool IsNewest { get; private set; }

    /// <summary>Whether a hosted model words the answers.</summary>
    public bool IsHosted { get; } = hosted is not null;

    /// <summary>A question that was not answered, to be asked again.</summary>
    public string Question { get; private set; } = "";

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task<IActionResult> OnGetAsync(string key, long? before, string? done, CancellationToken cancellationToken)
    {
        Note = done switch { "proposed" => T["DoneProposed"], "known" => T["DoneKnown"], _ => null };
        return ShowAsync(key, before, cancellationToken);
    }

    /// <summary>Asks; costs money where a hosted model is configured.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostAskAsync(string key, string? question, CancellationToken cancellationToken)
    {
        var asked = await desk.AskAsync(key, question ?? "", Actor, cancellationToken);
        if (asked.Succeeded)
            return LocalRedirect($"{PathOf(key)}#m{asked.Value.Question.Id}");
        Question = question ?? "";
        return await RefuseAsync(key, $"{asked.Failure.Message} {asked.Failure.Fix}", cancellationToken);
    }

    /// <summary>Proposes a message for the pack.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostMarkAsync(string key, long message, string? section, string? tier, string? topic, string? text, CancellationToken cancellationToken)
    {
        if (PackNames.SectionOf(section) is not { } place || PackNames.TierOf(tier) is not { } weight)
            return await RefuseAsync(key, T["ChooseWhereItBelongs"], cancellationToken);
        var marked = await desk.MarkAsync(key, new InsightWish(message, place, weight, topic ?? "", text), Actor, cancellationToken);
        return marked.Succeeded
            ? LocalRedirect($"{PathOf(key)}?done={(marked.Value ? "proposed" : "known")}")
            : await RefuseAsync(key, $"{marked.Failure.Message} {marked.Failure.Fix}", cancellationToken);
    }

    private static string PathOf(string key) => $"/segments/{Uri.EscapeDataString(key)}/ask";

    private async Task<IActionResult> RefuseAsync(string key, string fault, CancellationToken cancellationToken)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status409Conflict;
        return await ShowAsync(key, null, cancellationToken);
    }

    private async Task<IActionResult> ShowAsync(string key, long? before, CancellationToken cancellationToken)
    {
        Card = (await ledger.Segments.FindAsync(key, cancellationToken))?.Card;
        if (Card is null)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        var found = await threads.ReadMessagesAsync(key, before, PageSize + 1, cancellationToken);
        Messages = [.. found.Take(PageSize).Reverse()];
        Older = found.Count > PageSize ? string.Create(CultureInfo.InvariantCulture, $"{PathOf(key)}?before={Messages[0].Id}") : null;
        IsNewest = before is null;
        return Page();
    }
}
