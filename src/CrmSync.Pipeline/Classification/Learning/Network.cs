using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// A small feed-forward network over sparse input, shared by all taxonomies: one row of weights per feature, a hidden layer of several independent
/// members (their average is steadier than one of the same size), a linear head per class and member. Input weights are signed bytes with a scale per
/// row: a text touches hundreds of rows anywhere in the table, and waiting for memory is what scoring costs. Immutable, thread-safe.
/// </summary>
internal sealed class Network
{
    private const int CacheLine = 64;
    // Pinned, so that rows of 64 bytes can stand on cache lines of their own: an array begins anywhere.
    private readonly sbyte[] _input;
    private readonly int _inputStart;
    private readonly int _inputLength;
    private readonly float[] _scales;
    private readonly float[] _hiddenBias;
    private readonly float[] _output;
    private readonly float[] _outputBias;

    /// <summary>A network of given weights.</summary>
    /// <param name="members">Independent members.</param>
    /// <param name="hidden">Hidden units per member.</param>
    /// <param name="classes">Classes of all heads together.</param>
    /// <param name="input">Weights by row, then member and unit, in units of the row's scale.</param>
    /// <param name="scales">Scale by row.</param>
    /// <param name="hiddenBias">Bias by member and unit.</param>
    /// <param name="output">Weights by class, then member and unit.</param>
    /// <param name="outputBias">Bias by class, then member.</param>
    public Network(int members, int hidden, int classes, sbyte[] input, float[] scales, float[] hiddenBias, float[] output, float[] outputBias)
    {
        (Members, Hidden, Classes, _scales, _hiddenBias, _output, _outputBias) = (members, hidden, classes, scales, hiddenBias, output, outputBias);
        Width = members * hidden;
        _inputLength = input.Length;
        _input = GC.AllocateArray<sbyte>(input.Length + CacheLine, pinned: true);
        _inputStart = (int)((CacheLine - (Marshal.UnsafeAddrOfPinnedArrayElement(_input, 0) % CacheLine)) % CacheLine);
        input.CopyTo(_input.AsSpan(_inputStart));
    }

    public int Members { get; }

    public int Hidden { get; }

    public int Classes { get; }

    /// <summary>Weights per row.</summary>
    public int Width { get; }

    public ReadOnlySpan<sbyte> Input => _input.AsSpan(_inputStart, _inputLength);

    public ReadOnlySpan<float> Scales => _scales;

    public ReadOnlySpan<float> HiddenBias => _hiddenBias;

    public ReadOnlySpan<float> Output => _output;

    public ReadOnlySpan<float> OutputBias => _outputBias;

    /// <summary>Rounds trained input weights, a row of <paramref name="width"/> at a time in units that a <see cref="FeatureTable"/> keeps exactly; the largest of a row becomes about 127 or -127.</summary>
    public static (sbyte[] Input, float[] Scales) Round(ReadOnlySpan<float> weights, int width)
    {
        var input = new sbyte[weights.Length];
        var scales = new float[weights.Length / width];
        for (var row = 0; row < scales.Length; row++)
        {
            var values = weights.Slice(row * width, width);
            var top = TensorPrimitives.MaxMagnitude(values);
            scales[row] = top == 0 ? 1 : FeatureTable.Short(Math.Abs(top) / sbyte.MaxValue);
            for (var i = 0; i < width; i++)
                input[(row * width) + i] = (sbyte)MathF.Round(values[i] / scales[row]);
        }
        return (input, scales);
    }

    /// <summary>The same network with scores that are moved by so much.</summary>
    /// <param name="shifts">By class of all heads together.</param>
    public Network Shifted(IReadOnlyList<float> shifts) => new(
        Members, Hidden, Classes, Input.ToArray(), _scales, _hiddenBias, _output, [.. _outputBias.Select((bias, index) => bias + shifts[index / Members])]);

