using System.Numerics;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// Fits a <see cref="Network"/> by AdaGrad (Duchi et al. 2011) with dropout of inputs and hidden units and smoothed labels. Members see the rows in
/// orders of their own. Same rows, seed and processor type: bit-identical weights.
/// </summary>
internal sealed class NetworkTrainer
{
    private const float Epsilon = 0.01f;
    private readonly TrainingOptions _options;
    private readonly IReadOnlyList<HeadShape> _heads;
    private readonly int _rows;
    private readonly int _classes;

    private NetworkTrainer(TrainingOptions options, IReadOnlyList<HeadShape> heads, int rows)
    {
        (_options, _heads, _rows) = (options, heads, rows);
        _classes = heads.Sum(head => head.Length);
    }

    /// <summary>Fits a network.</summary>
    /// <param name="samples">Inputs with their classes.</param>
    /// <param name="heads">The heads.</param>
    /// <param name="rows">Rows that inputs may touch.</param>
    /// <param name="options">How to train.</param>
    /// <param name="cancellationToken">Stops between epochs.</param>
    public static Network Fit(
        IReadOnlyList<Sample> samples, IReadOnlyList<HeadShape> heads, int rows, TrainingOptions options, CancellationToken cancellationToken)
    {
        var trainer = new NetworkTrainer(options, heads, rows);
        var members = new MemberWeights[options.Members];
        for (var member = 0; member < members.Length; member++)
            members[member] = trainer.FitMember(samples, member, cancellationToken);
        return trainer.Assemble(members);
    }

    private MemberWeights FitMember(IReadOnlyList<Sample> samples, int member, CancellationToken cancellationToken)
    {
        var random = new Random(HashCode(_options.Seed, member));
        var weights = new MemberWeights(_rows, _options.Hidden, _classes, random);
        var order = Enumerable.Range(0, samples.Count).ToArray();
        var pass = new Pass(_options.Hidden, _classes);
        for (var epoch = 0; epoch < _options.Epochs; epoch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            random.Shuffle(order);
            var rate = _options.LearningRate * (1 - (0.9f * epoch / _options.Epochs));
            foreach (var index in order)
                Learn(samples[index], weights, pass, rate, random);
        }
        return weights;
    }

    private void Learn(Sample sample, MemberWeights weights, Pass pass, float rate, Random random)
    {
        pass.Choose(sample, _options.InputDropout, random);
        Forward(weights, pass, random);
        if (!Differentiate(sample, pass))
            return;
        Backward(weights, pass, rate, sample.Weight);
    }

    private void Forward(MemberWeights weights, Pass pass, Random random)
    {
        var hidden = pass.Hidden.AsSpan();
        weights.HiddenBias.Value.CopyTo(hidden);
        for (var i = 0; i < pass.Count; i++)
            AddScaled(weights.Input.Value.AsSpan(pass.Rows[i] * _options.Hidden, _options.Hidden), pass.Values[i], hidden);
        var kept = 1 / (1 - _options.HiddenDropout);
        for (var unit = 0; unit < hidden.Length; unit++)
        {
            pass.Gate[unit] = hidden[unit] > 0 && random.NextSingle() >= _options.HiddenDropout ? kept : 0;
            hidden[unit] *= pass.Gate[unit];
        }
        for (var @class = 0; @class < _classes; @class++)
            pass.Scores[@class] = Dot(weights.Output.Value.AsSpan(@class * _options.Hidden, _options.Hidden), hidden) + weights.OutputBias.Value[@class];
    }

    /// <summary>Turns scores into the gradient of the loss; false where no head has an answer.</summary>
    private bool Differentiate(Sample sample, Pass pass)
    {
        var any = false;
        for (int head = 0, start = 0; head < _heads.Count; start += _heads[head].Length, head++)
        {
            var scores = pass.Scores.AsSpan(start, _heads[head].Length);
            var truth = sample.Classes[head];
            if (truth < 0)
            {
                scores.Clear();
                continue;
            }
            any = true;
            Softmax.Apply(scores);
            for (var i = 0; i < scores.Length; i++)
                scores[i] -= (i == truth ? 1 - _options.LabelSmoothing : 0) + (_options.LabelSmoothing / scores.Length);
        }
        return any;
    }

    private void Backward(MemberWeights weights, Pass pass, float rate, float importance)
    {
        var width = _options.Hidden;
        Array.Clear(pass.Back);
        for (var @class = 0; @class < _classes; @class++)
        {
            var gradient = pass.Scores[@class] * importance;
            if (gradient == 0)
                continue;
            AddScaled(weights.Output.Value.AsSpan(@class * width, width), gradient, pass.Back);
            weights.Output.Step(@class * width, pass.Hidden, gradient, 0, rate);
            weights.OutputBias.Step(@class, gradient, rate);
        }
        for (var unit = 0; unit < width; unit++)
        {
            pass.Back[unit] *= pass.Gate[unit];
            weights.HiddenBias.Step(unit, pass.Back[unit], rate);
        }
        for (var i = 0; i < pass.Count; i++)
            weights.Input.Step(pass.Rows[i] * width, pass.Back, pass.Values[i], _options.Decay, rate);
    }

