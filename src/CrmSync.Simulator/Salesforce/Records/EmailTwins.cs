namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Enhanced Email keeps each mail twice: an EmailMessage, and a closed Task that it names in ActivityId.</summary>
internal static class EmailTwins
{
    public static void AddTask(SalesforceOrg org, SalesforceRow mail, WriteStamp by)
    {
        string? related = mail.Text("RelatedToId");
        SalesforceRow task = org.Insert(
            org["Task"],
            [
                new("Subject", SalesforceText.Fit("Email: " + mail.Text("Subject"), 255)), new("TaskSubtype", "Email"), new("Status", "Completed"),
                new("Priority", "Normal"), new("Description", mail.Text("TextBody")), new("WhatId", related),
                new("ActivityDate", DateOnly.FromDateTime(mail["MessageDate"] as DateTime? ?? by.At)),
            ],
            by,
            mail.SourceId);
        Link(org, mail, task.Id, by);
    }

    /// <summary>Names the task in the mail without moving the mail's stamp: both were made in one transaction.</summary>
    public static void Link(SalesforceOrg org, SalesforceRow mail, string task, WriteStamp by)
    {
        object?[] values = mail.CopyValues();
        values[mail.Table.Fields["ActivityId"].Ordinal] = task;
        org.Journal?.Note(mail.Table, mail.Id);
        mail.Table.Put(new SalesforceRow(mail.Table, mail.Id, values) { Stamp = by.At, SourceId = mail.SourceId, Maker = mail.Maker });
    }
}
