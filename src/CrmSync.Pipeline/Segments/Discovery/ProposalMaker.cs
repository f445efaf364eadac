using System.Globalization;
using CrmSync.Pipeline.Segments.Models;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Describes fitted segments for people: members with reasons, terms, quotes, stability, neighbours, names; and freezes them into a model.</summary>
internal sealed class ProposalMaker
{
    private readonly Corpus _corpus;
    private readonly SegmentFit _fit;
    private readonly FittedSegments _fitted;
    private readonly DiscoveryOptions _options;
    private readonly int[] _segmentOf;
    private readonly int[] _order;
    private readonly NoteCounts _notes;
    private readonly TermLists _terms;
    private readonly double[] _stability;

    public ProposalMaker(Corpus corpus, SegmentFit fit, FittedSegments fitted, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        (_corpus, _fit, _fitted, _options) = (corpus, fit, fitted, options);
        var (count, width) = (fitted.State.Count, fitted.State.Width);
        _segmentOf = new int[corpus.AccountCount];
        for (var account = 0; account < _segmentOf.Length; account++)
        {
            _segmentOf[account] = -1;
            for (var k = 0; k < count; k++)
                if (fitted.Shares[(account * width) + k] > 0.5f)
                    _segmentOf[account] = k;
        }
        var sizes = new int[count];
        foreach (var k in _segmentOf.Where(k => k >= 0))
            sizes[k]++;
        // Largest first; of equal ones the one whose first account came first.
        _order = [.. Enumerable.Range(0, count).OrderByDescending(k => sizes[k]).ThenBy(k => Array.IndexOf(_segmentOf, k))];
        _terms = new TermLists(corpus, _segmentOf, sizes, options);
        _notes = NoteCounts.Of(corpus, fit, fitted, _segmentOf, _terms, options, cancellationToken);
        _stability = Stability(cancellationToken);
        Quoted = new HashSet<ulong>(_notes.Quotes.SelectMany(list => list).Select(activity => corpus.Keys[activity]));
    }

    /// <summary>Keys of the notes that are quoted.</summary>
    public IReadOnlySet<ulong> Quoted { get; }

    public (IReadOnlyList<SegmentProposal> Proposals, SegmentModel Model) Finish(Dictionary<ulong, SegmentQuote> quotes)
    {
        var names = Names();
        var profiles = _order.ToDictionary(k => k, Profile);
        List<SegmentProposal> proposals = [];
        for (var place = 0; place < _order.Length; place++)
        {
            var k = _order[place];
            var members = Members(k);
            proposals.Add(new SegmentProposal(
                IdAt(place), names[place], members.Count >= _options.PromotedSize, members, _terms.Of(k),
                [.. _notes.Quotes[k].Select(activity => quotes.GetValueOrDefault(_corpus.Keys[activity])).OfType<SegmentQuote>().DistinctBy(quote => quote.Text).Take(_options.Quotes)],
                _stability[k], Nearest(k, profiles)));
        }
        return (proposals, Freeze(names));
    }

    private static string IdAt(int place) => $"s{(place + 1).ToString("00", CultureInfo.InvariantCulture)}";

    private List<SegmentMember> Members(int k) => [.. Enumerable.Range(0, _corpus.AccountCount)
        .Where(account => _segmentOf[account] == k)
        .Select(account => new SegmentMember(
            _corpus.Accounts[account], Math.Round(_fitted.Scores[(account * _fitted.State.Width) + k], 2), _notes.Speaking[account],
            _corpus.CountOf(account), Math.Round(_corpus.CountOf(account) * _notes.Expected[k], 2)))
        .OrderByDescending(member => member.Score).ThenBy(member => member.Account, StringComparer.Ordinal)];

    private string[] Names()
    {
        HashSet<string> used = new(StringComparer.Ordinal);
        var names = new string[_order.Length];
        for (var place = 0; place < names.Length; place++)
        {
            var name = TermLists.NameOf(_terms.Of(_order[place]));
            names[place] = name.Length == 0 ? $"Segment {place + 1}" : name;
            if (!used.Add(names[place]))
                names[place] += $" ({IdAt(place)})";
        }
        return names;
    }

    /// <summary>Ratios weighted by how common the terms are: what the segment is about.</summary>
    private double[] Profile(int k)
    {
        var table = _fitted.State.Ratios[SegmentFit.Folds];
        var profile = new double[_corpus.TermCount];
        for (var term = 0; term < profile.Length; term++)
            profile[term] = table[(term * _fitted.State.Width) + k] * Math.Sqrt(_corpus.AccountsWith[term]);
        return profile;
    }

    private NearestSegment? Nearest(int k, Dictionary<int, double[]> profiles)
    {
        if (_order.Length < 2)
            return null;
        var (other, cosine) = _order.Where(other => other != k).Select(other => (other, Cosine(profiles[k], profiles[other]))).MaxBy(pair => pair.Item2);
        return new NearestSegment(IdAt(Array.IndexOf(_order, other)), Math.Round(cosine, 3), _terms.Apart(k, other));
    }

    internal static double Cosine(double[] left, double[] right)
    {
        double dot = 0, a = 0, b = 0;
        for (var i = 0; i < left.Length; i++)
        {
            dot += left[i] * right[i];
            a += left[i] * left[i];
            b += right[i] * right[i];
        }
        return a == 0 || b == 0 ? 0 : dot / Math.Sqrt(a * b);
    }

    /// <summary>How much the members stay the same when all accounts are judged by what four folds alone taught.</summary>
    private double[] Stability(CancellationToken cancellationToken)
    {
        var (count, width) = (_fitted.State.Count, _fitted.State.Width);
        var sums = new double[count];
        var priors = _fit.Priors(_fitted.State).Segments;
        for (var fold = 0; fold < SegmentFit.Folds; fold++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var table = _fitted.State.Ratios[fold];
            var scores = _fit.Score(_fitted.State with { Ratios = [.. Enumerable.Repeat(table, SegmentFit.Folds + 1)] }, Shuffle.Identity(_corpus));
            var (both, either) = (new int[count], new int[count]);
            for (var account = 0; account < _corpus.AccountCount; account++)
            {
                var row = scores.AsSpan(account * width, count);
                var best = SegmentFit.BestOf(row, priors);
                var again = best >= 0 && row[best] > _fitted.Thresholds[best] ? best : -1;
                var now = _segmentOf[account];
                if (now >= 0)
                    either[now]++;
                if (again >= 0 && again != now)
                    either[again]++;
                if (again >= 0 && again == now)
                    both[now]++;
            }
            for (var k = 0; k < count; k++)
                sums[k] += (double)both[k] / Math.Max(1, either[k]);
        }
        return [.. sums.Select(sum => Math.Round(sum / SegmentFit.Folds, 3))];
    }

    private SegmentModel Freeze(string[] names)
    {
        var state = _fitted.State;
        var table = state.Ratios[SegmentFit.Folds];
        var ratios = new float[_corpus.TermCount * _order.Length];
        for (var term = 0; term < _corpus.TermCount; term++)
            for (var place = 0; place < _order.Length; place++)
                ratios[(term * _order.Length) + place] = table[(term * state.Width) + _order[place]];
        return new SegmentModel(
            [.. _order.Select((k, place) => new ModelSegment(
                IdAt(place), names[place], state.Share[k], _fitted.Thresholds[k], (double)_segmentOf.Count(segment => segment == k) / _corpus.AccountCount, _notes.Expected[k]))],
            _corpus.Names, ratios);
    }
}
