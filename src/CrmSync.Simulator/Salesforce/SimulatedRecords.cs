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
        SalesforceRow? what = org.FindById(row.Text("WhatId") ?? row.Text("RelatedToId"));
        return new SimulatedRecord(
            row.Table.Name,
            row.Id,
            TypeOf(row),
            row.Text("Subject") ?? row.Text("Name") ?? row.Text("Title") ?? "",
            row.Text("Description") ?? row.Text("TextBody") ?? row.Text("TextPreview") ?? "",
            new DateTimeOffset(OccurredAt(row)),
            new DateTimeOffset(row.Stamp),
            NameOf(org, row.Text("OwnerId")),
            NameOf(org, row.Text("AccountId")),
            NameOf(org, row.Text("WhoId")),
            what?.Table.Name == "Opportunity" ? what.Text("Name") : null,
            properties,
            row.SourceId);
    }

    private static DateTime OccurredAt(SalesforceRow row) =>
        (row["StartDateTime"] ?? row["CompletedDateTime"] ?? row["MessageDate"] ?? row["CreatedDate"]) as DateTime? ?? row.Stamp;

    /// <summary>Two lists that are newest first as one, without sorting either.</summary>
    public static IEnumerable<SalesforceRow> Merge(IEnumerable<SalesforceRow> one, IEnumerable<SalesforceRow> other)
    {
        using IEnumerator<SalesforceRow> left = one.GetEnumerator();
        using IEnumerator<SalesforceRow> right = other.GetEnumerator();
        bool hasLeft = left.MoveNext(), hasRight = right.MoveNext();
        while (hasLeft || hasRight)
        {
            if (hasLeft && (!hasRight || Created(left.Current) >= Created(right.Current)))
            {
                yield return left.Current;
                hasLeft = left.MoveNext();
            }
            else
            {
                yield return right.Current;
                hasRight = right.MoveNext();
            }
        }
    }

    private static DateTime Created(SalesforceRow row) => row["CreatedDate"] as DateTime? ?? row.Stamp;

    private static string? TypeOf(SalesforceRow row) => row.Table.Name switch
    {
        "Event" => "meeting",
        "EmailMessage" => "email",
        "ContentNote" => "note",
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
