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
    // A bit per row of the model: small enough to stay next to the processor. Only bits of Rows are ever set.
    private ulong[] _seen = [];
    private ulong[] _entries = new ulong[2_048];
    private int[] _rows = new int[2_048];
    private float[] _values = new float[2_048];
    private int[] _tokens = new int[2_048];
    private int[] _shown = new int[2_048];
    private int[] _shownRows = new int[2_048];
    private int _shownCount;

    /// <summary>Rows, each once.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(0, Count);

    /// <summary>Value by row, in units of the row's scale where the table knows scales.</summary>
    public ReadOnlySpan<float> Values => _values.AsSpan(0, Count);

    /// <summary>The token that gave the row first; -1 for structure.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>Which of the rows are words or pairs of words, such as people can be shown as a reason: their places in <see cref="Rows"/>.</summary>
    public ReadOnlySpan<int> Shown => _shown.AsSpan(0, _shownCount);

    /// <summary>The rows at <see cref="Shown"/>.</summary>
    public ReadOnlySpan<int> ShownRows => _shownRows.AsSpan(0, _shownCount);

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
        var seen = _seen;
        int[] rows = _rows, tokens = _tokens;
        var values = _values;
        int count = 0, words = 0, shown = 0;
        for (var i = 0; i < features.Length; i++)
        {
            ref readonly var feature = ref features[i];
            var entry = entries[i];
            if (entry == 0 || !FeatureTable.IsOf(entry, feature.Hash) && (entry = table.Find(feature.Hash, entry)) == 0)
                continue;
            var row = FeatureTable.RowOf(entry);
            if ((seen[row >> 6] >> row & 1) != 0)
                continue;
            seen[row >> 6] |= 1ul << row;
            (rows[count], values[count], tokens[count]) = (row, FeatureTable.ScaleOf(entry), feature.Token);
            (_shown[shown], _shownRows[shown]) = (count, row);
            shown += ShownKinds >> (int)feature.Kind & 1;
            count++;
            words += feature.Token >= 0 ? 1 : 0;
        }
        (Count, _shownCount) = (count, shown);
        var value = WordScale / MathF.Sqrt(Math.Max(1, words));
        for (var i = 0; i < count; i++)
            values[i] *= tokens[i] >= 0 ? value : 1;
    }

    /// <summary>Forgets the activity before and makes room for this one's features and for a mark per row of the model.</summary>
    private void Fit(int features, int rows)
    {
        foreach (var row in Rows)
            _seen[row >> 6] = 0;
        if (_seen.Length * 64 < rows)
            _seen = new ulong[rows / 64 + 1];
        if (_rows.Length >= features)
            return;
        _entries = new ulong[features * 2];
        _rows = new int[features * 2];
        _values = new float[features * 2];
        _tokens = new int[features * 2];
        _shown = new int[features * 2];
        _shownRows = new int[features * 2];
    }
}
