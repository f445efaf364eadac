namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>The properties that HubSpot defines itself, as far as the fact sheet names them (§2).</summary>
internal static class StandardProperties
{
    /// <summary>Call results with the ids that they have in every portal (fact sheet §2.2).</summary>
    public static readonly (string Id, string Label)[] CallDispositions =
    [
        ("9d9162e7-6cf3-4944-bf63-4dff82258764", "Busy"),
        ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Connected"),
        ("a4c4c377-d246-4b32-a13b-75a56a4cd0ff", "Left live message"),
        ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Left voicemail"),
        ("73a0d17f-1163-4015-bdd5-ec830791da20", "No answer"),
        ("17b47fee-58de-441e-a44c-c6300d46f273", "Wrong number"),
    ];

    public static IEnumerable<PropertyDefinition> Of(HubSpotObjectType type, string canceled)
    {
        IEnumerable<PropertyDefinition> own = type.Plural switch
        {
            "notes" => [Html("hs_note_body", "Note body")],
            "calls" => Calls(),
            "emails" => Emails(),
            "meetings" => Meetings(canceled),
            "tasks" => Tasks(),
            "contacts" => Contacts(),
            "companies" => Companies(),
            "tickets" => Tickets(),
            _ => Deals(),
        };
        return [.. Common(type), .. type.IsActivity ? Activity() : [], .. own];
    }

    private static IEnumerable<PropertyDefinition> Common(HubSpotObjectType type) =>
    [
        Define("hs_object_id", "Record ID", "number", "number") with
        {
            Server = ServerValue.ObjectId, ReadOnlyValue = true, HasUniqueValue = true,
        },
        Define(type.CreatedProperty, "Create date", "datetime", "date") with { Server = ServerValue.CreatedAt, ReadOnlyValue = true },
        Define(type.ModifiedProperty, "Last modified date", "datetime", "date") with
        {
            Server = ServerValue.ModifiedAt, ReadOnlyValue = true,
        },
        Define("hubspot_owner_id", "Owner", "enumeration", "select") with { ExternalOptions = true },
        Text("hubspot_team_id", "Team"),
        Fixed("hs_all_owner_ids"), Fixed("hs_merged_object_ids"), Fixed("hs_object_source"), Fixed("hs_object_source_id"),
        Fixed("hs_object_source_label"), Fixed("hs_object_source_user_id"), Fixed("hs_object_source_detail_1"),
        Fixed("hs_object_source_detail_2"), Fixed("hs_object_source_detail_3"), Fixed("hs_updated_by_user_id"),
        Fixed("hs_unique_creation_key"),
    ];

    private static IEnumerable<PropertyDefinition> Activity() =>
    [
        Instant("hs_timestamp", "Activity date"), Text("hs_attachment_ids", "Attachments"),
        Fixed("hs_body_preview") with { Server = ServerValue.BodyPreview },
        Text("hs_engagement_source", "Source"), Fixed("hs_created_by"), Fixed("hs_modified_by"),
    ];

    private static IEnumerable<PropertyDefinition> Calls() =>
    [
        Text("hs_call_title", "Call title"), Html("hs_call_body", "Call notes"),
        Choice("hs_call_direction", "Call direction", "INBOUND", "OUTBOUND"),
        Define("hs_call_disposition", "Call outcome", "enumeration", "select") with
        {
            Options = [.. CallDispositions.Select((d, i) => new PropertyOption(d.Label, d.Id, i, false))],
        },
        Number("hs_call_duration", "Call duration"),
        Choice("hs_call_status", "Call status", "BUSY", "CALLING_CRM_USER", "CANCELED", "COMPLETED", "CONNECTING", "FAILED", "IN_PROGRESS",
            "MISSED", "NO_ANSWER", "QUEUED", "RINGING"),
        Text("hs_call_from_number", "From number"), Text("hs_call_to_number", "To number"), Text("hs_call_recording_url", "Recording URL"),
        Text("hs_call_source", "Call source"), Text("hs_call_callee_object_id", "Callee"),
        Text("hs_call_callee_object_type", "Callee type"),
        Text("hs_activity_type", "Call and meeting type"),
    ];

    private static IEnumerable<PropertyDefinition> Emails() =>
    [
        Text("hs_email_subject", "Email subject"), Define("hs_email_text", "Email body", "string", "textarea"),
        Html("hs_email_html", "Email HTML"),
        Choice("hs_email_direction", "Email direction", "EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL", "DRAFT_EMAIL"),
        Choice("hs_email_status", "Email send status", "BOUNCED", "FAILED", "SCHEDULED", "SENDING", "SENT"),
        Text("hs_email_headers", "Email headers"), Fixed("hs_email_from_email"), Fixed("hs_email_from_firstname"),
        Fixed("hs_email_from_lastname"),
        Fixed("hs_email_to_email"), Fixed("hs_email_to_firstname"), Fixed("hs_email_to_lastname"),
    ];

