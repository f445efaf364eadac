using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Records;

/// <summary>A rep with the two ids that are easily taken for each other: owner id (on records) and user id (in history).</summary>
internal sealed record Owner(long Id, long UserId, string FirstName, string LastName, string Email, string Team, long CreatedAt)
{
    public string Name => $"{FirstName} {LastName}";

    /// <summary>The id as text, made once: every record of the owner holds it.</summary>
    public string IdText { get; } = Id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}

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
    private readonly long _lag;
    private readonly List<CrmRecord> _activities = [];
    private int _liveActivities;

    public Portal(HubSpotSimulatorOptions options, TimeProvider clock)
    {
        _options = options;
        _clock = clock;
        _lag = (long)options.IndexLag.TotalMilliseconds;
        _tables = [.. HubSpotObjectType.All.Select(t => new RecordTable(t, options.Seed))];
        _catalogs = [.. HubSpotObjectType.All.Select(t => new PropertyCatalog(t))];
    }

    /// <summary>Owners in the order of the seed world; replaced as a whole.</summary>
    public IReadOnlyList<Owner> Owners { get; set; } = [];

    public int LiveActivities => Volatile.Read(ref _liveActivities);

    public long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>What was written up to this instant is what search may show now.</summary>
    public long SearchHorizon => Now - _lag;

    public RecordTable Table(HubSpotObjectType type) => _tables[type.Index];

    public PropertyCatalog Catalog(HubSpotObjectType type) => _catalogs[type.Index];

    public Owner? OwnerById(string? id) => id is null ? null : Owners.FirstOrDefault(o => o.IdText == id);

    /// <summary>A record that was not archived; null otherwise.</summary>
    public CrmRecord? Live(HubSpotObjectType type, long id) => Table(type).Find(id) is { Current.ArchivedAt: null } record ? record : null;

    /// <summary>Creates a record. With <paramref name="at"/> it is stamped with that instant and search shows it at once.</summary>
    public CrmRecord Create(HubSpotObjectType type, ReadOnlySpan<PropertyChange> values, ChangeSource source, string? sourceId = null, long? at = null)
    {
        lock (_writes)
        {
            var table = Table(type);
            var created = at ?? Now;
            var bag = PropertyBag.Empty.With(WithCalculated(type, values), table.Keys);
            var record = table.Append(created, source, sourceId, new RecordVersion(bag, created, at is null ? created : long.MinValue, null, null));
            table.Settle(record, SearchHorizon);
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
            foreach (var change in WithCalculated(record.Type, values))
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
            Replace(record, bag, now, at is null ? now : long.MinValue, current.ArchivedAt);
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
    public void SetArchived(CrmRecord record, bool archived)
    {
        lock (_writes)
        {
            var current = record.Current;
            if (current.ArchivedAt is not null == archived)
                return;
            Replace(record, current.Values, current.ModifiedAt, Now, archived ? Now : null);
            if (record.Type.IsActivity)
                _liveActivities += archived ? -1 : 1;
        }
    }

    /// <summary>Links two records in both directions; last-modified instants stay (fact sheet §7).</summary>
    public void Associate(CrmRecord from, CrmRecord to, int typeId)
    {
        lock (_writes)
        {
            var forth = new Edge((byte)to.Type.Index, typeId, to.Id);
            var back = new Edge((byte)from.Type.Index, AssociationTypes.OppositeOf(typeId), from.Id);
            // The side with fewer links is asked: a company may have thousands of activities, an activity has one company.
            if (from.LinkCount <= to.LinkCount ? from.HasLink(forth) : to.HasLink(back))
                return;
            from.Link(forth);
            to.Link(back);
        }
    }

    public void Dissociate(CrmRecord from, CrmRecord to)
    {
        lock (_writes)
        {
            from.Unlink(to.Type, to.Id);
            to.Unlink(from.Type, from.Id);
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

    private void Replace(CrmRecord record, PropertyBag values, long modifiedAt, long writtenAt, long? archivedAt)
    {
        var table = Table(record.Type);
        table.Unsettle(record);
        record.Replace(new RecordVersion(values, modifiedAt, writtenAt, archivedAt, record.Current), SearchHorizon);
        table.Settle(record, SearchHorizon);
    }

    private ReadOnlySpan<PropertyChange> WithCalculated(HubSpotObjectType type, ReadOnlySpan<PropertyChange> values)
    {
        if (type != HubSpotObjectType.Deals)
            return values;
        var catalog = Catalog(type);
        var stageOrdinal = catalog.OrdinalOf("dealstage");
        foreach (var change in values)
        {
            if (change.Ordinal != stageOrdinal)
                continue;
            var stage = DealPipeline.Stages.FirstOrDefault(s => s.Id == change.Value);
            return (PropertyChange[])
            [
                .. values,
                new(catalog.OrdinalOf("hs_is_closed"), stage is null ? null : stage.IsClosed ? "true" : "false"),
                new(catalog.OrdinalOf("hs_is_closed_won"), stage is null ? null : stage.Id == "closedwon" ? "true" : "false"),
            ];
        }
        return values;
    }
}
