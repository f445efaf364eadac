using System.Text.Json;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Association types between two object types: HubSpot's own, and labels that the portal defines (fact sheet §7).</summary>
internal sealed class LabelRoutes(Portal portal)
{
    private const string Route = "/crm/associations/{version}/{type}/{to}/labels";

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", Route, ListAsync);
        ApiPipeline.Map(routes, "POST", Route, CreateAsync);
        ApiPipeline.Map(routes, "PUT", Route, RenameAsync);
        ApiPipeline.Map(routes, "DELETE", Route + "/{typeId}", RemoveAsync);
    }

    private Task ListAsync(ApiCall call)
    {
        var (from, to) = (call.Type, call.TypeNamed("to"));
        Scopes.RequireRead(call.Token, from);
        Scopes.RequireRead(call.Token, to);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var typeId in AssociationTypes.Between(from, to))
                Write(json, AssociationTypes.HubSpotDefined, typeId, AssociationTypes.LabelOf(typeId));
            foreach (var own in portal.Labels.Between(from, to))
                Write(json, AssociationTypes.UserDefined, own.TypeId, own.Label);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task CreateAsync(ApiCall call)
    {
        var (from, to) = Writable(call);
        using var body = await call.ReadAsync();
        string Required(string member) => ApiCall.Text(body.RootElement, member) is { Length: > 0 } text ? text
            : throw new ApiRefusal(ApiErrors.Invalid($"The label lacks its {member}.", "REQUIRED_FIELD"));
        var made = portal.Labels.Define(from, to, Required("name"), Required("label"), ApiCall.Text(body.RootElement, "inverseLabel"));
        if (made.Count == 0)
            throw new ApiRefusal(ApiErrors.Invalid("A label with this name or wording exists already.", "LABEL_EXISTS"));
        call.Items(1);
        await call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var own in made)
                Write(json, AssociationTypes.UserDefined, own.TypeId, own.Label);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private async Task RenameAsync(ApiCall call)
    {
        var (from, to) = Writable(call);
        using var body = await call.ReadAsync();
        var id = int.TryParse(ApiCall.Text(body.RootElement, "associationTypeId"), out var typeId) ? typeId : 0;
        var label = ApiCall.Text(body.RootElement, "label") ?? "";
        if (label.Length == 0 || portal.Labels.Rename(from, to, id, label) is null)
            throw new ApiRefusal(ApiErrors.NoObject($"{id}"));
        await call.AnswerEmptyAsync();
    }

    private Task RemoveAsync(ApiCall call)
    {
        var (from, to) = Writable(call);
        if (!int.TryParse(call.Route("typeId"), out var id) || !portal.Labels.Remove(from, to, id))
            throw new ApiRefusal(ApiErrors.NoObject(call.Route("typeId")));
        return call.AnswerEmptyAsync();
    }

    private static (HubSpotObjectType From, HubSpotObjectType To) Writable(ApiCall call)
    {
        var (from, to) = (call.Type, call.TypeNamed("to"));
        Scopes.RequireSchemaWrite(call.Token, from);
        Scopes.RequireSchemaWrite(call.Token, to);
        if (AssociationTypes.DefaultOf(from, to) is null)
            throw new ApiRefusal(
                ApiErrors.Invalid($"No association type exists between {from.TypeId} and {to.TypeId}.", "INVALID_ASSOCIATION"));
        return (from, to);
    }

    private static void Write(Utf8JsonWriter json, string category, int typeId, string? label)
    {
        json.WriteStartObject();
        json.WriteString("category", category);
        json.WriteNumber("typeId", typeId);
        json.WriteString("label", label);
        json.WriteEndObject();
    }
}
