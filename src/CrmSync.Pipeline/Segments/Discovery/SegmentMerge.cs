using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>Makes one of segments that are pieces of the same one: more seeds than segments are planted on purpose.</summary>
internal sealed class SegmentMerge(Corpus corpus, SegmentFit fit)
{
    // Score per account that one segment for two may cost; two that are real cost several times as much.
    private const double Same = 0.5;

    // A score that members reach and chance does not, and the share of it that makes another segment a rival.
    private const float Convincing = 4;
    private const float RivalScore = 0.4f;
    private const double RivalShare = 0.3;

    /// <summary>
    /// Makes one of two segments where one explains unseen accounts as well as two do: they are pieces of the same one. Null where all are worth having.
    /// </summary>
    public (float[] Shares, int Count)? Join(float[] scores, float[] shares, FitState state)
    {
        var candidates = Rivals(scores, state);
        if (candidates.Count == 0)
            return null;
        var into = Enumerable.Range(0, state.Count).ToArray();
        HashSet<int> touched = [];
        foreach (var (i, j) in candidates)
        {
            if (touched.Contains(i) || touched.Contains(j))
                continue;
            var (apart, together, accounts) = Compare(scores, shares, state, i, j);
            if (together < apart - (Same * accounts))
                continue;
            into[j] = i;
            touched.Add(i);
            touched.Add(j);
        }
        if (touched.Count == 0)
            return null;
        int[] keep = [.. Enumerable.Range(0, state.Count).Where(k => into[k] == k)];
        var width = SegmentFit.Pad(keep.Length);
        var merged = new float[corpus.AccountCount * width];
        for (var account = 0; account < corpus.AccountCount; account++)
            for (var k = 0; k < state.Count; k++)
                merged[(account * width) + Array.IndexOf(keep, into[k])] += shares[(account * state.Width) + k];
        return (merged, keep.Length);
    }

    /// <summary>Pairs that claim each other's accounts, the closest first.</summary>
    private List<(int, int)> Rivals(float[] scores, FitState state)
    {
        var both = new int[state.Count * state.Count];
        var own = new int[state.Count];
        for (var account = 0; account < corpus.AccountCount; account++)
        {
            var row = scores.AsSpan(account * state.Width, state.Count);
            var best = TensorPrimitives.IndexOfMax(row);
            if (row[best] <= Convincing)
                continue;
            own[best]++;
            for (var k = 0; k < row.Length; k++)
                if (k != best && row[k] > RivalScore * row[best])
                    both[(best * state.Count) + k]++;
        }
        List<(double Share, int I, int J)> pairs = [];
        for (var i = 0; i < state.Count; i++)
            for (var j = i + 1; j < state.Count; j++)
                if (Math.Max((double)both[(i * state.Count) + j] / Math.Max(1, own[i]), (double)both[(j * state.Count) + i] / Math.Max(1, own[j])) is > RivalShare and var share)
                    pairs.Add((share, i, j));
        return [.. pairs.OrderByDescending(pair => pair.Share).ThenBy(pair => pair.I).ThenBy(pair => pair.J).Select(pair => (pair.I, pair.J))];
    }

    private (double Apart, double Together, int Accounts) Compare(float[] scores, float[] shares, FitState state, int i, int j)
    {
        const int Width = 8;
        var one = new float[corpus.AccountCount * Width];
        List<int> members = [];
        for (var account = 0; account < corpus.AccountCount; account++)
        {
            one[account * Width] = shares[(account * state.Width) + i] + shares[(account * state.Width) + j];
            if (one[account * Width] > 0.5)
                members.Add(account);
        }
        var joined = fit.Learn(one, 1, null);
        for (var round = 0; round < 2; round++)
            joined = fit.Learn(one, 1, joined);
        var again = fit.Score(joined, Shuffle.Identity(corpus));
        double apart = 0, together = 0;
        foreach (var account in members)
        {
            apart += Math.Max(scores[(account * state.Width) + i], scores[(account * state.Width) + j]);
            together += again[account * Width];
        }
        return (apart, together, members.Count);
    }
}
