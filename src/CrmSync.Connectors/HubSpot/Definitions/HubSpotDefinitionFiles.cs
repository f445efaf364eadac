using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot.Definitions;

/// <summary>The bodies of HubSpot's property calls as files, for accounts whose administrator makes the properties. Pure.</summary>
internal static class HubSpotDefinitionFiles
{
    /// <summary>Body of <c>POST …/properties/{version}/{type}/groups</c>; the same for every object type.</summary>
    public const string GroupPath = "group.json";

    // For people: text as it reads, so that a difference in review shows what changed.
    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Object types that can hold the label of an activity that cannot hold its own, best first.</summary>
    public static IReadOnlyList<string> LinkedTypes { get; } = ["deals", "companies", "contacts"];

    /// <summary>Where the properties of an object type stand: body of <c>POST …/properties/{version}/{type}/batch/create</c>.</summary>
    public static string PathOf(string type) => $"properties/{type}.json";

    /// <summary>All files, by path.</summary>
    public static IReadOnlyList<(string Path, string Text)> Of(IReadOnlyList<LabelProperty> wanted)
    {
        var own = HubSpotPropertyDefinition.For(wanted);
        List<(string Path, string Text)> files = [(GroupPath, Text(Group()))];
        files.AddRange(HubSpotObjectType.All.Select(type => (PathOf(type.Name), Text(Batch(own)))));
        files.AddRange(LinkedTypes.Select(type => (PathOf(type), Text(Batch(
            [.. own.Concat(type == HubSpotPropertyDefinition.Accounts ? HubSpotPropertyDefinition.ForAccounts(wanted) : []).DistinctBy(definition => definition.Name), HubSpotPropertyDefinition.SourceActivity])))));
        return [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
    }

    private static JsonObject Group() =>
        new() { ["name"] = HubSpotPropertyDefinition.Group, ["label"] = "CrmSync", ["displayOrder"] = -1 };

    private static JsonObject Batch(IEnumerable<HubSpotPropertyDefinition> definitions) =>
        new() { ["inputs"] = new JsonArray([.. definitions.Select(definition => (JsonNode)definition.ToJson())]) };

    private static string Text(JsonObject body) => body.ToJsonString(Layout) + "\n";
}
