namespace CrmSync.Connectors.Salesforce;

/// <summary>An activity object of Salesforce, and what is asked of it where the org's describe shows it.</summary>
/// <param name="Name">API name.</param>
/// <param name="Fields">Fields that are read.</param>
/// <param name="Skips">Flags whose rows are left out: flag → reason.</param>
internal sealed record SalesforceObjectType(string Name, IReadOnlyList<string> Fields, IReadOnlyDictionary<string, string> Skips)
{
    /// <summary>A to-do; calls and mails, too.</summary>
    public const string Task = "Task";

    /// <summary>A meeting.</summary>
    public const string Event = "Event";

    /// <summary>A mail, in orgs with Enhanced Email or Email-to-Case; mostly the twin of a Task.</summary>
    public const string EmailMessage = "EmailMessage";

    /// <summary>A note, in orgs with enhanced notes.</summary>
    public const string ContentNote = "ContentNote";

    private static readonly string[] Common =
        ["Id", "SystemModstamp", "Subject", "Description", "Type", "WhoId", "WhatId", "AccountId", "OwnerId", "CreatedDate", "IsRecurrence"];

    /// <summary>All, in the order in which they are scanned: a Task before its twin, so that the twin finds it known.</summary>
    public static IReadOnlyList<SalesforceObjectType> All { get; } =
    [
        new(Task,
            [.. Common, "TaskSubtype", "Status", "CallType", "CallDisposition", "CallDurationInSeconds", "CompletedDateTime"],
            new Dictionary<string, string> { ["IsRecurrence"] = "series_template" }),
        // Invitees have rows of their own, so one meeting would be labelled once per attendee.
        new(Event,
            [.. Common, "EventSubtype", "StartDateTime", "EndDateTime", "DurationInMinutes", "IsChild", "IsPrivate"],
            new Dictionary<string, string> { ["IsRecurrence"] = "series_template", ["IsChild"] = "invitee_copy", ["IsPrivate"] = "private" }),
        // Addresses are never asked for: nothing is decided by them.
        new(EmailMessage,
            ["Id", "SystemModstamp", "Subject", "TextBody", "HtmlBody", "Incoming", "Status", "MessageDate", "RelatedToId", "ActivityId", "CreatedDate"],
            new Dictionary<string, string>()),
        new(ContentNote,
            ["Id", "SystemModstamp", "Title", "Content", "OwnerId", "CreatedDate", "LastModifiedDate"],
            new Dictionary<string, string>()),
    ];

    /// <summary>Whether every org has it; the others are scanned only where describe shows them.</summary>
    public bool IsAlwaysThere => Name is Task or Event;

    /// <summary>Whether a bulk query can read it: it refuses base64 fields.</summary>
    public bool IsForBulk => Name != ContentNote;

    /// <summary>
    /// Most rows of a page; null for the usual number. Each note takes a request of its own for its text, so its pages are small.
    /// </summary>
    public int? MostRows => Name == ContentNote ? SalesforceClient.BatchLimit : null;

    /// <summary>The type of a name.</summary>
    /// <exception cref="ArgumentException">It is none of them.</exception>
    public static SalesforceObjectType Of(string name) =>
        All.FirstOrDefault(type => type.Name == name)
        ?? throw new ArgumentException(
            $"'{name}' is not an activity object of Salesforce; there are {string.Join(", ", All.Select(type => type.Name))}.", nameof(name));

    /// <summary>What to select: our fields as far as they are visible.</summary>
    public string Select(IReadOnlyDictionary<string, SalesforceField> visible)
    {
        var stamp = SalesforceSchema.StampField(visible);
        return string.Join(", ", Fields.Where(field => field == "Id" || field == stamp || visible.ContainsKey(field)));
    }
}
