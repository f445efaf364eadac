using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Turns a row of an activity object into an activity. Pure.</summary>
internal static class SalesforceActivityMapper
{
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(30);

    /// <summary>The activity of a row; null where the row has no id.</summary>
    /// <param name="type">Its object.</param>
    /// <param name="row">The row as a query gave it.</param>
    /// <param name="fallback">Instant for rows whose own are unreadable.</param>
    /// <param name="twin">For the Task of a mail: the EmailMessage of the same mail.</param>
    public static CrmActivity? Map(SalesforceObjectType type, JsonElement row, DateTimeOffset fallback, JsonElement? twin = null)
    {
        if (SalesforceId.Normalise(row.Text("Id")) is not { } id)
            return null;
        var modified = Instant(row, "SystemModstamp") ?? Instant(row, "LastModifiedDate") ?? fallback;
        var created = Instant(row, "CreatedDate") ?? modified;
        var starts = Instant(row, "StartDateTime");
        return new CrmActivity
        {
            ObjectType = type.Name,
            ExternalId = id,
            Content = type.Name switch
            {
                SalesforceObjectType.Event => Event(row, starts),
                SalesforceObjectType.EmailMessage => Email(row),
                SalesforceObjectType.ContentNote => new ActivityContent(ActivityType.Note, Text(row, "Title"), "", CrmEvidence.None),
                _ => twin is { } mail ? Mailed(Task(row), mail) : Task(row),
            },
            // ActivityDate is a due date without a time, so it is never when something happened.
            OccurredAt = starts ?? Instant(row, "CompletedDateTime") ?? Instant(row, "MessageDate") ?? created,
            CreatedAt = created,
            ModifiedAt = modified,
            OwnerId = SalesforceId.Normalise(row.Text("OwnerId")),
            Associations = Links(row, twin),
        };
    }

    /// <summary>Whether a row of Task is a mail, so that an EmailMessage may tell more.</summary>
    public static bool IsMail(JsonElement row) => TypeOf(row.Filled("TaskSubtype"), row.Filled("Type")) == ActivityType.Email;

    /// <summary>What a row hangs on, its twin included.</summary>
    public static IReadOnlyList<Association> Links(JsonElement row, JsonElement? twin)
    {
        List<Association> links = [];
        foreach (var field in (string[])["WhoId", "WhatId", "RelatedToId", "AccountId"])
            SalesforceLinks.Add(links, row.Text(field));
        if (twin is { } mail && SalesforceId.Normalise(mail.Text("Id")) is { } id)
            links.Add(new Association(Association.Twin, SalesforceObjectType.EmailMessage, id));
        return links;
    }

    private static ActivityContent Task(JsonElement row)
    {
        var subtype = row.Filled("TaskSubtype");
        var kind = row.Filled("Type");
        return new ActivityContent(TypeOf(subtype, kind), Text(row, "Subject"), Text(row, "Description"), new CrmEvidence
        {
            Direction = row.Text("CallType") switch
            {
                "Inbound" => ActivityDirection.Inbound,
                "Outbound" => ActivityDirection.Outbound,
                _ => null,
            },
            Disposition = row.Filled("CallDisposition"),
            Status = row.Filled("Status"),
            Duration = Duration(row.Number("CallDurationInSeconds"), TimeSpan.FromSeconds(1)),
            Subtype = subtype ?? kind,
        });
    }

    // The Task of a mail holds the beginning of it at best, and never says who wrote it.
    private static ActivityContent Mailed(ActivityContent task, JsonElement mail) => task with
    {
        Body = Body(mail) is { Length: > 0 } body ? body : task.Body,
        Evidence = task.Evidence with { Direction = Direction(mail) ?? task.Evidence.Direction },
    };

    private static ActivityContent Email(JsonElement row) => new(ActivityType.Email, Text(row, "Subject"), Body(row), new CrmEvidence
    {
        Direction = Direction(row),
        // The codes are general knowledge about Salesforce; one that is new stays a code.
        Status = row.Filled("Status") switch
        {
            "0" => "New",
            "1" => "Read",
            "2" => "Replied",
            "3" => "Sent",
            "4" => "Forwarded",
            SalesforceEmails.Draft => "Draft",
            var other => other,
        },
    });

    private static string Body(JsonElement mail) => mail.Filled("TextBody") ?? mail.Text("HtmlBody") ?? "";

    private static ActivityDirection? Direction(JsonElement mail) => mail.Text("Incoming") switch
    {
        "true" => ActivityDirection.Inbound,
        "false" => ActivityDirection.Outbound,
        _ => null,
    };

    private static ActivityContent Event(JsonElement row, DateTimeOffset? starts)
    {
        var ends = Instant(row, "EndDateTime");
        return new ActivityContent(ActivityType.Meeting, Text(row, "Subject"), Text(row, "Description"), new CrmEvidence
        {
            StartsAt = starts,
            EndsAt = ends,
            Duration = ends > starts ? ends - starts : Duration(row.Number("DurationInMinutes"), TimeSpan.FromMinutes(1)),
            Subtype = row.Filled("EventSubtype") is { } subtype && subtype != "Event" ? subtype : row.Filled("Type"),
        });
    }

    // TaskSubtype is Salesforce's own and reliable; Type is a free list of each org, of which only Note says more. What the subject
    // claims is for the classifier to weigh.
    private static ActivityType TypeOf(string? subtype, string? type) => (subtype, type) switch
    {
        ("Email" or "ListEmail", _) => ActivityType.Email,
        ("Call", _) => ActivityType.Call,
        (_, "Note") => ActivityType.Note,
        (null, "Email") => ActivityType.Email,
        (null, "Call") => ActivityType.Call,
        _ => ActivityType.Task,
    };

    private static TimeSpan? Duration(double? amount, TimeSpan unit) =>
        amount is >= 0 && amount <= LongestDuration / unit ? unit * amount.Value : null;

    private static string Text(JsonElement row, string field) => row.Text(field) ?? "";

    private static DateTimeOffset? Instant(JsonElement row, string field) => SalesforceValues.Instant(row.Text(field));
}
