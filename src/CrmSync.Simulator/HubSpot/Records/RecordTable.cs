namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>
/// The records of one type in the order of their ids. One writer at a time (the portal's lock), any number of readers: a reader takes
/// <see cref="Rows"/> once and sees a list that only ever grows behind its end.
/// </summary>
internal sealed class RecordTable
{
    /// <summary>Hint of a row whose newest version search may not show yet, or that is archived: look at the record.</summary>
    public const long Unsettled = long.MinValue;

    private readonly Random _gaps;
    private volatile RecordRows _rows = new(new long[256], new CrmRecord[256], new long[256], 0);
    private long _nextId;

    public RecordTable(HubSpotObjectType type, int seed)
    {
        Type = type;
        _gaps = new Random(HashCode(seed, type.Index));
        // Just below a power of ten, so that a client which compares ids as text goes wrong within the first few records.
        _nextId = 9_960 + _gaps.Next(20);
    }

    public HubSpotObjectType Type { get; }

    public PropertyKeys Keys { get; } = new();

    public RecordRows Rows => _rows;

    public CrmRecord? Find(long id)
    {
        var rows = _rows;
        var at = rows.Ids.AsSpan(0, rows.Count).BinarySearch(id);
        return at < 0 ? null : rows.Records[at];
    }

    /// <summary>Adds a record under the next id. Under the portal's lock.</summary>
    public CrmRecord Append(long createdAt, ChangeSource source, string? sourceId, RecordVersion first)
    {
        var rows = _rows;
        var (ids, records, hints) = (rows.Ids, rows.Records, rows.Hints);
        if (rows.Count == ids.Length)
        {
            Array.Resize(ref ids, ids.Length * 2);
            Array.Resize(ref records, records.Length * 2);
            Array.Resize(ref hints, hints.Length * 2);
        }
        var record = new CrmRecord(Type, rows.Count, _nextId, createdAt, source, sourceId, first);
        _nextId += 1 + _gaps.Next(3);
        ids[rows.Count] = record.Id;
        records[rows.Count] = record;
        hints[rows.Count] = Unsettled;
        _rows = new RecordRows(ids, records, hints, rows.Count + 1);
        return record;
    }

    /// <summary>Says that a row is about to change. Under the portal's lock, before the version is replaced.</summary>
    public void Unsettle(CrmRecord record) => Volatile.Write(ref _rows.Hints[record.Row], Unsettled);

    /// <summary>Notes a row's last-modified instant, so that later searches need not touch the record. Under the portal's lock.</summary>
    public void Settle(CrmRecord record, long horizon)
    {
        var current = record.Current;
        if (current.WrittenAt > horizon || current.ArchivedAt is not null)
            return;
        current.ForgetBefore();
        Volatile.Write(ref _rows.Hints[record.Row], current.ModifiedAt);
    }

    private static int HashCode(int seed, int salt) => unchecked((seed * 397) ^ (salt * 7_919));
}

/// <summary>A reader's view of a table: the first <see cref="Count"/> entries of three parallel arrays.</summary>
/// <param name="Ids">Ids, ascending.</param>
/// <param name="Records">Records.</param>
/// <param name="Hints">Last-modified instants of settled rows, or <see cref="RecordTable.Unsettled"/>.</param>
/// <param name="Count">How many rows there are.</param>
internal sealed record RecordRows(long[] Ids, CrmRecord[] Records, long[] Hints, int Count)
{
    /// <summary>First row whose id is at least this.</summary>
    public int FirstAtOrAfter(long id)
    {
        var at = Ids.AsSpan(0, Count).BinarySearch(id);
        return at < 0 ? ~at : at;
    }
}