    /// <summary>The same network with its rows in another order.</summary>
    /// <param name="order">By new place: the row that comes to stand there.</param>
    public Network Reordered(IReadOnlyList<int> order)
    {
        var input = new sbyte[_inputLength];
        for (var place = 0; place < order.Count; place++)
            Input.Slice(order[place] * Width, Width).CopyTo(input.AsSpan(place * Width));
        return new Network(Members, Hidden, Classes, input, [.. order.Select(row => _scales[row])], _hiddenBias, _output, _outputBias);
    }

    /// <summary>The hidden layer for an input.</summary>
    /// <param name="rows">The rows that the input touches.</param>
    /// <param name="values">Their values, times the rows' <see cref="Scales"/>.</param>
    /// <param name="hidden">Receives the units; it has <see cref="Width"/> places.</param>
    public void Activate(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> hidden)
    {
        _hiddenBias.CopyTo(hidden);
        var done = 0;
        for (var block = Vector<sbyte>.Count; done + block <= Width; done += block)
            AddRows(rows, values, hidden[done..], done);
        for (var i = 0; i < rows.Length && done < Width; i++)
            for (var column = done; column < Width; column++)
                hidden[column] += _input[_inputStart + (rows[i] * Width) + column] * values[i];
        TensorPrimitives.Max(hidden, 0f, hidden);
    }

    /// <summary>Sums one vector of columns over all rows; the sums stay in registers while the rows go by.</summary>
    private void AddRows(ReadOnlySpan<int> rows, ReadOnlySpan<float> values, Span<float> sums, int column)
    {
        var lanes = Vector<float>.Count;
        Vector<float> first = new(sums), second = new(sums[lanes..]), third = new(sums[(2 * lanes)..]), fourth = new(sums[(3 * lanes)..]);
        for (var i = 0; i < rows.Length; i++)
        {
            var value = new Vector<float>(values[i]);
            Widen(new Vector<sbyte>(_input, _inputStart + (rows[i] * Width) + column), out var a, out var b, out var c, out var d);
            first = Vector.MultiplyAddEstimate(a, value, first);
            second = Vector.MultiplyAddEstimate(b, value, second);
            third = Vector.MultiplyAddEstimate(c, value, third);
            fourth = Vector.MultiplyAddEstimate(d, value, fourth);
        }
        first.CopyTo(sums);
        second.CopyTo(sums[lanes..]);
        third.CopyTo(sums[(2 * lanes)..]);
        fourth.CopyTo(sums[(3 * lanes)..]);
    }

    private static void Widen(Vector<sbyte> bytes, out Vector<float> first, out Vector<float> second, out Vector<float> third, out Vector<float> fourth)
    {
        Vector.Widen(bytes, out var low, out var high);
        Vector.Widen(low, out var a, out var b);
        Vector.Widen(high, out var c, out var d);
        (first, second, third, fourth) = (Vector.ConvertToSingle(a), Vector.ConvertToSingle(b), Vector.ConvertToSingle(c), Vector.ConvertToSingle(d));
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

    /// <summary>What rows add along a direction, in units of their scales and of the direction's step; <paramref name="direction"/> holds -127 to 127.</summary>
    public void Along(ReadOnlySpan<int> rows, ReadOnlySpan<short> direction, Span<int> sums)
    {
        var whole = Width - (Width % Vector<sbyte>.Count);
        for (var i = 0; i < rows.Length; i++)
        {
            var start = rows[i] * Width;
            var sum = Vector<int>.Zero;
            for (var column = 0; column < whole; column += Vector<sbyte>.Count)
            {
                // Two products of seven bits each by seven still fit into sixteen together.
                Vector.Widen(new Vector<sbyte>(_input, _inputStart + start + column), out var low, out var high);
                Vector.Widen((low * new Vector<short>(direction[column..])) + (high * new Vector<short>(direction[(column + Vector<short>.Count)..])), out var first, out var second);
                sum += first + second;
            }
            sums[i] = Vector.Sum(sum);
            for (var column = whole; column < Width; column++)
                sums[i] += _input[_inputStart + start + column] * direction[column];
        }
    }
}
