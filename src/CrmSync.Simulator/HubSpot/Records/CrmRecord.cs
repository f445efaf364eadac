namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>A record as it stood after one write. Older versions hang on until search has caught up, then they are cut.</summary>
internal sealed class RecordVersion(PropertyBag values, long modifiedAt, long writtenAt, long? archivedAt, RecordVersion? before)
{
    private volatile RecordVersion? _before = before;

    public PropertyBag Values { get; } = values;

    /// <summary>Last-modified instant, Unix milliseconds.</summary>
    public long ModifiedAt { get; } = modifiedAt;

    /// <summary>When it was written; search sees it a lag later.</summary>
    public long WrittenAt { get; } = writtenAt;

    public long? ArchivedAt { get; } = archivedAt;

    public RecordVersion? Before => _before;

    public void ForgetBefore() => _before = null;
}

/// <summary>An association as seen from the record that holds it.</summary>
internal readonly record struct Edge(byte ToType, int TypeId, long ToId);

/// <summary>
/// One CRM record. Writers hold the portal's lock; readers need none, because a version never changes once it is current.
/// </summary>
internal sealed class CrmRecord(
    HubSpotObjectType type, int row, long id, long createdAt, ChangeSource createdBy, string? sourceId, RecordVersion first)
{
    private static readonly Lock EdgeLock = new();
    private PropertyBag _initial = first.Values;
    private volatile RecordVersion _current = first;
    private volatile ChangeSet? _changes;
    private List<Edge>? _edges;

    public HubSpotObjectType Type { get; } = type;

    public int Row { get; } = row;

    public long Id { get; } = id;

    public long CreatedAt { get; } = createdAt;

    public ChangeSource CreatedBy { get; } = createdBy;

    public string? SourceId { get; } = sourceId;

    public RecordVersion Current => _current;

    /// <summary>The version that was current at an instant; null where the record did not exist yet.</summary>
    public RecordVersion? At(long horizon)
    {
        var version = _current;
        while (version is not null && version.WrittenAt > horizon)
            version = version.Before;
        return version;
    }

    /// <summary>Makes a version current and drops those that search will never ask for again. Under the portal's lock.</summary>
    public void Replace(RecordVersion version, long horizon)
    {
        for (var old = version; old is not null; old = old.Before)
        {
            if (old.WrittenAt <= horizon)
            {
                old.ForgetBefore();
                break;
            }
        }
        _current = version;
    }

    /// <summary>Drops the history of every value. Under the portal's lock.</summary>
    public void Forget()
    {
        _initial = PropertyBag.Empty;
        _changes = null;
    }

    public void Remember(ChangeSet changes) => _changes = changes;

    public ChangeSet? Changes => _changes;

    /// <summary>Every value that a property had, newest first; empty where it was never set.</summary>
    public List<PropertyValueChange> HistoryOf(ushort ordinal)
    {
        var history = new List<PropertyValueChange>();
        for (var set = _changes; set is not null; set = set.Before)
        {
            foreach (var change in set.Changes)
            {
                if (change.Ordinal == ordinal)
                    history.Add(new PropertyValueChange(change.Value, set.At, set.Source));
            }
        }
        if (_initial[ordinal] is { } initial)
            history.Add(new PropertyValueChange(initial, CreatedAt, CreatedBy));
        return history;
    }

    public int LinkCount
    {
        get
        {
            lock (EdgeLock)
                return _edges?.Count ?? 0;
        }
    }

    public void Link(Edge edge)
    {
        lock (EdgeLock)
            (_edges ??= new List<Edge>(1)).Add(edge);
    }

    /// <summary>Removes the links to a record, of one type or all; whether there was one.</summary>
    public bool Unlink(HubSpotObjectType toType, long toId, int? typeId = null)
    {
        lock (EdgeLock)
            return _edges?.RemoveAll(e => e.ToType == toType.Index && e.ToId == toId && (typeId is null || e.TypeId == typeId)) > 0;
    }

    public bool HasLink(Edge edge)
    {
        lock (EdgeLock)
            return _edges?.Contains(edge) ?? false;
    }

    /// <summary>Associations to one type, ordered by id and type id.</summary>
    public Edge[] LinksTo(HubSpotObjectType toType)
    {
        Edge[] links;
        lock (EdgeLock)
        {
            if (_edges is null)
                return [];
            links = [.. _edges.Where(e => e.ToType == toType.Index)];
        }
        Array.Sort(links, static (a, b) => a.ToId != b.ToId ? a.ToId.CompareTo(b.ToId) : a.TypeId.CompareTo(b.TypeId));
        return links;
    }
}
