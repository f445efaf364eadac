using System.Globalization;
using System.Runtime.CompilerServices;
using CrmSync.Pipeline.Evaluation.Statistics;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Discovery;
using CrmSync.Pipeline.Segments.Learning;
using CrmSync.Pipeline.Segments.Models;
using CrmSync.Pipeline.Segments.Refits;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.Segments.Vectors;

namespace CrmSync.Pipeline.Segments.Accounts;

/// <summary>
/// Searches the ledger for segments: the same notes, options and links give the same proposals. While it thinks it says every few seconds how far it is, which renews
/// the lease and lets a person hold or stop it; what is costly is kept (the directions, and what an embeddings endpoint answered), so that a killed search does not do it again.
/// </summary>
public sealed class SegmentSearch(ISegmentWorkStore store, ISegmentStore segments, LedgerDiscovery discovery, LearningOptions learning)
{
    internal async IAsyncEnumerable<LedgerChange> RunAsync(long run, SegmentWork work, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var state = new SearchState();
        var constraints = Constraints(await segments.ReadLinksAsync(cancellationToken));
        await using var thinking = new LongWork<Result<TopicFindings>>(stop => discovery.FindAsync(run, work, constraints, state, stop), clock, cancellationToken);
        await foreach (var _ in thinking.TicksAsync(() => state.Kept))
            yield return Step(state);
        var found = await thinking.Result;
        // What the endpoint answered between the last waking and the end.
        yield return Step(state);
        if (!found.Succeeded)
        {
            yield return new LedgerChange
            {
                Search = new SearchStep($"waiting for vectors of notes: {found.Failure.Message}", 0, 0),
                Ending = new BatchEnding.Snooze(VectorWaits.Until(found.Failure, clock.GetUtcNow()), found.Failure.Code, found.Failure.ToString()),
            };
            yield break;
        }
        var (result, cost) = found.Value;
        var known = await segments.ReadKnownAsync(cancellationToken);
        var stored = FoundSegmentsOf(result, known, work.Seed, await store.ReadWinsAsync(cancellationToken), learning, clock.GetUtcNow());
        yield return new LedgerChange
        {
            Search = new SearchStep("done", 1, result.Activities),
            Found = stored,
            Log =
            [
                Line(stored), .. stored.Remarks.Select(remark => new LogLine(LogSeverity.Info, "segments.remark", remark)),
                .. cost.Calls == 0 ? (LogLine[])[] : [new LogLine(LogSeverity.Info, "segments.vectors", $"The embeddings endpoint was asked about {cost}.")],
            ],
            Ending = new BatchEnding.Completed(),
        };
    }

    private static LedgerChange Step(SearchState state)
    {
        var (step, vectors) = state.Take();
        return new LedgerChange { Search = step, Vectors = vectors };
    }

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
            Topics = result.Model?.Topics?.Key,
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
}
