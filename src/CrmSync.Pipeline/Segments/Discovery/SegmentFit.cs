using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// Background and segments as a mixture: an account belongs to one segment or to none, and each of its activities comes from the segment or from the background.
/// Cross-fitted: an account is judged by ratios that were learned from the other folds only, so a segment that exists in its own accounts alone dies out.
/// </summary>
internal sealed class SegmentFit
{
    public const int Folds = 5;
    private const int Parts = 2;
    private const int Rounds = 4;
    private const float HeaviestAccount = 50;

    // Words keep company: two of them say less than the sum of what each says. Half was best on planted sets, with text of two kinds.
    private const float Temper = 0.5f;

    // Added to observed and to expected counts, so that rare terms say little.
    private const float Added = 0.7f;
    private const float Least = 0.02f;
    private readonly Corpus _corpus;
    private readonly DiscoveryOptions _options;
    private readonly SegmentConstraints _constraints;
    private readonly ParallelOptions _parallel;
    private readonly int[][] _parts;
    private readonly Background _background;

    public SegmentFit(Corpus corpus, DiscoveryOptions options, SegmentConstraints constraints, CancellationToken cancellationToken)
    {
        (_corpus, _options, _constraints) = (corpus, options, constraints);
        _parallel = options.Parallel(cancellationToken);
        FoldOf = [.. corpus.Accounts.Select(key => FoldFor(constraints.FoldKey(key), options.Seed))];
        _parts = [.. Enumerable.Range(0, Folds * Parts).Select(part => Enumerable.Range(0, corpus.AccountCount)
            .Where(account => FoldOf[account] == part / Parts && account % Parts == part % Parts).ToArray())];
        _background = new Background(corpus);
    }

    public int[] FoldOf { get; }

    /// <summary>Fits from seeds: members teach the ratios, the ratios choose the members, a few times over.</summary>
    public FittedSegments Fit(Seeding seeding, Action<double> progress)
    {
        var count = seeding.Seeds;
        var shares = new float[_corpus.AccountCount * Pad(count)];
        for (var account = 0; account < _corpus.AccountCount; account++)
            if (seeding.SeedOf[account] >= 0)
                shares[(account * Pad(count)) + seeding.SeedOf[account]] = 1;
        _constraints.Bind(_corpus.Accounts, shares, Pad(count));
        var state = Learn(shares, count, null);
        for (var round = 1; ; round++)
        {
            _parallel.CancellationToken.ThrowIfCancellationRequested();
            progress((double)round / (Rounds + 1));
            var scores = Score(state, Shuffle.Identity(_corpus));
            var thresholds = NullThresholds.Find(_corpus, this, state, scores, _options, round);
            shares = Members(scores, thresholds, state, out var sizes);
            int[] keep = [.. Enumerable.Range(0, state.Count).Where(k => sizes[k] >= (round < Rounds ? _options.WorkingSize / 2 : _options.WorkingSize))];
            if (keep.Length < state.Count)
            {
                // Accounts of what is dropped may belong to what stays.
                state = Select(state, keep);
                if (state.Count == 0)
                    return new FittedSegments(state, [], [], []);
                scores = Columns(scores, Pad(sizes.Length), keep);
                thresholds = [.. keep.Select(k => thresholds[k])];
                shares = Members(scores, thresholds, state, out sizes);
            }
            if (round >= Rounds)
                return new FittedSegments(state, scores, shares, thresholds);
            if (round is 1 or 2 or 3 && new SegmentMerge(_corpus, this).Join(scores, shares, state) is { } merged)
                state = Learn(merged.Shares, merged.Count, null);
            else
                state = Learn(shares, state.Count, state);
        }
    }

