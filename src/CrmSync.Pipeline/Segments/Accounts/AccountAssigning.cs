using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>
/// Assigns accounts that are to be looked at again. Texts are read only of accounts whose activities came or changed; what people decide about segments is followed
/// from the sums that are kept. An account belongs to the segment that the model finds likeliest, and to none where people do not want that one. Where a model reads topics and the embeddings
/// endpoint does not tell them, the accounts concerned stay as they are and wait. Thread-safe.
/// </summary>
public sealed class AccountAssigning(ISegmentWorkStore store, ITopicStore topics, IKnownNames names, VectorDesk desk)
{
    private const int AccountsAtOnce = 100;
    private const int MostPerAccount = 400;
    private const int MostActivities = 5;
    private readonly ModelShelf _shelf = new(store);

    internal async IAsyncEnumerable<LedgerChange> RunAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var property = SegmentKeys.PropertyOf(context.Connection.Kind);
        var read = new PageTopics(topics, desk);
        for (long after = 0, looked = 0, waiting = 0; ;)
        {
            // Asked anew for each page: what people change meanwhile holds from the next page on, and accounts that were done come again.
            var active = await store.ReadActiveAsync(cancellationToken);
            var due = await store.ReadDueAccountsAsync(context.Connection.Id, after, AccountsAtOnce, cancellationToken);
            if (due.Count == 0)
            {
                yield return Last(property, looked, waiting, read, context.Clock.GetUtcNow());
                yield break;
            }
            var models = await _shelf.ReadAsync(active, cancellationToken);
            var notes = await ReadAsync(due, models, cancellationToken);
            await foreach (var news in read.ReadAsync(models.Values, [.. notes.Texts.Where(pair => pair.Value.Length > 0).Select(pair => (AccountKey.Of(pair.Key), pair.Value))], context, cancellationToken))
                yield return new LedgerChange { Vectors = news };
            IReadOnlyList<DueAccount> ready = [.. due.Where(account => notes.OfAccount[account.Id].All(note => IsRead(models, read, notes.Texts[note.ActivityId])))];
            yield return new LedgerChange { Accounts = new AccountStep(property, Assign(ready, active, models, notes, read, cancellationToken)) };
            (after, looked, waiting) = (due[^1].Id, looked + ready.Count, waiting + due.Count - ready.Count);
        }
    }

    private static LedgerChange Last(string property, long looked, long waiting, PageTopics read, DateTimeOffset now)
    {
        var change = new LedgerChange
        {
            Accounts = new AccountStep(property, []),
            Log =
            [
                new LogLine(LogSeverity.Info, "segments.assigned", string.Create(CultureInfo.InvariantCulture, $"{looked:N0} accounts were looked at.")),
                .. read.Cost.Calls == 0 ? (LogLine[])[] : [new LogLine(LogSeverity.Info, "segments.vectors", $"The embeddings endpoint was asked about {read.Cost}.")],
            ],
            Ending = new BatchEnding.Completed(),
        };
        return read.Failure is not { } failure || waiting == 0
            ? change
            : change with
            {
                Ending = new BatchEnding.Snooze(
                    VectorWaits.Until(failure, now), failure.Code, string.Create(CultureInfo.InvariantCulture, $"{waiting:N0} accounts wait for vectors of their notes. {failure}")),
            };
    }

    // A note that the endpoint does not take has no topics, and is read; a note that nobody asked about is not.
    private static bool IsRead(Dictionary<long, SegmentModel> models, PageTopics read, string text) =>
        text.Length == 0 || models.Values.All(model => model.Topics is null || read.Find(model, text) is not null);

    private async Task<PageNotes> ReadAsync(IReadOnlyList<DueAccount> due, Dictionary<long, SegmentModel> models, CancellationToken cancellationToken)
    {
        var read = due.Where(account => account.ReadsText || models.Keys.Any(model => account.Evidence.All(sums => sums.ModelId != model))).Select(account => account.Id).ToHashSet();
        IReadOnlyList<LedgerNote> found = models.Count == 0 || read.Count == 0
            ? []
            : await store.ReadNotesOfAsync([.. read.Order()], MostPerAccount, cancellationToken);
        // What is sent must not hold a name that came since.
        if (found.Count > 0 && models.Values.Any(model => model.Topics is not null))
            await names.ReadyAsync(cancellationToken);
        var cleaner = new NoteCleaner(names);
        LedgerNote[] different = [.. found.DistinctBy(note => note.ActivityId)];
        var texts = new string[different.Length];
        Parallel.For(0, different.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => texts[i] = cleaner.CleanText(different[i].Subject, different[i].Body));
        return new PageNotes(read, found.ToLookup(note => note.AccountId), different.Zip(texts).ToDictionary(pair => pair.First.ActivityId, pair => pair.Second));
    }

    private static AssignedAccount[] Assign(
        IReadOnlyList<DueAccount> due, IReadOnlyList<ActiveSegment> active, Dictionary<long, SegmentModel> models, PageNotes notes, PageTopics topics, CancellationToken cancellationToken)
    {
        var assigned = new AssignedAccount[due.Count];
        Parallel.For(0, due.Count, new ParallelOptions { CancellationToken = cancellationToken }, place =>
        {
            var account = due[place];
            IReadOnlyList<AccountSums> gathered = notes.Accounts.Contains(account.Id)
                ? Gather(models, [.. notes.OfAccount[account.Id].Select(note => (note, notes.Texts[note.ActivityId]))], topics)
                : [];
            var sums = notes.Accounts.Contains(account.Id) ? gathered : account.Evidence;
            assigned[place] = new AssignedAccount(account.Id, account.Asked, gathered, Choose(account, active, models, sums));
        });
        return assigned;
    }

    private static IReadOnlyList<AccountSums> Gather(Dictionary<long, SegmentModel> models, IReadOnlyList<(LedgerNote Note, string Text)> notes, PageTopics topics)
    {
        var revision = notes.Count == 0 ? 0 : notes.Max(note => note.Note.Revision);
        List<AccountSums> all = [];
        foreach (var (id, model) in models.OrderBy(pair => pair.Key))
        {
            var evidence = model.Begin();
            var before = new SaidOnce();
            List<long>[] speaking = [.. model.Segments.Select(_ => new List<long>())];
            foreach (var (note, text) in notes)
            {
                if (text.Length == 0)
                    continue;
                var said = model.Read(text, model.Topics is null ? null : topics.Find(model, text), before);
                evidence = model.Add(evidence, said);
                for (var k = 0; k < speaking.Length; k++)
                    if (said.Speaks[k])
                        speaking[k].Add(note.ActivityId);
            }
            all.Add(new AccountSums(
                id, evidence.Sums, evidence.Speaking, evidence.Notes, [.. speaking.Select(ids => (IReadOnlyList<long>)[.. ids.OrderDescending().Take(MostActivities)])], revision));
        }
        return all;
    }

    private static ChosenSegment? Choose(
        DueAccount account, IReadOnlyList<ActiveSegment> active, Dictionary<long, SegmentModel> models, IReadOnlyList<AccountSums> evidence)
    {
        if (account.PinnedTo is { } pinned && active.FirstOrDefault(segment => segment.Id == pinned) is { } wanted)
            return new ChosenSegment(wanted, 0, 1, 0, 0, 0, 0, []) { ByPerson = true };
        ChosenSegment? best = null;
        foreach (var sums in evidence)
        {
            if (!models.TryGetValue(sums.ModelId, out var model) || model.Segments.Count != sums.Sums.Count)
                continue;
            if (model.Assign(new AccountEvidence(sums.Sums, sums.Speaking, sums.Notes)) is not { } found)
                continue;
            if (active.FirstOrDefault(segment => segment.Places.Contains((sums.ModelId, found.Segment))) is not { } segment || best?.Score >= found.Score)
                continue;
            var place = model.PlaceOf(found.Segment);
            best = new ChosenSegment(
                segment, found.Score, ModelShelf.Confidence(model, sums.Sums, place), found.Speaking, found.Notes, found.Expected, sums.ModelId, sums.Activities[place]);
        }
        return best;
    }

    /// <summary>Notes of a page.</summary>
    /// <param name="Accounts">Accounts whose notes were read.</param>
    /// <param name="OfAccount">Their notes.</param>
    /// <param name="Texts">Cleaned texts by activity, free of personal data.</param>
    private sealed record PageNotes(IReadOnlySet<long> Accounts, ILookup<long, LedgerNote> OfAccount, IReadOnlyDictionary<long, string> Texts);
}
