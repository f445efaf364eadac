namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>One-to-many relationships by the name under which a statement asks for them.</summary>
/// <param name="Parent">Object that has the children.</param>
/// <param name="Name">Name of the relationship.</param>
/// <param name="Child">Object of the children.</param>
/// <param name="Field">Their field that names the parent.</param>
internal sealed record ChildRelationship(string Parent, string Name, string Child, string Field)
{
    public static readonly ChildRelationship[] All =
    [
        new("Account", "Contacts", "Contact", "AccountId"), new("Account", "Opportunities", "Opportunity", "AccountId"),
        new("Account", "Tasks", "Task", "AccountId"), new("Account", "Events", "Event", "AccountId"),
        new("Contact", "Tasks", "Task", "WhoId"), new("Contact", "Events", "Event", "WhoId"),
        new("Contact", "OpportunityContactRoles", "OpportunityContactRole", "ContactId"),
        new("Lead", "Tasks", "Task", "WhoId"), new("Lead", "Events", "Event", "WhoId"),
        new("Opportunity", "Tasks", "Task", "WhatId"), new("Opportunity", "Events", "Event", "WhatId"),
        new("Opportunity", "OpportunityContactRoles", "OpportunityContactRole", "OpportunityId"),
        new("Opportunity", "OpportunityHistories", "OpportunityHistory", "OpportunityId"),
        new("Opportunity", "Histories", "OpportunityFieldHistory", "OpportunityId"),
        new("Opportunity", "EmailMessages", "EmailMessage", "RelatedToId"), new("Account", "Emails", "EmailMessage", "RelatedToId"),
        new("Task", "TaskRelations", "TaskRelation", "TaskId"), new("Event", "EventRelations", "EventRelation", "EventId"),
    ];
}
