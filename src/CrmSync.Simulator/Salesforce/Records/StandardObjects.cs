using static CrmSync.Simulator.Salesforce.Records.StandardFields;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>The objects of a new org, with the fields that the rest of the simulator fills.</summary>
internal static class StandardObjects
{
    public static readonly string[] Stages = ["Discovery", "Demo", "Negotiation", "Follow-Up", "Closed Won", "Closed Lost"];

    private static readonly string[] Forecasts = ["Omitted", "Pipeline", "BestCase", "Forecast", "Closed"];

    public static IEnumerable<SalesforceTable> All(SalesforceSimulatorOptions options) =>
    [
        Organization(), User(), StandardSales.UserRole(), Account(), Contact(), Lead(), Opportunity(), OpportunityHistory(),
        StandardSales.OpportunityFieldHistory(), StandardSales.OpportunityContactRole(), StandardSales.OpportunityStage(), StandardSales.TaskStatus(),
        StandardActivities.Task(options), StandardActivities.Event(),
        PermissionSet(), FieldPermissions(), PermissionSetAssignment(), CustomField(),
        .. options.EnhancedNotes ? [StandardMail.ContentNote(), StandardMail.ContentDocumentLink()] : (SalesforceTable[])[],
        .. options.HasEmailMessage ? [StandardMail.EmailMessage(options)] : (SalesforceTable[])[],
        .. options.ActivityFieldHistory ? [StandardSales.ActivityFieldHistory(options.ActivityFieldHistoryDelay)] : (SalesforceTable[])[],
        .. options.SharedActivities ? [StandardSales.Relation("Task", "0RT"), StandardSales.Relation("Event", "0RE")] : (SalesforceTable[])[],
    ];

    // Named in a loser of a merge.
    private static SalesforceField Master(string type) => Locked(Parent("MasterRecordId", "MasterRecord", type));

    private static SalesforceTable Organization() => new("Organization", "Organization", "00D",
        [Key, Words("Name", 80), Words("OrganizationType", 40), Flag("IsSandbox"), Words("InstanceName", 5), Words("TimeZoneSidKey", 40), .. Audit])
        { Writable = false };

    private static SalesforceTable User() => new("User", "User", "005",
    [
        Key, Words("Username", 80), Words("FirstName", 40), Words("LastName", 80), Locked(Words("Name", 121)), Mail("Email"), Words("Title", 80),
        Words("Department", 80), Words("Division", 80), Words("Country", 80), Words("Alias", 8), Flag("IsActive"), Words("UserType", 40),
        Parent("UserRoleId", "UserRole", "UserRole"), Parent("ManagerId", "Manager", "User"), Words("TimeZoneSidKey", 40), .. Audit,
    ]) { Writable = false };

    private static SalesforceTable Account() => new("Account", "Account", "001",
    [
        Key, Words("Name"), Choice("Type", "Prospect", "Customer", "Partner"), Words("Industry", 80), Number("NumberOfEmployees", FieldKind.Int),
        new("Website", FieldKind.Url) { Length = 255 }, new("Phone", FieldKind.Phone) { Length = 40 }, Words("BillingCity", 40),
        Words("BillingCountry", 80), Locked(new("BillingAddress", FieldKind.Address)), Number("AnnualRevenue", FieldKind.Currency), Long("Description"),
        Parent("OwnerId", "Owner", "User"), Master("Account"), .. Audit,
    ]);

    private static SalesforceTable Contact() => new("Contact", "Contact", "003",
    [
        Key, Parent("AccountId", "Account", "Account"), Words("FirstName", 40), Words("LastName", 80), Locked(Words("Name", 121)), Mail("Email"),
        new("Phone", FieldKind.Phone) { Length = 40 }, Words("Title", 128), Words("Department", 80), Parent("OwnerId", "Owner", "User"),
        Master("Contact"), .. Audit,
    ]);

    private static SalesforceTable Lead() => new("Lead", "Lead", "00Q",
    [
        Key, Words("FirstName", 40), Words("LastName", 80), Locked(Words("Name", 121)), Words("Company"), Mail("Email"), Words("Title", 128),
        Choice("Status", "Open", "Working", "Closed"), Words("Industry", 80), Number("NumberOfEmployees", FieldKind.Int), Words("LeadSource", 40),
        Locked(Flag("IsConverted")), AnyParent("OwnerId", "Owner", "User"), Master("Lead"), .. Audit,
    ]);

    private static SalesforceTable Opportunity() => new("Opportunity", "Opportunity", "006",
    [
        Key, Parent("AccountId", "Account", "Account"), Words("Name", 120), Choice("StageName", Stages), Number("Amount", FieldKind.Currency),
        Day("CloseDate"), Number("Probability", FieldKind.Percent), Locked(Number("ExpectedRevenue", FieldKind.Currency)),
        Choice("ForecastCategory", Forecasts) with { Createable = false, Updateable = false },
        Locked(Flag("IsClosed")), Locked(Flag("IsWon")), Long("Description"), Locked(At("LastStageChangeDate")), Locked(Day("LastActivityDate")),
        Parent("OwnerId", "Owner", "User"), .. Audit,
    ]);

    private static SalesforceTable OpportunityHistory() => new("OpportunityHistory", "Opportunity History", "008",
    [
        Key, Parent("OpportunityId", "Opportunity", "Opportunity"), Choice("StageName", Stages), Number("Amount", FieldKind.Currency),
        Number("ExpectedRevenue", FieldKind.Currency), Day("CloseDate"), Number("Probability", FieldKind.Percent),
        Choice("ForecastCategory", Forecasts), Number("PrevAmount", FieldKind.Currency), Day("PrevCloseDate"),
        Locked(Flag("IsDeleted")), Locked(At("CreatedDate")), Locked(Parent("CreatedById", "CreatedBy", "User")), Locked(At("SystemModstamp")),
    ]) { Writable = false };

    private static SalesforceTable PermissionSet() => new("PermissionSet", "Permission Set", "0PS",
    [
        Key, Words("Name", 80) with { Unique = true }, Words("Label", 80), Words("Description"), Locked(Flag("IsCustom")),
        Locked(Flag("IsOwnedByProfile")), Flag("PermissionsApiEnabled"), Flag("PermissionsEditTask"), Flag("PermissionsEditEvent"),
        Flag("PermissionsViewSetup"), Flag("PermissionsViewAllData"), Flag("PermissionsModifyAllData"), .. Audit,
    ]);

    private static SalesforceTable FieldPermissions() => new("FieldPermissions", "Field Permissions", "01k",
    [
        Key, Once(Parent("ParentId", "Parent", "PermissionSet")), Once(Words("SobjectType")), Once(Words("Field")), Flag("PermissionsRead"),
        Flag("PermissionsEdit"), Locked(At("SystemModstamp")),
    ]);

    private static SalesforceTable PermissionSetAssignment() => new("PermissionSetAssignment", "Permission Set Assignment", "0Pa",
    [
        Key, Once(Parent("AssigneeId", "Assignee", "User")), Once(Parent("PermissionSetId", "PermissionSet", "PermissionSet")),
        Locked(At("SystemModstamp")),
    ]);

    private static SalesforceTable CustomField() => new("CustomField", "Custom Field", "00N",
    [
        Key, Words("DeveloperName", 40), Words("NamespacePrefix", 15), Words("TableEnumOrId", 40), Words("FullName"), Words("ManageableState", 40),
        Words("Description"), new("Metadata", FieldKind.Complex), .. Audit,
    ]) { Tooling = true };
}
