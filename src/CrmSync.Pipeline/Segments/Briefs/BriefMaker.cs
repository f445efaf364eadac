using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Briefs;

/// <summary>
/// Makes briefs: the account's segment, its pack packed into a budget, points to say and to ask. Works without a hosted model; where one is given and fails, the brief says so and
/// is made without it. Thread-safe.
/// </summary>
/// <param name="matcher">Finds the segment of an account without one.</param>
/// <param name="packs">The packs.</param>
/// <param name="options">How briefs are made.</param>
/// <param name="time">The clock.</param>
/// <param name="model">Words points for the account; null for the template alone.</param>
/// <param name="names">Names that are known, to take them out of a text that a person gives.</param>
public sealed class BriefMaker(ISegmentMatcher matcher, IPackReader packs, BriefOptions options, TimeProvider time, SpecialistModel? model = null, IKnownNames? names = null)
{
    private const int LongestText = 50_000;

    private readonly Redactor _redactor = new(names);

    /// <summary>How its briefs are made.</summary>
    public BriefOptions Options => options;

    /// <summary>The same maker with other options.</summary>
    /// <param name="other">The options.</param>
    /// <param name="asksModel">Whether a hosted model may word points, where there is one.</param>
    public BriefMaker With(BriefOptions other, bool asksModel = true) => new(matcher, packs, other, time, asksModel ? model : null, names);

    /// <summary>A brief for an account of the CRM.</summary>
    /// <param name="account">The account.</param>
    /// <param name="assigned">Its segment; null where it has none, then its own notes are matched.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Result<Brief>> ForAccountAsync(BriefAccount account, SegmentMatch? assigned, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(account);
        var text = string.Join('\n', account.Facts.Notes.OrderByDescending(note => note.At).ThenBy(note => note.Id, StringComparer.Ordinal).Take(200).Select(note => note.Text));
        var match = assigned;
        if (match is null && text.Length > 0)
        {
            var found = await matcher.MatchAsync(TextCut.AtMost(text, LongestText), cancellationToken);
            if (!found.Succeeded)
                return found.Failure;
            match = found.Value.Segment;
        }
        return match is null
            ? SpecialistFailures.Of("specialist.no_segment", $"No segment fits '{account.Name}': {(account.Facts.Notes.Count == 0 ? "it has no activities" : "its activities speak of none")}.")
            : await MakeAsync(account, account.Facts.Id, match, cancellationToken);
    }

    /// <summary>A brief for a prospect without history, by what a person writes about it.</summary>
    /// <param name="text">The text; personal data is taken out of it first.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Result<Brief>> ForTextAsync(string text, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (names is not null)
            await names.ReadyAsync(cancellationToken);
        var clean = _redactor.Apply(TextCut.AtMost(text, LongestText)).Trim();
        if (clean.Length == 0)
            return SpecialistFailures.Of("specialist.no_segment", "The text about the prospect is empty, so no segment can be found.");
        var found = await matcher.MatchAsync(clean, cancellationToken);
        if (!found.Succeeded)
            return found.Failure;
        if (found.Value.Segment is not { } match)
            return SpecialistFailures.Of("specialist.no_segment", "No segment fits the text about the prospect.", "Say more about its problem, in the words that the prospect uses.");
        var facts = new AccountFacts("") { Notes = [new NoteFacts("given text", time.GetUtcNow(), clean)] };
        return await MakeAsync(new BriefAccount("Prospect", facts), null, match, cancellationToken);
    }

    private async Task<Result<Brief>> MakeAsync(BriefAccount account, string? key, SegmentMatch match, CancellationToken cancellationToken)
    {
        if (options.Validate() is { Count: > 0 } faults)
            return SpecialistFailures.Of("specialist.bad_edit", string.Join(" ", faults));
        var pack = await packs.ReadNewestAsync(match.Segment, cancellationToken);
        if (pack is null)
            return SpecialistFailures.NoPack(match.Segment);
        if (pack.Segment != match.Segment)
            return SpecialistFailures.Of("specialist.other_segment", $"The pack of '{pack.Name}' was given for the segment '{match.Name}'.");
        var draft = new BriefDraft(account, key, match, pack, options, time.GetUtcNow());
        if (model is null)
            return draft.Make([], []);
        // The template comes first: where the budget is hopeless, nothing is spent on a model.
        var template = draft.Make([], []);
        if (!template.Succeeded)
            return template;
        var worded = await new BriefWording(model).AskAsync(draft, cancellationToken);
        return worded.Succeeded ? draft.Make(worded.Value, []) : draft.Make([], [$"Worded by the template alone: {worded.Failure.Message}"]);
    }
}
