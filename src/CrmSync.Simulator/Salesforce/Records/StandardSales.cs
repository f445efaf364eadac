using static CrmSync.Simulator.Salesforce.Records.StandardFields;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Objects around opportunities, activities and users (Object reference).</summary>
internal static class StandardSales
{
    private static SalesforceField[] Made =>
        [Locked(Flag("IsDeleted")), Locked(At("CreatedDate")), Locked(Parent("CreatedById", "CreatedBy", "User"))];

    // Its values are seen, never searched; rows carry no SystemModstamp.
    public static SalesforceTable OpportunityFieldHistory() => new("OpportunityFieldHistory", "Opportunity Field History", "017",
    [
        Key, Parent("OpportunityId", "Opportunity", "Opportunity"), Words("Field"), Words("DataType", 40),
        Words("OldValue") with { Unfilterable = true }, Words("NewValue") with { Unfilterable = true }, .. Made,
    ]) { Writable = false };

    public static SalesforceTable OpportunityContactRole() => new("OpportunityContactRole", "Opportunity Contact Role", "00K",
    [
        Key, Once(Parent("OpportunityId", "Opportunity", "Opportunity")), Once(Parent("ContactId", "Contact", "Contact")),
        Choice("Role", "Decision Maker", "Economic Buyer", "Evaluator", "Influencer", "Other"), Flag("IsPrimary"), .. Audit,
    ]);

    public static SalesforceTable OpportunityStage() => new("OpportunityStage", "Opportunity Stage", "01J",
    [
        Key, Words("MasterLabel"), Words("ApiName"), Flag("IsActive"), Number("SortOrder", FieldKind.Int), Flag("IsClosed"), Flag("IsWon"),
        Words("ForecastCategory", 40), Words("ForecastCategoryName", 40), Number("DefaultProbability", FieldKind.Percent), Locked(At("SystemModstamp")),
    ]) { Writable = false, InBulk = false };

    public static SalesforceTable TaskStatus() => new("TaskStatus", "Task Status Value", "01T",
    [
        Key, Words("MasterLabel"), Words("ApiName"), Flag("IsDefault"), Flag("IsClosed"), Number("SortOrder", FieldKind.Int), Locked(At("SystemModstamp")),
    ]) { Writable = false, InBulk = false };

    public static SalesforceTable UserRole() => new("UserRole", "Role", "00E",
    [
        Key, Words("Name", 80), Words("DeveloperName", 80), Parent("ParentRoleId", null, "UserRole"), Words("RollupDescription", 80),
        Locked(At("LastModifiedDate")), Locked(At("SystemModstamp")),
    ]) { Writable = false };

    public static SalesforceTable Relation(string activity, string prefix) => new($"{activity}Relation", $"{activity} Relation", prefix,
    [
        Key, Once(Parent(activity + "Id", activity, activity)), Once(AnyParent("RelationId", "Relation", "Contact", "Lead", "Account", "Opportunity")),
        Once(Flag("IsWhat")), .. Audit,
    ]) { InBulk = false };

    public static SalesforceTable ActivityFieldHistory(TimeSpan delay) => new("ActivityFieldHistory", "Activity Field History", "0iq",
    [
        Key, AnyParent("ActivityId", "Activity", "Task", "Event"), Words("FieldName"), Words("OldValueText"), Words("NewValueText"),
        Parent("ChangedById", "ChangedBy", "User"), At("ChangedDate"),
    ]) { Writable = false, SeenAfter = delay };

    /// <summary>Setup rows that every org has.</summary>
    public static void Seed(SalesforceOrg org)
    {
        int order = 0;
        foreach (string stage in StandardObjects.Stages)
        {
            org.Insert(
                org["OpportunityStage"],
                [
                    new("MasterLabel", stage), new("ApiName", stage), new("IsActive", true), new("SortOrder", (decimal)++order),
                    new("IsClosed", stage.StartsWith("Closed", StringComparison.Ordinal)), new("IsWon", stage == "Closed Won"),
                    new("ForecastCategory", DerivedFields.Forecast(stage)), new("ForecastCategoryName", DerivedFields.Forecast(stage)),
                    new("DefaultProbability", DerivedFields.Probability(stage)),
                ],
                org.Birth(""));
        }

        order = 0;
        foreach (PicklistValue status in org["Task"].Fields["Status"].Values)
        {
            org.Insert(
                org["TaskStatus"],
                [
                    new("MasterLabel", status.Value), new("ApiName", status.Value), new("IsDefault", order == 0), new("IsClosed", status.Value == "Completed"),
                    new("SortOrder", (decimal)++order),
                ],
                org.Birth(""));
        }
    }
}
