using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Service.Auth;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace CrmSync.Service.Console.Pages;

/// <summary>What was learned about approved segments: all of them side by side, one in full, and what the last searches saw happen.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class MetricsModel(LedgerReader ledger, ISegmentStore store, TimeProvider time, NumberOptions? options = null) : PageModel
{
    private static readonly Texts T = Texts.OfPage("Metrics");

    private static readonly TimeSpan Past = TimeSpan.FromDays(182);

    // More points than that lie on one another in a line this small.
    private const int MostPoints = 40;

    public DateTimeOffset Now { get; } = time.GetUtcNow();

    /// <summary>From how many cases on something may be said.</summary>
    public NumberOptions Options { get; } = options ?? new NumberOptions();

    public IReadOnlyList<MetricsRow> Segments { get; private set; } = [];

    /// <summary>The segment that is shown in full; null where there is none.</summary>
    public MetricsRow? Chosen { get; private set; }

    /// <summary>Its figures; null where it was not learned from yet.</summary>
    public SegmentMetrics? Metrics { get; private set; }

    /// <summary>What waits for a person, the newest first.</summary>
    public IReadOnlyList<SegmentEventRow> Events { get; private set; } = [];

    public string? Note { get; private set; }

    public string? Fault { get; private set; }

    private ILookup<long, WinDay> _history = Array.Empty<WinDay>().ToLookup(day => day.SegmentId);

    public Task OnGetAsync(string? segment, string? done, CancellationToken cancellationToken)
    {
        Note = done switch { "merged" => T["DoneMerged"], "apart" => T["DoneApart"], "seen" => T["DoneSeen"], _ => null };
        return LoadAsync(segment, cancellationToken);
    }

    /// <summary>Merges a pair that may be one.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostMergeAsync(long happened, long seen, CancellationToken cancellationToken)
    {
        var row = (await ledger.Metrics.EventsAsync(onlyOpen: true, cancellationToken)).FirstOrDefault(row => row.Id == happened);
        if (row?.Merge is not { } merge)
            return await RefuseAsync(T["ThePairIsNoProposalAnyMore"], cancellationToken);
        var order = new SegmentOrder(merge.Key, Sessions.NameOf(User)) { Seen = seen, Reason = row.Reason };
        var outcome = await store.MergeAsync(order, merge.Into, cancellationToken);
        return outcome.Holds ? LocalRedirect("/metrics?done=merged") : await RefuseAsync(outcome.Sentence, cancellationToken);
    }

    /// <summary>Notes that a person has seen what happened, or that a pair stays apart.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostSettleAsync(long happened, bool pair, CancellationToken cancellationToken)
    {
        var outcome = await store.SettleEventAsync(happened, Sessions.NameOf(User), cancellationToken);
        return outcome.Holds ? LocalRedirect($"/metrics?done={(pair ? "apart" : "seen")}") : await RefuseAsync(outcome.Sentence, cancellationToken);
    }

    /// <summary>The win rate of a segment over the last half year, without the days on which too few deals were closed; fewer than two points are no line.</summary>
    public IReadOnlyList<(DateTimeOffset At, Share Wins)> HistoryOf(MetricsRow row)
    {
        var days = _history[row.Id].Where(day => day.Closed >= Options.FewestForStatistic).Select(day => (DateTimeOffset.FromUnixTimeMilliseconds(day.At), day.Wins)).ToList();
        return days.Count <= MostPoints ? days : [.. Enumerable.Range(0, MostPoints).Select(place => days[place * (days.Count - 1) / (MostPoints - 1)])];
    }

    /// <summary>Stages with enough deals for a curve.</summary>
    public IReadOnlyList<StageNumbers> Curves => Metrics is null ? [] : [.. Metrics.Numbers.Stages.Where(stage => stage.Curve.Spells >= Options.FewestForStatistic && stage.Curve.Steps.Count > 0)];

    /// <summary>Days at the right edge of all curves.</summary>
    public double Longest => Math.Max(1, Math.Ceiling(Curves.Select(stage => stage.Curve.Steps[^1].Days).DefaultIfEmpty(1).Max()));

    /// <summary>The stretch of time of a table's cell; a dash where so many have not left yet.</summary>
    public static string DaysOf(SurvivalCurve curve, double share) =>
        curve.After(share) is { } after ? after.Days.ToString("0.#", System.Globalization.CultureInfo.InvariantCulture) : Charts.ReportNumber.None;

    private async Task<IActionResult> RefuseAsync(string fault, CancellationToken cancellationToken)
    {
        Fault = fault;
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(null, cancellationToken);
        return Page();
    }

    private async Task LoadAsync(string? segment, CancellationToken cancellationToken)
    {
        Segments = await ledger.Metrics.ListAsync(cancellationToken);
        Events = await ledger.Metrics.EventsAsync(onlyOpen: true, cancellationToken);
        _history = await ledger.Metrics.HistoryAsync(Now - Past, cancellationToken);
        Chosen = Segments.FirstOrDefault(row => row.Key == segment) ?? Segments.FirstOrDefault(row => row.At is not null) ?? (Segments.Count > 0 ? Segments[0] : null);
        Metrics = Chosen is null ? null : await ledger.Metrics.FindAsync(Chosen.Key, cancellationToken);
    }
}
