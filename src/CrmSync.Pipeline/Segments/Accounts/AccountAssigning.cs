using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>
/// Assigns accounts that are to be looked at again. Texts are read only of accounts whose activities came or changed; what people decide about segments is followed
/// from the sums that are kept. An account belongs to the segment that the model finds likeliest, and to none where people do not want that one. Thread-safe.
/// </summary>
public sealed class AccountAssigning(ISegmentWorkStore store, IKnownNames names)
{
    private const int AccountsAtOnce = 100;
    private const int MostPerAccount = 400;
    private const int MostActivities = 5;
    private readonly ModelShelf _shelf = new(store);

    internal async IAsyncEnumerable<LedgerChange> RunAsync(Connection connection, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var property = SegmentKeys.PropertyOf(connection.Kind);
        for (long after = 0, looked = 0; ;)
        {
            // Asked anew for each page: what people change meanwhile holds from the next page on, and accounts that were done come again.
            var active = await store.ReadActiveAsync(cancellationToken);
            var due = await store.ReadDueAccountsAsync(connection.Id, after, AccountsAtOnce, cancellationToken);
            if (due.Count == 0)
            {
                yield return new LedgerChange
                {
                    Accounts = new AccountStep(property, []),
                    Log = [new LogLine(LogSeverity.Info, "segments.assigned", string.Create(CultureInfo.InvariantCulture, $"{looked:N0} accounts were looked at."))],
                    Ending = new BatchEnding.Completed(),
                };
                yield break;
            }
            var models = await _shelf.ReadAsync(active, cancellationToken);
            yield return new LedgerChange { Accounts = new AccountStep(property, await AssignAsync(due, active, models, cancellationToken)) };
            (after, looked) = (due[^1].Id, looked + due.Count);
        }
    }

    private async Task<IReadOnlyList<AssignedAccount>> AssignAsync(
        IReadOnlyList<DueAccount> due, IReadOnlyList<ActiveSegment> active, Dictionary<long, SegmentModel> models, CancellationToken cancellationToken)
    {
        var read = due.Where(account => account.ReadsText || models.Keys.Any(model => account.Evidence.All(sums => sums.ModelId != model))).Select(account => account.Id).ToHashSet();
        IReadOnlyList<LedgerNote> found = models.Count == 0 || read.Count == 0
            ? []
            : await store.ReadNotesOfAsync([.. read.Order()], MostPerAccount, cancellationToken);
        var notes = found.ToLookup(note => note.AccountId);
        var cleaner = new NoteCleaner(names);
        var assigned = new AssignedAccount[due.Count];
        Parallel.For(0, due.Count, new ParallelOptions { CancellationToken = cancellationToken }, place =>
        {
            var account = due[place];
            IReadOnlyList<AccountSums> gathered = read.Contains(account.Id)
                ? Gather(models, [.. notes[account.Id].Select(note => (note, cleaner.CleanText(note.Subject, note.Body)))])
                : [];
            var sums = gathered.Count > 0 || read.Contains(account.Id) ? gathered : account.Evidence;
            assigned[place] = new AssignedAccount(account.Id, account.Asked, gathered, Choose(account, active, models, sums));
        });
        return assigned;
    }

    private static IReadOnlyList<AccountSums> Gather(Dictionary<long, SegmentModel> models, IReadOnlyList<(LedgerNote Note, string Text)> notes)
    {
        var revision = notes.Count == 0 ? 0 : notes.Max(note => note.Note.Revision);
        List<AccountSums> all = [];
        foreach (var (id, model) in models.OrderBy(pair => pair.Key))
        {
            var evidence = model.Begin();
            List<long>[] speaking = [.. model.Segments.Select(_ => new List<long>())];
            foreach (var (note, text) in notes)
            {
                if (text.Length == 0)
                    continue;
                var said = model.Read(text);
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
}
