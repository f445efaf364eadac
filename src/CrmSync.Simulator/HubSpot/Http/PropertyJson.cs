using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Reads and writes property definitions and groups (fact sheet §6.1).</summary>
internal static class PropertyJson
{
    private const int LongestName = 100;

    private static readonly Dictionary<string, string[]> FieldTypes = new()
    {
        ["string"] = ["text", "textarea", "html", "file", "phonenumber"],
        ["phone_number"] = ["phonenumber"],
        ["number"] = ["number"],
        ["date"] = ["date"],
        ["datetime"] = ["date"],
        ["enumeration"] = ["select", "radio", "checkbox", "booleancheckbox"],
        ["bool"] = ["booleancheckbox"],
    };

    public static void Write(Utf8JsonWriter json, PropertyDefinition property)
    {
        json.WriteStartObject();
        json.WriteString("updatedAt", HubSpotTime.Format(property.UpdatedAt));
        json.WriteString("createdAt", HubSpotTime.Format(property.CreatedAt));
        json.WriteString("name", property.Name);
        json.WriteText("label", property.Label);
        json.WriteString("type", property.Type);
        json.WriteString("fieldType", property.FieldType);
        json.WriteText("description", property.Description);
        json.WriteString("groupName", property.GroupName);
        json.WriteStartArray("options");
        foreach (var option in property.Options)
        {
            json.WriteStartObject();
            json.WriteText("label", option.Label);
            json.WriteText("value", option.Value);
            json.WriteText("description", option.Description);
            json.WriteNumber("displayOrder", option.DisplayOrder);
            json.WriteBoolean("hidden", option.Hidden);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("displayOrder", property.DisplayOrder);
        json.WriteBoolean("calculated", property.Server is not ServerValue.None);
        json.WriteBoolean("externalOptions", property.ExternalOptions);
        json.WriteBoolean("archived", property.Archived);
        if (property.ArchivedAt is { } archivedAt)
            json.WriteString("archivedAt", HubSpotTime.Format(archivedAt));
        json.WriteBoolean("hasUniqueValue", property.HasUniqueValue);
        json.WriteBoolean("hidden", property.Hidden);
        if (property.HubSpotDefined)
            json.WriteBoolean("hubspotDefined", true);
        json.WriteStartObject("modificationMetadata");
        json.WriteBoolean("archivable", !property.HubSpotDefined);
        json.WriteBoolean("readOnlyDefinition", property.HubSpotDefined);
        json.WriteBoolean("readOnlyOptions", property.HubSpotDefined);
        json.WriteBoolean("readOnlyValue", property.ReadOnlyValue);
        json.WriteEndObject();
        json.WriteBoolean("formField", property.FormField);
        json.WriteString("dataSensitivity", "non_sensitive");
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, PropertyGroup group)
    {
        json.WriteStartObject();
        json.WriteString("name", group.Name);
        json.WriteText("label", group.Label);
        json.WriteNumber("displayOrder", group.DisplayOrder);
        json.WriteBoolean("archived", group.Archived);
        json.WriteEndObject();
    }

    /// <summary>A property to be created.</summary>
    /// <exception cref="ApiRefusal">400: something is missing or does not fit.</exception>
    public static PropertyDefinition Read(
        JsonElement input, PropertyCatalog catalog, bool orderRequired, HubSpotSimulatorOptions options, long now)
    {
        string Required(string member) => ApiCall.Text(input, member) is { Length: > 0 } text ? text
            : throw new ApiRefusal(ApiErrors.Invalid($"The property lacks its {member}.", "REQUIRED_FIELD"));

        var name = Required("name");
        var (type, fieldType, group) = (Required("type"), Required("fieldType"), Required("groupName"));
        if (name.Length > LongestName || (options.RefusesOddPropertyNames && (!char.IsAsciiLetterLower(name[0])
            || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))))
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property name {name} is not valid: it must start with a letter and hold lower-case letters, digits and " +
                    $"underscores, at most {LongestName}.", "INVALID_NAME"));
        RequireFit(type, fieldType);
        if (catalog.FindGroup(group) is null)
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property group {group} does not exist for object type {catalog.Type.TypeId}.", "INVALID_GROUP"));
        return new PropertyDefinition
        {
            Ordinal = 0,
            Name = name,
            Label = Required("label"),
            Type = type,
            FieldType = fieldType,
            GroupName = group,
            Description = ApiCall.Text(input, "description") ?? "",
            DisplayOrder = int.TryParse(ApiCall.Text(input, "displayOrder"), out var order) ? order : -1,
            Hidden = Flag(input, "hidden"),
            FormField = Flag(input, "formField"),
            HasUniqueValue = Flag(input, "hasUniqueValue"),
            Options = ReadOptions(input, orderRequired) ?? [],
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    /// <summary>A property after a PATCH: given members change, a given list of options replaces the whole list.</summary>
    public static PropertyDefinition Apply(JsonElement input, PropertyDefinition property, PropertyCatalog catalog, bool orderRequired,
        long now)
    {
        var type = ApiCall.Text(input, "type") ?? property.Type;
        var fieldType = ApiCall.Text(input, "fieldType") ?? property.FieldType;
        var group = ApiCall.Text(input, "groupName") ?? property.GroupName;
        RequireFit(type, fieldType);
        if (catalog.FindGroup(group) is null)
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property group {group} does not exist for object type {catalog.Type.TypeId}.", "INVALID_GROUP"));
        return property with
        {
            Label = ApiCall.Text(input, "label") ?? property.Label,
            Description = ApiCall.Text(input, "description") ?? property.Description,
            Type = type,
            FieldType = fieldType,
            GroupName = group,
            Hidden = input.TryGetProperty("hidden", out _) ? Flag(input, "hidden") : property.Hidden,
            FormField = input.TryGetProperty("formField", out _) ? Flag(input, "formField") : property.FormField,
            Options = ReadOptions(input, orderRequired) ?? property.Options,
            UpdatedAt = now,
        };
    }

    public static PropertyGroup ReadGroup(JsonElement input)
    {
        if (ApiCall.Text(input, "name") is not { Length: > 0 } name || ApiCall.Text(input, "label") is not { Length: > 0 } label)
            throw new ApiRefusal(ApiErrors.Invalid("A property group needs name and label.", "REQUIRED_FIELD"));
        return new PropertyGroup(name, label, int.TryParse(ApiCall.Text(input, "displayOrder"), out var order) ? order : -1);
    }

    private static void RequireFit(string type, string fieldType)
    {
        if (!FieldTypes.TryGetValue(type, out var fields) || !fields.Contains(fieldType, StringComparer.Ordinal))
            throw new ApiRefusal(
                ApiErrors.Invalid($"Property type {type} and field type {fieldType} do not go together.", "INVALID_FIELD_TYPE"));
    }

    private static List<PropertyOption>? ReadOptions(JsonElement input, bool orderRequired)
    {
        if (!input.TryGetProperty("options", out var list) || list.ValueKind == JsonValueKind.Null)
            return null;
        if (list.ValueKind != JsonValueKind.Array)
            throw new ApiRefusal(ApiErrors.BrokenJson("options must be a list"));
        var options = new List<PropertyOption>();
        foreach (var item in list.EnumerateArray())
        {
            var ordered = int.TryParse(ApiCall.Text(item, "displayOrder"), out var order);
            if (ApiCall.Text(item, "label") is not { Length: > 0 } label || ApiCall.Text(item, "value") is not { Length: > 0 } value
                || !item.TryGetProperty("hidden", out _) || (orderRequired && !ordered))
                throw new ApiRefusal(ApiErrors.Invalid("An option lacks one of label, value, hidden and displayOrder.", "REQUIRED_FIELD"));
            if (options.Exists(o => o.Value == value || o.Label == label))
                throw new ApiRefusal(ApiErrors.Invalid($"The option \"{value}\" is there twice.", "DUPLICATE_OPTION"));
            options.Add(new PropertyOption(label, value, ordered ? order : -1, Flag(item, "hidden"),
                ApiCall.Text(item, "description") ?? ""));
        }
        return options;
    }

    private static bool Flag(JsonElement input, string member) => input.TryGetProperty(member, out var value)
        && value.ValueKind == JsonValueKind.True;
}
