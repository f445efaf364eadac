using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Alerts;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What is watched and broken, what it means, the way out, and who was told.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class AlertsModel(LedgerReader ledger, IAlertStore store, TimeProvider time, IReadOnlyList<IAlertChannel>? channels = null, IAlertLimits? limits = null) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Alerts");

    /// <summary>For how many hours something can be silenced.</summary>
    public static readonly IReadOnlyList<int> Silences = [1, 8, 24, 168];

    private const int LongestReason = 500;

    /// <summary>When the page is drawn.</summary>
    public DateTimeOffset Now { get; } = time.GetUtcNow();

    public IReadOnlyList<WatchedThing> Watched { get; private set; } = [];

    public IReadOnlyList<WatchedThing> Broken { get; private set; } = [];

    public KeysetPage<AlertEvent> Events { get; private set; } = new([], null, null);

    /// <summary>Whom changes are told to; without secrets.</summary>
    public IReadOnlyList<IAlertChannel> Channels { get; } = channels ?? [];

    /// <summary>From where on something counts as broken; null where this process does not watch.</summary>
    public AlertOptions? Limits { get; } = limits?.Current;

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    public Task OnGetAsync(string? done, CancellationToken cancellationToken)
    {
        Note = done switch
        {
            "seen" => T["ItSaysNowThatYouLookAfterIt"],
            "silenced" => T["ChannelsHearNothingOfItUntilThe"],
            "heard" => T["TheSilenceHasEndedChannelsAre"],
            _ => null,
        };
        return LoadAsync(cancellationToken);
    }

    /// <summary>What changes while somebody looks.</summary>
    public async Task<IActionResult> OnGetLiveAsync(CancellationToken cancellationToken)
    {
        await LoadAsync(cancellationToken);
        return Partial("_AlertsLive", this);
    }

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostSeenAsync(string? key, string? reason, CancellationToken cancellationToken) =>
        await store.AcknowledgeAlertAsync(key ?? "", Sessions.NameOf(User), ReasonOf(reason), cancellationToken)
            ? LocalRedirect("/alerts?done=seen")
            : await RefuseAsync(T["ItIsNotBrokenAnyMoreOrSomebody"], cancellationToken);

    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostSilenceAsync(string? key, int hours, string? reason, CancellationToken cancellationToken)
    {
        if (hours != 0 && !Silences.Contains(hours))
            return await RefuseAsync(T["ChooseForHowLongItShallBeSilent"], cancellationToken);
        if (hours != 0 && ReasonOf(reason) is null)
            return await RefuseAsync(T["ASilenceNeedsAReasonOthersWill"], cancellationToken);
        return await store.SilenceAlertAsync(key ?? "", hours == 0 ? null : Now.AddHours(hours), Sessions.NameOf(User), ReasonOf(reason), cancellationToken)
            ? LocalRedirect(hours == 0 ? "/alerts?done=heard" : "/alerts?done=silenced")
            : await RefuseAsync(T["ThisIsNotWatchedAnyMore"], cancellationToken);
    }

    /// <summary>Whether something is silent now.</summary>
    public bool IsSilent(WatchedThing thing) => thing.SilencedUntil > Now;

    private static string? ReasonOf(string? text) => OneLine.Of((text ?? "").Trim(), LongestReason) is { Length: > 0 } reason ? reason : null;

    private async Task<IActionResult> RefuseAsync(string fault, CancellationToken cancellationToken)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status400BadRequest;
        await LoadAsync(cancellationToken);
        return Page();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        Watched = await store.ListAlertsAsync(cancellationToken);
        Broken = [.. Watched.Where(thing => thing.State is AlertState.Broken)];
        var page = new PageRequest(
            PageCursor.TryParse(Request.Query["before"], out var before) ? before : null, PageCursor.TryParse(Request.Query["after"], out var after) ? after : null, 30);
        Events = await ledger.Alerts.PageAsync(page, cancellationToken);
    }
}
