using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using CrmSync.Simulator.Seed;

namespace CrmSync.Simulator.HubSpot.World;

/// <summary>A seeded activity in HubSpot's properties (fact sheet §2.1, §2.2).</summary>
internal sealed class ActivityMapping(Portal portal)
{
    /// <summary>Object type of a seeded activity.</summary>
    /// <exception cref="ArgumentException">It is none of call, email, meeting, note and task.</exception>
    public static HubSpotObjectType TypeOf(SeedActivity activity) =>
        HubSpotObjectType.Find(activity.Type) is { IsActivity: true } type
            ? type
            : throw new ArgumentException($"Activity {activity.SourceId} is of type \"{activity.Type}\"; HubSpot has call, email, meeting, note and task.", nameof(activity));

    public ValueList ValuesOf(HubSpotObjectType type, SeedActivity activity, Owner? owner, SeedContact? contact)
    {
        var inbound = string.Equals(activity.Direction, "inbound", StringComparison.OrdinalIgnoreCase);
        var values = new ValueList(portal.Catalog(type)).Set("hubspot_owner_id", owner?.IdText).Set("hs_engagement_source", "CRM_UI");
        // The date of a task is when it is due and that of a meeting when it starts, often in the future.
        values.Set("hs_timestamp", type == HubSpotObjectType.Tasks || type == HubSpotObjectType.Meetings ? activity.StartsAt ?? activity.OccurredAt : activity.OccurredAt);
        SetText(values, type, activity.Subject, activity.Body, clear: false);
        switch (type.Plural)
        {
            case "calls":
                values.Set("hs_call_direction", activity.Direction is null ? null : inbound ? "INBOUND" : "OUTBOUND")
                    .Set("hs_call_disposition", DispositionOf(activity))
                    .Set("hs_call_duration", (long?)activity.Duration?.TotalMilliseconds)
                    .Set("hs_call_status", activity.Status)
                    .Set(inbound ? "hs_call_from_number" : "hs_call_to_number", contact?.Phone);
                break;
            case "emails":
                values.Set("hs_email_direction", activity.Direction is null ? null : inbound ? "INCOMING_EMAIL" : "EMAIL").Set("hs_email_status", activity.Status)
                    .Set("hs_email_from_email", inbound ? contact?.Email : owner?.Email)
                    .Set("hs_email_from_firstname", inbound ? contact?.FirstName : owner?.FirstName)
                    .Set("hs_email_from_lastname", inbound ? contact?.LastName : owner?.LastName)
                    .Set("hs_email_to_email", inbound ? owner?.Email : contact?.Email)
                    .Set("hs_email_to_firstname", inbound ? owner?.FirstName : contact?.FirstName)
                    .Set("hs_email_to_lastname", inbound ? owner?.LastName : contact?.LastName);
                break;
            case "meetings":
                values.Set("hs_meeting_outcome", activity.Outcome).Set("hs_meeting_start_time", activity.StartsAt).Set("hs_meeting_end_time", activity.EndsAt);
                break;
            case "tasks":
                values.Set("hs_task_status", activity.Status).Set("hs_task_type", "TODO");
                break;
        }
        return values;
    }

    /// <summary>Sets subject and body. A note has no subject of its own, so one that is given becomes its first line; a mail in HTML keeps its text beside it.</summary>
    public static void SetText(ValueList values, HubSpotObjectType type, string subject, string body, bool clear)
    {
        void Put(string property, string? value)
        {
            if (clear)
                values.SetOrClear(property, value);
            else
                values.Set(property, value);
        }

        if (type.SubjectProperty is { } subjectProperty)
            Put(subjectProperty, subject);
        else if (subject.Length > 0 && !body.StartsWith(subject, StringComparison.Ordinal))
            body = PlainText.IsHtml(body) ? $"<p>{subject}</p>{body}" : body.Length == 0 ? subject : $"{subject}\n{body}";

        if (type == HubSpotObjectType.Emails)
        {
            var html = PlainText.IsHtml(body);
            Put("hs_email_html", html ? body : null);
            Put("hs_email_text", html ? PlainText.Of(body) : body);
        }
        else
        {
            Put(type.BodyProperty!, body);
        }
    }

    private static string? DispositionOf(SeedActivity activity)
    {
        if (string.IsNullOrEmpty(activity.Disposition))
            return null;
        foreach (var (id, label) in StandardProperties.CallDispositions)
        {
            if (label.Equals(activity.Disposition, StringComparison.OrdinalIgnoreCase))
                return id;
        }
        throw new ArgumentException($"Activity {activity.SourceId} has the call result \"{activity.Disposition}\"; HubSpot has " +
            $"{string.Join(", ", StandardProperties.CallDispositions.Select(d => d.Label))}.", nameof(activity));
    }
}
