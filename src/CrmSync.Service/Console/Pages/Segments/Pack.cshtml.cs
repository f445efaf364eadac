using System.Text;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Charts;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Segments;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages.Segments;

/// <summary>What a segment's specialist knows: every line with what it rests on and who stands by it, what waits for a person, and the ways to change it.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class PackModel(PackRoom room, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private const int LongestTopic = 80;
    private const int LongestCode = 60;

    private static readonly Texts T = Texts.OfPage("Segments.Pack");

    /// <summary>Null where there is no such segment.</summary>
    public PackView? View { get; private set; }

    public NumberOptions Options => room.Options;

    public bool HasModel => room.Desk.HasModel;

    /// <summary>Id of the line that is opened; null where none is.</summary>
    public string? Open { get; private set; }

    /// <summary>Which lines are shown: "needs" a person, "draft", or all.</summary>
    public string Show { get; private set; } = "all";

    public string? Note { get; private set; }

    /// <summary>Why the hosted model did not help with the draft that was just made; null where it did, or nobody asked it.</summary>
    public string? ModelCode { get; private set; }

    public string? Fault { get; private set; }

    /// <summary>What a person wrote that could not be saved; kept in the form.</summary>
    public string? Unsaved { get; private set; }

    public async Task<IActionResult> OnGetAsync(string key, int? version, string? line, string? show, string? done, string? model, CancellationToken cancellationToken)
    {
        Note = PackWords.Done(done);
        ModelCode = model is { Length: > 0 and <= LongestCode } && model.All(c => char.IsAsciiLetterLower(c) || c is '.' or '_') ? model : null;
        Show = show is "needs" or "draft" ? show : "all";
        return await ShowAsync(key, version, line, cancellationToken);
    }

    /// <summary>The pack as a file: never a page, so that nothing in it is ever drawn under this address.</summary>
    public Task<IActionResult> OnGetMarkdownAsync(string key, int? version, CancellationToken cancellationToken) => FileAsync(key, version, "md", PackMarkdown.Write, cancellationToken);

    /// <inheritdoc cref="OnGetMarkdownAsync"/>
    public Task<IActionResult> OnGetJsonAsync(string key, int? version, CancellationToken cancellationToken) => FileAsync(key, version, "json", PackFile.Write, cancellationToken);

    /// <summary>Drafts from the data; costs money where the hosted model is to help.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostDraftAsync(string key, string? help, CancellationToken cancellationToken)
    {
        var drafted = await room.Desk.DraftAsync(key, Actor, help == "model", cancellationToken);
        return await EndAsync(key, drafted, "drafted", null, drafted.Value?.ModelCode, cancellationToken);
    }

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostApproveAsync(string key, int seen, string? line, CancellationToken cancellationToken) => ChangeAsync(key, seen, line, "approved", [new PackChange.Approve(line ?? "")], null, cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostRetireAsync(string key, int seen, string? line, CancellationToken cancellationToken) => ChangeAsync(key, seen, line, "retired", [new PackChange.Retire(line ?? "")], null, cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostRestoreAsync(string key, int seen, string? line, CancellationToken cancellationToken) => ChangeAsync(key, seen, line, "restored", [new PackChange.Restore(line ?? "")], null, cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostEditAsync(string key, int seen, PackLineForm form, CancellationToken cancellationToken)
    {
        List<PackChange> changes =
        [
            new PackChange.Edit(form.Line ?? "") { Text = form.Text ?? "", Topic = OneLine.Of(form.Topic ?? "", LongestTopic), Tier = PackNames.TierOf(form.Tier), NeedsNobody = form.Written == "yes" },
        ];
        if (PackNames.SectionOf(form.Section) is { } section && await room.Store.ReadAsync(key, seen, cancellationToken) is { } pack && pack.Find(form.Line ?? "") is { } line && line.Section != section)
            changes.Add(new PackChange.Move(line.Id, section, int.MaxValue));
        Unsaved = form.Text;
        return await ChangeAsync(key, seen, form.Line, "edited", changes, form.Reason, cancellationToken);
    }

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostAddAsync(string key, int seen, PackLineForm form, CancellationToken cancellationToken)
    {
        Unsaved = form.Text;
        var line = PackDesk.Write(
            PackNames.SectionOf(form.Section) ?? PackSection.Vocabulary, OneLine.Of(form.Topic ?? "", LongestTopic), form.Text ?? "", PackNames.TierOf(form.Tier) ?? PackTier.Common, Actor);
        return ChangeAsync(key, seen, line.Line.Id, "added", [line], form.Reason, cancellationToken);
    }

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostAcceptAsync(string key, string? proposal, CancellationToken cancellationToken) => DecideAsync(key, proposal, true, cancellationToken);

    [Needs(ApiRole.Reviewer)]
    public Task<IActionResult> OnPostRejectAsync(string key, string? proposal, CancellationToken cancellationToken) => DecideAsync(key, proposal, false, cancellationToken);

    /// <summary>Whether a line is among those that are shown.</summary>
    public bool IsShown(PackLine line) => line.Id == Open || Show switch { "needs" => line.NeedsPerson, "draft" => line.State == PackLineState.Draft, _ => true };

    /// <summary>The page's address with what it shows now.</summary>
    public string PathTo(string key, string? line) =>
        $"/segments/{Uri.EscapeDataString(key)}/pack?{(Show == "all" ? "" : $"show={Show}&")}{(line is null ? "" : $"line={Uri.EscapeDataString(line)}#line-{Uri.EscapeDataString(line)}")}".TrimEnd('?', '&');

    /// <summary>A record that a line rests on: a link where it is there, words where it is not.</summary>
    public IHtmlContent Record(string kind, string key)
    {
        var known = PackRoom.Id(key) is { } id
            ? (kind switch { "account" => View!.Records.Accounts, "deal" => View!.Records.Deals, _ => View!.Records.Activities }).GetValueOrDefault(id) : null;
        if (known is not { } row)
            return Ui.Element("span", "blank", T["NotHereAnyMore", key]);
        if (kind == "activity")
        {
            if (row.State == PackRecordState.Erased)
                return Ui.Element("span", "blank", T["ErasedActivity", key]);
            var link = Ui.Element("a", null, T["Activity", key]);
            link.Attributes["href"] = $"/activities/{row.Id}";
            return link;
        }
        var name = OneLine.Of(row.Name, 60) is { Length: > 0 } words ? words : row.ExternalId;
        return row.State == PackRecordState.There ? Ui.Record(Links.Find(row.Connection, row.ObjectType, row.ExternalId), name) : Ui.Element("span", "blank", T["GoneFromTheCRM", name]);
    }

    /// <summary>The win rate with its interval; null where there are too few deals.</summary>
    public Svg? WinRate() => View?.Numbers is { WinRate: { } rate } numbers
        ? IntervalMarks.Draw(T["WinRate"], [new IntervalMarks.Mark(T["Won"], rate.Value, rate.Low, rate.High, NumberWords.Rate(numbers.Wins, Options))], 1, share => $"{share * 100:0} %")
        : null;

    /// <summary>Median times per stage with their intervals; null where none can be told.</summary>
    public Svg? StageTimes()
    {
        if (View?.Numbers is not { } numbers)
            return null;
        List<IntervalMarks.Mark> marks = [];
        foreach (var stage in numbers.Stages.Where(stage => stage.Curve.Spells >= Options.FewestForStatistic))
        {
            if (stage.Curve.After(0.5) is { } median)
                marks.Add(new IntervalMarks.Mark(OneLine.Of(stage.Stage, 60), median.Days, median.Low, median.High, NumberWords.Stage(stage, Options)));
        }
        return marks.Count == 0 ? null : IntervalMarks.Draw(T["TimeInEachStage"], marks, marks.Max(mark => Math.Max(mark.Value, mark.High ?? mark.Value)), days => T["Days", days]);
    }

    private async Task<IActionResult> DecideAsync(string key, string? proposal, bool accepts, CancellationToken cancellationToken)
    {
        var decided = await room.Desk.DecideAsync(key, proposal ?? "", accepts, Actor, cancellationToken);
        return decided.Succeeded
            ? LocalRedirect($"/segments/{Uri.EscapeDataString(key)}/pack?done={(accepts ? "accepted" : "rejected")}")
            : await RefuseAsync(key, decided.Failure, null, cancellationToken);
    }

    private async Task<IActionResult> ChangeAsync(string key, int seen, string? line, string done, IReadOnlyList<PackChange> changes, string? reason, CancellationToken cancellationToken) =>
        await EndAsync(key, await room.Desk.EditAsync(key, seen, changes, Actor, reason, cancellationToken), done, line, null, cancellationToken);

    private async Task<IActionResult> EndAsync(string key, Result<PackOutcome> outcome, string done, string? line, string? modelCode, CancellationToken cancellationToken)
    {
        if (!outcome.Succeeded)
            return await RefuseAsync(key, outcome.Failure, line, cancellationToken);
        var anchor = line is null || done == "retired" ? "" : $"#line-{Uri.EscapeDataString(line)}";
        return LocalRedirect($"/segments/{Uri.EscapeDataString(key)}/pack?done={(outcome.Value.Changed ? done : "unchanged")}{(modelCode is null ? "" : $"&model={modelCode}")}{anchor}");
    }

    private Task<IActionResult> RefuseAsync(string key, Failure failure, string? line, CancellationToken cancellationToken)
    {
        Fault = $"{failure.Message} {failure.Fix}";
        return ShowAsync(key, null, line, cancellationToken, StatusCodes.Status409Conflict);
    }

    private async Task<IActionResult> FileAsync(string key, int? version, string ending, Func<Pack, string> write, CancellationToken cancellationToken)
    {
        var pack = version is { } wanted ? await room.Store.ReadAsync(key, wanted, cancellationToken) : await room.Store.ReadNewestAsync(key, cancellationToken);
        return pack is null ? NotFound() : File(Encoding.UTF8.GetBytes(write(pack)), "text/plain; charset=utf-8", FormattableString.Invariant($"pack-{pack.Segment}-{pack.Version}.{ending}"));
    }

    private async Task<IActionResult> ShowAsync(string key, int? version, string? line, CancellationToken cancellationToken, int status = StatusCodes.Status200OK)
    {
        View = await room.ReadAsync(key, version, line, cancellationToken);
        Open = line is not null && View?.Pack?.Find(line) is not null ? line : null;
        Response.StatusCode = View is null ? StatusCodes.Status404NotFound : status;
        return Page();
    }
}

/// <summary>A line on its page.</summary>
/// <param name="Page">The page.</param>
/// <param name="Line">The line.</param>
/// <param name="Edits">Whether the reader may change it.</param>
internal sealed record PackLineShown(PackModel Page, PackLine Line, bool Edits);

/// <summary>What something rests on, on the page of a pack.</summary>
/// <param name="Page">The page.</param>
/// <param name="Evidence">Records and figures.</param>
/// <param name="Line">The line that opens with all of it; null where there is none to open.</param>
/// <param name="All">Whether all records are shown, not only the first few.</param>
internal sealed record PackEvidenceShown(PackModel Page, PackEvidence Evidence, string? Line, bool All);

/// <summary>A line as it is typed into a form.</summary>
internal sealed class PackLineForm
{
    public string? Line { get; set; }

    public string? Section { get; set; }

    public string? Topic { get; set; }

    public string? Text { get; set; }

    public string? Tier { get; set; }

    /// <summary>"yes" where what a person had to write is written now.</summary>
    public string? Written { get; set; }

    public string? Reason { get; set; }
}
