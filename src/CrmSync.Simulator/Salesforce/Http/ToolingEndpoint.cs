using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Custom fields through the Tooling API: create, read, add picklist values.</summary>
internal sealed class ToolingEndpoint(SalesforceServer server)
{
    private const string All = "/services/data/{version}/tooling/sobjects/CustomField";

    public void Map(WebApplication app)
    {
        app.MapPost(All, CreateAsync);
        app.MapGet(All + "/{id}", ReadAsync);
        app.MapPatch(All + "/{id}", UpdateAsync);
    }

    private async Task CreateAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        SalesforcePipeline.NoteItems(context, 1);
        string id;
        lock (server.Org.Gate)
            id = server.Fields.Create(body);
        JsonObject answer = WriteAnswers.Saved(id);
        answer["warnings"] = new JsonArray();
        answer["infos"] = new JsonArray();
        await SalesforceAnswers.WriteAsync(context, answer, status: 201);
    }

    private Task ReadAsync(HttpContext context)
    {
        SalesforceRow row = Find(context);
        return SalesforceAnswers.WriteAsync(
            context, writer => RecordJson.Write(writer, row, RecordJson.AllColumns(row.Table), context.Version()));
    }

    private async Task UpdateAsync(HttpContext context)
    {
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        SalesforcePipeline.NoteItems(context, 1);
        lock (server.Org.Gate)
            server.Fields.Update(Find(context), body);
        context.Response.StatusCode = 204;
    }

    private SalesforceRow Find(HttpContext context) =>
        (SalesforceId.Normalise(context.RouteText("id")) is { } id ? server.Org["CustomField"].Find(id) : null) ?? throw SalesforceException.NotFound();
}
