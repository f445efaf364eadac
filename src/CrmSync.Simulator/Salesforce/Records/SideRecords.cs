namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Records that Salesforce writes by itself when another is saved: histories, relations, the twin of a mail.</summary>
internal static class SideRecords
{
    private const int MostTracked = 6;
    private static readonly string[] Watched = ["StageName", "Amount", "Probability", "CloseDate"];

    public static void Keep(SalesforceOrg org, SalesforceSimulatorOptions options, SalesforceRow? before, SalesforceRow after, WriteStamp by)
    {
        switch (after.Table.Name)
        {
            case "Opportunity":
                if (before is not null || options.HistoryOfNewOpportunities)
                    KeepStages(org, before, after, by);
                KeepFields(org, options.TrackedOpportunityFields, before, after, by);
                break;
            case "Task" or "Event":
                if (options.ActivityFieldHistory && before is not null)
                    KeepActivityFields(org, options, before, after, by);
                if (options.SharedActivities)
                    Relate(org, before, after, by);
                break;
            case "EmailMessage" when before is null && options.EnhancedEmail && after.Text("ParentId") is null && after.Text("ActivityId") is null:
                EmailTwins.AddTask(org, after, by);
                break;
        }
    }

    // A row for each change of stage, amount, probability or close date, holding the values after it (Object reference, OpportunityHistory).
    private static void KeepStages(SalesforceOrg org, SalesforceRow? before, SalesforceRow after, WriteStamp by)
    {
        if (before is not null && Watched.All(name => Equals(before[name], after[name])))
            return;
        org.Insert(
            org["OpportunityHistory"],
            [
                new("OpportunityId", after.Id), new("StageName", after["StageName"]), new("Amount", after["Amount"]),
                new("ExpectedRevenue", after["ExpectedRevenue"]), new("CloseDate", after["CloseDate"]), new("Probability", after["Probability"]),
                new("ForecastCategory", after["ForecastCategory"]), new("PrevAmount", before?["Amount"]), new("PrevCloseDate", before?["CloseDate"]),
            ],
            by);
    }

    private static void KeepFields(SalesforceOrg org, IReadOnlyList<string> tracked, SalesforceRow? before, SalesforceRow after, WriteStamp by)
    {
        if (before is null)
        {
            if (tracked.Count > 0)
                org.Insert(org["OpportunityFieldHistory"], [new("OpportunityId", after.Id), new("Field", "created"), new("DataType", "Text")], by);
            return;
        }

        foreach (string name in tracked.Where(name => !Equals(before[name], after[name])))
        {
            org.Insert(
                org["OpportunityFieldHistory"],
                [
                    new("OpportunityId", after.Id), new("Field", name), new("DataType", DataType(after.Table.Fields[name].Kind)),
                    new("OldValue", SalesforceText.Write(before[name])), new("NewValue", SalesforceText.Write(after[name])),
                ],
                by);
        }
    }

    private static void KeepActivityFields(SalesforceOrg org, SalesforceSimulatorOptions options, SalesforceRow before, SalesforceRow after, WriteStamp by)
    {
        IEnumerable<string> tracked = options.TrackedActivityFields ?? [.. after.Table.Fields.All.Where(field => field.Custom).Select(field => field.Name)];
        foreach (string name in tracked.Take(MostTracked).Where(name => !Equals(before[name], after[name])))
        {
            org.Insert(
                org["ActivityFieldHistory"],
                [
                    new("ActivityId", after.Id), new("FieldName", name), new("OldValueText", SalesforceText.Write(before[name])),
                    new("NewValueText", SalesforceText.Write(after[name])), new("ChangedById", by.UserId), new("ChangedDate", by.At),
                ],
                by);
        }
    }

    private static void Relate(SalesforceOrg org, SalesforceRow? before, SalesforceRow after, WriteStamp by)
    {
        SalesforceTable relations = org[after.Table.Name + "Relation"];
        string key = after.Table.Name + "Id";
        foreach ((string link, bool what) in new[] { ("WhoId", false), ("WhatId", true) })
        {
            string? now = after.Text(link);
            if (before?.Text(link) == now)
                continue;
            if (before?.Text(link) is { } old
                && relations.NewestFirst().FirstOrDefault(row => row.Text(key) == after.Id && row.Text("RelationId") == old) is { } gone)
                org.Update(gone, [new("IsDeleted", true)], by);
            if (now is not null)
                org.Insert(relations, [new(key, after.Id), new("RelationId", now), new("IsWhat", what)], by);
        }
    }

    private static string DataType(FieldKind kind) => kind switch
    {
        FieldKind.Reference => "EntityId",
        FieldKind.Currency => "Currency",
        FieldKind.Date => "DateOnly",
        FieldKind.Picklist => "DynamicEnum",
        _ => "Text",
    };
}