    private Network Assemble(MemberWeights[] members)
    {
        int hidden = _options.Hidden, width = members.Length * hidden;
        var input = new float[_rows * width];
        var hiddenBias = new float[width];
        var output = new float[_classes * width];
        var outputBias = new float[_classes * members.Length];
        for (var member = 0; member < members.Length; member++)
        {
            for (var row = 0; row < _rows; row++)
                members[member].Input.Value.AsSpan(row * hidden, hidden).CopyTo(input.AsSpan((row * width) + (member * hidden)));
            members[member].HiddenBias.Value.CopyTo(hiddenBias.AsSpan(member * hidden));
            for (var @class = 0; @class < _classes; @class++)
            {
                members[member].Output.Value.AsSpan(@class * hidden, hidden).CopyTo(output.AsSpan((@class * width) + (member * hidden)));
                outputBias[(@class * members.Length) + member] = members[member].OutputBias.Value[@class];
            }
        }
        var (rounded, scales) = Network.Round(input, width);
        return new Network(members.Length, hidden, _classes, rounded, scales, hiddenBias, output, outputBias);
    }

    // string.GetHashCode and HashCode.Combine differ from run to run; this does not.
    private static int HashCode(int seed, int member) => unchecked((seed * 7_919) + (member * 104_729));

    private static float Dot(ReadOnlySpan<float> left, ReadOnlySpan<float> right) => System.Numerics.Tensors.TensorPrimitives.Dot(left, right);

    private static void AddScaled(ReadOnlySpan<float> from, float factor, Span<float> to) =>
        System.Numerics.Tensors.TensorPrimitives.MultiplyAdd(from, factor, to, to);

    /// <summary>Weights with the sums of their squared gradients.</summary>
    private sealed class Weights
    {
        private readonly float[] _squares;

        public Weights(int length)
        {
            Value = new float[length];
            _squares = new float[length];
            Array.Fill(_squares, Epsilon);
        }

        public float[] Value { get; }

        public void Step(int index, float gradient, float rate)
        {
            _squares[index] += gradient * gradient;
            Value[index] -= rate * gradient / MathF.Sqrt(_squares[index]);
        }

        /// <summary>One step of a stretch of weights whose gradient is <paramref name="factor"/> times <paramref name="gradient"/>, plus decay.</summary>
        public void Step(int offset, float[] gradient, float factor, float decay, float rate)
        {
            int width = gradient.Length, lanes = Vector<float>.Count, i = 0;
            for (; i <= width - lanes; i += lanes)
            {
                var value = new Vector<float>(Value, offset + i);
                var slope = (new Vector<float>(gradient, i) * factor) + (value * decay);
                var squares = new Vector<float>(_squares, offset + i) + (slope * slope);
                squares.CopyTo(_squares, offset + i);
                (value - (slope * rate / Vector.SquareRoot(squares))).CopyTo(Value, offset + i);
            }
            for (; i < width; i++)
            {
                var slope = (gradient[i] * factor) + (Value[offset + i] * decay);
                Step(offset + i, slope, rate);
            }
        }
    }

    private sealed class MemberWeights
    {
        public MemberWeights(int rows, int hidden, int classes, Random random)
        {
            Input = new Weights(rows * hidden);
            HiddenBias = new Weights(hidden);
            Output = new Weights(classes * hidden);
            OutputBias = new Weights(classes);
            Scatter(Input.Value, 0.1f, random);
            Scatter(Output.Value, MathF.Sqrt(3f / hidden), random);
        }

        public Weights Input { get; }

        public Weights HiddenBias { get; }

        public Weights Output { get; }

        public Weights OutputBias { get; }

        private static void Scatter(float[] values, float range, Random random)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = ((random.NextSingle() * 2) - 1) * range;
        }
    }

    /// <summary>Room for one forward and backward pass.</summary>
    private sealed class Pass(int hidden, int classes)
    {
        public float[] Hidden { get; } = new float[hidden];

        public float[] Gate { get; } = new float[hidden];

        public float[] Back { get; } = new float[hidden];

        public float[] Scores { get; } = new float[classes];

        public int[] Rows { get; private set; } = [];

        public float[] Values { get; private set; } = [];

        public int Count { get; private set; }

        /// <summary>Takes a random part of the input, so that no single word is relied upon.</summary>
        public void Choose(Sample sample, float dropout, Random random)
        {
            if (Rows.Length < sample.Rows.Length)
                (Rows, Values) = (new int[sample.Rows.Length], new float[sample.Rows.Length]);
            Count = 0;
            for (var i = 0; i < sample.Rows.Length; i++)
            {
                if (random.NextSingle() < dropout)
                    continue;
                (Rows[Count], Values[Count]) = (sample.Rows[i], sample.Values[i] / (1 - dropout));
                Count++;
            }
        }
    }
}

/// <summary>Classes of one head.</summary>
/// <param name="Taxonomy">Taxonomy id.</param>
/// <param name="Labels">Label ids in the order of the head's classes; null, always last, for "no definition covers it".</param>
internal sealed record HeadShape(string Taxonomy, IReadOnlyList<string?> Labels)
{
    /// <summary>Number of classes.</summary>
    public int Length => Labels.Count;
}

/// <summary>A training row as a network sees it.</summary>
/// <param name="Rows">Rows of weights that it touches.</param>
/// <param name="Values">How strongly.</param>
/// <param name="Classes">The right class by head; -1 where nobody judged.</param>
/// <param name="Weight">How much it counts.</param>
internal sealed record Sample(int[] Rows, float[] Values, int[] Classes, float Weight);
