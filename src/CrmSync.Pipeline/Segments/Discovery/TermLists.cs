namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// What segments speak of: terms by how surely accounts of the segment have them more often than others (likelihood ratio), each with its smoothed log-odds. A term is shown only where
/// enough accounts of the segment have it.
/// </summary>
internal sealed class TermLists
{
    private const int NameTerms = 3;
    private readonly Corpus _corpus;
    private readonly DiscoveryOptions _options;
    private readonly int[] _sizes;
    private readonly int[] _inside;
    private readonly bool[] _isMeaningful;
    private readonly List<SegmentTerm>[] _lists;
    private readonly Dictionary<int, double>[] _odds;

    public TermLists(Corpus corpus, int[] segmentOf, int[] sizes, DiscoveryOptions options)
    {
        (_corpus, _options, _sizes) = (corpus, options, sizes);
        var count = sizes.Length;
        _isMeaningful = [.. corpus.Names.Select(name => !NoteWords.IsTopic(name) && !name.Split(' ').Any(LanguageWords.IsFunctionWord))];
        _inside = new int[corpus.TermCount * count];
        var last = new int[corpus.TermCount];
        Array.Fill(last, -1);
        for (var account = 0; account < corpus.AccountCount; account++)
        {
            if (segmentOf[account] < 0)
                continue;
            for (var activity = corpus.AccountStart[account]; activity < corpus.AccountStart[account + 1]; activity++)
                foreach (var term in corpus.TermsOf(activity))
                {
                    if (last[term] == account)
                        continue;
                    last[term] = account;
                    _inside[(term * count) + segmentOf[account]]++;
                }
        }
        _odds = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<int, double>())];
        _lists = [.. Enumerable.Range(0, count).Select(List)];
    }

    public IReadOnlyList<SegmentTerm> Of(int segment) => _lists[segment];

    /// <summary>Log-odds of the listed terms, by the term's number in the corpus.</summary>
    public IReadOnlyDictionary<int, double> OddsOf(int segment) => _odds[segment];

    /// <summary>Terms of a segment that another one has much less.</summary>
    public IReadOnlyList<string> Apart(int segment, int other) =>
        [.. Rank(segment, term => _inside[(term * _sizes.Length) + other], _sizes[other]).Take(5).Select(pair => pair.Term.Term)];

    /// <summary>A name from the strongest terms that share no word.</summary>
    public static string NameOf(IReadOnlyList<SegmentTerm> terms)
    {
        List<string> parts = [];
        HashSet<string> used = new(StringComparer.Ordinal);
        // Two words say more than one: they come first where they are nearly as strong.
        foreach (var term in terms.Take(6).OrderByDescending(term => term.Term.Contains(' ', StringComparison.Ordinal) ? 1 : 0))
        {
            var words = term.Term.Split(' ');
            if (words.Any(word => used.Any(known => AreForms(word, known))) || parts.Count >= NameTerms || words.Any(word => word.Length < 3))
                continue;
            used.UnionWith(words);
            parts.Add(term.Term);
        }
        return string.Join(" · ", parts);
    }

    // "entity" and "entities", "bill" and "bills": a common beginning, and hardly anything after it.
    private static bool AreForms(string word, string other)
    {
        var common = word.AsSpan().CommonPrefixLength(other);
        var shorter = Math.Min(word.Length, other.Length);
        return word == other || (common >= 4 && common >= shorter - 2);
    }

    private List<SegmentTerm> List(int segment)
    {
        var rest = _corpus.AccountCount - _sizes[segment];
        List<SegmentTerm> terms = [];
        HashSet<string> words = new(StringComparer.Ordinal);
        foreach (var (id, term, _) in Rank(segment, term => _corpus.AccountsWith[term] - _inside[(term * _sizes.Length) + segment], rest))
        {
            // A word that stands in a listed pair, or a pair of listed words, says nothing new.
            var parts = term.Term.Split(' ');
            if (parts.All(words.Contains))
                continue;
            words.UnionWith(parts);
            terms.Add(term);
            _odds[segment][id] = term.LogOdds;
            if (terms.Count >= _options.ShownTerms)
                break;
        }
        return terms;
    }

    private IEnumerable<(int Id, SegmentTerm Term, double Sureness)> Rank(int segment, Func<int, int> outsideOf, int rest)
    {
        List<(int Id, SegmentTerm Term, double Sureness)> ranked = [];
        for (var term = 0; term < _corpus.TermCount; term++)
        {
            var inside = _inside[(term * _sizes.Length) + segment];
            if (inside < _options.FewestAccountsShown || !_isMeaningful[term])
                continue;
            var outside = Math.Max(0, outsideOf(term));
            double a = inside + 0.5, b = Math.Max(0, _sizes[segment] - inside) + 0.5, c = outside + 0.5, d = Math.Max(0, rest - outside) + 0.5;
            var odds = Math.Log(a / b) - Math.Log(c / d);
            if (odds > 0)
                ranked.Add((term, new SegmentTerm(_corpus.Names[term], Math.Round(odds, 2), inside, outside), Numbers.LogOdds.LikelihoodRatio(inside, _sizes[segment], outside, rest)));
        }
        return ranked.OrderByDescending(pair => pair.Sureness).ThenBy(pair => pair.Term.Term, StringComparer.Ordinal);
    }
}
