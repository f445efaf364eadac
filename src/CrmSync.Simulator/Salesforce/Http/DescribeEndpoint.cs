using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>What objects and fields there are, as the integration user sees them.</summary>
internal sealed class DescribeEndpoint(SalesforceServer server)
{
    private const int LargestBatch = 200;

    public void Map(WebApplication app)
    {
        app.MapGet("/services/data/{version}/sobjects", ListAsync);
        app.MapGet("/services/data/{version}/sobjects/{type}", SummariseAsync);
        app.MapGet("/services/data/{version}/sobjects/{type}/describe", DescribeAsync);
    }

    private Task ListAsync(HttpContext context) => SalesforceAnswers.WriteAsync(context, new JsonObject
    {
        ["encoding"] = "UTF-8",
        ["maxBatchSize"] = LargestBatch,
        ["sobjects"] = new JsonArray([.. server.Org.Tables.Where(table => !table.Tooling).OrderBy(table => table.Name, StringComparer.Ordinal)
            .Select(table => Summary(table, context.Version()))]),
    });

    private Task SummariseAsync(HttpContext context) => SalesforceAnswers.WriteAsync(context, new JsonObject
    {
        ["objectDescribe"] = Summary(Find(context), context.Version()),
        ["recentItems"] = new JsonArray(),
    });

    private Task DescribeAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        JsonObject answer = Summary(table, context.Version());
        answer["fields"] = new JsonArray([.. table.Fields.All.Where(field => field.IsSeen).Select(FieldDescription.Write)]);
        answer["childRelationships"] = new JsonArray([.. ChildRelationship.All.Where(one => one.Parent == table.Name && server.Org.FindTable(one.Child) is not null)
            .Select(one => (JsonNode)new JsonObject
            {
                ["childSObject"] = one.Child, ["field"] = one.Field, ["relationshipName"] = one.Name, ["cascadeDelete"] = false, ["deprecatedAndHidden"] = false,
            })]);
        answer["recordTypeInfos"] = new JsonArray();
        return SalesforceAnswers.WriteAsync(context, answer);
    }

    private SalesforceTable Find(HttpContext context) =>
        server.Org.FindTable(context.RouteText("type")) ?? throw SalesforceException.NotFound();

    private static JsonObject Summary(SalesforceTable table, string version) => new()
    {
        ["name"] = table.Name,
        ["label"] = table.Label,
        ["labelPlural"] = table.Label + "s",
        ["keyPrefix"] = table.Prefix,
        ["custom"] = false,
        ["activateable"] = false,
        ["createable"] = table.Writable,
        ["updateable"] = table.Writable,
        ["deletable"] = table.Writable,
        ["queryable"] = true,
        ["retrieveable"] = true,
        ["searchable"] = !table.Name.Contains("Permission", StringComparison.Ordinal),
        ["layoutable"] = true,
        ["triggerable"] = true,
        ["replicateable"] = true,
        ["undeletable"] = table.Writable,
        ["urls"] = new JsonObject
        {
            ["sobject"] = $"/services/data/{version}/sobjects/{table.Name}",
            ["describe"] = $"/services/data/{version}/sobjects/{table.Name}/describe",
            ["rowTemplate"] = $"/services/data/{version}/sobjects/{table.Name}/{{ID}}",
        },
    };
}
