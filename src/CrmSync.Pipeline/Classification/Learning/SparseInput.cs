using CrmSync.Pipeline.Classification.Rules;

namespace CrmSync.Pipeline.Classification.Learning;

/// <summary>
/// The rows of a model that an activity touches and how strongly: structural features count 1 each, word features share a fixed length
/// (<see cref="WordScale"/>), so that a long text speaks no louder than a short one. Reused: not thread-safe.
/// </summary>
internal sealed class SparseInput
{
    /// <summary>Euclidean length of all word features together; chosen by validation.</summary>
    public const float WordScale = 3;

    private const int Slots = 4_096;
    private readonly FeatureList _features = new();
    // Stamp of the activity above, row below.
    private readonly long[] _seen = new long[Slots];
    private int _stamp;
    private ulong[] _entries = new ulong[2_048];
    private int[] _rows = new int[2_048];
    private float[] _values = new float[2_048];
    private int[] _tokens = new int[2_048];
    private bool[] _shown = new bool[2_048];

    /// <summary>Rows, each once, as far as a small memory of the last ones tells.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Value by row.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>The token that gave the row first; -1 for structure.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Whether the row is a word or a pair of words, such as people can be shown as a reason.</summary>
    public ReadOnlySpan<bool> Shown => _shown.AsSpan(0, Count);

    /// <summary>How many rows.</summary>
    public int Count { get; private set; }

    /// <summary>All features of the last activity, known to the model or not.</summary>
    public ReadOnlySpan<Feature> Features => _features.Items;

    /// <summary>Reads an activity's features.</summary>
    public void Read(ActivityReading reading, RuleSet rules)
    {
        _features.Clear();
        FeatureReader.Read(reading, rules, _features);
    }

    /// <summary>Looks the features of the activity read last up in a model.</summary>
    public void Resolve(FeatureTable table) => Resolve(table, _features.Items);

    /// <summary>Looks features up in a model.</summary>
    public void Resolve(FeatureTable table, ReadOnlySpan<Feature> features)
    {
        Count = 0;
        _stamp++;
        var words = 0;
        if (_entries.Length < features.Length)
            _entries = new ulong[features.Length * 2];
        for (var i = 0; i < features.Length; i++)
            _entries[i] = table.First(features[i].Hash);
        for (var i = 0; i < features.Length; i++)
        {
            ref readonly var feature = ref features[i];
            var row = table.Find(feature.Hash, _entries[i]);
            if (row < 0 || IsRepeat(row))
                continue;
            Grow();
            (_rows[Count], _values[Count], _tokens[Count]) = (row, 1, feature.Token);
            _shown[Count] = feature.Kind is FeatureKind.Word or FeatureKind.Pair or FeatureKind.QuotedWord or FeatureKind.QuotedPair;
            Count++;
            words += feature.Token >= 0 ? 1 : 0;
        }
        if (words == 0)
            return;
        var value = WordScale / MathF.Sqrt(words);
        for (var i = 0; i < Count; i++)
            if (_tokens[i] >= 0)
                _values[i] = value;
    }

    /// <summary>Remembers a row; a few of a very long text may be forgotten and count twice, which harms nothing.</summary>
    private bool IsRepeat(int row)
    {
        var slot = (int)((uint)row * 0x9E3779B1 >> 20);
        var mark = (long)_stamp << 32 | (uint)row;
        for (var probe = 0; probe < 8; probe++, slot = (slot + 1) & (Slots - 1))
        {
            if (_seen[slot] == mark)
                return true;
            if ((int)(_seen[slot] >> 32) != _stamp)
            {
                _seen[slot] = mark;
                return false;
            }
        }
        return false;
    }

    private void Grow()
    {
        if (Count < _rows.Length)
            return;
        Array.Resize(ref _rows, Count * 2);
        Array.Resize(ref _values, Count * 2);
        Array.Resize(ref _tokens, Count * 2);
        Array.Resize(ref _shown, Count * 2);
    }
}
