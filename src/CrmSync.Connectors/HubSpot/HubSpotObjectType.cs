using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>The five activity types of HubSpot, and what is asked of each (property guides as of 2026-09).</summary>
/// <param name="Name">Name in paths.</param>
/// <param name="TypeId">HubSpot's own id of the type, as it stands in the addresses of its pages.</param>
/// <param name="Type">What it is for us.</param>
/// <param name="Properties">Properties that are read besides the common ones.</param>
internal sealed record HubSpotObjectType(string Name, string TypeId, ActivityType Type, IReadOnlyList<string> Properties)
{
    /// <summary>How it is scanned.</summary>
    public HubSpotScanType Scan { get; } = new(Name, HubSpotScanType.ModifiedOf(Name), Properties, HubSpotAssociations.Linked);

    private static readonly string[] Common = ["hs_timestamp", "hs_createdate", "hs_lastmodifieddate", "hubspot_owner_id"];

    /// <summary>All, in the order in which they are scanned.</summary>
    public static IReadOnlyList<HubSpotObjectType> All { get; } =
    [
        new("calls", "0-48", ActivityType.Call,
        [
            .. Common, "hs_call_title", "hs_call_body", "hs_call_direction", "hs_call_disposition", "hs_call_duration", "hs_call_status",
            "hs_activity_type",
        ]),
        new("emails", "0-49", ActivityType.Email,
            [.. Common, "hs_email_subject", "hs_email_text", "hs_email_html", "hs_email_direction", "hs_email_status"]),
        new("meetings", "0-47", ActivityType.Meeting,
        [
            .. Common, "hs_meeting_title", "hs_meeting_body", "hs_internal_meeting_notes", "hs_meeting_outcome", "hs_meeting_start_time",
            "hs_meeting_end_time", "hs_activity_type",
        ]),
        new("notes", "0-46", ActivityType.Note, [.. Common, "hs_note_body"]),
        new("tasks", "0-27", ActivityType.Task, [.. Common, "hs_task_subject", "hs_task_body", "hs_task_type", "hs_task_status"]),
    ];

    /// <summary>The type of a name.</summary>
    /// <exception cref="ArgumentException">It is none of the five.</exception>
    public static HubSpotObjectType Of(string name) =>
        All.FirstOrDefault(type => type.Name == name)
        ?? throw new ArgumentException(
            $"'{name}' is not an activity type of HubSpot; there are {string.Join(", ", All.Select(type => type.Name))}.", nameof(name));
}
