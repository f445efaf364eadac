using CrmSync.Simulator.Salesforce.Records;

namespace CrmSync.Simulator.Salesforce;

/// <summary>Rows as a rep would see them.</summary>
internal static class SimulatedRecords
{
    public static SimulatedRecord Describe(SalesforceOrg org, SalesforceRow row)
    {
        Dictionary<string, string?> properties = new(StringComparer.Ordinal);
        foreach (SalesforceField field in row.Table.Fields.All)
            properties[field.Name] = SalesforceText.Write(row[field.Ordinal]);
        SalesforceRow? what = org.FindById(row.Text("WhatId"));
        return new SimulatedRecord(
            row.Table.Name,
            row.Id,
            TypeOf(row),
            row.Text("Subject") ?? row.Text("Name") ?? "",
            row.Text("Description") ?? "",
            new DateTimeOffset(OccurredAt(row)),
            new DateTimeOffset(row.Stamp),
            NameOf(org, row.Text("OwnerId")),
            NameOf(org, row.Text("AccountId")),
            NameOf(org, row.Text("WhoId")),
            what?.Table.Name == "Opportunity" ? what.Text("Name") : null,
            properties,
            row.SourceId);
    }

    public static DateTime OccurredAt(SalesforceRow row) =>
        (row["StartDateTime"] ?? row["CompletedDateTime"] ?? row["CreatedDate"]) as DateTime? ?? row.Stamp;

    private static string? TypeOf(SalesforceRow row) => row.Table.Name switch
    {
        "Event" => "meeting",
        "Task" => (row.Text("TaskSubtype"), row.Text("Type")) switch
        {
            ("Call", _) => "call",
            ("Email" or "ListEmail", _) => "email",
            (_, "Note") => "note",
            _ => "task",
        },
        _ => null,
    };

    private static string? NameOf(SalesforceOrg org, string? id) => org.FindById(id)?.Text("Name");
}