    private static IEnumerable<PropertyDefinition> Meetings(string canceled) =>
    [
        Text("hs_meeting_title", "Meeting name"), Html("hs_meeting_body", "Meeting description"),
        Html("hs_internal_meeting_notes", "Internal meeting notes"),
        Choice("hs_meeting_outcome", "Meeting outcome", "SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", canceled),
        Instant("hs_meeting_start_time", "Meeting start time"), Instant("hs_meeting_end_time", "Meeting end time"),
        Text("hs_meeting_location", "Location"), Text("hs_meeting_external_url", "External URL"),
        Text("hs_activity_type", "Call and meeting type"),
    ];

    private static IEnumerable<PropertyDefinition> Tasks() =>
    [
        Text("hs_task_subject", "Task title"), Html("hs_task_body", "Task notes"),
        Choice("hs_task_type", "Task type", "EMAIL", "CALL", "TODO"),
        Choice("hs_task_status", "Task status", "NOT_STARTED", "IN_PROGRESS", "COMPLETED", "DEFERRED", "WAITING"),
        Choice("hs_task_priority", "Priority", "LOW", "MEDIUM", "HIGH", "NONE"), Text("hs_task_reminders", "Reminders"),
    ];

    private static IEnumerable<PropertyDefinition> Contacts() =>
    [
        Text("firstname", "First name"), Text("lastname", "Last name"), Text("email", "Email") with { Identifies = true }, Text("jobtitle", "Job title"),
        Text("phone", "Phone number"),
        Text("company", "Company name"), Fixed("associatedcompanyid"), Text("city", "City"), Text("country", "Country"),
        Choice("lifecyclestage", "Lifecycle stage", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
            "customer", "evangelist", "other"),
        // Defined on contacts and never filled: filtering by it finds nothing and says nothing.
        Fixed("hs_lastmodifieddate") with { Type = "datetime", FieldType = "date" },
    ];

    private static IEnumerable<PropertyDefinition> Companies() =>
    [
        Text("name", "Company name"), Text("domain", "Company domain name"), Text("industry", "Industry"),
        Number("numberofemployees", "Number of employees"), Number("annualrevenue", "Annual revenue"),
        Text("city", "City"), Text("country", "Country"), Text("phone", "Phone number"),
        Define("description", "Description", "string", "textarea"),
        Choice("lifecyclestage", "Lifecycle stage", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity",
            "customer", "evangelist", "other"),
    ];

    private static IEnumerable<PropertyDefinition> Deals() =>
    [
        Text("dealname", "Deal name"), Number("amount", "Amount"),
        Define("dealstage", "Deal stage", "enumeration", "radio") with
        {
            Options = [.. DealPipeline.Stages.Select((s, i) => new PropertyOption(s.Label, s.Id, i, false))],
        },
        Define("pipeline", "Pipeline", "enumeration", "select") with { Options = [new(DealPipeline.Label, DealPipeline.Id, 0, false)] },
        Instant("closedate", "Close date"), Text("closed_lost_reason", "Closed lost reason"),
        Text("closed_won_reason", "Closed won reason"),
        Text("dealtype", "Deal type"), Define("description", "Description", "string", "textarea"),
        Fixed("hs_is_closed") with { Type = "bool", FieldType = "booleancheckbox" },
        Fixed("hs_is_closed_won") with { Type = "bool", FieldType = "booleancheckbox" },
    ];

    private static IEnumerable<PropertyDefinition> Tickets() =>
    [
        Text("subject", "Ticket name"), Define("content", "Ticket description", "string", "textarea"),
        Define("hs_pipeline", "Pipeline", "enumeration", "select") with { Options = [new(TicketPipeline.Label, TicketPipeline.Id, 0, false)] },
        Define("hs_pipeline_stage", "Ticket status", "enumeration", "select") with
        {
            Options = [.. TicketPipeline.Stages.Select((s, i) => new PropertyOption(s.Label, s.Id, i, false))],
        },
        Choice("hs_ticket_category", "Category", "PRODUCT_ISSUE", "BILLING_ISSUE", "FEATURE_REQUEST", "GENERAL_INQUIRY"),
        Choice("hs_ticket_priority", "Priority", "LOW", "MEDIUM", "HIGH", "URGENT"),
    ];

    private static PropertyDefinition Text(string name, string label) => Define(name, label, "string", "text");

    private static PropertyDefinition Html(string name, string label) => Define(name, label, "string", "html");

    private static PropertyDefinition Number(string name, string label) => Define(name, label, "number", "number");

    private static PropertyDefinition Instant(string name, string label) => Define(name, label, "datetime", "date");

    private static PropertyDefinition Fixed(string name) => Define(name, name, "string", "text") with { ReadOnlyValue = true };

    private static PropertyDefinition Choice(string name, string label, params ReadOnlySpan<string> values)
    {
        var options = new List<PropertyOption>(values.Length);
        foreach (var value in values)
            options.Add(new PropertyOption(value, value, options.Count, false));
        return Define(name, label, "enumeration", "select") with { Options = options };
    }

    private static PropertyDefinition Define(string name, string label, string type, string fieldType) => new()
    {
        Ordinal = 0,
        Name = name,
        Label = label,
        Type = type,
        FieldType = fieldType,
        GroupName = "",
        HubSpotDefined = true,
    };
}
