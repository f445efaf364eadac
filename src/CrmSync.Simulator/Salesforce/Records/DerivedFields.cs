using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using CrmSync.Simulator.Pages;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>What Salesforce computes itself on every save (Object reference: Task, Event, Contact, Opportunity).</summary>
internal sealed class DerivedFields(SalesforceOrg org)
{
    private const int ArchivedAfterDays = 365;

    public void Compute(SalesforceTable table, object?[] cells, HashSet<string> given, object at)
    {
        Record record = new(table.Fields, cells);
        switch (table.Name)
        {
            case "Task":
                ComputeTask(record, at);
                record["AccountId"] = AccountOf(record);
                break;
            case "Event":
                ComputeEvent(record, given);
                record["AccountId"] = AccountOf(record);
                break;
            case "Contact" or "User" or "Lead":
                record["Name"] = string.Join(' ', new[] { record.Text("FirstName"), record.Text("LastName") }.Where(part => part is not null));
                break;
            case "Opportunity":
                ComputeOpportunity(record, given, at);
                break;
            case "Account":
                record["BillingAddress"] = Address(record);
                break;
            case "EmailMessage":
                record["MessageDate"] ??= at;
                break;
            case "ContentNote":
                ComputeNote(record);
                break;
        }
    }

    /// <summary>Whether an activity is old enough to be hidden from plain queries (Object reference, archived activities).</summary>
    public static bool IsArchived(SalesforceRow row, DateTime now)
    {
        DateTime limit = now.AddDays(-ArchivedAfterDays);
        if (row.Table.Name == "Event")
            return row["EndDateTime"] is DateTime end && end <= limit;
        if (!row.Flag("IsClosed"))
            return false;
        return row["ActivityDate"] is DateOnly day ? day <= DateOnly.FromDateTime(limit) : row["CreatedDate"] is DateTime made && made <= limit;
    }

    private static void ComputeTask(Record task, object at)
    {
        task["Status"] ??= "Not Started";
        task["Priority"] ??= "Normal";
        task["TaskSubtype"] ??= "Task";
        bool closed = task.Text("Status") == "Completed";
        task["IsClosed"] = SalesforceTable.Box(closed);
        task["IsHighPriority"] = SalesforceTable.Box(task.Text("Priority") == "High");
        if (task.Has("CompletedDateTime"))
            task["CompletedDateTime"] = closed ? task["CompletedDateTime"] ?? at : null;
    }

    private static void ComputeEvent(Record meeting, HashSet<string> given)
    {
        meeting["EventSubtype"] ??= "Event";
        meeting["ShowAs"] ??= "Busy";
        if (given.Contains("ActivityDateTime") && !given.Contains("StartDateTime"))
            meeting["StartDateTime"] = meeting["ActivityDateTime"];
        if (meeting["StartDateTime"] is not DateTime start)
            return;
        if (meeting["DurationInMinutes"] is decimal minutes && (given.Contains("DurationInMinutes") || meeting["EndDateTime"] is null))
            meeting["EndDateTime"] = start.AddMinutes((double)minutes);
        meeting["EndDateTime"] ??= start;
        meeting["DurationInMinutes"] = decimal.Floor((decimal)((DateTime)meeting["EndDateTime"]! - start).TotalMinutes);
        meeting["ActivityDateTime"] = start;
        meeting["ActivityDate"] = DateOnly.FromDateTime(start);
    }

    private static void ComputeOpportunity(Record deal, HashSet<string> given, object at)
    {
        string stage = deal.Text("StageName") ?? "";
        deal["IsClosed"] = SalesforceTable.Box(stage.StartsWith("Closed", StringComparison.Ordinal));
        deal["IsWon"] = SalesforceTable.Box(stage == "Closed Won");
        if (!given.Contains("StageName"))
            return;
        deal["LastStageChangeDate"] = at;
        if (!given.Contains("Probability"))
            deal["Probability"] = Probability(stage);
        deal["ForecastCategory"] = Forecast(stage);
        if (deal["Amount"] is decimal amount && deal["Probability"] is decimal chance)
            deal["ExpectedRevenue"] = decimal.Round(amount * chance / 100, 2);
    }

    public static decimal Probability(string stage) => stage switch
    {
        "Discovery" => 10,
        "Demo" => 30,
        "Negotiation" => 70,
        "Follow-Up" => 40,
        "Closed Won" => 100,
        _ => 0,
    };

    public static string Forecast(string stage) => stage switch
    {
        "Closed Won" => "Closed",
        "Closed Lost" => "Omitted",
        "Negotiation" => "BestCase",
        _ => "Pipeline",
    };

    private static JsonObject? Address(Record account) => account.Text("BillingCity") is null && account.Text("BillingCountry") is null
        ? null
        : new JsonObject
        {
            ["city"] = account.Text("BillingCity"),
            ["country"] = account.Text("BillingCountry"),
            ["geocodeAccuracy"] = null,
            ["latitude"] = null,
            ["longitude"] = null,
            ["postalCode"] = null,
            ["state"] = null,
            ["street"] = null,
        };

    private static void ComputeNote(Record note)
    {
        const int preview = 255;
        string html = note.Text("Content") is { } packed ? Encoding.UTF8.GetString(Convert.FromBase64String(packed)) : "";
        note["ContentSize"] = (decimal)Encoding.UTF8.GetByteCount(html);
        note["TextPreview"] = html.Length == 0 ? null : SalesforceText.Fit(PlainText.Of(html), preview);
        note["FileExtension"] = "snote";
        note["FileType"] = "SNOTE";
    }

    private string? AccountOf(Record activity)
    {
        SalesforceRow? what = org.FindById(activity.Text("WhatId"));
        if (what is not null)
            return what.Table.Name == "Account" ? what.Id : what.Text("AccountId");
        return org.FindById(activity.Text("WhoId"))?.Text("AccountId");
    }

    private readonly struct Record(FieldSet fields, object?[] cells)
    {
        public object? this[string name]
        {
            get => cells[fields[name].Ordinal];
            set => cells[fields[name].Ordinal] = value;
        }

        public bool Has(string name) => fields.Find(name) is not null;

        public string? Text(string name) => Convert.ToString(this[name], CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
    }
}
