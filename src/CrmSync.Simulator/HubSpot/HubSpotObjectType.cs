using System.Collections.Frozen;

namespace CrmSync.Simulator.HubSpot;

/// <summary>One of the nine object types, with the names that differ from type to type (fact sheet §2).</summary>
internal sealed record HubSpotObjectType(
    int Index, string Plural, string Singular, string TypeId, string CreatedProperty, string ModifiedProperty, string? SubjectProperty,
    string? BodyProperty, string[] DefaultProperties)
{
    private const string ActivityCreated = "hs_createdate";
    private const string Modified = "hs_lastmodifieddate";

    public static readonly HubSpotObjectType Notes = Activity(0, "note", "0-46", null, "hs_note_body");
    public static readonly HubSpotObjectType Calls = Activity(1, "call", "0-48", "hs_call_title", "hs_call_body");
    public static readonly HubSpotObjectType Emails = Activity(2, "email", "0-49", "hs_email_subject", "hs_email_text");
    public static readonly HubSpotObjectType Meetings = Activity(3, "meeting", "0-47", "hs_meeting_title", "hs_meeting_body");
    public static readonly HubSpotObjectType Tasks = Activity(4, "task", "0-27", "hs_task_subject", "hs_task_body");

    // Contacts alone keep their change instant under another name, although they define hs_lastmodifieddate too.
    public static readonly HubSpotObjectType Contacts = new(5, "contacts", "contact", "0-1", "createdate", "lastmodifieddate", null, null,
        ["firstname", "lastname", "email"]);
    public static readonly HubSpotObjectType Companies = new(6, "companies", "company", "0-2", "createdate", Modified, null, null,
        ["name", "domain"]);
    public static readonly HubSpotObjectType Deals = new(7, "deals", "deal", "0-3", "createdate", Modified, null, null,
        ["dealname", "amount", "closedate", "dealstage", "pipeline"]);
    public static readonly HubSpotObjectType Tickets = new(8, "tickets", "ticket", "0-5", "createdate", Modified, null, null,
        ["subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_category", "hs_ticket_priority"]);

    public static readonly HubSpotObjectType[] All = [Notes, Calls, Emails, Meetings, Tasks, Contacts, Companies, Deals, Tickets];

    private static readonly FrozenDictionary<string, HubSpotObjectType> ByName = All
        .SelectMany(t => new[] { KeyValuePair.Create(t.Plural, t), KeyValuePair.Create(t.Singular, t), KeyValuePair.Create(t.TypeId, t) })
        .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public bool IsActivity => Index < 5;

    /// <summary>Name as HubSpot's error messages spell it, such as NOTE.</summary>
    public string Shout => Singular.ToUpperInvariant();

    /// <summary>Type by plural name, singular name or object type id; null where there is none.</summary>
    public static HubSpotObjectType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Type by a name that our own side gave.</summary>
    /// <exception cref="ArgumentException">There is no such type.</exception>
    public static HubSpotObjectType Get(string name) => Find(name)
        ?? throw new ArgumentException(
            $"The simulated HubSpot has no object type \"{name}\"; it has {string.Join(", ", All.Select(t => t.Plural))}.", nameof(name));

    private static HubSpotObjectType Activity(int index, string singular, string typeId, string? subject, string body) =>
        new(index, singular + "s", singular, typeId, ActivityCreated, Modified, subject, body, []);
}
