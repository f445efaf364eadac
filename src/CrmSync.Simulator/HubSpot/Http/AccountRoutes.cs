using System.Globalization;
using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>What belongs to the account and not to a record: owners, deal pipeline, account details, property limits, call results (fact sheet §0, §6.1, §9).</summary>
internal sealed class AccountRoutes(Portal portal, HubSpotSimulatorOptions options, TimeProvider clock)
{
    private const int PropertyLimit = 1_000;
    private const int AccountPropertyLimit = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/crm/owners/{version}", ListOwnersAsync);
        ApiPipeline.Map(routes, "GET", "/crm/owners/{version}/{id}", GetOwnerAsync);
        ApiPipeline.Map(routes, "GET", "/crm/pipelines/{version}/{type}", PipelinesAsync);
        ApiPipeline.Map(routes, "GET", "/account-info/{version}/details", DetailsAsync);
        ApiPipeline.Map(routes, "GET", "/crm/limits/{version}/custom-properties", LimitsAsync);
        ApiPipeline.Map(routes, "GET", "/calling/v1/dispositions", DispositionsAsync);
    }

    private Task ListOwnersAsync(ApiCall call)
    {
        Scopes.RequireOwners(call.Token);
        var limit = call.QueryLimit(100, 500);
        var after = call.QueryAfter();
        var email = call.Query("email");
        // Nobody leaves the simulated company, so the list of the inactive is empty.
        var matching = call.QueryFlag("archived") ? [] : portal.Owners
            .Where(o => o.Id > after && (string.IsNullOrEmpty(email) || o.Email.Equals(email, StringComparison.OrdinalIgnoreCase))).OrderBy(o => o.Id).ToList();
        call.Items(Math.Min(limit, matching.Count));
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("results");
            foreach (var owner in matching.Take(limit))
                WriteOwner(json, owner);
            json.WriteEndArray();
            if (matching.Count > limit)
                Paging.WriteNext(json, matching[limit - 1].Id);
            json.WriteEndObject();
        });
    }

    private Task GetOwnerAsync(ApiCall call)
    {
        Scopes.RequireOwners(call.Token);
        var id = ApiCall.IdOf(call.Route("id"));
        var byUser = call.Query("idProperty") == "userId";
        var owner = portal.Owners.FirstOrDefault(o => (byUser ? o.UserId : o.Id) == id) ?? throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));
        return call.AnswerAsync(200, json => WriteOwner(json, owner));
    }

    private Task PipelinesAsync(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireSchemaRead(call.Token, type);
        return call.AnswerAsync(200, json =>
        {
            var epoch = HubSpotTime.Format(0);
            json.WriteStartObject();
            json.WriteStartArray("results");
            if (type == HubSpotObjectType.Deals)
            {
                json.WriteStartObject();
                json.WriteString("label", DealPipeline.Label);
                json.WriteNumber("displayOrder", 0);
                json.WriteString("id", DealPipeline.Id);
                json.WriteStartArray("stages");
                for (var i = 0; i < DealPipeline.Stages.Length; i++)
                    WriteStage(json, DealPipeline.Stages[i], i, epoch);
                json.WriteEndArray();
                json.WriteString("createdAt", epoch);
                json.WriteString("updatedAt", epoch);
                json.WriteBoolean("archived", false);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task DetailsAsync(ApiCall call)
    {
        var offset = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone).GetUtcOffset(clock.GetUtcNow());
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("portalId", options.PortalId);
            json.WriteString("accountType", "STANDARD");
            json.WriteString("timeZone", options.TimeZone);
            json.WriteString("companyCurrency", "USD");
            json.WriteStartArray("additionalCurrencies");
            json.WriteEndArray();
            json.WriteString("utcOffset", (offset < TimeSpan.Zero ? "-" : "+") + offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture));
            json.WriteNumber("utcOffsetMilliseconds", (long)offset.TotalMilliseconds);
            json.WriteString("uiDomain", "app.hubspot.com");
            json.WriteString("dataHostingLocation", "na1");
            json.WriteEndObject();
        });
    }

    private Task LimitsAsync(ApiCall call)
    {
        Scopes.RequireAnyObject(call.Token);
        var used = HubSpotObjectType.All.Select(t => (Type: t, Usage: portal.Catalog(t).List(archived: false).Count(p => !p.HubSpotDefined))).ToList();
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartObject();
            json.WriteNumber("overallLimit", AccountPropertyLimit);
            json.WriteNumber("overallUsage", used.Sum(u => u.Usage));
            json.WriteStartArray("byObjectType");
            foreach (var (type, usage) in used)
            {
                json.WriteStartObject();
                json.WriteString("objectTypeId", type.TypeId);
                json.WriteNumber("limit", PropertyLimit);
                json.WriteNumber("usage", usage);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    private Task DispositionsAsync(ApiCall call)
    {
        Scopes.RequireRead(call.Token, HubSpotObjectType.Calls);
        return call.AnswerAsync(200, json =>
        {
            json.WriteStartArray();
            foreach (var (id, label) in StandardProperties.CallDispositions)
            {
                json.WriteStartObject();
                json.WriteString("id", id);
                json.WriteString("label", label);
                json.WriteBoolean("deleted", false);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
    }

    private static void WriteStage(Utf8JsonWriter json, DealStage stage, int order, string at)
    {
        json.WriteStartObject();
        json.WriteString("label", stage.Label);
        json.WriteNumber("displayOrder", order);
        json.WriteStartObject("metadata");
        json.WriteString("isClosed", stage.IsClosed ? "true" : "false");
        json.WriteString("probability", stage.Probability);
        json.WriteEndObject();
        json.WriteString("id", stage.Id);
        json.WriteString("createdAt", at);
        json.WriteString("updatedAt", at);
        json.WriteBoolean("archived", false);
        json.WriteEndObject();
    }

    private static void WriteOwner(Utf8JsonWriter json, Owner owner)
    {
        json.WriteStartObject();
        json.WriteString("id", owner.Id.ToString(CultureInfo.InvariantCulture));
        json.WriteString("email", owner.Email);
        json.WriteString("type", "PERSON");
        json.WriteText("firstName", owner.FirstName);
        json.WriteText("lastName", owner.LastName);
        json.WriteNumber("userId", owner.UserId);
        json.WriteNumber("userIdIncludingInactive", owner.UserId);
        json.WriteString("createdAt", HubSpotTime.Format(owner.CreatedAt));
        json.WriteString("updatedAt", HubSpotTime.Format(owner.CreatedAt));
        json.WriteBoolean("archived", false);
        json.WriteStartArray("teams");
        if (owner.Team.Length > 0)
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
