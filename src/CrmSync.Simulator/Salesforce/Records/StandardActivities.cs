using static CrmSync.Simulator.Salesforce.Records.StandardFields;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Task and Event (Object reference, the fields that a reader of sales activities meets).</summary>
internal static class StandardActivities
{
    private static SalesforceField[] Links =>
    [
        AnyParent("WhoId", "Who", "Contact", "Lead"), AnyParent("WhatId", "What", "Account", "Opportunity"),
        Locked(Parent("AccountId", "Account", "Account")), AnyParent("OwnerId", "Owner", "User"),
    ];

    public static SalesforceTable Task(SalesforceSimulatorOptions options) => new("Task", "Task", "00T",
    [
        Key, .. Links, new("Subject", FieldKind.Combobox) { Length = 255 }, Long("Description"),
        Choice("Status", "Not Started", "In Progress", "Completed", "Waiting on someone else", "Deferred"),
        Choice("Priority", "High", "Normal", "Low"), Locked(Flag("IsHighPriority")), Locked(Flag("IsClosed")),
        Choice("Type", "Call", "Email", "Meeting", "Note", "Other"),
        Once(Restricted("TaskSubtype", [.. options.TaskSubtypes])),
        Day("ActivityDate"), .. options.HasCompletedDateTime ? [Locked(At("CompletedDateTime"))] : (SalesforceField[])[], Restricted("CallType", "Internal", "Inbound", "Outbound"), Words("CallDisposition"),
        Number("CallDurationInSeconds", FieldKind.Int), Words("CallObject"), Flag("IsReminderSet"), At("ReminderDateTime"),
        Locked(Flag("IsRecurrence")), Locked(Parent("RecurrenceActivityId", null, "Task")), Locked(Flag("IsArchived")), .. Audit,
    ]) { IsActivity = true };

    public static SalesforceTable Event() => new("Event", "Event", "00U",
    [
        Key, .. Links, new("Subject", FieldKind.Combobox) { Length = 255 }, Long("Description"), Words("Location"),
        At("StartDateTime"), At("EndDateTime"), At("ActivityDateTime"), Day("ActivityDate"), Number("DurationInMinutes", FieldKind.Int),
        Flag("IsAllDayEvent"), Flag("IsPrivate"), Choice("ShowAs", "Busy", "OutOfOffice", "Free"), Choice("Type", "Call", "Email", "Meeting", "Other"),
        Once(Restricted("EventSubtype", "Event")), Locked(Flag("IsChild")), Locked(Flag("IsGroupEvent")),
        Locked(Choice("GroupEventType", "0", "1", "2", "3")), Flag("IsReminderSet"), At("ReminderDateTime"), Locked(Flag("IsRecurrence")),
        Locked(Parent("RecurrenceActivityId", null, "Event")), Locked(Flag("IsArchived")), .. Audit,
    ]) { IsActivity = true };
}
