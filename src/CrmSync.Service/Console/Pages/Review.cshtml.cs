using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Review;
using CrmSync.Service.Console.Story;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Rows worth a person's look, one at a time, each answered with one key.</summary>
[Needs(ApiRole.Reviewer)]
internal sealed class ReviewModel(
    LedgerReader ledger, CorrectionDesk desk, ReviewRoom room, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private const int SkipLimit = 200;
    private const int RecentShown = 20;
    private const int DisputesShown = 50;

    /// <summary>The question that is reviewed.</summary>
    public TaxonomyLook Taxonomy { get; private set; } = new("", "", []);

    /// <summary>Which rows are asked for.</summary>
    public ReviewQueueKind Queue { get; private set; }

    /// <summary>Whether "no definition covers it" is an answer to it.</summary>
    public bool Abstains { get; private set; }

    /// <summary>What the page is about; null where nothing waits.</summary>
    public ReviewQueueRow? Shown { get; private set; }

    /// <summary>Who else looks at it at this moment; null where nobody does.</summary>
    public string? Elsewhere { get; private set; }

    /// <summary>The rows after it.</summary>
    public IReadOnlyList<ReviewQueueRow> Next { get; private set; } = [];

    /// <summary>Its text with evidence marked; empty where it was erased.</summary>
    public IReadOnlyList<TextPiece> Text { get; private set; } = [];

    /// <summary>The evidence of its answer.</summary>
    public IReadOnlyList<EvidenceLine> Evidence { get; private set; } = [];

    /// <summary>What the CRM's own fields say about it.</summary>
    public string Fields { get; private set; } = "[]";

    /// <summary>What audits say.</summary>
    public AuditFigures Audit { get; private set; } = new(0, 0, 0);

    /// <summary>What is left.</summary>
    public ReviewLeft Left { get; private set; } = new(default, 0, 0);

    /// <summary>What this person has done.</summary>
    public ReviewerProgress Own => Progress.FirstOrDefault(row => row.Actor == Actor) ?? new ReviewerProgress { Actor = Actor };

    /// <summary>What everybody has done.</summary>
    public IReadOnlyList<ReviewerProgress> Progress { get; private set; } = [];

    /// <summary>How far people agree; all pairs together first.</summary>
    public IReadOnlyList<PairAgreement> Agreement { get; private set; } = [];

    /// <summary>What two people differ about.</summary>
    public IReadOnlyList<ReviewDispute> Disputes { get; private set; } = [];

    /// <summary>Per cent of corrections that a second person judges.</summary>
    public int Share { get; private set; }

    /// <summary>Whether this person's answers go to the CRM.</summary>
    public bool WriteBack { get; private set; }

    /// <summary>The latest corrections.</summary>
    public IReadOnlyList<CorrectionView> Recent { get; private set; } = [];

    /// <summary>The correction that was just stored.</summary>
    public CorrectionView? Done { get; private set; }

    /// <summary>Why an answer was not taken, or what a button did.</summary>
    public string? Note { get; private set; }

    /// <summary>Whether <see cref="Note"/> tells of a fault.</summary>
    public bool IsFault { get; private set; }

    /// <summary>Whether the shown row is judged without seeing what stands.</summary>
    public bool IsBlind => Shown?.DoubleReviewId is not null;

    private List<long> Skipped { get; set; } = [];

    public Task OnGetAsync(string? taxonomy, string? queue, string? skip, long? row, long? done, string? undone, string? note, CancellationToken cancellationToken)
    {
        Note = undone is not null ? ReviewWords.Undone(undone) : ReviewWords.Note(note);
        return LoadAsync(taxonomy, queue, skip, row, done, cancellationToken);
    }

    /// <summary>Takes an answer and goes on with the next row.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostAsync(
        long row, string? taxonomy, string? queue, string? label, string? content, string? skip, long? second, CancellationToken cancellationToken)
    {
        var given = await room.AnswerAsync(new PersonAnswer(row, taxonomy ?? "", LabelOf(label), content), second, Actor, cancellationToken);
        if (given.Succeeded)
            return Redirect(Address(taxonomy, queue, skip) + given.Value);
        (Note, IsFault) = ($"{given.Failure.Message} {given.Failure.Fix}", true);
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(taxonomy, queue, skip, null, null, cancellationToken);
        return Page();
    }

    /// <summary>Takes a correction back: a given one, or this person's last, which is then shown again.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostUndoAsync(long? correction, string? taxonomy, string? queue, string? skip, CancellationToken cancellationToken)
    {
        var found = correction is { } id ? await ledger.Reviews.FindCorrectionAsync(id, cancellationToken) : await ledger.ReviewFigures.LastOfAsync(Actor, cancellationToken);
        if (correction is null && found is null)
            return Redirect(Address(taxonomy, queue, skip) + "&undone=nothing");
        var outcome = await room.Corrections.UndoAsync(found?.Id ?? correction ?? 0, Actor, cancellationToken);
        var back = correction is null && found is not null ? $"&row={found.ActivityId}" : "";
        return Redirect(Address(correction is null ? found?.Taxonomy : taxonomy, queue, skip) + $"&undone={outcome}{back}");
    }

    /// <summary>Settles what two people differ about.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostSettleAsync(long dispute, string? taxonomy, string? label, CancellationToken cancellationToken)
    {
        var settled = await room.SettleAsync(dispute, taxonomy ?? "", LabelOf(label), Actor, cancellationToken);
        if (settled.Succeeded)
            return Redirect(Address(taxonomy, "disagreements", null) + (settled.Value ? "&note=settled" : "&note=unsettled"));
        (Note, IsFault) = ($"{settled.Failure.Message} {settled.Failure.Fix}", true);
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(taxonomy, "disagreements", null, null, null, cancellationToken);
        return Page();
    }

    /// <summary>Remembers whether this person's answers go to the CRM.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostWritesAsync(bool write, string? taxonomy, string? queue, string? skip, CancellationToken cancellationToken)
    {
        await room.Store.SetWriteBackAsync(write, Actor, cancellationToken);
        return Redirect(Address(taxonomy, queue, skip) + (write ? "&note=writes" : "&note=keeps"));
    }

    /// <summary>Sets the share that a second person judges.</summary>
    [Needs(ApiRole.Operator)]
    public async Task<IActionResult> OnPostShareAsync(int share, string? taxonomy, string? queue, CancellationToken cancellationToken)
    {
        await room.Store.SetDoubleShareAsync(Math.Clamp(share, 0, 100), Actor, cancellationToken);
        return Redirect(Address(taxonomy, queue, null) + "&note=share");
    }

    /// <summary>What was put aside, for forms and links.</summary>
    public string SkipText => string.Join('.', Skipped);

    /// <summary>The queue, for forms and links.</summary>
    public string QueueSlug => ReviewWords.SlugOf(Queue);

    /// <summary>Address of the queue after putting the shown row aside.</summary>
    public string SkipAddress => Address(Taxonomy.Id, QueueSlug, string.Join('.', Skipped.Append(Shown?.Row.ActivityId ?? 0).TakeLast(SkipLimit)));

    /// <summary>Address of one row on this page.</summary>
    public string RowAddress(long activityId, string taxonomy) => Address(taxonomy, QueueSlug, SkipText) + $"&row={activityId}";

    /// <summary>Address of a queue.</summary>
    public static string Address(string? taxonomy, string? queue, string? skip)
    {
        var kind = ReviewWords.QueueOf(queue);
        return $"/review?taxonomy={Uri.EscapeDataString(taxonomy ?? "")}{(kind == ReviewQueueKind.Mixed ? "" : $"&queue={ReviewWords.SlugOf(kind)}")}"
            + (ReadSkipped(skip) is { Count: > 0 } ids ? $"&skip={string.Join('.', ids)}" : "");
    }

    public string? LinkTo(ReviewRow row) => Links.Find(row.ConnectionKey, row.ObjectType, row.ExternalId);

    private static string? LabelOf(string? label) => label is CorrectionFile.None ? null : label ?? "";

    private async Task LoadAsync(string? taxonomy, string? queue, string? skip, long? row, long? done, CancellationToken cancellationToken)
    {
        Taxonomy = Labels.Taxonomies.FirstOrDefault(look => look.Id == taxonomy) ?? (Labels.Taxonomies.Count > 0 ? Labels.Taxonomies[0] : Taxonomy);
        Queue = ReviewWords.QueueOf(queue);
        Abstains = desk.Abstains(Taxonomy.Id);
        Skipped = ReadSkipped(skip);
        (Shown, Next, Elsewhere) = await room.OpenAsync(Queue, Taxonomy.Id, Skipped, row, Actor, cancellationToken);
        Audit = await ledger.Reviews.AuditAsync(Taxonomy.Id, cancellationToken);
        Left = await ledger.ReviewFigures.LeftAsync(Taxonomy.Id, Actor, cancellationToken);
        Progress = await ledger.ReviewFigures.ProgressAsync(cancellationToken);
        Agreement = await ledger.ReviewFigures.AgreementAsync(Taxonomy.Id, cancellationToken);
        Disputes = Queue == ReviewQueueKind.Disagreements ? await ledger.ReviewFigures.DisputesAsync(Taxonomy.Id, DisputesShown, cancellationToken) : [];
        Share = await room.Store.ReadDoubleShareAsync(cancellationToken);
        WriteBack = await room.Store.ReadWriteBackAsync(Actor, cancellationToken);
        Done = done is { } stored ? await ledger.Reviews.FindCorrectionAsync(stored, cancellationToken) : null;
        // What was said about a row that is judged blindly stands nowhere on the page.
        Recent = IsBlind ? [] : await ledger.Reviews.CorrectionsAsync(RecentShown, cancellationToken);
        if (Shown is { } shown)
            await ReadTextAsync(shown.Row, cancellationToken);
    }

    private async Task ReadTextAsync(ReviewRow row, CancellationToken cancellationToken)
    {
        Evidence = EvidenceJson.ReadRules(row.Evidence);
        if (await ledger.Stories.FindAsync(row.ActivityId, cancellationToken) is not { } story || StoryText.Read(story.Activity) is not { } text)
            return;
        Fields = story.Activity.Evidence;
        Text = MarkedText.Cut(text.Decoded, text.Zones, [.. Evidence.Select(line => line.Span)], StoryModel.TextLimit);
    }

    private static List<long> ReadSkipped(string? skip) =>
        [.. (skip ?? "").Split('.', SkipLimit + 1).Take(SkipLimit).Select(part => long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0).Where(id => id > 0).Distinct()];
}
