namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Which notes speak of a segment: the reasons for its accounts, and the examples.</summary>
/// <param name="Speaking">Notes of every account that speak of its own segment.</param>
/// <param name="Expected">Share of notes that speak of a segment in accounts of no segment, by segment.</param>
/// <param name="Quotes">Activities to quote, by segment, those first that say most of what the segment is shown by; no two of one account, and some more than are wanted, for some say the same.</param>
internal sealed record NoteCounts(int[] Speaking, double[] Expected, IReadOnlyList<int>[] Quotes)
{
    private const int FewestTerms = 5;
    private const int MostTerms = 60;
    private const int FewestShown = 2;
    private const int Spare = 3;

    public static NoteCounts Of(Corpus corpus, SegmentFit fit, FittedSegments fitted, int[] segmentOf, TermLists terms, DiscoveryOptions options, CancellationToken cancellationToken)
    {
        var state = fitted.State;
        var speaking = new int[corpus.AccountCount];
        var blocks = Blocks.Of(corpus);
        var outside = new long[blocks.Length][];
        var notes = new long[blocks.Length];
        var best = new (double Said, float Ratio, int Activity)[corpus.AccountCount];
        Blocks.Run(blocks, options.Parallel(cancellationToken), (block, from, to) =>
        {
            outside[block] = new long[state.Width];
            var row = new float[state.Width];
            for (var account = from; account < to; account++)
            {
                best[account] = (0, float.MinValue, -1);
                for (var activity = corpus.AccountStart[account]; activity < corpus.AccountStart[account + 1]; activity++)
                {
                    fit.NoteRatios(state.Ratios[fit.FoldOf[account]], state.Width, activity, row);
                    if (segmentOf[account] is >= 0 and var own)
                    {
                        if (Evidence.Posterior(row[own], state.Share[own]) <= 0.5f)
                            continue;
                        speaking[account]++;
                        // A chance phrase may be the likeliest of all; an example has to say what the segment is shown by.
                        var said = corpus.TermsOf(activity).Length is >= FewestTerms and <= MostTerms ? Said(corpus.TermsOf(activity), terms.OddsOf(own)) : 0;
                        if (said > 0 && (said, row[own]).CompareTo((best[account].Said, best[account].Ratio)) > 0)
                            best[account] = (said, row[own], activity);
                        continue;
                    }
                    notes[block]++;
                    for (var k = 0; k < state.Count; k++)
                        outside[block][k] += Evidence.Posterior(row[k], state.Share[k]) > 0.5f ? 1 : 0;
                }
            }
        });
        var total = Math.Max(1, notes.Sum());
        return new NoteCounts(
            speaking,
            [.. Enumerable.Range(0, state.Count).Select(k => (double)outside.Sum(counts => counts[k]) / total)],
            [.. Enumerable.Range(0, state.Count).Select(k => (IReadOnlyList<int>)[.. Enumerable.Range(0, corpus.AccountCount)
                .Where(account => segmentOf[account] == k && best[account].Activity >= 0)
                .OrderByDescending(account => best[account].Said).ThenByDescending(account => best[account].Ratio).ThenBy(account => account).Take(options.Quotes * Spare).Select(account => best[account].Activity)])]);
    }

    private static double Said(ReadOnlySpan<int> note, IReadOnlyDictionary<int, double> odds)
    {
        var (sum, met) = (0.0, 0);
        foreach (var term in note)
        {
            if (!odds.TryGetValue(term, out var one))
                continue;
            sum += one;
            met++;
        }
        return met < FewestShown ? 0 : sum;
    }
}
