using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator;

/// <summary>
/// What a simulated CRM offers to the demo's traffic, its record pages and tests, beside its HTTP routes. Thread-safe. Nothing here is
/// visible to the connector under test, which sees HTTP alone.
/// </summary>
public interface ISimulatedCrm : ISimulatorControls, IAsyncDisposable
{
    /// <summary>Where it listens: always loopback.</summary>
    Uri BaseAddress { get; }

    /// <summary>Loads a world; records are stamped with the world's own times. Called once, before or after start.</summary>
    void Load(SeedWorld world);

    /// <summary>A rep or tool logs one more activity now.</summary>
    /// <returns>The new record.</returns>
    SimulatedRecord Add(SeedActivity activity);

    /// <summary>A person edits subject or body in the CRM's own pages (moves the modified time, writes history as that person).</summary>
    void EditText(string objectType, string id, string subject, string body);

    /// <summary>A person sets any property in the CRM's own pages, our label properties included; null clears.</summary>
    void EditProperty(string objectType, string id, string property, string? value);

    /// <summary>Activities, newest first.</summary>
    IReadOnlyList<SimulatedRecord> ListActivities(int skip, int take);

    /// <summary>How many activities exist, archived ones left out.</summary>
    int CountActivities();

    /// <summary>One record of any type, or null.</summary>
    SimulatedRecord? Find(string objectType, string id);

    /// <summary>Every value that a property of a record ever had, oldest first, with who set it.</summary>
    IReadOnlyList<SimulatedChange> History(string objectType, string id, string property);
}

/// <summary>A record as a rep would see it.</summary>
/// <param name="ObjectType">The CRM's own name of the type (notes, calls, …; Task, Event, …).</param>
/// <param name="Id">The CRM's id.</param>
/// <param name="Type">call, email, meeting, note or task; null where it is no activity.</param>
/// <param name="Subject">Subject or title.</param>
/// <param name="Body">Body as stored.</param>
/// <param name="OccurredAt">When it happened.</param>
/// <param name="ModifiedAt">Last change.</param>
/// <param name="Owner">Name of the owner.</param>
/// <param name="Company">Name of the company or account, if linked.</param>
/// <param name="Contact">Name of the contact, if linked.</param>
/// <param name="Deal">Name of the deal or opportunity, if linked.</param>
/// <param name="Properties">All properties by the CRM's names, the label properties among them.</param>
/// <param name="SourceId">Row of the authored data, for looking up the truth; null where a client created the record.</param>
public sealed record SimulatedRecord(
    string ObjectType, string Id, string? Type, string Subject, string Body, DateTimeOffset OccurredAt, DateTimeOffset ModifiedAt,
    string? Owner, string? Company, string? Contact, string? Deal, IReadOnlyDictionary<string, string?> Properties, string? SourceId);

/// <summary>One entry of a property's history.</summary>
/// <param name="Value">The value then; null for blank.</param>
/// <param name="At">When.</param>
/// <param name="By">"app" for a write through the API, "person" for one through the CRM's pages, "seed" for the start.</param>
public sealed record SimulatedChange(string? Value, DateTimeOffset At, string By);
