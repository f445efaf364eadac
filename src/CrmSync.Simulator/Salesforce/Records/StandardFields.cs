using static CrmSync.Simulator.Salesforce.Records.FieldKind;

namespace CrmSync.Simulator.Salesforce.Records;

/// <summary>Short ways to describe the fields of the standard objects.</summary>
internal static class StandardFields
{
    public const int LongTextLength = 32_000;

    public static SalesforceField[] Audit { get; } =
    [
        Locked(Flag("IsDeleted")), Locked(At("CreatedDate")), Locked(Parent("CreatedById", "CreatedBy", "User")),
        Locked(At("LastModifiedDate")), Locked(Parent("LastModifiedById", "LastModifiedBy", "User")), Locked(At("SystemModstamp")),
    ];

    public static SalesforceField Key { get; } = Locked(new SalesforceField("Id", FieldKind.Id) { Length = SalesforceId.FullLength });

    public static SalesforceField Words(string name, int length = 255) => new(name, Text) { Length = length };

    public static SalesforceField Long(string name) => new(name, TextArea) { Length = LongTextLength };

    public static SalesforceField Mail(string name) => new(name, Email) { Length = 80 };

    public static SalesforceField Flag(string name) => new(name, FieldKind.Boolean) { Nillable = false };

    public static SalesforceField Number(string name, FieldKind kind) => new(name, kind) { Precision = 18, Scale = kind == Int ? 0 : 2 };

    public static SalesforceField At(string name) => new(name, FieldKind.DateTime);

    public static SalesforceField Day(string name) => new(name, Date);

    /// <summary>A picklist that takes any value: Salesforce's standard picklists are not restricted.</summary>
    public static SalesforceField Choice(string name, params ReadOnlySpan<string> values) =>
        new(name, Picklist) { Length = 255, Values = Choices(values) };

    public static SalesforceField Restricted(string name, params ReadOnlySpan<string> values) =>
        Choice(name, values) with { Restricted = true };

    public static SalesforceField Parent(string name, string? relationship, params string[] to) =>
        new(name, Reference) { Length = SalesforceId.FullLength, Relationship = relationship, ReferenceTo = to };

    /// <summary>A parent that may be of several objects, answered as the common Name object.</summary>
    public static SalesforceField AnyParent(string name, string relationship, params string[] to) =>
        Parent(name, relationship, to) with { Polymorphic = true };

    /// <summary>Computed or set by Salesforce alone.</summary>
    public static SalesforceField Locked(SalesforceField field) => field with { Createable = false, Updateable = false };

    /// <summary>May be given to a new record, never changed.</summary>
    public static SalesforceField Once(SalesforceField field) => field with { Updateable = false };

    private static PicklistValue[] Choices(ReadOnlySpan<string> values)
    {
        var choices = new PicklistValue[values.Length];
        for (int i = 0; i < values.Length; i++)
            choices[i] = new PicklistValue(values[i], values[i]);
        return choices;
    }
}
