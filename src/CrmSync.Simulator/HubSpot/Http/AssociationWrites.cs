using System.Text.Json;
using CrmSync.Simulator.HubSpot.Records;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Reads the association types that a client names.</summary>
internal static class AssociationWrites
{
    /// <summary>Type ids of an input's <c>types</c>.</summary>
    public static List<int> TypeIds(JsonElement input)
    {
        var ids = new List<int>();
        if (input.ValueKind != JsonValueKind.Object || !input.TryGetProperty("types", out var types)
            || types.ValueKind != JsonValueKind.Array)
            throw new ApiRefusal(ApiErrors.BrokenJson("types must be a list"));
        foreach (var type in types.EnumerateArray())
        {
            if (type.ValueKind != JsonValueKind.Object || !int.TryParse(ApiCall.Text(type, "associationTypeId"), out var id))
                throw new ApiRefusal(ApiErrors.BrokenJson("associationTypeId must be a number"));
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>
    /// Whether a type id, HubSpot's or one of the portal's own labels, leads from one object type to another.
    /// </summary>
    public static bool Fits(Portal portal, HubSpotObjectType from, HubSpotObjectType to, int typeId) =>
        AssociationTypes.Between(from, to).Contains(typeId) || portal.Labels.Find(from, to, typeId) is not null;
}
