using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;

namespace CrmSync.Tests.Simulator;

/// <summary>Records in a list, without HTTP: enough of a CRM for its traffic and its pages.</summary>
internal sealed class FakeCrm(string kind, TimeProvider clock) : ISimulatedCrm
{
    private readonly Dictionary<(string, string), SimulatedRecord> _records = [];
    private readonly List<(string ObjectType, string Id, string Property, SimulatedChange Change)> _history = [];
    private SeedWorld? _world;

    public string Kind => kind;

    public Uri BaseAddress { get; } = new("http://127.0.0.1:5081");

    public CallLog Calls { get; } = new();

    public FaultBoard Dials { get; } = new(0);

    public bool QuotasOn { get; set; }

    public int CreatedTexts { get; private set; }

    public List<SeedActivity> Added { get; } = [];

    public void Load(SeedWorld world)
    {
        _world = world;
        foreach (var activity in world.Activities)
            Store(activity);
    }

    public SimulatedRecord Add(SeedActivity activity)
    {
        Added.Add(activity);
        return Store(activity);
    }

    public SimulatedRecord Put(SimulatedRecord record) => _records[(record.ObjectType, record.Id)] = record;

    public void EditText(string objectType, string id, string subject, string body)
    {
        CreatedTexts++;
        Put(_records[(objectType, id)] with { Subject = subject, Body = body, ModifiedAt = clock.GetUtcNow() });
    }

    public void EditProperty(string objectType, string id, string property, string? value) =>
        Set(objectType, id, property, value, "person");

    public void Set(string objectType, string id, string property, string? value, string by)
    {
        var record = _records[(objectType, id)];
        Dictionary<string, string?> changed = new(record.Properties) { [property] = value };
        Put(record with { Properties = changed, ModifiedAt = clock.GetUtcNow() });
        _history.Add((objectType, id, property, new(value, clock.GetUtcNow(), by)));
    }

    public IReadOnlyList<SimulatedRecord> ListActivities(int skip, int take) =>
        [.. _records.Values.Where(r => r.Type is not null).OrderByDescending(r => r.OccurredAt).Skip(skip).Take(take)];

    public int CountActivities() => _records.Values.Count(r => r.Type is not null);

    public SimulatedRecord? Find(string objectType, string id) => _records.GetValueOrDefault((objectType, id));

    public IReadOnlyList<SimulatedChange> History(string objectType, string id, string property) =>
        [.. _history.Where(h => h.ObjectType == objectType && h.Id == id && h.Property == property).Select(h => h.Change)];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SimulatedRecord Store(SeedActivity activity)
    {
        Dictionary<string, string?> properties = new()
        {
            ["disposition"] = activity.Disposition,
            ["status"] = activity.Status,
            ["outcome"] = activity.Outcome,
        };
        return Put(new(
            activity.Type + "s", $"{_records.Count + 1}", activity.Type, activity.Subject, activity.Body,
            activity.OccurredAt, activity.OccurredAt,
            _world?.Owners[activity.Owner].LastName, activity.Company is { } c ? _world?.Companies[c].Name : null,
            activity.Contact is { } p ? _world?.Contacts[p].LastName : null, activity.Deal is { } d ? _world?.Deals[d].Name : null,
                properties,
            activity.SourceId));
    }
}

/// <summary>A clock that stands until it is moved; delays end at once and move it by their length.</summary>
internal sealed class StandingClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public List<TimeSpan> Delays { get; } = [];

    /// <summary>Called after each delay that was asked for.</summary>
    public Action<int> Delayed { get; set; } = _ => { };

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        Delays.Add(dueTime);
        _now += dueTime;
        Delayed(Delays.Count);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Fired();
    }

    private sealed class Fired : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
