using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Story;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>One activity from raw text to the CRM's reply.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class StoryModel(LedgerReader ledger, LabelCatalog labels, CrmLinks links, TimeProvider time) : ConsolePage(labels, links, time)
{
    /// <summary>Characters of a text that the page itself shows; the rest is a click away.</summary>
    public const int TextLimit = 20_000;

    /// <summary>Null where the ledger has no such activity.</summary>
    public StoryView? Found { get; private set; }

    public StoryView Story => Found ?? throw new InvalidOperationException("There is no story to show.");

    public StoryText? Text { get; private set; }

    public IReadOnlyList<DecisionShown> Current { get; private set; } = [];

    public IReadOnlyList<StoryDecision> Earlier { get; private set; } = [];

    public IReadOnlyList<TextPiece> Read { get; private set; } = [];

    public IReadOnlyList<TextPiece> Raw { get; private set; } = [];

    public IReadOnlyList<TimelineEvent> Events { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(long id, CancellationToken cancellationToken)
    {
        if (await ledger.Stories.FindAsync(id, cancellationToken) is not { } story)
        {
            Response.StatusCode = StatusCodes.Status404NotFound;
            return Page();
        }
        Found = story;
        Text = StoryText.Read(story.Activity);
        Current = [.. story.Decisions.Where(decision => decision.SupersededAt is null).OrderBy(decision => OrderOf(decision.Taxonomy))
            .Select(decision => new DecisionShown(decision, EvidenceJson.ReadRules(decision.Evidence), decision.ContentHash == story.Activity.ContentHash))];
        Earlier = [.. story.Decisions.Where(decision => decision.SupersededAt is not null)];
        Events = Timeline.Tell(story, Labels);
        if (Text is not null)
        {
            // Spans of a decision about an earlier content would mark the wrong words.
            var spans = Current.SelectMany(shown => shown.Lines.Select(line => shown.IsAboutThisContent ? line.Span : null)).ToList();
            Read = MarkedText.Cut(Text.Decoded, Text.Zones, spans, TextLimit);
            Raw = MarkedText.Cut(story.Activity.Body ?? "", [], [], TextLimit);
        }
        return Page();
    }

    /// <summary>The whole raw text as a file: never a page, so that no mark-up of a record is ever drawn under this address.</summary>
    public async Task<IActionResult> OnGetRawAsync(long id, CancellationToken cancellationToken) =>
        await ledger.Stories.FindAsync(id, cancellationToken) is { Activity: { Body: not null } activity }
            ? File(System.Text.Encoding.UTF8.GetBytes($"{activity.Subject}\n\n{activity.Body}"), "text/plain; charset=utf-8", $"activity-{activity.Id}.txt")
            : NotFound();

    /// <summary>The definitions that a decision went by, as the administrator wrote them then.</summary>
    public async Task<IActionResult> OnGetDefinitionsAsync(string taxonomy, string version, [Microsoft.AspNetCore.Mvc.FromServices] ITaxonomyStore? store, CancellationToken cancellationToken) =>
        (store is null ? [] : await store.ListTaxonomiesAsync(cancellationToken)).FirstOrDefault(stored => stored.Id == taxonomy && stored.Version == version) is { } found
            ? File(System.Text.Encoding.UTF8.GetBytes(found.Text), "application/json; charset=utf-8", $"{found.Id}-{string.Concat(found.Version.Where(char.IsLetterOrDigit))}.json")
            : NotFound();

    public string? LinkTo(string objectType, string externalId) => Links.Find(Story.Connection.Key, objectType, externalId);

    /// <summary>Number of a decision's evidence line, counted over all current decisions.</summary>
    public int IndexOf(DecisionShown decision, int line) => Current.TakeWhile(other => other != decision).Sum(other => other.Lines.Count) + line;

    public string RuleName(int index) => Current.SelectMany(shown => shown.Lines).ElementAt(index) is var line && line.Sentence.Length > 0 ? line.Sentence : line.Rule;

    private int OrderOf(string taxonomy)
    {
        for (var i = 0; i < Labels.Taxonomies.Count; i++)
            if (Labels.Taxonomies[i].Id == taxonomy)
                return i;
        return int.MaxValue;
    }

    /// <summary>A current decision with its evidence.</summary>
    internal sealed record DecisionShown(StoryDecision Decision, IReadOnlyList<EvidenceLine> Lines, bool IsAboutThisContent);
}
