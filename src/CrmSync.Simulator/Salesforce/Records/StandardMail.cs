using static CrmSync.Simulator.Salesforce.Records.StandardFields;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>EmailMessage, ContentNote and its links (Object reference).</summary>
internal static class StandardMail
{
    private const int HtmlLength = 131_072;
    private const int AddressesLength = 4_000;

    public static SalesforceTable EmailMessage(SalesforceSimulatorOptions options) => new("EmailMessage", "Email Message", "02s",
    [
        Key, Parent("ParentId", null, "Case"), Locked(AnyParent("ActivityId", "Activity", "Task")),
        AnyParent("RelatedToId", "RelatedTo", "Account", "Opportunity", "Contact", "Lead"), Words("Subject", 3_000),
        Long("TextBody"), Long("HtmlBody") with { Length = HtmlLength }, Words("FromName"), Mail("FromAddress"),
        Words("ToAddress", AddressesLength), Words("CcAddress", AddressesLength), Words("BccAddress", AddressesLength),
        Flag("Incoming"), Restricted("Status", "0", "1", "2", options.EmailStatus.Sent, "4", options.EmailStatus.Draft) with { Nillable = false }, At("MessageDate"),
        Words("MessageIdentifier", 765), Words("ThreadIdentifier", 765), Flag("IsClientManaged"), Flag("IsExternallyVisible"),
        Locked(Flag("HasAttachment")), .. Audit,
    ]);

    /// <summary>Fields that a mail lets change once it is no draft; custom ones besides.</summary>
    public static bool IsAlwaysOpen(SalesforceField field) => field.Custom || field.Name == "IsExternallyVisible";

    public static SalesforceTable ContentNote() => new("ContentNote", "Note", "069",
    [
        Key, Words("Title"), new("Content", FieldKind.Base64), Locked(Words("TextPreview")), Locked(Number("ContentSize", FieldKind.Int)),
        Locked(Words("FileExtension", 40)), Locked(Choice("FileType", "SNOTE")), Locked(Flag("IsReadOnly")), Once(Parent("OwnerId", "Owner", "User")), .. Audit,
    ]);

    public static SalesforceTable ContentDocumentLink() => new("ContentDocumentLink", "Content Document Link", "06A",
    [
        Key, Once(Parent("ContentDocumentId", "ContentDocument", "ContentNote")),
        Once(AnyParent("LinkedEntityId", "LinkedEntity", "Account", "Opportunity", "Contact", "Lead", "User")),
        Choice("ShareType", "V", "C", "I"), Choice("Visibility", "AllUsers", "InternalUsers", "SharedUsers"), Locked(Flag("IsDeleted")),
        Locked(At("SystemModstamp")),
    ]) { FilterNeeded = ["ContentDocumentId", "LinkedEntityId", "Id"], InBulk = false };
}
