namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>One property set to a value; null clears it.</summary>
internal readonly record struct PropertyChange(ushort Ordinal, string? Value);

/// <summary>
/// The set properties of a record, never changed after it is made. Most records of a type set the same few properties, so the key array is shared
/// between the versions of a record and, through <see cref="PropertyKeys"/>, between records.
/// </summary>
internal readonly struct PropertyBag
{
    private readonly ushort[] _keys;
    private readonly string[] _values;

    private PropertyBag(ushort[] keys, string[] values)
    {
        _keys = keys;
        _values = values;
    }

    public static PropertyBag Empty { get; } = new([], []);

    public int Count => _keys.Length;

    public ReadOnlySpan<ushort> Keys => _keys;

    public ReadOnlySpan<string> Values => _values;

    public string? this[ushort ordinal]
    {
        get
        {
            var at = _keys.AsSpan().BinarySearch(ordinal);
            return at < 0 ? null : _values[at];
        }
    }

    public PropertyBag With(ReadOnlySpan<PropertyChange> changes, PropertyKeys shared)
    {
        if (TryReplace(changes, out var replaced))
            return replaced;

        var merged = new SortedList<ushort, string>(_keys.Length + changes.Length);
        for (var i = 0; i < _keys.Length; i++)
            merged.Add(_keys[i], _values[i]);
        foreach (var (ordinal, value) in changes)
        {
            if (value is null)
                merged.Remove(ordinal);
            else
                merged[ordinal] = value;
        }
        return new PropertyBag(shared.Share([.. merged.Keys]), [.. merged.Values]);
    }

    private bool TryReplace(ReadOnlySpan<PropertyChange> changes, out PropertyBag replaced)
    {
        replaced = this;
        foreach (var (ordinal, value) in changes)
        {
            if (value is null || _keys.AsSpan().BinarySearch(ordinal) < 0)
                return false;
        }
        var values = (string[])_values.Clone();
        foreach (var (ordinal, value) in changes)
            values[_keys.AsSpan().BinarySearch(ordinal)] = value!;
        replaced = new PropertyBag(_keys, values);
        return true;
    }
}

/// <summary>Key arrays already in use. Not thread-safe; used under the portal's write lock.</summary>
internal sealed class PropertyKeys
{
    private readonly HashSet<ushort[]> _known = new(new ByContent());

    public ushort[] Share(ushort[] keys)
    {
        if (_known.TryGetValue(keys, out var known))
            return known;
        _known.Add(keys);
        return keys;
    }

    private sealed class ByContent : IEqualityComparer<ushort[]>
    {
        public bool Equals(ushort[]? x, ushort[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(ushort[] keys)
        {
            var hash = new HashCode();
            foreach (var key in keys)
                hash.Add(key);
            return hash.ToHashCode();
        }
    }
}