    /// <summary>
    /// One segment per account, the likeliest of those whose threshold it passes. Not the posterior: ratios of words that keep company are too sure of themselves,
    /// and a segment that takes in a few strangers too many goes on to take in all.
    /// </summary>
    private float[] Members(float[] scores, float[] thresholds, FitState state, out int[] sizes)
    {
        var shares = new float[scores.Length];
        var priors = Priors(state).Segments;
        sizes = new int[state.Count];
        for (var account = 0; account < _corpus.AccountCount; account++)
            if (BestOf(scores.AsSpan(account * state.Width, state.Count), priors) is >= 0 and var best && scores[(account * state.Width) + best] > thresholds[best])
                shares[(account * state.Width) + best] = 1;
        _constraints.Bind(_corpus.Accounts, shares, state.Width);
        for (var account = 0; account < _corpus.AccountCount; account++)
            for (var k = 0; k < sizes.Length; k++)
                sizes[k] += shares[(account * state.Width) + k] > 0.5f ? 1 : 0;
        return shares;
    }

    /// <summary>The likeliest segment, before any threshold; -1 where there are none.</summary>
    public static int BestOf(ReadOnlySpan<float> row, double[] priors)
    {
        var best = -1;
        for (var k = 0; k < row.Length; k++)
            if (best < 0 || row[k] + priors[k] > row[best] + priors[best])
                best = k;
        return best;
    }

    /// <summary>Every account's log-likelihood ratio against the background, by segment; <paramref name="order"/> says which activities it has.</summary>
    public float[] Score(FitState state, int[] order)
    {
        var scores = new float[_corpus.AccountCount * state.Width];
        Parallel.For(0, _parts.Length, _parallel, part =>
        {
            var table = state.Ratios[part / Parts];
            var row = new float[state.Width];
            foreach (var account in _parts[part])
            {
                var sum = scores.AsSpan(account * state.Width, state.Width);
                for (var place = _corpus.AccountStart[account]; place < _corpus.AccountStart[account + 1]; place++)
                {
                    NoteRatios(table, state.Width, order[place], row);
                    AddNote(row, state.Share, sum);
                }
            }
        });
        return scores;
    }

    /// <summary>Ratios of one activity, capped: one note alone proves nothing.</summary>
    public void NoteRatios(float[] table, int width, int activity, Span<float> row)
    {
        row.Clear();
        foreach (var term in _corpus.TermsOf(activity))
            TensorPrimitives.Add(row, table.AsSpan(term * width, width), row);
        Evidence.Shape(row);
    }

    private static void AddNote(Span<float> row, float[] share, Span<float> sum) => Evidence.Add(row, share, sum);

    /// <summary>Ratios per fold, and from all accounts, given how much of each account belongs to each segment.</summary>
    public FitState Learn(float[] shares, int count, FitState? before)
    {
        var width = Pad(count);
        var sums = new float[Folds * Parts][];
        var signals = new float[Folds * Parts][];
        var sizes = new double[Folds * Parts][];
        Parallel.For(0, _parts.Length, _parallel, part =>
        {
            var into = sums[part] = new float[_corpus.TermCount * width];
            var size = sizes[part] = new double[(width * _corpus.Languages) + (3 * width)];
            var signal = signals[part] = new float[_corpus.TermCount * _corpus.Languages];
            var row = new float[width];
            foreach (var account in _parts[part])
                LearnAccount(account, shares.AsSpan(account * width, width), before, part / Parts, row, into, signal, size);
        });
        var background = _background.Without(Sum(signals));
        var state = new FitState(count, width, new float[Folds + 1][], new float[width], new double[width]);
        var total = Sum(sums);
        var totalSize = sizes.Aggregate(new double[sizes[0].Length], (sum, size) => [.. sum.Zip(size, (a, b) => a + b)]);
        for (var k = 0; k < count; k++)
        {
            var tail = _corpus.Languages * width;
            state.Size[k] = totalSize[tail + k];
            // Signal among the activities of its accounts, with a prior of two in five.
            state.Share[k] = (float)Math.Clamp((totalSize[tail + width + k] + 4) / (totalSize[tail + (2 * width) + k] + 10), 0.05, 0.9);
        }
        Parallel.For(0, Folds + 1, _parallel, fold =>
        {
            var observed = new float[total.Length];
            var size = (double[])totalSize.Clone();
            total.CopyTo(observed, 0);
            if (fold < Folds)
                for (var part = fold * Parts; part < (fold + 1) * Parts; part++)
                {
                    TensorPrimitives.Subtract(observed, sums[part], observed);
                    for (var i = 0; i < size.Length; i++)
                        size[i] -= sizes[part][i];
                }
            state.Ratios[fold] = ToRatios(observed, size, background, count, width);
        });
        return state;
    }

