using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.HubSpot;

/// <summary>Turns a HubSpot record into an activity. Pure.</summary>
internal static class HubSpotActivityMapper
{
    /// <summary>The activity of a record; null where the record has no id.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="record">The record as search or batch read give it.</param>
    /// <param name="disposition">Words of a call disposition's GUID, or null.</param>
    /// <param name="fallback">Instant for records whose own are unreadable.</param>
    public static CrmActivity? Map(HubSpotObjectType type, JsonElement record, Func<string, string?> disposition, DateTimeOffset fallback)
    {
        if (record.Filled("id") is not { } id)
            return null;
        var values = record.Child("properties");
        var modified = Instant(values, "hs_lastmodifieddate") ?? Instant(record, "updatedAt") ?? fallback;
        var created = Instant(values, "hs_createdate") ?? Instant(record, "createdAt") ?? modified;
        var content = Content(type.Type, values, disposition);
        return new CrmActivity
        {
            ObjectType = type.Name,
            ExternalId = id,
            Content = content,
            // hs_timestamp of a task is its due date, often in the future.
            OccurredAt = type.Type == ActivityType.Task
                ? created
                : content.Evidence.StartsAt ?? Instant(values, "hs_timestamp") ?? created,
            CreatedAt = created,
            ModifiedAt = modified,
            OwnerId = values.Filled("hubspot_owner_id"),
        };
    }

    private static ActivityContent Content(ActivityType type, JsonElement values, Func<string, string?> disposition) => type switch
    {
        ActivityType.Call => new(type, Text(values, "hs_call_title"), Text(values, "hs_call_body"), new CrmEvidence
        {
            Direction = Direction(values.Text("hs_call_direction")),
            Disposition = values.Filled("hs_call_disposition") is { } code ? disposition(code) : null,
            Status = values.Filled("hs_call_status"),
            Duration = HubSpotValues.Duration(values.Text("hs_call_duration")),
            Subtype = values.Filled("hs_activity_type"),
        }),
        ActivityType.Email => new(type, Text(values, "hs_email_subject"), values.Filled("hs_email_text") ?? Text(values, "hs_email_html"), new CrmEvidence
        {
            Direction = Direction(values.Text("hs_email_direction")),
            Status = values.Filled("hs_email_status"),
        }),
        ActivityType.Meeting => Meeting(values),
        ActivityType.Note => new(type, "", Text(values, "hs_note_body"), CrmEvidence.None),
        ActivityType.Task => new(type, Text(values, "hs_task_subject"), Text(values, "hs_task_body"), new CrmEvidence
        {
            Status = values.Filled("hs_task_status"),
            Subtype = values.Filled("hs_task_type"),
        }),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    private static ActivityContent Meeting(JsonElement values)
    {
        var starts = Instant(values, "hs_meeting_start_time");
        var ends = Instant(values, "hs_meeting_end_time");
        return new ActivityContent(
            ActivityType.Meeting, Text(values, "hs_meeting_title"),
            Join(Text(values, "hs_meeting_body"), Text(values, "hs_internal_meeting_notes")), new CrmEvidence
            {
                Outcome = values.Filled("hs_meeting_outcome"),
                StartsAt = starts,
                EndsAt = ends,
                Duration = ends > starts ? ends - starts : null,
                Subtype = values.Filled("hs_activity_type"),
            });
    }

    // EMAIL was sent from the CRM or copied to it by the rep; FORWARDED_EMAIL is a received mail that a rep passed on to the CRM.
    private static ActivityDirection? Direction(string? word) => word switch
    {
        "INBOUND" or "INCOMING_EMAIL" or "FORWARDED_EMAIL" => ActivityDirection.Inbound,
        "OUTBOUND" or "EMAIL" => ActivityDirection.Outbound,
        _ => null,
    };

    // Between two HTML bodies a line break would be white space only, and the last line of one would run into the first of the other.
    private static string Join(string body, string notes) =>
        string.IsNullOrWhiteSpace(notes) ? body
        : string.IsNullOrWhiteSpace(body) ? notes
        : body.Contains("</", StringComparison.Ordinal) || notes.Contains("</", StringComparison.Ordinal) ? $"{body}<br><br>{notes}"
        : $"{body}\n\n{notes}";

    private static string Text(JsonElement values, string name) => values.Text(name) ?? "";

    private static DateTimeOffset? Instant(JsonElement values, string name) => HubSpotValues.Instant(values.Text(name));
}
