using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Segments.Discovery;

/// <summary>
/// What terms of different activities of one account have to do with each other, as an operator that is never formed:
/// <c>D (Σ_a w_a (c_a c_aᵀ − Σ_i x_i x_iᵀ)) D</c> with activities x_i less the mean of their language, c_a their sum per account and D = 1/√(p + 100/M). The subtraction
/// takes out what terms of one activity have to do with each other, which is grammar and no evidence.
/// </summary>
internal sealed class CoMoment
{
    private const float Shrink = 10;
    private readonly Corpus _corpus;
    private readonly (int From, int To)[] _blocks;
    private readonly float[][] _mean;
    private readonly float[] _scale;
    private readonly float[] _weight;

    public CoMoment(Corpus corpus)
    {
        _corpus = corpus;
        _blocks = Blocks.Of(corpus);
        _mean = [.. Enumerable.Range(0, corpus.Languages).Select(_ => new float[corpus.TermCount])];
        var counts = new int[corpus.Languages];
        var share = new double[corpus.TermCount];
        for (var activity = 0; activity < corpus.ActivityCount; activity++)
        {
            counts[corpus.Language[activity]]++;
            var scale = corpus.Scale(activity);
            foreach (var term in corpus.TermsOf(activity))
            {
                _mean[corpus.Language[activity]][term] += scale;
                share[term]++;
            }
        }
        for (var language = 0; language < counts.Length; language++)
            TensorPrimitives.Divide(_mean[language], Math.Max(1, counts[language]), _mean[language]);
        _scale = [.. share.Select(count => (float)(1 / Math.Sqrt((count + 100) / corpus.ActivityCount)))];
        // Pairs of activities of one account, so that an account with many does not outweigh the others.
        _weight = [.. Enumerable.Range(0, corpus.AccountCount).Select(account =>
            corpus.CountOf(account) is > 1 and var n ? 1f / ((n - 1) * (n + Shrink)) : 0)];
    }

    /// <summary>Applies the operator to columns that stand as rows of <paramref name="width"/> numbers per term.</summary>
    public float[] Apply(float[] vectors, int width, int[] order, ParallelOptions options)
    {
        var (scaled, means) = Prepare(vectors, width);
        var partial = new float[_blocks.Length][];
        var fromMeans = new float[_blocks.Length][];
        Blocks.Run(_blocks, options, (block, from, to) =>
        {
            partial[block] = new float[scaled.Length];
            fromMeans[block] = new float[_corpus.Languages * width];
            var projected = new float[width];
            List<float[]> rows = [];
            for (var account = from; account < to; account++)
                if (_weight[account] > 0)
                    AddAccount(account, scaled, means, width, order, partial[block], fromMeans[block], rows, projected);
        });
        var result = partial[0];
        for (var block = 1; block < partial.Length; block++)
        {
            TensorPrimitives.Add(result, partial[block], result);
            TensorPrimitives.Add(fromMeans[0], fromMeans[block], fromMeans[0]);
        }
        for (var term = 0; term < _corpus.TermCount; term++)
        {
            var row = result.AsSpan(term * width, width);
            for (var language = 0; language < _corpus.Languages; language++)
                TensorPrimitives.MultiplyAdd(fromMeans[0].AsSpan(language * width, width), -_mean[language][term], row, row);
            TensorPrimitives.Multiply(row, _scale[term], row);
        }
        return result;
    }

    /// <summary>Every account's sum of projected activities; <paramref name="perActivity"/> receives Σ u uᵀ over activities.</summary>
    public float[] Project(float[] vectors, int width, int[] order, double[] perActivity, ParallelOptions options)
    {
        var (scaled, means) = Prepare(vectors, width);
        var sums = new float[_corpus.AccountCount * width];
        var squares = new double[_blocks.Length][];
        Blocks.Run(_blocks, options, (block, from, to) =>
        {
            squares[block] = new double[width * width];
            var row = new float[width];
            for (var account = from; account < to; account++)
            {
                var sum = sums.AsSpan(account * width, width);
                for (var place = _corpus.AccountStart[account]; place < _corpus.AccountStart[account + 1]; place++)
                {
                    ProjectOne(order[place], scaled, means, width, row);
                    TensorPrimitives.Add(sum, row, sum);
                    for (var i = 0; i < width; i++)
                        for (var j = 0; j <= i; j++)
                            squares[block][(i * width) + j] += row[i] * row[j];
                }
            }
        });
        foreach (var square in squares)
            for (var i = 0; i < width; i++)
                for (var j = 0; j <= i; j++)
                {
                    perActivity[(i * width) + j] += square[(i * width) + j];
                    perActivity[(j * width) + i] = perActivity[(i * width) + j];
                }
        return sums;
    }

    private void AddAccount(
        int account, float[] scaled, float[] means, int width, int[] order, float[] into, float[] fromMeans, List<float[]> rows, float[] sum)
    {
        Array.Clear(sum);
        var (start, count) = (_corpus.AccountStart[account], _corpus.CountOf(account));
        while (rows.Count < count)
            rows.Add(new float[width]);
        for (var i = 0; i < count; i++)
        {
            ProjectOne(order[start + i], scaled, means, width, rows[i]);
            TensorPrimitives.Add(sum, rows[i], sum);
        }
        for (var i = 0; i < count; i++)
        {
            var activity = order[start + i];
            var row = rows[i].AsSpan();
            TensorPrimitives.Subtract(sum, row, row);
            TensorPrimitives.Multiply(row, _weight[account], row);
            var mean = fromMeans.AsSpan(_corpus.Language[activity] * width, width);
            TensorPrimitives.Add(mean, row, mean);
            TensorPrimitives.Multiply(row, _corpus.Scale(activity), row);
            foreach (var term in _corpus.TermsOf(activity))
            {
                var target = into.AsSpan(term * width, width);
                TensorPrimitives.Add(target, row, target);
            }
        }
    }

    private void ProjectOne(int activity, float[] scaled, float[] means, int width, float[] row)
    {
        Array.Clear(row);
        foreach (var term in _corpus.TermsOf(activity))
            TensorPrimitives.Add(row, scaled.AsSpan(term * width, width), row);
        TensorPrimitives.Multiply(row, _corpus.Scale(activity), row);
        TensorPrimitives.Subtract(row, means.AsSpan(_corpus.Language[activity] * width, width), row);
    }

    private (float[] Scaled, float[] Means) Prepare(float[] vectors, int width)
    {
        var scaled = new float[vectors.Length];
        var means = new float[_corpus.Languages * width];
        for (var term = 0; term < _corpus.TermCount; term++)
        {
            var row = scaled.AsSpan(term * width, width);
            TensorPrimitives.Multiply(vectors.AsSpan(term * width, width), _scale[term], row);
            for (var language = 0; language < _corpus.Languages; language++)
            {
                var mean = means.AsSpan(language * width, width);
                TensorPrimitives.MultiplyAdd(row, _mean[language][term], mean, mean);
            }
        }
        return (scaled, means);
    }
}
