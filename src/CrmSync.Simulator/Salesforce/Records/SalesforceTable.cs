using System.Collections.Concurrent;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>
/// All records of one object, by id and by (SystemModstamp, Id). Looking up by id is safe from any thread; everything else happens under
/// the org's gate.
/// </summary>
internal sealed class SalesforceTable(string name, string label, string prefix, IEnumerable<SalesforceField> fields)
{
    private static readonly object True = true;
    private static readonly object False = false;

    private readonly ConcurrentDictionary<string, SalesforceRow> _rows = new(StringComparer.Ordinal);
    private readonly SortedSet<SalesforceRow> _byStamp = new(ByStamp.Instance);
    private readonly List<string> _ids = [];
    private volatile FieldSet _fields = new(fields);
    private long _issued;

    public string Name { get; } = name;

    public string Label { get; } = label;

    /// <summary>First three characters of its ids.</summary>
    public string Prefix { get; } = prefix;

    /// <summary>Reached under /tooling/ alone.</summary>
    public bool Tooling { get; init; }

    /// <summary>Clients may create and change records.</summary>
    public bool Writable { get; init; } = true;

    /// <summary>A task or an event: its custom fields are those of Activity.</summary>
    public bool IsActivity { get; init; }

    /// <summary>Rows are seen this long after their stamp.</summary>
    public TimeSpan SeenAfter { get; init; }

    /// <summary>Fields of which a query must name one with = or IN; empty where none is needed.</summary>
    public IReadOnlyList<string> FilterNeeded { get; init; } = [];

    /// <summary>Bulk jobs take it.</summary>
    public bool InBulk { get; init; } = true;

    public FieldSet Fields
    {
        get => _fields;
        set => _fields = value;
    }

    public int Count => _rows.Count;

    public static object Box(bool value) => value ? True : False;

    public string NextId() => SalesforceId.Create(Prefix, ++_issued);

    public SalesforceRow? Find(string id) => _rows.GetValueOrDefault(id);

    public void Put(SalesforceRow row)
    {
        if (_rows.TryGetValue(row.Id, out SalesforceRow? old))
            _byStamp.Remove(old);
        else
            _ids.Add(row.Id);
        _rows[row.Id] = row;
        _byStamp.Add(row);
    }

    public void Remove(string id)
    {
        if (_rows.TryRemove(id, out SalesforceRow? old))
            _byStamp.Remove(old);
    }

    /// <summary>Rows stamped within the bounds, both included, in the order of the index or the other way round.</summary>
    public IEnumerable<SalesforceRow> Between(DateTime from, DateTime to, bool descending)
    {
        if (from > to)
            return [];
        if (from == DateTime.MinValue && to == DateTime.MaxValue)
            return descending ? _byStamp.Reverse() : _byStamp;
        // A SortedSet's view refuses bounds in the wrong order and looks nothing up beyond them.
        SortedSet<SalesforceRow> view = _byStamp.GetViewBetween(Bound(from, ""), Bound(to, "~"));
        return descending ? view.Reverse() : view;
    }

    /// <summary>Rows in the order of their making, the newest first.</summary>
    public IEnumerable<SalesforceRow> NewestFirst()
    {
        for (int i = _ids.Count - 1; i >= 0; i--)
        {
            if (Find(_ids[i]) is { } row)
                yield return row;
        }
    }

    private SalesforceRow Bound(DateTime stamp, string id) => new(this, id, []) { Stamp = stamp };

    private sealed class ByStamp : IComparer<SalesforceRow>
    {
        public static readonly ByStamp Instance = new();

        public int Compare(SalesforceRow? x, SalesforceRow? y)
        {
            int stamps = DateTime.Compare(x!.Stamp, y!.Stamp);
            return stamps != 0 ? stamps : string.CompareOrdinal(x.Id, y.Id);
        }
    }
}