    private void LearnAccount(int account, ReadOnlySpan<float> shares, FitState? before, int fold, float[] row, float[] into, float[] signal, double[] size)
    {
        var width = shares.Length;
        var tail = _corpus.Languages * width;
        if (TensorPrimitives.Max(shares) < Least)
            return;
        var notes = _corpus.CountOf(account);
        var weight = Math.Min(1, HeaviestAccount / notes);
        for (var k = 0; k < width; k++)
        {
            size[tail + k] += shares[k];
            size[tail + (2 * width) + k] += shares[k] * notes * weight;
        }
        for (var activity = _corpus.AccountStart[account]; activity < _corpus.AccountStart[account + 1]; activity++)
        {
            if (before is null)
                row.AsSpan().Fill(0.7f);
            else
            {
                NoteRatios(before.Ratios[fold], width, activity, row);
                for (var k = 0; k < width; k++)
                    row[k] = shares[k] < Least ? 0 : Evidence.Posterior(row[k], before.Share[k]);
            }
            TensorPrimitives.Multiply(row, shares, row);
            var terms = _corpus.TermsOf(activity);
            var spoken = Math.Min(1, TensorPrimitives.Sum(row));
            foreach (var term in terms)
                signal[(_corpus.Language[activity] * _corpus.TermCount) + term] += spoken;
            TensorPrimitives.Multiply(row, weight, row);
            for (var k = 0; k < width; k++)
            {
                size[(_corpus.Language[activity] * width) + k] += row[k] * terms.Length;
                size[tail + width + k] += row[k];
            }
            foreach (var term in terms)
            {
                var target = into.AsSpan(term * width, width);
                TensorPrimitives.Add(target, row, target);
            }
        }
    }

    /// <summary>Observed against expected, both with a few added, so that rare terms say little.</summary>
    private float[] ToRatios(float[] observed, double[] size, float[][] background, int count, int width)
    {
        var expected = new float[width];
        for (var term = 0; term < _corpus.TermCount; term++)
        {
            Array.Clear(expected);
            for (var language = 0; language < _corpus.Languages; language++)
                for (var k = 0; k < count; k++)
                    expected[k] += (float)size[(language * width) + k] * background[language][term];
            var row = observed.AsSpan(term * width, width);
            for (var k = 0; k < count; k++)
                row[k] = Temper * MathF.Log((row[k] + Added) / (expected[k] + Added));
            row[count..].Clear();
        }
        return observed;
    }

    public (double Background, double[] Segments) Priors(FitState state)
    {
        var all = (double)_corpus.AccountCount + 1;
        var taken = state.Size.Take(state.Count).Sum();
        return (Math.Log(Math.Max(0.05, 1 - (taken / all))), [.. state.Size.Take(state.Count).Select(size => Math.Log((size + 1) / all))]);
    }

    private static FitState Select(FitState state, int[] keep)
    {
        var width = Pad(keep.Length);
        return new FitState(
            keep.Length, width, [.. state.Ratios.Select(table => Columns(table, state.Width, keep))],
            Columns(state.Share, state.Width, keep), [.. keep.Select(k => state.Size[k]), .. new double[width - keep.Length]]);
    }

    private static float[] Columns(float[] table, int width, int[] keep)
    {
        var narrow = Pad(keep.Length);
        var result = new float[table.Length / width * narrow];
        for (var row = 0; row < table.Length / width; row++)
            for (var k = 0; k < keep.Length; k++)
                result[(row * narrow) + k] = table[(row * width) + keep[k]];
        return result;
    }

    private static float[] Sum(float[][] parts)
    {
        var sum = new float[parts[0].Length];
        foreach (var part in parts)
            TensorPrimitives.Add(sum, part, sum);
        return sum;
    }

    public static int Pad(int count) => Math.Max(8, (count + 7) / 8 * 8);

    private static int FoldFor(string key, int seed)
    {
        ulong hash = (ulong)seed;
        foreach (var c in key)
            hash = SplitMix.Mix(hash ^ c);
        return (int)(hash % Folds);
    }
}
