using CrmSync.Simulator.Pages;

namespace CrmSync.Simulator.Seed;

/// <summary>What one step of the demo's traffic did.</summary>
public enum TrafficKind
{
    /// <summary>A rep or tool logged an activity.</summary>
    Added,

    /// <summary>A person changed the text of a recent activity.</summary>
    Edited,

    /// <summary>A person overruled one of CrmSync's labels.</summary>
    Relabelled,
}

/// <summary>One step of the demo's traffic.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Crm">"hubspot" or "salesforce".</param>
/// <param name="ObjectType">The CRM's own name of the type.</param>
/// <param name="Id">The CRM's id.</param>
public sealed record TrafficStep(TrafficKind Kind, string Crm, string ObjectType, string Id);

/// <summary>
/// Reps at work: every few seconds an activity arrives in one of the CRMs or a recent one is edited, and once in a while a person
/// overrules a label. The same seed and the same records give the same steps. Not thread-safe: one caller at a time.
/// </summary>
public sealed class DemoTraffic
{
    private const int Recent = 25;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<ISimulatedCrm> _crms;
    private readonly TrafficWriter[] _writers;
    private readonly SeedRandom _random;
    private int _steps;

    /// <summary>Prepares traffic; nothing happens before <see cref="RunAsync"/> or <see cref="Step"/>.</summary>
    /// <param name="crms">Where it happens.</param>
    /// <param name="worlds">What each of them was loaded with, in the same order.</param>
    /// <param name="clock">Stamps what arrives, and paces it.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentException">No CRM, or not one world for each.</exception>
    public DemoTraffic(IReadOnlyList<ISimulatedCrm> crms, IReadOnlyList<SeedWorld> worlds, TimeProvider clock, int seed)
    {
        if (crms.Count == 0 || crms.Count != worlds.Count)
        {
            throw new ArgumentException(
                $"Demo traffic: {crms.Count} CRMs and {worlds.Count} worlds; give each CRM the world that it was loaded with.");
        }

        _crms = crms;
        _clock = clock;
        _random = new(SeedRandom.Mix((ulong)seed, 0xD3A0));
        _writers = [.. crms.Zip(worlds, (crm, world) => new TrafficWriter(crm.Kind, world, seed))];
    }

    /// <summary>
    /// A step every 2 to 6 seconds until cancelled; then it ends without an exception. A fault of a CRM ends it with that fault.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(_random.Between(2_000, 6_000)), _clock, cancellationToken);
                Step();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Stopping is how traffic is meant to end.
        }
    }

    /// <summary>Does the next thing now.</summary>
    public TrafficStep Step()
    {
        var which = _random.Next(_crms.Count);
        var (crm, writer) = (_crms[which], _writers[which]);
        _steps++;
        if (_steps % 25 == 0 && Relabel(crm) is { } relabelled)
            return relabelled;
        if (_random.Chance(25) && Edit(crm, writer) is { } edited)
            return edited;
        var added = crm.Add(writer.Next(_clock.GetUtcNow()));
        return new(TrafficKind.Added, crm.Kind, added.ObjectType, added.Id);
    }

    private TrafficStep? Relabel(ISimulatedCrm crm)
    {
        var property = LabelProperties.Of(crm.Kind).Engaged.Name;
        SimulatedRecord[] labelled = [.. crm.ListActivities(0, 200).Where(
            r => !string.IsNullOrEmpty(r.Properties.GetValueOrDefault(property)))];
        if (labelled.Length == 0)
            return null;
        var record = _random.Pick(labelled);
        string[] others = [.. LabelProperties.EngagementValues.Where(v => v != record.Properties[property])];
        crm.EditProperty(record.ObjectType, record.Id, property, _random.Pick(others));
        return new(TrafficKind.Relabelled, crm.Kind, record.ObjectType, record.Id);
    }

    private TrafficStep? Edit(ISimulatedCrm crm, TrafficWriter writer)
    {
        var recent = crm.ListActivities(0, Recent);
        if (recent.Count == 0)
            return null;
        var record = _random.Pick(recent);
        var (subject, body) = writer.Edit(record);
        crm.EditText(record.ObjectType, record.Id, subject, body);
        return new(TrafficKind.Edited, crm.Kind, record.ObjectType, record.Id);
    }
}
