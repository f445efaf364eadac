using System.Collections.Concurrent;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>
/// All state of the account. Every write takes one lock and replaces a record's version; reads take none. Instants are Unix milliseconds.
/// </summary>
internal sealed class Portal
{
    private readonly Lock _writes = new();
    private readonly HubSpotSimulatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly RecordTable[] _tables;
    private readonly PropertyCatalog[] _catalogs;
    private readonly IndexLag _lag;
    private readonly ConcurrentDictionary<(int Type, long Id), long> _mergedInto = new();
    private readonly List<CrmRecord> _activities = [];
    private int _liveActivities;

    private const long Gone = long.MinValue + 1;
    private const long RecycleBin = 90L * 24 * 3_600_000;

    public Portal(HubSpotSimulatorOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _lag = new IndexLag(options.IndexLag);
        _tables = [.. HubSpotObjectType.All.Select(t => new RecordTable(t, options.Seed))];
        _catalogs = [.. HubSpotObjectType.All.Select(t => new PropertyCatalog(t, options.CanceledMeetingOutcome))];
    }

    /// <summary>Owners in the order of the seed world; replaced as a whole.</summary>
    public IReadOnlyList<Owner> Owners { get; set; } = [];

    public int LiveActivities => Volatile.Read(ref _liveActivities);

    public long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What was written up to this instant is what search may show now.</summary>
    public long SearchHorizon => _lag.HorizonAt(Now);

    /// <summary>The portal's own association labels.</summary>
    public AssociationLabels Labels { get; } = new();

    /// <summary>Told of everything that happens after the start, under the write lock: must be quick and must not write.</summary>
    public Action<PortalEvent>? Happened { get; set; }

    /// <summary>Asked at every write how many milliseconds too early its last-modified instant is to be; null for none.</summary>
    public Func<long>? BackDating { get; set; }

    /// <summary>Makes search lag by another time from now on; it never shows less than it showed before.</summary>
    public void SetIndexLag(TimeSpan lag) => _lag.Change(lag, Now);

    /// <summary>Whether an archived record has lain in the recycle bin for longer than it is kept (fact sheet §9: 90 days).</summary>
    public bool IsPurged(RecordVersion version) => version.ArchivedAt is { } at && (at == Gone || Now - at > RecycleBin);

    public RecordTable Table(HubSpotObjectType type) => _tables[type.Index];

    public PropertyCatalog Catalog(HubSpotObjectType type) => _catalogs[type.Index];

    public Owner? OwnerById(string? id) => id is null ? null : Owners.FirstOrDefault(o => o.IdText == id);

    /// <summary>A record by its id or by one that was merged into it; null where there is none.</summary>
    public CrmRecord? Find(HubSpotObjectType type, long id)
    {
        while (_mergedInto.TryGetValue((type.Index, id), out var survivor))
            id = survivor;
        return Table(type).Find(id);
    }

    /// <summary>A record that was not archived; null otherwise.</summary>
    public CrmRecord? Live(HubSpotObjectType type, long id) => Find(type, id) is { Current.ArchivedAt: null } record ? record : null;

    /// <summary>Merges a record into another: its id leads to the survivor from now on, and so do its associations (fact sheet §9).</summary>
    public void Merge(CrmRecord merged, CrmRecord survivor, ChangeSource by)
    {
        lock (_writes)
        {
            var type = survivor.Type;
            foreach (var (to, link) in HubSpotObjectType.All.SelectMany(t => merged.LinksTo(t).Select(l => (t, l))).ToList())
            {
                if (Table(to).Find(link.ToId) is not { } other)
                    continue;
                Dissociate(merged, other, by);
                Associate(survivor, other, link.TypeId, by);
            }
            // A merged record is not in the recycle bin either; what it held stays for those who look at the simulator.
            Archive(merged, Gone);
            var ordinal = Catalog(type).OrdinalOf("hs_merged_object_ids");
            var before = survivor.Current.Values[ordinal];
            Update(survivor, [new PropertyChange(ordinal, before is null ? $"{merged.Id}" : $"{before};{merged.Id}")],
                new ChangeSource("MERGE_OBJECTS", by.SourceId, by.UserId, by.By));
            _mergedInto[(type.Index, merged.Id)] = survivor.Id;
            Happened?.Invoke(new PortalEvent(PortalEvent.Merge, type, survivor.Id, Now, by) { MergedId = merged.Id });
        }
    }

