using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>A property as we want it. Pure; compares itself with what HubSpot has.</summary>
internal sealed record HubSpotPropertyDefinition(string Name, string Label, string Type, string FieldType, string Description)
{
    /// <summary>Our group; HubSpot keeps groups per object type.</summary>
    public const string Group = "crmsync";

    /// <summary>Options of an enumeration, in order.</summary>
    public IReadOnlyList<LabelOption> Options { get; init; } = [];

    /// <summary>What a record needs besides, where it holds labels of activities that cannot hold their own.</summary>
    public static readonly HubSpotPropertyDefinition SourceActivity = new(
        HubSpotPropertyNames.Instance.SourceActivity, "CrmSync: activity", "string", "text",
        "The activity whose label stands here: the last one on this record that was labelled.");

    /// <summary>The object type whose records are accounts.</summary>
    public const string Accounts = "companies";

    /// <summary>Everything that the wanted labels of activities need on one object type.</summary>
    public static IReadOnlyList<HubSpotPropertyDefinition> For(IReadOnlyList<LabelProperty> wanted) => Make([.. wanted.Where(label => !label.IsOfAccounts)]);

    /// <summary>Everything that the wanted labels of accounts need on companies; nothing where none is wanted.</summary>
    public static IReadOnlyList<HubSpotPropertyDefinition> ForAccounts(IReadOnlyList<LabelProperty> wanted) =>
        wanted.Any(label => label.IsOfAccounts) ? Make([.. wanted.Where(label => label.IsOfAccounts)]) : [];

    private static List<HubSpotPropertyDefinition> Make(IReadOnlyList<LabelProperty> wanted)
    {
        var names = HubSpotPropertyNames.Instance;
        List<HubSpotPropertyDefinition> all = [];
        foreach (var label in wanted)
        {
            all.Add(label.IsOfAccounts
                ? new(label.Name, label.Title, "string", "text", label.Description)
                : new(label.Name, label.Title, "enumeration", "select", label.Description) { Options = label.Options });
            all.Add(new(names.Shadow(label.Name), $"{label.Title}: last automatic value", "string", "text",
                "The value that CrmSync last wrote. Where it differs from the label, a person has decided, and the label is left alone."));
            all.Add(new(names.Confidence(label.Name), $"{label.Title}: confidence", "number", "number", "How sure CrmSync is, from 0 to 1."));
        }

        all.Add(new(names.Reason, "CrmSync: reason", "string", "textarea", "Why the labels are what they are, in one sentence."));
        all.Add(new(names.LabelledAt, "CrmSync: labelled at", "datetime", "date", "When CrmSync last changed a label of this record."));
        all.Add(new(names.Version, "CrmSync: version", "string", "text", "Versions of the taxonomy and the model that decided."));
        return all;
    }

    /// <summary>The body of a create call.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["label"] = Label,
            ["type"] = Type,
            ["fieldType"] = FieldType,
            ["groupName"] = Group,
            ["description"] = Description,
            ["hasUniqueValue"] = false,
            ["hidden"] = false,
            ["formField"] = false,
        };
        if (Options.Count > 0)
            json["options"] = new JsonArray([.. Options.Select((option, order) => (JsonNode)Option(option, order))]);
        return json;
    }

    /// <summary>Why HubSpot's property cannot hold our values; null where it can.</summary>
    public string? Unsuitable(JsonElement existing)
    {
        if (existing.Text("type") is { } type && type != Type)
            return $"it is of type {type}, but {Type} is needed";
        if (existing.Child("modificationMetadata").IsTrue("readOnlyValue"))
            return "its values are read-only";
        return Missing(existing).Count > 0 && (existing.IsTrue("externalOptions") || existing.Child("modificationMetadata").IsTrue("readOnlyOptions"))
            ? "its options cannot be extended"
            : null;
    }

    /// <summary>
    /// What has to change in a property that was just created: where the name was that of an archived one, HubSpot brings that back with its old definition.
    /// </summary>
    public JsonObject Differences(JsonElement existing)
    {
        var changes = new JsonObject();
        foreach (var (name, value) in new[] { ("label", Label), ("description", Description), ("groupName", Group), ("fieldType", FieldType) })
        {
            if (existing.Text(name) is { } now && now != value)
                changes[name] = value;
        }

        if (Missing(existing).Count > 0)
            changes["options"] = Merged(existing);
        return changes;
    }

    /// <summary>Options that HubSpot's property lacks.</summary>
    public IReadOnlyList<LabelOption> Missing(JsonElement existing)
    {
        var there = existing.Items("options").Select(option => option.Text("value")).ToHashSet(StringComparer.Ordinal);
        return [.. Options.Where(option => !there.Contains(option.Value))];
    }

    /// <summary>HubSpot's options as they are, followed by those that are missing: what is left out of the list would be removed.</summary>
    public JsonArray Merged(JsonElement existing)
    {
        JsonArray merged = [.. existing.Items("options").Select(option => JsonNode.Parse(option.GetRawText()))];
        foreach (var option in Missing(existing))
            merged.Add(Option(option, merged.Count));
        return merged;
    }

    private static JsonObject Option(LabelOption option, int order) => new JsonObject
    {
        ["label"] = option.Value,
        ["value"] = option.Value,
        ["displayOrder"] = order,
        ["hidden"] = false,
        ["description"] = option.Description,
    };
}
