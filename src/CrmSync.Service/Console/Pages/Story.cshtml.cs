using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Search;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Review;
using CrmSync.Service.Console.Story;
using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Mvc;

namespace CrmSync.Service.Console.Pages;

/// <summary>One activity from raw text to the CRM's reply.</summary>
[Needs(ApiRole.Viewer)]
internal sealed class StoryModel(
    LedgerReader ledger, ReviewRoom room, LabelCatalog labels, CrmLinks links, TimeProvider time, ICascadeSource? cascades = null) : ConsolePage(labels, links, time)
{
    private static readonly Texts T = Texts.OfPage("Story");

    /// <summary>Characters of a text that the page itself shows; the rest is a click away.</summary>
    public const int TextLimit = 20_000;

    /// <summary>Characters that it shows where somebody wants all of them; beyond that the text is a file.</summary>
    public const int FullLimit = 1_500_000;

    private const int MostFound = 50;

    /// <summary>Null where the ledger has no such activity.</summary>
    public StoryView? Found { get; private set; }

    public StoryView Story => Found ?? throw new InvalidOperationException("There is no story to show.");

    public StoryText? Text { get; private set; }

    public IReadOnlyList<DecisionShown> Current { get; private set; } = [];

    public IReadOnlyList<StoryDecision> Earlier { get; private set; } = [];

    public IReadOnlyList<TextPiece> Read { get; private set; } = [];

    public IReadOnlyList<TextPiece> Raw { get; private set; } = [];

    public IReadOnlyList<TimelineEvent> Events { get; private set; } = [];

    /// <summary>What each step of the cascade in use thinks of the text, by taxonomy; empty where the text was erased or nothing decides here.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SpokenStep>> SpokenBy { get; private set; } = new Dictionary<string, IReadOnlyList<SpokenStep>>();

    /// <summary>Version of what decides now.</summary>
    public string? InUse => cascades?.Current.ModelVersion;

    /// <summary>Characters of each text that are shown.</summary>
    public int Limit { get; private set; } = TextLimit;

    /// <summary>What somebody looked for before coming here; marked in the text.</summary>
    public SearchQuery Query { get; private set; } = SearchQuery.Parse(null);

    /// <summary>What a model reads, with what was looked for marked.</summary>
    public IReadOnlyList<TextPiece> Cleaned { get; private set; } = [];

    /// <summary>What a button did.</summary>
    public string? Note { get; private set; }

    /// <summary>Whether <see cref="Note"/> tells of a fault.</summary>
    public bool IsFault { get; private set; }

    public async Task<IActionResult> OnGetAsync(long id, string? all, string? q, string? note, CancellationToken cancellationToken)
    {
        Note = note switch { "saved" => T["SavedYourAnswerStandsFromNowOn"], _ => null };
        Limit = all == "yes" ? FullLimit : TextLimit;
        Query = SearchQuery.Parse(q);
        return await LoadAsync(id, cancellationToken);
    }

    /// <summary>Takes a reviewer's answer.</summary>
    [Needs(ApiRole.Reviewer)]
    public async Task<IActionResult> OnPostCorrectAsync(long id, string? taxonomy, string? label, string? content, CancellationToken cancellationToken)
    {
        var given = await room.AnswerAsync(new PersonAnswer(id, taxonomy ?? "", label is CorrectionFile.None ? null : label ?? "", content), null, Actor, cancellationToken);
        if (given.Succeeded)
            return Redirect($"/activities/{id}?note=saved");
        (Note, IsFault) = ($"{given.Failure.Message} {given.Failure.Fix}", true);
        Response.StatusCode = StatusCodes.Status409Conflict;
        return await LoadAsync(id, cancellationToken);
    }

    private async Task<IActionResult> LoadAsync(long id, CancellationToken cancellationToken)
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
            Read = MarkedText.Cut(Text.Decoded, Text.Zones, spans, Limit);
            Raw = MarkedText.Cut(story.Activity.Body ?? "", [], [], Limit);
            Cleaned = MarkedText.Cut(Text.Cleaned, [], [.. Query.FindIn(Text.Cleaned, Limit, MostFound).Select(place => ((int, int)?)place)], Limit);
            if (cascades?.Current is { } cascade)
                SpokenBy = Spoken.Ask(cascade, Text);
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

    /// <summary>Whether "no definition covers it" is an answer to a question.</summary>
    public bool Abstains(string taxonomy) => room.Desk.Abstains(taxonomy);

    /// <summary>How many characters of a text are shown, in words; null where all are.</summary>
    public string? ShownOf(int length) => length > Limit ? T["TheFirstOfCharacters", TimeText.Number(Limit), TimeText.Number(length)] : null;

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
