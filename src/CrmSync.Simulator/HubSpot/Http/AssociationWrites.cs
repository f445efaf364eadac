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
        if (input.ValueKind != JsonValueKind.Object || !input.TryGetProperty("types", out var types) || types.ValueKind != JsonValueKind.Array)
            throw new ApiRefusal(ApiErrors.BrokenJson("types must be a list"));
        foreach (var type in types.EnumerateArray())
        {
            if (type.ValueKind != JsonValueKind.Object || !int.TryParse(ApiCall.Text(type, "associationTypeId"), out var id))
                throw new ApiRefusal(ApiErrors.BrokenJson("associationTypeId must be a number"));
            ids.Add(id);
        }
        return ids;
    }

    /// <summary>Whether a type id leads from one object type to another; ids that are not HubSpot's own fit any pair that can be associated at all.</summary>
    public static bool Fits(HubSpotObjectType from, HubSpotObjectType to, int typeId)
    {
        if (AssociationTypes.DefaultOf(from, to) is not { } standard)
            return false;
        return typeId == standard || typeId switch
        {
            1 => from == HubSpotObjectType.Contacts && to == HubSpotObjectType.Companies,
            2 => from == HubSpotObjectType.Companies && to == HubSpotObjectType.Contacts,
            5 => from == HubSpotObjectType.Deals && to == HubSpotObjectType.Companies,
            6 => from == HubSpotObjectType.Companies && to == HubSpotObjectType.Deals,
            _ => false,
        };
    }
}
