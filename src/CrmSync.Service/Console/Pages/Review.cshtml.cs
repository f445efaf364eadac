using System.Globalization;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Story;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>Rows worth a person's look, one at a time, each answered with one key.</summary>
[Needs(ApiRole.Reviewer)]
internal sealed class ReviewModel(
    LedgerReader ledger, CorrectionDesk desk, ICorrectionStore store, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    private const int QueueSize = 40;
    private const int SkipLimit = 200;
    private const int RecentShown = 20;

    /// <summary>The question that is reviewed.</summary>
    public TaxonomyLook Taxonomy { get; private set; } = new("", "", []);

    /// <summary>Whether "no definition covers it" is an answer to it.</summary>
    public bool Abstains { get; private set; }

    /// <summary>What the page is about; null where nothing waits.</summary>
    public ReviewQueueRow? Shown { get; private set; }

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

    /// <summary>The latest corrections.</summary>
    public IReadOnlyList<CorrectionView> Recent { get; private set; } = [];

    /// <summary>The correction that was just stored.</summary>
    public CorrectionView? Done { get; private set; }

    /// <summary>Why an answer was not taken, or what taking one back did.</summary>
    public string? Note { get; private set; }

    /// <summary>Whether <see cref="Note"/> tells of a fault.</summary>
    public bool IsFault { get; private set; }

    private List<long> Skipped { get; set; } = [];

    public Task OnGetAsync(string? taxonomy, string? skip, long? row, long? done, string? undone, CancellationToken cancellationToken)
    {
        Note = undone is null ? null : WordsOf(undone);
        return LoadAsync(taxonomy, skip, row, done, cancellationToken);
    }

    /// <summary>Takes an answer and goes on with the next row.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostAsync(long row, string? taxonomy, string? label, string? content, string? skip, CancellationToken cancellationToken)
    {
        var answer = new PersonAnswer(row, taxonomy ?? "", label is CorrectionFile.None ? null : label ?? "", content);
        var stored = await desk.CorrectAsync(answer, CorrectionSource.Console, Actor, cancellationToken);
        if (stored.Succeeded)
            return Redirect(Address(taxonomy ?? "", skip) + $"&done={stored.Value}");
        (Note, IsFault) = ($"{stored.Failure.Message} {stored.Failure.Fix}", true);
        Response.StatusCode = StatusCodes.Status409Conflict;
        await LoadAsync(taxonomy, skip, null, null, cancellationToken);
        return Page();
    }

    /// <summary>Takes a correction back.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostUndoAsync(long correction, string? taxonomy, string? skip, CancellationToken cancellationToken)
    {
        var outcome = await store.UndoAsync(correction, Actor, cancellationToken);
        return Redirect(Address(taxonomy ?? "", skip) + $"&undone={outcome}");
    }

    /// <summary>Address of the queue with what is skipped.</summary>
    public string QueueAddress => Address(Taxonomy.Id, SkipText);

    /// <summary>What was put aside, for forms and links.</summary>
    public string SkipText => string.Join('.', Skipped);

    /// <summary>Address of the queue after putting the shown row aside.</summary>
    public string SkipAddress => Address(Taxonomy.Id, string.Join('.', Skipped.Append(Shown?.Row.ActivityId ?? 0).TakeLast(SkipLimit)));

    /// <summary>Address of one row on this page.</summary>
    public string RowAddress(long activityId, string taxonomy) => Address(taxonomy, SkipText) + $"&row={activityId}";

    public string? LinkTo(ReviewRow row) => Links.Find(row.ConnectionKey, row.ObjectType, row.ExternalId);

    /// <summary>Why a row is in the queue, in a few words.</summary>
    public static string ReasonName(ReviewReason reason) => reason switch
    {
        ReviewReason.CrmDiffers => "The CRM differs",
        ReviewReason.LeastSure => "Least sure",
        ReviewReason.Different => "Unlike the others",
        ReviewReason.Audit => "Drawn by chance",
        _ => "Asked for",
    };

    /// <summary>The same in a sentence.</summary>
    public static string ReasonSentence(ReviewReason reason, ReviewQueueRow row) => reason switch
    {
        ReviewReason.CrmDiffers => row.Row.KeptActor == "automation"
            ? "Another program set another value in the CRM. Say which one is right."
            : "Somebody set another value in the CRM, and it does not tell who. Say which one is right.",
        ReviewReason.LeastSure => "This answer is among the least sure ones.",
        ReviewReason.Different => "It looks like no other row in this queue, so the answer teaches something new.",
        ReviewReason.Audit => "It was drawn by chance from all decided rows. Judge it even if it looks easy: the error rate rests on these.",
        _ => "",
    };

    public static string SourceName(string source) => source switch { "console" => "in the console", "file" => "from a file", "crm" => "in the CRM", _ => source };

    private async Task LoadAsync(string? taxonomy, string? skip, long? row, long? done, CancellationToken cancellationToken)
    {
        Taxonomy = Labels.Find(taxonomy ?? "") ?? (Labels.Taxonomies.Count > 0 ? Labels.Taxonomies[0] : Taxonomy);
        Abstains = desk.Abstains(Taxonomy.Id);
        Skipped = ReadSkipped(skip);
        var reviews = ledger.Reviews;
        var queue = await reviews.QueueAsync(Taxonomy.Id, Skipped, QueueSize, cancellationToken);
        var asked = row is { } id ? await reviews.FindAsync(id, Taxonomy.Id, cancellationToken) : null;
        Shown = asked is not null
            ? queue.FirstOrDefault(item => item.Row.ActivityId == asked.ActivityId) ?? new ReviewQueueRow(asked, [], 0)
            : queue.Count > 0 ? queue[0] : null;
        Next = [.. queue.Where(item => item.Row.ActivityId != Shown?.Row.ActivityId)];
        Audit = await reviews.AuditAsync(Taxonomy.Id, cancellationToken);
        Recent = await reviews.CorrectionsAsync(RecentShown, cancellationToken);
        Done = done is { } stored ? await reviews.FindCorrectionAsync(stored, cancellationToken) : null;
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

    private static string Address(string taxonomy, string? skip) =>
        $"/review?taxonomy={Uri.EscapeDataString(taxonomy)}{(ReadSkipped(skip) is { Count: > 0 } ids ? $"&skip={string.Join('.', ids)}" : "")}";

    private static string? WordsOf(string outcome) => Enum.TryParse<UndoOutcome>(outcome, out var known) ? known switch
    {
        UndoOutcome.Undone => "Taken back. What stood before stands again.",
        UndoOutcome.UndoneForTraining => "Taken back. The activity has another text by now, so no decision changed.",
        UndoOutcome.NotTheLast => "A later correction of the same label stands; take that back first.",
        UndoOutcome.AlreadyUndone => "It was taken back before.",
        UndoOutcome.Unknown => "There is no such correction.",
        _ => null,
    } : null;
}