    /// <summary>Creates a record. With <paramref name="at"/> it is stamped with that instant and search shows it at once.</summary>
    public CrmRecord Create(HubSpotObjectType type, ReadOnlySpan<PropertyChange> values, ChangeSource source, string? sourceId = null,
        long? at = null)
    {
        lock (_writes)
        {
            var table = Table(type);
            var created = at ?? Now;
            var modified = at ?? created - (BackDating?.Invoke() ?? 0);
            var bag = PropertyBag.Empty.With(CalculatedValues.With(Catalog(type), values), table.Keys);
            var record = table.Append(created, source, sourceId,
                new RecordVersion(bag, modified, at is null ? created : long.MinValue, null, null));
            table.Settle(record, SearchHorizon);
            if (at is null)
                Happened?.Invoke(new PortalEvent(PortalEvent.Creation, type, record.Id, created, source));
            if (type.IsActivity)
            {
                _activities.Add(record);
                _liveActivities++;
            }
            return record;
        }
    }

    /// <summary>Writes values; equal ones make no history, and move the last-modified instant only if the options say so.</summary>
    public void Update(CrmRecord record, ReadOnlySpan<PropertyChange> values, ChangeSource source, long? at = null)
    {
        lock (_writes)
        {
            var current = record.Current;
            var changed = new List<PropertyChange>(values.Length);
            foreach (var change in CalculatedValues.With(Catalog(record.Type), values))
            {
                if (!string.Equals(current.Values[change.Ordinal], change.Value, StringComparison.Ordinal))
                    changed.Add(change);
            }
            if (changed.Count == 0 && !_options.IdenticalWriteMovesModified)
                return;

            var now = at ?? Now;
            if (changed.Count > 0)
                record.Remember(new ChangeSet(now, source, [.. changed], record.Changes));
            var bag = changed.Count == 0 ? current.Values : current.Values.With(changed.ToArray(), Table(record.Type).Keys);
            var modified = at ?? now - (BackDating?.Invoke() ?? 0);
            Replace(record, bag, modified, at is null ? now : long.MinValue, current.ArchivedAt);
            if (at is null && Happened is { } happened)
            {
                var catalog = Catalog(record.Type);
                changed.ForEach(change => happened(new PortalEvent(PortalEvent.PropertyChange, record.Type, record.Id, now, source)
                {
                    Property = catalog.NameOf(change.Ordinal),
                    Value = change.Value,
                }));
            }
        }
    }

    /// <summary>Moves last-modified instants and nothing else, as HubSpot's own jobs do; all get the same instant.</summary>
    public int Touch(IEnumerable<CrmRecord> records, long at)
    {
        lock (_writes)
        {
            var touched = 0;
            foreach (var record in records)
            {
                Replace(record, record.Current.Values, at, Now, record.Current.ArchivedAt);
                touched++;
            }
            return touched;
        }
    }

    /// <summary>Moves a record to the recycle bin or back; the last-modified instant stays (fact sheet §9).</summary>
    public void SetArchived(CrmRecord record, bool archived, ChangeSource by)
    {
        lock (_writes)
        {
            if (Archive(record, archived ? Now : null))
                Happened?.Invoke(new PortalEvent(archived ? PortalEvent.Deletion : PortalEvent.Restore, record.Type, record.Id, Now, by));
        }
    }

