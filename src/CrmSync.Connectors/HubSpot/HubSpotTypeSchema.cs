using System.Text.Json;
using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;

namespace CrmSync.Connectors.HubSpot;

/// <summary>The properties that one type has now.</summary>
internal sealed class HubSpotTypeSchema
{
    private HubSpotTypeSchema(string type, Dictionary<string, JsonElement> properties)
    {
        Type = type;
        Properties = properties;
    }

    /// <summary>The types that hold labels of activities which cannot hold their own, best first.</summary>
    public static readonly IReadOnlyList<string> Holders = ["deals", "companies", "contacts"];

    /// <summary>Name in paths.</summary>
    public string Type { get; }

    /// <summary>Definitions by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Properties { get; }

    /// <summary>Whether this type holds labels of activities already: nobody else makes a property of this name.</summary>
    public bool IsHolder => Properties.ContainsKey(HubSpotPropertyDefinition.SourceActivity.Name);

    /// <summary>
    /// Whether the type takes properties, because it has some of ours. One that lost a label, or does not have a new one yet, has its companions still: it is to be
    /// completed, not gone round.
    /// </summary>
    public bool TakesOurs(IReadOnlyList<HubSpotPropertyDefinition> definitions) => definitions.Any(definition => Properties.ContainsKey(definition.Name));

    /// <summary>How many of the labels the type has.</summary>
    public int Has(IReadOnlyList<LabelProperty> labels) => labels.Count(label => Properties.ContainsKey(label.Name));

    /// <summary>Reads the definitions of a type.</summary>
    public static async Task<Result<HubSpotTypeSchema>> ReadAsync(
        HubSpotSchemaClient schema, CrmTransport transport, string key, string type, CancellationToken cancellationToken) =>
        await transport.CallAsync<HubSpotTypeSchema>(CallKind.Read, $"reading properties of {type}", async token =>
        {
            var answer = await schema.PropertiesAsync(type, token);
            if (!answer.Succeeded)
                return answer.Failure;
            // Taken for a type without properties, an answer without the list would plan all of them anew.
            if (!answer.Value.Body.HasItems("results"))
                return HttpFailures.Unreadable.At(new CallPlace(key, $"reading properties of {type}"));
            var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
            foreach (var property in answer.Value.Body.Items("results"))
            {
                if (property.Filled("name") is { } name && !property.IsTrue("archived"))
                    properties[name] = property;
            }

            return new HubSpotTypeSchema(type, properties);
        }, cancellationToken);
}
