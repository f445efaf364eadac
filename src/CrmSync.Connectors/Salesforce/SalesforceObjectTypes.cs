namespace CrmSync.Connectors.Salesforce;

/// <summary>The two activity objects of Salesforce, and what is asked of each where the org's describe shows it.</summary>
/// <param name="Name">API name.</param>
/// <param name="Fields">Fields that are read.</param>
/// <param name="Skips">Flags whose rows are left out: flag → reason.</param>
internal sealed record SalesforceObjectType(string Name, IReadOnlyList<string> Fields, IReadOnlyDictionary<string, string> Skips)
{
    private static readonly string[] Common =
        ["Id", "SystemModstamp", "Subject", "Description", "Type", "WhoId", "WhatId", "AccountId", "OwnerId", "CreatedDate", "IsRecurrence"];

    /// <summary>All, in the order in which they are scanned.</summary>
    public static IReadOnlyList<SalesforceObjectType> All { get; } =
    [
        new("Task",
            [.. Common, "TaskSubtype", "Status", "CallType", "CallDisposition", "CallDurationInSeconds", "CompletedDateTime"],
            new Dictionary<string, string> { ["IsRecurrence"] = "series_template" }),
        // Invitees have rows of their own, so one meeting would be labelled once per attendee.
        new("Event",
            [.. Common, "EventSubtype", "StartDateTime", "EndDateTime", "DurationInMinutes", "IsChild", "IsPrivate"],
            new Dictionary<string, string> { ["IsRecurrence"] = "series_template", ["IsChild"] = "invitee_copy", ["IsPrivate"] = "private" }),
    ];

    /// <summary>The type of a name.</summary>
    /// <exception cref="ArgumentException">It is none of the two.</exception>
    public static SalesforceObjectType Of(string name) =>
        All.FirstOrDefault(type => type.Name == name)
        ?? throw new ArgumentException($"'{name}' is not an activity object of Salesforce; there are {string.Join(", ", All.Select(type => type.Name))}.", nameof(name));

    /// <summary>What to select: our fields as far as they are visible, and the kinds of the records that they point to.</summary>
    public string Select(IReadOnlyDictionary<string, SalesforceField> visible)
    {
        List<string> fields = [.. Fields.Where(field => field is "Id" or "SystemModstamp" || visible.ContainsKey(field))];
        if (visible.ContainsKey("WhoId"))
            fields.Add("Who.Type");
        if (visible.ContainsKey("WhatId"))
            fields.Add("What.Type");
        return string.Join(", ", fields);
    }
}
