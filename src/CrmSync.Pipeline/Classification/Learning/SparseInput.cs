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

    private const int ShownKinds = 1 << (int)FeatureKind.Word | 1 << (int)FeatureKind.Pair | 1 << (int)FeatureKind.QuotedWord | 1 << (int)FeatureKind.QuotedPair;
    private readonly FeatureList _features = new();
    // By row of the model: the last activity that touched it.
    private int[] _seenAt = [];
    private int _stamp;
    private ulong[] _entries = new ulong[2_048];
    private int[] _rows = new int[2_048];
    private float[] _values = new float[2_048];
    private int[] _tokens = new int[2_048];
    private bool[] _shown = new bool[2_048];

    /// <summary>Rows, each once.</summary>
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
        Fit(features.Length, table.Hashes.Count);
        var entries = _entries.AsSpan(0, features.Length);
        for (var i = 0; i < features.Length; i++)
            entries[i] = table.First(features[i].Hash);
        int[] seenAt = _seenAt, rows = _rows, tokens = _tokens;
        int count = 0, words = 0, stamp = ++_stamp;
        for (var i = 0; i < features.Length; i++)
        {
            ref readonly var feature = ref features[i];
            var row = entries[i] == 0 ? -1 : table.Find(feature.Hash, entries[i]);
            if (row < 0 || seenAt[row] == stamp)
                continue;
            seenAt[row] = stamp;
            (rows[count], tokens[count]) = (row, feature.Token);
            _shown[count] = (ShownKinds >> (int)feature.Kind & 1) != 0;
            count++;
            words += feature.Token >= 0 ? 1 : 0;
        }
        Count = count;
        var value = WordScale / MathF.Sqrt(Math.Max(1, words));
        for (var i = 0; i < count; i++)
            _values[i] = tokens[i] >= 0 ? value : 1;
    }

    /// <summary>Makes room for an activity's features and for a mark per row of the model.</summary>
    private void Fit(int features, int rows)
    {
        if (_seenAt.Length < rows || _stamp == int.MaxValue)
            (_seenAt, _stamp) = (new int[rows], 0);
        if (_rows.Length >= features)
            return;
        _entries = new ulong[features * 2];
        _rows = new int[features * 2];
        _values = new float[features * 2];
        _tokens = new int[features * 2];
        _shown = new bool[features * 2];
    }
}
