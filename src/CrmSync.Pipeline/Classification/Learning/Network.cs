using System.Numerics;
using System.Numerics.Tensors;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// A small feed-forward network over sparse input, shared by all taxonomies: one row of weights per feature, a hidden layer of several independent
/// members (their average is steadier than one of the same size), a linear head per class and member. Immutable once trained, thread-safe.
/// </summary>
internal sealed class Network
{
    private readonly float[] _input;
    private readonly float[] _hiddenBias;
    private readonly float[] _output;
    private readonly float[] _outputBias;

    /// <summary>A network of given weights.</summary>
    /// <param name="members">Independent members.</param>
    /// <param name="hidden">Hidden units per member.</param>
    /// <param name="classes">Classes of all heads together.</param>
    /// <param name="input">Weights by row, then member and unit.</param>
    /// <param name="hiddenBias">Bias by member and unit.</param>
    /// <param name="output">Weights by class, then member and unit.</param>
    /// <param name="outputBias">Bias by class, then member.</param>
    public Network(int members, int hidden, int classes, float[] input, float[] hiddenBias, float[] output, float[] outputBias)
    {
        (Members, Hidden, Classes, _input, _hiddenBias, _output, _outputBias) = (members, hidden, classes, input, hiddenBias, output, outputBias);
        Width = members * hidden;
    }

    public int Members { get; }

    public int Hidden { get; }

    public int Classes { get; }

    /// <summary>Weights per row.</summary>
    public int Width { get; }

    public ReadOnlySpan<float> Input => _input;

    public ReadOnlySpan<float> HiddenBias => _hiddenBias;

    public ReadOnlySpan<float> Output => _output;

    public ReadOnlySpan<float> OutputBias => _outputBias;

    /// <summary>The hidden layer for an input; <paramref name="hidden"/> has <see cref="Width"/> places.</summary>
    public void Activate(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> hidden)
    {
        _hiddenBias.CopyTo(hidden);
        var done = 0;
        // Four vectors of sums stay in registers while the rows go by; a call per row would spend most of its time loading and storing them.
        for (var block = Vector<float>.Count * 4; done + block <= Width; done += block)
            AddRows(rows, values, hidden[done..], done);
        if (done < Width)
            for (var i = 0; i < rows.Length; i++)
                TensorPrimitives.MultiplyAdd(RowOf(rows[i])[done..], values[i], hidden[done..], hidden[done..]);
        TensorPrimitives.Max(hidden, 0f, hidden);
    }

    private void AddRows(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> sums, int column)
    {
        var lanes = Vector<float>.Count;
        Vector<float> first = new(sums), second = new(sums[lanes..]), third = new(sums[(2 * lanes)..]), fourth = new(sums[(3 * lanes)..]);
        for (var i = 0; i < rows.Length; i++)
        {
            var row = _input.AsSpan((rows[i] * Width) + column, 4 * lanes);
            var value = new Vector<float>(values[i]);
            first += new Vector<float>(row) * value;
            second += new Vector<float>(row[lanes..]) * value;
            third += new Vector<float>(row[(2 * lanes)..]) * value;
            fourth += new Vector<float>(row[(3 * lanes)..]) * value;
        }
        first.CopyTo(sums);
        second.CopyTo(sums[lanes..]);
        third.CopyTo(sums[(2 * lanes)..]);
        fourth.CopyTo(sums[(3 * lanes)..]);
    }

    /// <summary>Scores of a head's classes, the mean over the members.</summary>
    /// <param name="hidden">The hidden layer.</param>
    /// <param name="start">The head's first class.</param>
    /// <param name="scores">Receives one score per class of the head.</param>
    public void Scores(ReadOnlySpan<float> hidden, int start, Span<float> scores)
    {
        for (var i = 0; i < scores.Length; i++)
        {
            var bias = TensorPrimitives.Sum<float>(_outputBias.AsSpan((start + i) * Members, Members));
            scores[i] = (TensorPrimitives.Dot(hidden, _output.AsSpan((start + i) * Width, Width)) + bias) / Members;
        }
    }

    /// <summary>
    /// The direction in which an input row moves a class's score against the average of its head, all members together: to be multiplied with a row.
    /// Exact as long as no hidden unit switches.
    /// </summary>
    public void Direction(ReadOnlySpan<float> hidden, int @class, int headStart, int headLength, Span<float> direction)
    {
        _output.AsSpan(@class * Width, Width).CopyTo(direction);
        for (var other = headStart; other < headStart + headLength; other++)
            TensorPrimitives.MultiplyAdd(_output.AsSpan(other * Width, Width), -1f / headLength, direction, direction);
        for (var i = 0; i < direction.Length; i++)
            if (hidden[i] <= 0)
                direction[i] = 0;
    }

    /// <summary>What a row adds along a direction.</summary>
    public float Along(int row, ReadOnlySpan<float> direction) => TensorPrimitives.Dot(RowOf(row), direction);

    private ReadOnlySpan<float> RowOf(int row) => _input.AsSpan(row * Width, Width);
}
