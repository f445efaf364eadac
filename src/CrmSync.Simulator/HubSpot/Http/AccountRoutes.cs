using System.Globalization;
using CrmSync.Simulator.HubSpot.Properties;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>
/// What belongs to the account and not to a record: account details, property limits, call results (fact sheet §0, §2.2, §6.1).
/// </summary>
internal sealed class AccountRoutes(Portal portal, HubSpotSimulatorOptions options, TimeProvider clock)
{
    private const int AccountPropertyLimit = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", "/account-info/{version}/details", DetailsAsync);
        ApiPipeline.Map(routes, "GET", "/crm/limits/{version}/custom-properties", LimitsAsync);
        ApiPipeline.Map(routes, "GET", "/calling/v1/dispositions", DispositionsAsync);
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
        var used = HubSpotObjectType.All.Select(t =>
            (Type: t, Usage: portal.Catalog(t).List(archived: false).Count(p => !p.HubSpotDefined))).ToList();
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
                json.WriteNumber("limit", options.CustomPropertiesPerType);
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
}
