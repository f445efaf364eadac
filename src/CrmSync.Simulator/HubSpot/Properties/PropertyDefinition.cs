using System.Text.Json;

namespace CrmSync.Simulator.HubSpot.Properties;

/// <summary>A value that the server keeps or works out itself.</summary>
internal enum ServerValue
{
    None,
    ObjectId,
    CreatedAt,
    ModifiedAt,
    BodyPreview,
}

/// <summary>One choice of an enumeration.</summary>
internal sealed record PropertyOption(string Label, string Value, int DisplayOrder, bool Hidden, string Description = "");

/// <summary>A property of an object type; never changed, replaced by a new one (fact sheet §6.1).</summary>
internal sealed record PropertyDefinition
{
    public required ushort Ordinal { get; init; }
    public required string Name { get; init; }
    public required string Label { get; init; }

    /// <summary>string, number, date, datetime, enumeration, bool or phone_number.</summary>
    public required string Type { get; init; }

    public required string FieldType { get; init; }
    public required string GroupName { get; init; }
    public string Description { get; init; } = "";
    public int DisplayOrder { get; init; } = -1;
    public bool Hidden { get; init; }
    public bool FormField { get; init; }
    public bool HasUniqueValue { get; init; }
    public IReadOnlyList<PropertyOption> Options { get; init; } = [];

    /// <summary>Options live elsewhere (owners), so values are not checked against <see cref="Options"/>.</summary>
    public bool ExternalOptions { get; init; }

    public bool HubSpotDefined { get; init; }
    public bool ReadOnlyValue { get; init; }

    /// <summary>Whether a write under the enforcing version must leave it filled, by an administrator's rule.</summary>
    public bool Required { get; init; }

    /// <summary>Whether records can be named by it instead of by their id, and no two may hold the same value.</summary>
    public bool Identifies { get; init; }
    public ServerValue Server { get; init; }
    public long CreatedAt { get; init; }
    public long UpdatedAt { get; init; }
    public bool Archived { get; init; }
    public long? ArchivedAt { get; init; }

    /// <summary>The name, escaped once.</summary>
    public JsonEncodedText Encoded { get; private init; }

    public bool TakesSeveral => FieldType == "checkbox";

    public bool IsNumeric => Type is "number" or "datetime" or "date" || Server is ServerValue.ObjectId;

    public PropertyDefinition Encode() => this with { Encoded = JsonEncodedText.Encode(Name) };
}

/// <summary>A group of properties as the CRM's pages show them.</summary>
internal sealed record PropertyGroup(string Name, string Label, int DisplayOrder, bool Archived = false);