    /// <summary>Deletes a record for good: no recycle bin, no history, no links (fact sheet §9, GDPR).</summary>
    public void Erase(CrmRecord record, ChangeSource by)
    {
        lock (_writes)
        {
            foreach (var (to, link) in HubSpotObjectType.All.SelectMany(t => record.LinksTo(t).Select(l => (t, l))).ToList())
            {
                if (Table(to).Find(link.ToId) is { } other)
                    Dissociate(record, other, by);
            }
            Archive(record, Gone, blank: true);
            record.Forget();
            Happened?.Invoke(new PortalEvent(PortalEvent.Deletion, record.Type, record.Id, Now, by));
        }
    }

    /// <summary>Links two records in both directions; last-modified instants stay (fact sheet §7).</summary>
    public void Associate(CrmRecord from, CrmRecord to, int typeId, ChangeSource? by = null)
    {
        lock (_writes)
        {
            var forth = new Edge((byte)to.Type.Index, typeId, to.Id);
            var back = new Edge((byte)from.Type.Index, Labels.OppositeOf(from.Type, typeId), from.Id);
            // The side with fewer links is asked: a company may have thousands of activities, an activity has one company.
            if (from.LinkCount <= to.LinkCount ? from.HasLink(forth) : to.HasLink(back))
                return;
            from.Link(forth);
            to.Link(back);
            if (by is not null)
                TellOfLink(from, to, typeId, removed: false, by);
        }
    }

    /// <summary>Unlinks two records, all types or one.</summary>
    public void Dissociate(CrmRecord from, CrmRecord to, ChangeSource by, int? typeId = null)
    {
        lock (_writes)
        {
            if (!from.Unlink(to.Type, to.Id, typeId))
                return;
            to.Unlink(from.Type, from.Id, typeId is { } id ? Labels.OppositeOf(from.Type, id) : null);
            TellOfLink(from, to, typeId ?? AssociationTypes.DefaultOf(from.Type, to.Type) ?? 0, removed: true, by);
        }
    }

    /// <summary>Lets later searches trust the row's hint.</summary>
    public void Settle(CrmRecord record, long horizon)
    {
        lock (_writes)
            Table(record.Type).Settle(record, horizon);
    }

    /// <summary>Activities, newest created first, archived ones left out.</summary>
    public List<CrmRecord> NewestActivities(int skip, int take)
    {
        lock (_writes)
        {
            var newest = new List<CrmRecord>(Math.Min(take, 1_000));
            for (var i = _activities.Count - 1; i >= 0 && newest.Count < take; i--)
            {
                if (_activities[i].Current.ArchivedAt is null && skip-- <= 0)
                    newest.Add(_activities[i]);
            }
            return newest;
        }
    }

    private bool Archive(CrmRecord record, long? archivedAt, bool blank = false)
    {
        var current = record.Current;
        if (current.ArchivedAt is null == archivedAt is null && archivedAt != Gone)
            return false;
        Replace(record, blank ? PropertyBag.Empty : current.Values, current.ModifiedAt, Now, archivedAt);
        if (record.Type.IsActivity && current.ArchivedAt is null != archivedAt is null)
            _liveActivities += archivedAt is null ? 1 : -1;
        return true;
    }

    private void TellOfLink(CrmRecord from, CrmRecord to, int typeId, bool removed, ChangeSource by)
    {
        var primary = Labels.TextOf(from.Type, typeId) == "Primary";
        Happened?.Invoke(new PortalEvent(PortalEvent.AssociationChange, from.Type, from.Id, Now, by)
        {
            Link = new PortalLink($"{from.Type.Shout}_TO_{to.Type.Shout}", to.Id, removed, primary),
        });
        Happened?.Invoke(new PortalEvent(PortalEvent.AssociationChange, to.Type, to.Id, Now, by)
        {
            Link = new PortalLink($"{to.Type.Shout}_TO_{from.Type.Shout}", from.Id, removed, primary),
        });
    }

    private void Replace(CrmRecord record, PropertyBag values, long modifiedAt, long writtenAt, long? archivedAt)
    {
        var table = Table(record.Type);
        table.Unsettle(record);
        record.Replace(new RecordVersion(values, modifiedAt, writtenAt, archivedAt, record.Current), SearchHorizon);
        table.Settle(record, SearchHorizon);
    }
}
