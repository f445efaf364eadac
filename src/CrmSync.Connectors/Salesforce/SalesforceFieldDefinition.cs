using System.Text.Json.Nodes;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.Salesforce;

/// <summary>A custom field as we want it. One on Activity is created once and shows on Task and Event.</summary>
/// <param name="Entity">The object that holds it: Activity, EmailMessage, Opportunity or Account.</param>
/// <param name="Name">API name with <c>__c</c>.</param>
/// <param name="Metadata">Its metadata without picklist values, as the Tooling API takes it.</param>
/// <param name="DescribedAs">Its type in a describe answer.</param>
internal sealed record SalesforceFieldDefinition(string Entity, string Name, JsonObject Metadata, string DescribedAs)
{
    /// <summary>The object that Task and Event take their custom fields from.</summary>
    public const string Activity = "Activity";

    /// <summary>Picklist values, in order.</summary>
    public IReadOnlyList<LabelOption> Options { get; init; } = [];

    /// <summary>The objects on which it shows, and for each of which access is granted by itself.</summary>
    public IReadOnlyList<string> Types => TypesOf(Entity);

    /// <summary>Name in Tooling queries: without the suffix.</summary>
    public string DeveloperName => Name[..^3];

    /// <summary>Name in Tooling bodies.</summary>
    public string FullName => $"{Entity}.{Name}";

    /// <summary>The objects on which an entity's fields show.</summary>
    public static IReadOnlyList<string> TypesOf(string entity) =>
        entity == Activity ? [SalesforceObjectType.Task, SalesforceObjectType.Event] : [entity];

    /// <summary>Everything that the wanted labels need on one object; labels of accounts stand on Account alone.</summary>
    /// <param name="wanted">The labels.</param>
    /// <param name="entity">The object.</param>
    /// <param name="takesActivities">Whether labels of activities that cannot hold their own stand on Opportunity and Account.</param>
    public static IReadOnlyList<SalesforceFieldDefinition> For(IReadOnlyList<LabelProperty> wanted, string entity, bool takesActivities = true)
    {
        var names = SalesforcePropertyNames.Instance;
        var standsIn = entity is SalesforceRecordReader.Opportunity or SalesforceRecordReader.Account;
        List<LabelProperty> labels = [.. wanted.Where(label => label.IsOfAccounts ? entity == SalesforceRecordReader.Account : takesActivities || !standsIn)];
        List<SalesforceFieldDefinition> all = [];
        if (labels.Count == 0 && standsIn && !takesActivities)
            return all;
        foreach (var label in labels)
        {
            all.Add(label.IsOfAccounts
                ? Text(entity, label.Name, label.Title, 255, label.Description)
                : new(entity, label.Name, Field(label.Title, "Picklist", label.Description), "picklist") { Options = label.Options });
            all.Add(Text(entity, names.Shadow(label.Name), $"{label.Title} (auto)", 255,
                "The value that CrmSync last wrote. Where it differs from the label, a person has decided, and the label is left alone."));
            var confidence = Field($"{label.Title} confidence", "Number", "How sure CrmSync is, from 0 to 1.");
            confidence["precision"] = 3;
            confidence["scale"] = 2;
            all.Add(new(entity, names.Confidence(label.Name), confidence, "double"));
        }

        all.Add(Text(entity, names.Reason, "CrmSync reason", names.ReasonLength, "Why the labels are what they are, in one sentence."));
        all.Add(new(entity, names.LabelledAt, Field("CrmSync labelled at", "DateTime", "When CrmSync last changed a label of this record."), "datetime"));
        all.Add(Text(entity, names.Version, "CrmSync version", 80, "Versions of the taxonomy and the model that decided."));
        if (standsIn && takesActivities)
        {
            all.Add(Text(entity, names.SourceActivity, "CrmSync activity", 40,
                "The activity that the labels come from, as object/id: notes cannot hold labels, so the record that they hang on does."));
        }

        return all;
    }

    /// <summary>The metadata of a create call.</summary>
    public JsonObject ToMetadata()
    {
        var metadata = Metadata.DeepClone().AsObject();
        if (Options.Count > 0)
        {
            metadata["valueSet"] = new JsonObject
            {
                ["restricted"] = true,
                ["valueSetDefinition"] = new JsonObject
                {
                    ["sorted"] = false,
                    ["value"] = new JsonArray([.. Options.Select(option => (JsonNode)Value(option))]),
                },
            };
        }

        return metadata;
    }

    /// <summary>Adds the missing values to the field's own metadata; null where it has no values of its own to add to.</summary>
    public JsonObject? Merged(JsonNode? metadata)
    {
        if (metadata is not JsonObject own || own["valueSet"]?["valueSetDefinition"]?["value"] is not JsonArray)
            return null;
        var merged = own.DeepClone().AsObject();
        var values = merged["valueSet"]!["valueSetDefinition"]!["value"]!.AsArray();
        var there = values.Select(value => (value?["valueName"] ?? value?["fullName"])?.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach (var option in Options.Where(option => !there.Contains(option.Value)))
            values.Add(Value(option));
        return merged;
    }

    /// <summary>Values that the field lacks.</summary>
    public IReadOnlyList<LabelOption> Missing(SalesforceField field) => [.. Options.Where(option => !field.Values.Contains(option.Value))];

    private static SalesforceFieldDefinition Text(string entity, string name, string label, int length, string description)
    {
        var metadata = Field(label, "Text", description);
        metadata["length"] = length;
        return new SalesforceFieldDefinition(entity, name, metadata, "string");
    }

    // A field's label takes 40 characters, its description 1,000.
    private static JsonObject Field(string label, string type, string description) => new()
    {
        ["label"] = label.Length > 40 ? label[..40] : label,
        ["type"] = type,
        ["required"] = false,
        ["description"] = description.Length > 1_000 ? description[..1_000] : description,
    };

    // The Tooling API says valueName where metadata files say fullName.
    private static JsonObject Value(LabelOption option) =>
        new() { ["valueName"] = option.Value, ["label"] = option.Value, ["default"] = false };
}
