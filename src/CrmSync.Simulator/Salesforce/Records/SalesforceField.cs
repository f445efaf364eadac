namespace CrmSync.Simulator.Salesforce.Records;

internal enum FieldKind
{
    Id,
    Reference,
    Text,
    TextArea,
    Picklist,
    Combobox,
    Email,
    Phone,
    Url,
    Boolean,
    Int,
    Double,
    Currency,
    Percent,
    Date,
    DateTime,

    /// <summary>A JSON value, as tooling objects hold their metadata.</summary>
    Complex,

    /// <summary>A compound of other fields, answered as an object; bulk queries refuse it.</summary>
    Address,

    /// <summary>Bytes, held as base64 text and answered as an address to fetch them from; bulk queries refuse it.</summary>
    Base64,
}

/// <summary>What a dial did to a field.</summary>
[Flags]
internal enum FieldTrouble
{
    None = 0,
    Hidden = 1,
    ReadOnly = 2,
    Gone = 4,
}

/// <summary>
/// A field of an object. Values are held as string, bool, decimal (all numbers), <see cref="DateOnly"/>, <see cref="DateTime"/> (UTC) or
/// <see cref="System.Text.Json.Nodes.JsonNode"/>.
/// </summary>
internal sealed record SalesforceField(string Name, FieldKind Kind)
{
    /// <summary>Place of the value in a row.</summary>
    public int Ordinal { get; init; } = -1;

    public string Label { get; init; } = Name;

    /// <summary>Most characters; 0 for kinds without a length.</summary>
    public int Length { get; init; }

    public int Precision { get; init; }

    public int Scale { get; init; }

    /// <summary>The user of the API may set it on a new record.</summary>
    public bool Createable { get; init; } = true;

    /// <summary>The user of the API may change it.</summary>
    public bool Updateable { get; init; } = true;

    /// <summary>The user of the API sees it at all; custom fields start hidden.</summary>
    public bool Readable { get; init; } = true;

    public FieldTrouble Trouble { get; init; }

    /// <summary>Visible to the user of the API, all things considered.</summary>
    public bool IsSeen => Readable && (Trouble & (FieldTrouble.Hidden | FieldTrouble.Gone)) == 0;

    /// <summary>Changeable by the user of the API, all things considered.</summary>
    public bool IsSettable => Updateable && Trouble == FieldTrouble.None;

    public bool Nillable { get; init; } = true;

    public bool Custom { get; init; }

    public bool Unique { get; init; }

    /// <summary>Values outside the list are refused.</summary>
    public bool Restricted { get; init; }

    public IReadOnlyList<PicklistValue> Values { get; init; } = [];

    /// <summary>Objects that a reference may name.</summary>
    public IReadOnlyList<string> ReferenceTo { get; init; } = [];

    /// <summary>Name of the parent in a statement: Owner for OwnerId.</summary>
    public string? Relationship { get; init; }

    /// <summary>The parent is answered as the common Name object (Who, What, an activity's Owner), whose fields are few.</summary>
    public bool Polymorphic { get; init; }

    /// <summary>WHERE and ORDER BY take it; long text and metadata they refuse.</summary>
    public bool Filterable => Kind is not (FieldKind.TextArea or FieldKind.Complex or FieldKind.Address or FieldKind.Base64) && !Unfilterable;

    /// <summary>Refused in WHERE and ORDER BY in spite of its kind.</summary>
    public bool Unfilterable { get; init; }

    /// <summary>Reads the value from a row. A row that is older than a checkbox holds false there, as Salesforce fills it in.</summary>
    public Func<SalesforceRow, object?> Reader()
    {
        int ordinal = Ordinal;
        return Kind == FieldKind.Boolean ? row => row[ordinal] ?? SalesforceTable.Box(false) : row => row[ordinal];
    }

    public bool IsText => Kind is FieldKind.Text or FieldKind.TextArea or FieldKind.Picklist or FieldKind.Combobox or FieldKind.Email
        or FieldKind.Phone or FieldKind.Url;

    public bool IsIdentifier => Kind is FieldKind.Id or FieldKind.Reference;

    public bool IsNumber => Kind is FieldKind.Int or FieldKind.Double or FieldKind.Currency or FieldKind.Percent;
}

/// <summary>One choice of a picklist.</summary>
internal sealed record PicklistValue(string Value, string Label, bool IsDefault = false);
