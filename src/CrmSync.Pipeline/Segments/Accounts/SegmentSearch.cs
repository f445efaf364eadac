using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Documents;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Refits;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Text.Redaction;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>
/// Searches the ledger for segments: the same notes, options and links give the same proposals. While it thinks it says every few seconds how far it is, which renews
/// the lease and lets a person hold or stop it; once the directions are found they are kept, so that a killed search does not look for them again.
/// </summary>
public sealed class SegmentSearch(ISegmentWorkStore store, ISegmentStore segments, IKnownNames names, DiscoveryOptions options, LearningOptions learning)
{
    // Discovery draws evenly from what it is given; more of one account would only cost time.
    private const int MostPerAccount = 2_000;

    internal async IAsyncEnumerable<LedgerChange> RunAsync(SegmentWork work, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = new State();
        var constraints = Constraints(await segments.ReadLinksAsync(cancellationToken));
        // Quotes are shown to people: without the names of people and companies they would not be redacted.
        await names.ReadyAsync(cancellationToken);
        await using var thinking = new LongWork<DiscoveryResult>(stop => FindAsync(work, constraints, state, stop), clock, cancellationToken);
        await foreach (var _ in thinking.TicksAsync(() => state.Kept))
            yield return new LedgerChange { Search = state.Take() };
        var result = await thinking.Result;
        var known = await segments.ReadKnownAsync(cancellationToken);
        var found = FoundSegmentsOf(result, known, work.Seed, await store.ReadWinsAsync(cancellationToken), learning, clock.GetUtcNow());
        yield return new LedgerChange
        {
            Search = new SearchStep("done", 1, result.Activities),
            Found = found,
            Log = [Line(found), .. found.Remarks.Select(remark => new LogLine(LogSeverity.Info, "segments.remark", remark))],
            Ending = new BatchEnding.Completed(),
        };
    }

    private Task<DiscoveryResult> FindAsync(SegmentWork work, SegmentConstraints constraints, State state, CancellationToken cancellationToken) =>
        new SegmentDiscovery(options with { Seed = work.Seed }).RunAsync(
            new LedgerNotes(store, new NoteCleaner(names)), constraints, state, work.Checkpoint,
            (checkpoint, _) =>
            {
                state.Keep(checkpoint);
                return Task.CompletedTask;
            },
            cancellationToken);

    private static SegmentConstraints Constraints(IReadOnlyList<AccountLink> links) => new(
        [.. links.Where(link => link.Kind is LinkKind.Must).Select(link => (AccountKey.Of(link.First), AccountKey.Of(link.Second)))],
        [.. links.Where(link => link.Kind is LinkKind.Cannot).Select(link => (AccountKey.Of(link.First), AccountKey.Of(link.Second)))]);

    /// <summary>What was found, matched with what is known: a segment that is found again keeps its place, whatever people made of it.</summary>
    internal static FoundSegments FoundSegmentsOf(
        DiscoveryResult result, IReadOnlyList<KnownSegment> known, int seed, IReadOnlyDictionary<long, Share> wins, LearningOptions learning, DateTimeOffset at)
    {
        var changes = SegmentMatching.Compare(
            [.. known.Select(segment => new SegmentSnapshot(segment.Key, [.. segment.Accounts.Select(AccountKey.Of)], Profile(segment.Terms)))],
            [.. result.Segments.Select(segment => new SegmentSnapshot(segment.Id, [.. segment.Members.Select(member => member.Account)], Profile(segment.Terms)))]);
        var continues = changes.Where(change => change is { Old: not null, New: not null }).ToDictionary(change => change.New!, change => change.Old!, StringComparer.Ordinal);
        var model = Array.Empty<byte>();
        if (result.Model is { } made)
        {
            using var stream = new MemoryStream();
            SegmentModelFile.Write(made, stream);
            model = stream.ToArray();
        }
        IReadOnlyList<FoundSegment> found =
        [
            .. result.Segments.Select(segment => new FoundSegment(
                segment.Id, segment.Name, segment.IsPromoted, segment.Stability,
                new SegmentDescription(
                    segment.Terms, [.. segment.Quotes.Select(quote => new DescribedQuote(AccountKey.Parse(quote.Account), AccountKey.Parse(quote.Note), quote.Text))], segment.Nearest),
                [.. segment.Members.Select(member => new FoundMember(AccountKey.Parse(member.Account), member.Score, member.Speaking, member.Notes, member.Expected))])
            {
                Continues = continues.GetValueOrDefault(segment.Id),
            }),
        ];
        return new FoundSegments(seed, result.Accounts.Count, result.Activities, result.Remarks, found)
        {
            Model = model,
            Events = RefitEvents.Of(known, found, changes, wins, learning, at),
        };
    }

    private static Dictionary<string, double> Profile(IReadOnlyList<SegmentTerm> terms)
    {
        var profile = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var term in terms)
            profile[term.Term] = term.LogOdds;
        return profile;
    }

    private static LogLine Line(FoundSegments found) => new(
        LogSeverity.Info, "segments.found", string.Create(
            CultureInfo.InvariantCulture, $"{found.Segments.Count:N0} segments in {found.Accounts:N0} accounts of all connections, from {found.Activities:N0} activities."));

    private sealed class LedgerNotes(ISegmentWorkStore store, NoteCleaner cleaner) : INoteSource
    {
        public IAsyncEnumerable<AccountNote> ReadAsync(CancellationToken cancellationToken) => cleaner.CleanAsync(store.ReadNotesAsync(MostPerAccount, cancellationToken), cancellationToken);
    }

    private sealed class State : IProgress<DiscoveryProgress>
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource _kept = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private DiscoveryProgress _now = new("reading notes", 0, 0);
        private DiscoveryCheckpoint? _checkpoint;

        public Task Kept
        {
            get
            {
                lock (_gate)
                    return _kept.Task;
            }
        }

        public void Report(DiscoveryProgress value)
        {
            lock (_gate)
                _now = value;
        }

        public void Keep(DiscoveryCheckpoint checkpoint)
        {
            lock (_gate)
            {
                _checkpoint = checkpoint;
                _kept.TrySetResult();
            }
        }

        public SearchStep Take()
        {
            lock (_gate)
            {
                var step = new SearchStep(_now.Stage, Math.Clamp(_now.Share, 0, 1), _now.Activities) { Checkpoint = _checkpoint };
                if (_checkpoint is not null)
                    _kept = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _checkpoint = null;
                return step;
            }
        }
    }
}
