using System.Globalization;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Text.Redaction;
using CrmSync.Pipeline.Text;

namespace CrmSync.Pipeline.Segments.Packs;

/// <summary>What became of a wish about a pack.</summary>
/// <param name="Pack">The newest version.</param>
/// <param name="Changed">Whether it was made just now.</param>
/// <param name="Sentence">The same for a person.</param>
public sealed record PackOutcome(Pack Pack, bool Changed, string Sentence)
{
    /// <summary>Code of why the hosted model did not help although it was asked; null where it did, or nobody asked.</summary>
    public string? ModelCode { get; init; }
}

/// <summary>
/// Drafts and changes packs, for the console, for commands and for jobs. Facts are read anew for each draft; nothing that people wrote or decided is changed by one. Thread-safe.
/// </summary>
/// <param name="store">Where packs are kept.</param>
/// <param name="facts">What is known of the segments.</param>
/// <param name="options">From how many cases on something is said.</param>
/// <param name="time">The clock.</param>
/// <param name="model">The hosted model; null where none is configured.</param>
public sealed class PackDesk(IPackStore store, ISegmentFactsReader facts, NumberOptions options, TimeProvider time, SpecialistModel? model = null)
{
    private static readonly Redactor Patterns = new();

    /// <summary>Whether a hosted model can help.</summary>
    public bool HasModel => model is not null;

    /// <summary>The first version of a segment's pack, or a newer draft of one that is there.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="actor">Who wants it.</param>
    /// <param name="withModel">Whether the hosted model helps: with a first draft it adds lines, later it makes proposals. Without one the template does what it can.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Result<PackOutcome>> DraftAsync(string segment, string actor, bool withModel, CancellationToken cancellationToken)
    {
        if (await facts.ReadSegmentAsync(segment, cancellationToken) is not { } known)
            return SpecialistFailures.UnknownSegment(segment);
        var lines = PackDrafter.Lines(known, options, time.GetUtcNow(), await facts.ReadPortfolioAsync(known, cancellationToken));
        var newest = await store.ReadNewestAsync(segment, cancellationToken);
        var outcome = newest is null ? await FirstAsync(known, lines, actor, withModel, cancellationToken) : await AgainAsync(known, newest, lines, actor, withModel, cancellationToken);
        return outcome.Succeeded ? outcome.Value with { Sentence = $"{outcome.Value.Sentence}{Small(known)}" } : outcome;
    }

    /// <summary>Brings figures and the template's own lines up to date; makes a version only where something changed. For jobs.</summary>
    public async Task<Result<PackOutcome>> RefreshAsync(string segment, string actor, CancellationToken cancellationToken) =>
        await store.ReadNewestAsync(segment, cancellationToken) is null ? SpecialistFailures.NoPack(segment) : await DraftAsync(segment, actor, withModel: false, cancellationToken);

