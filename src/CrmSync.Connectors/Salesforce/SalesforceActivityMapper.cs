using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;

namespace CrmSync.Connectors.Salesforce;

/// <summary>Turns a row of Task or Event into an activity. Pure.</summary>
internal static class SalesforceActivityMapper
{
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(30);

    /// <summary>The activity of a row; null where the row has no id.</summary>
    /// <param name="type">Its object.</param>
    /// <param name="row">The row as a query gave it.</param>
    /// <param name="fallback">Instant for rows whose own are unreadable.</param>
    public static CrmActivity? Map(SalesforceObjectType type, JsonElement row, DateTimeOffset fallback)
    {
        if (SalesforceId.Normalise(row.Text("Id")) is not { } id)
            return null;
        var modified = Instant(row, "SystemModstamp") ?? fallback;
        var created = Instant(row, "CreatedDate") ?? modified;
        var starts = Instant(row, "StartDateTime");
        return new CrmActivity
        {
            ObjectType = type.Name,
            ExternalId = id,
            Content = type.Name == "Event" ? Event(row, starts) : Task(row),
            // ActivityDate is a due date without a time, so it is never when something happened.
            OccurredAt = starts ?? Instant(row, "CompletedDateTime") ?? created,
            CreatedAt = created,
            ModifiedAt = modified,
            OwnerId = SalesforceId.Normalise(row.Text("OwnerId")),
            Associations = Associations(row),
        };
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

    private static List<Association> Associations(JsonElement row)
    {
        List<Association> links = [];
        Add(links, row.Child("Who").Text("Type"), row.Text("WhoId"));
        Add(links, row.Child("What").Text("Type"), row.Text("WhatId"));
        Add(links, "Account", row.Text("AccountId"));
        return links;
    }

    private static void Add(List<Association> links, string? type, string? id)
    {
        var role = type switch
        {
            "Contact" => "contact",
            "Lead" => "lead",
            "Account" => "company",
            "Opportunity" => "deal",
            _ => null,
        };
        if (role is null || SalesforceId.Normalise(id) is not { } known)
            return;
        var link = new Association(role, type!, known);
        if (!links.Contains(link))
            links.Add(link);
    }

    private static TimeSpan? Duration(double? amount, TimeSpan unit) =>
        amount is >= 0 && amount <= LongestDuration / unit ? unit * amount.Value : null;

    private static string Text(JsonElement row, string field) => row.Text(field) ?? "";

    private static DateTimeOffset? Instant(JsonElement row, string field) => SalesforceValues.Instant(row.Text(field));
}
