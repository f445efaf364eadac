using System.Globalization;
using CrmSync.Pipeline.Segments.Documents;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Finds groups of accounts whose notes speak of the same things, from text alone: no model weights, no labels. The same notes and options give the same answer, bit for
/// bit, at any number of threads. Thread-safe.
/// </summary>
/// <param name="options">How to look.</param>
public sealed class SegmentDiscovery(DiscoveryOptions options)
{
    private const int ProgressEvery = 20_000;
    private const double ReadShare = 0.35;
    private const double SeedShare = 0.35;

    /// <summary>Reads, finds and describes segments.</summary>
    /// <param name="source">The notes; read twice.</param>
    /// <param name="constraints">What people said about pairs of accounts.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="resume">What an earlier run gave to <paramref name="keep"/>; used where notes and options are the same.</param>
    /// <param name="keep">Given what is worth keeping once the directions are found.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    public async Task<DiscoveryResult> RunAsync(
        INoteSource source, SegmentConstraints? constraints = null, IProgress<DiscoveryProgress>? progress = null, DiscoveryCheckpoint? resume = null,
        Func<DiscoveryCheckpoint, CancellationToken, Task>? keep = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        constraints ??= SegmentConstraints.None;
        var (corpus, read) = await ReadAsync(source, progress, cancellationToken);
        void Say(string stage, double share) => progress?.Report(new DiscoveryProgress(stage, share, read));

        var fingerprint = Fingerprint.Of(corpus, options);
        Seeding seeding;
        if (resume is { Schema: DiscoveryCheckpoint.CurrentSchema } && resume.Fingerprint == fingerprint && resume.SeedOf.Count == corpus.AccountCount)
            seeding = new Seeding(resume.Seeds, [.. resume.SeedOf], resume.Dimensions);
        else
        {
            Say("looking for directions", ReadShare);
            seeding = new SeedFinder(corpus, options).Find(share => Say("looking for directions", ReadShare + (SeedShare * share)), cancellationToken);
            if (keep is not null)
                await keep(new DiscoveryCheckpoint(DiscoveryCheckpoint.CurrentSchema, fingerprint, seeding.Seeds, seeding.Dimensions, seeding.SeedOf), cancellationToken);
        }
        var fit = new SegmentFit(corpus, options, constraints, cancellationToken);
        var fitted = seeding.Seeds == 0 ? null : fit.Fit(seeding, share => Say("fitting segments", ReadShare + SeedShare + (0.2 * share)));
        if (fitted is not { State.Count: > 0 })
            return new DiscoveryResult([.. corpus.Accounts.Select(account => new AccountSegment(account, null))], read, [], null, Remarks(corpus, read, found: false));

        Say("describing segments", 0.92);
        var drafts = new ProposalMaker(corpus, fit, fitted, options, cancellationToken);
        var quotes = await QuoteReader.ReadAsync(source, drafts.Quoted, corpus.SharedWords, cancellationToken);
        var (proposals, model) = drafts.Finish(quotes);
        Dictionary<string, string> segmentOf = new(StringComparer.Ordinal);
        foreach (var proposal in proposals)
            foreach (var member in proposal.Members)
                segmentOf[member.Account] = proposal.Id;
        Say("done", 1);
        return new DiscoveryResult(
            [.. corpus.Accounts.Select(account => new AccountSegment(account, segmentOf.GetValueOrDefault(account)))], read, proposals, model, Remarks(corpus, read, found: true));
    }

    private async Task<(Corpus Corpus, long Read)> ReadAsync(INoteSource source, IProgress<DiscoveryProgress>? progress, CancellationToken cancellationToken)
    {
        var builder = new CorpusBuilder(options);
        await foreach (var note in source.ReadAsync(cancellationToken))
        {
            builder.Add(note);
            // How many there are is not known before the end; the share creeps towards its limit.
            if (builder.Count % ProgressEvery == 0)
                progress?.Report(new DiscoveryProgress("reading notes", ReadShare * builder.Count / (builder.Count + 1_000_000.0), builder.Count));
        }
        return (builder.Build(cancellationToken), builder.Count);
    }

    private List<string> Remarks(Corpus corpus, long read, bool found)
    {
        List<string> remarks = [];
        var withText = Enumerable.Range(0, corpus.AccountCount).Count(account => corpus.CountOf(account) > 0);
        var several = Enumerable.Range(0, corpus.AccountCount).Count(account => corpus.CountOf(account) > 1);
        void Say(FormattableString sentence) => remarks.Add(sentence.ToString(CultureInfo.InvariantCulture));
        if (read == 0)
            Say($"There are no activities; nothing could be looked for.");
        else if (corpus.ActivityCount == 0 && corpus.WordCount == 0)
            Say($"None of the {read:N0} activities has any text: subjects and bodies are empty, or hold nothing but quotes, signatures and links. Segments are found in what notes say.");
        else if (corpus.AccountCount < options.WorkingSize)
            Say($"There are only {corpus.AccountCount:N0} accounts; a segment needs at least {options.WorkingSize:N0}, and others to tell it from. Come back with more accounts.");
        else if (!found && corpus.AccountCount < 10 * options.WorkingSize)
            Say($"There are only {corpus.AccountCount:N0} accounts, too few to tell a segment of {options.WorkingSize:N0} from chance. A few hundred accounts with ten notes each are a good start.");
        else if (!found && several * 2 < corpus.AccountCount)
            Say($"Only {several:N0} of {corpus.AccountCount:N0} accounts have two notes or more with words that others use; what an account keeps coming back to cannot be seen in one note.");
        else if (!found)
            Say($"No group of accounts speaks of the same things more than chance would have it. That is an answer: these {corpus.AccountCount:N0} accounts have no segments that their notes show.");
        if (corpus.Capped.Count > 0)
        {
            var (account, count) = corpus.Capped.MaxBy(pair => pair.Count);
            Say($"{corpus.Capped.Count:N0} accounts have more than {options.MostActivitiesPerAccount:N0} notes, {account} the most ({count:N0}); an even draw of {options.MostActivitiesPerAccount:N0} of each was read, so that none outweighs the others.");
        }
        if (withText < corpus.AccountCount && withText > 0)
            Say($"{corpus.AccountCount - withText:N0} accounts have no note with words that others use; they belong to no segment.");
        if (corpus.Languages > 1)
            Say($"Notes are in {corpus.Languages} languages; each note is compared with others in its own, so that no segment is just a language.");
        if (corpus.OwnerTerms > 0)
            Say($"{corpus.OwnerTerms:N0} words that come mostly from one owner were left out, so that no segment is just a person's habit.");
        if (corpus.Repeated > 0)
            Say($"{corpus.Repeated:N0} sentences that stand in an earlier note of the same account to the letter were counted once.");
        return remarks;
    }
}