    /// <summary>Makes changes of a person on the version that the person saw.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="seen">The version.</param>
    /// <param name="changes">What is to change; what looks like an address or a number of a person is taken out of the texts.</param>
    /// <param name="person">Account name of the person.</param>
    /// <param name="reason">Why, in a sentence; null where nobody said.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Result<PackOutcome>> EditAsync(string segment, int seen, IReadOnlyList<PackChange> changes, string person, string? reason, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (await store.ReadNewestAsync(segment, cancellationToken) is not { } newest)
            return SpecialistFailures.NoPack(segment);
        var before = seen == newest.Version ? newest : await store.ReadAsync(segment, seen, cancellationToken);
        if (before is null)
            return SpecialistFailures.Of("specialist.bad_edit", string.Create(CultureInfo.InvariantCulture, $"The pack of '{newest.Name}' has no version {seen}; look at version {newest.Version}."));
        var next = PackEditor.Apply(newest, before, [.. changes.Select(Clean)], PackAuthor.Person(person), time.GetUtcNow(), Reason(reason, changes));
        if (!next.Succeeded)
            return next.Failure;
        if (next.Value.Lines.SequenceEqual(newest.Lines))
            return new PackOutcome(newest, false, string.Create(CultureInfo.InvariantCulture, $"Nothing differs from version {newest.Version}, so it stands."));
        return await AddAsync(next.Value, person, "", cancellationToken);
    }

    /// <summary>A line as a person writes it; the person stands by it.</summary>
    public static PackChange.Add Write(PackSection section, string topic, string text, PackTier tier, string person) => new(
        new PackLine(PackLine.IdOf(section, $"person {text.Trim()}"), section, topic.Trim(), text.Trim(), tier, PackEvidence.None, PackAuthor.Person(person), PackLineState.Approved));

    /// <summary>Takes a file in that a person changed elsewhere, on the version that it was exported from.</summary>
    /// <param name="segment">Permanent key of the segment.</param>
    /// <param name="json">The file, as <see cref="PackFile"/> writes it.</param>
    /// <param name="person">Account name of the person.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<Result<PackOutcome>> ImportAsync(string segment, string json, string person, CancellationToken cancellationToken)
    {
        var read = PackFile.Read(json);
        if (!read.Succeeded)
            return read.Failure;
        var newest = await store.ReadNewestAsync(segment, cancellationToken);
        var merged = PackImport.Merge(segment, read.Value, newest, PackAuthor.Person(person), time.GetUtcNow(), text => Patterns.Apply(text));
        if (!merged.Succeeded && newest is not null && merged.Failure.Code == "specialist.edited_meanwhile"
            && await store.ReadAsync(segment, read.Value.Version, cancellationToken) is { } exported)
            return PackEditor.Apply(newest, exported, [], PackAuthor.Person(person), time.GetUtcNow(), "").Failure!;
        if (!merged.Succeeded)
            return merged.Failure;
        if (newest is not null && merged.Value.Lines.SequenceEqual(newest.Lines))
            return new PackOutcome(newest, false, string.Create(CultureInfo.InvariantCulture, $"The file says what version {newest.Version} says, so that stands."));
        return await AddAsync(merged.Value, person, "", cancellationToken);
    }

    /// <summary>Accepts or rejects a proposal.</summary>
    public Task<Result<PackProposal>> DecideAsync(string segment, string proposal, bool accept, string person, CancellationToken cancellationToken) =>
        store.DecideAsync(segment, proposal, accept, person, cancellationToken);

    private async Task<Result<PackOutcome>> FirstAsync(SegmentFacts known, IReadOnlyList<PackLine> lines, string actor, bool withModel, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var first = PackEditor.Make(known.Segment, known.Name, lines, 1, PackAuthor.Template, now, "First draft from the data.");
        var (asked, told, code) = await AskAsync(first, known, withModel, cancellationToken);
        if (asked is { Changes.Count: > 0 })
        {
            var by = PackAuthor.Model(asked.Model);
            var more = PackEditor.Apply(first, first, asked.Changes, by, now, "First draft from the data, with the hosted model's help.");
            if (!more.Succeeded)
                return more.Failure;
            first = more.Value with { Version = 1 };
            told = string.Create(CultureInfo.InvariantCulture, $" The hosted model wrote {asked.Changes.Count} of them.");
        }
        return await AddAsync(first, actor, string.Create(CultureInfo.InvariantCulture, $" It was drafted from {known.Accounts.Count:N0} accounts.{told}"), cancellationToken, code);
    }

    // A newer draft brings the template's own lines up to date by itself; what the model would like to add waits for a person.
    private async Task<Result<PackOutcome>> AgainAsync(SegmentFacts known, Pack newest, IReadOnlyList<PackLine> lines, string actor, bool withModel, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (asked, told, code) = await AskAsync(newest, known, withModel, cancellationToken);
        if (asked is not null)
        {
            var proposals = asked.Changes.OfType<PackChange.Add>().Select(add => new PackProposal(
                PackProposal.IdOf(known.Segment, $"draft {add.Line.Id}"), known.Segment, add, "The hosted model would add this to a newer draft.", add.Line.Evidence, ProposalSource.Draft,
                PackAuthor.Model(asked.Model), now)).ToList();
            var made = proposals.Count == 0 ? 0 : await store.ProposeAsync(proposals, actor, cancellationToken);
            told = string.Create(CultureInfo.InvariantCulture, $" The hosted model proposes {made} new {(made == 1 ? "line" : "lines")}.");
        }
        var changes = PackDrafter.Refresh(newest, lines);
        if (changes.Count == 0 && newest.Name == known.Name)
            return new PackOutcome(newest, false, string.Create(CultureInfo.InvariantCulture, $"The data says what version {newest.Version} says, so that stands.{told}")) { ModelCode = code };
        var next = PackEditor.Apply(newest, newest, changes, PackAuthor.Template, now, "Brought up to date with the data.");
        return next.Succeeded ? await AddAsync(next.Value with { Name = known.Name }, actor, told, cancellationToken, code) : next.Failure;
    }

    private async Task<(HostedDraft? Draft, string Told, string? Code)> AskAsync(Pack pack, SegmentFacts known, bool withModel, CancellationToken cancellationToken)
    {
        if (!withModel)
            return (null, "", null);
        if (model is null)
            return (null, " No hosted model is configured, so the template wrote all of it.", null);
        var drafted = await new HostedPackDrafter(model, options).DraftAsync(pack, known, time.GetUtcNow(), cancellationToken);
        return drafted.Succeeded ? (drafted.Value, "", null) : (null, $" The hosted model could not help: {drafted.Failure.Message} The template's lines stand.", drafted.Failure.Code);
    }

    private async Task<Result<PackOutcome>> AddAsync(Pack pack, string actor, string told, CancellationToken cancellationToken, string? modelCode = null)
    {
        var added = await store.AddAsync(pack, actor, cancellationToken);
        if (!added.Succeeded)
            return added.Failure;
        var (all, needy) = (pack.Live.Count(), pack.Live.Count(line => line.NeedsPerson));
        return new PackOutcome(added.Value, true, string.Create(
            CultureInfo.InvariantCulture, $"Version {pack.Version} of the pack of '{pack.Name}' holds {all} {(all == 1 ? "line" : "lines")}, {needy} of which need a person.{told}"))
        {
            ModelCode = modelCode,
        };
    }

    private string Small(SegmentFacts known) => known.Accounts.Count >= options.FewestAccounts ? ""
        : string.Create(CultureInfo.InvariantCulture, $" The segment has {known.Accounts.Count:N0} accounts; a specialist is worth it from {options.FewestAccounts} on.");

    private static PackChange Clean(PackChange change) => change switch
    {
        PackChange.Add add => new PackChange.Add(add.Line with { Text = OneLine(add.Line.Text), Topic = OneLine(add.Line.Topic) }),
        PackChange.Edit edit => edit with { Text = edit.Text is null ? null : OneLine(edit.Text), Topic = edit.Topic is null ? null : OneLine(edit.Topic) },
        _ => change,
    };

    // Patterns only: names of companies are what a line about competitors or references is for.
    private static string OneLine(string text) => Patterns.Apply(new string([.. text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)]).Trim());

    private static string Reason(string? reason, IReadOnlyList<PackChange> changes)
    {
        if (!string.IsNullOrWhiteSpace(reason))
            return OneLine(TextCut.AtMost(reason, PackLine.LongestText));
        return changes is not [var only] ? string.Create(CultureInfo.InvariantCulture, $"{changes.Count} lines changed by hand.") : only switch
        {
            PackChange.Add => "A line added by hand.",
            PackChange.Edit => "A line changed by hand.",
            PackChange.Approve => "A line approved.",
            PackChange.Retire => "A line retired.",
            PackChange.Restore => "A line restored.",
            _ => "A line moved.",
        };
    }
}
