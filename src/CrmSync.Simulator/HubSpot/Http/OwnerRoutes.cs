using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Owners with their teams, and those who left (fact sheet §9).</summary>
internal sealed class OwnerRoutes(Portal portal)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/owners/{version}", ListAsync);
        ApiPipeline.Map(routes, "GET", "/crm/owners/{version}/{id}", GetAsync);
    }

    private Task ListAsync(ApiCall call)
    {
        Scopes.RequireOwners(call.Token);
        var limit = call.QueryLimit(100, 500);
        var after = call.QueryAfter();
        var email = call.Query("email");
        var archived = call.QueryFlag("archived");
        var matching = portal.Owners
            .Where(o => o.Id > after && o.Archived == archived
                && (string.IsNullOrEmpty(email) || o.Email.Equals(email, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(o => o.Id).ToList();
        call.Items(Math.Min(limit, matching.Count));
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var owner in matching.Take(limit))
                Write(json, owner);
            json.WriteEndArray();
            if (matching.Count > limit)
                Paging.WriteNext(json, matching[limit - 1].Id);
            json.WriteEndObject();
        });
    }

    private Task GetAsync(ApiCall call)
    {
        Scopes.RequireOwners(call.Token);
        var id = ApiCall.IdOf(call.Route("id"));
        var byUser = call.Query("idProperty") == "userId";
        var archived = call.QueryFlag("archived");
        var owner = portal.Owners.FirstOrDefault(o => (byUser ? o.UserId : o.Id) == id && o.Archived == archived)
            ?? throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));
        return call.AnswerAsync(200, json => Write(json, owner));
    }

    private static void Write(Utf8JsonWriter json, Owner owner)
    {
        json.WriteStartObject();
        json.WriteString("id", owner.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("email", owner.Email);
        json.WriteString("type", "PERSON");
        json.WriteText("firstName", owner.FirstName);
        json.WriteText("lastName", owner.LastName);
        if (!owner.Archived)
            json.WriteNumber("userId", owner.UserId);
        json.WriteNumber("userIdIncludingInactive", owner.UserId);
        json.WriteString("createdAt", HubSpotTime.Format(owner.CreatedAt));
        json.WriteString("updatedAt", HubSpotTime.Format(owner.CreatedAt));
        json.WriteBoolean("archived", owner.Archived);
        json.WriteStartArray("teams");
        if (owner.Team.Length > 0 && !owner.Archived)
        {
            json.WriteStartObject();
            json.WriteString("id", (1_000 + owner.Team.Sum(c => c)).ToString(CultureInfo.InvariantCulture));
            json.WriteText("name", owner.Team);
            json.WriteBoolean("primary", true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
