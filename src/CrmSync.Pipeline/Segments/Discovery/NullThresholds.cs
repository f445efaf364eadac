namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// The score above which an account belongs to a segment: accounts dealt out by chance, with activities of their own fold, reach it so rarely that only a small share of
/// those above it can be there by chance.
/// </summary>
internal static class NullThresholds
{
    private const int FewestNullAccounts = 20_000;
    private const int MostDeals = 8;
    private const float Least = 2;

    public static float[] Find(Corpus corpus, SegmentFit fit, FitState state, float[] scores, DiscoveryOptions options, int round)
    {
        var deals = Math.Clamp(FewestNullAccounts / Math.Max(1, corpus.AccountCount), 1, MostDeals);
        List<float>[] chance = [.. Enumerable.Range(0, state.Count).Select(_ => new List<float>())];
        for (var deal = 0; deal < deals; deal++)
        {
            var order = Shuffle.Permute(corpus, account => fit.FoldOf[account], SegmentFit.Folds, ((ulong)options.Seed * 1_000_003) + (ulong)((round * 100) + deal));
            Best(corpus, fit, state, fit.Score(state, order), chance);
        }
        List<float>[] real = [.. Enumerable.Range(0, state.Count).Select(_ => new List<float>())];
        Best(corpus, fit, state, scores, real);
        var thresholds = new float[state.Count];
        for (var k = 0; k < state.Count; k++)
            thresholds[k] = Threshold([.. chance[k].OrderDescending()], [.. real[k].OrderDescending()], deals, options.FalseShare);
        return thresholds;
    }

    // From the highest chance score downwards, as long as few enough of those above came by chance.
    private static float Threshold(float[] chance, float[] real, int deals, double share)
    {
        var threshold = chance.Length == 0 ? Least : Math.Max(Least, chance[0]);
        var above = 0;
        for (var i = 0; i < chance.Length && chance[i] >= Least; i++)
        {
            while (above < real.Length && real[above] >= chance[i])
                above++;
            if ((i + 1.0) / deals <= share * above)
                threshold = chance[i];
        }
        return threshold;
    }

    private static void Best(Corpus corpus, SegmentFit fit, FitState state, float[] scores, List<float>[] into)
    {
        var priors = fit.Priors(state).Segments;
        for (var account = 0; account < corpus.AccountCount; account++)
        {
            var row = scores.AsSpan(account * state.Width, state.Count);
            var best = SegmentFit.BestOf(row, priors);
            if (best >= 0 && row[best] > 0)
                into[best].Add(row[best]);
        }
    }
}
