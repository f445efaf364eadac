using System.Text.Json.Nodes;
using CrmSync.Simulator.Salesforce.Records;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Single records: read, create, change, delete.</summary>
internal sealed class RecordEndpoint(SalesforceServer server)
{
    private const string One = "/services/data/{version}/sobjects/{type}/{id}";

    public void Map(WebApplication app)
    {
        app.MapPost("/services/data/{version}/sobjects/{type}", CreateAsync);
        app.MapGet(One, ReadAsync);
        app.MapGet(One + "/{field}", ReadBlobAsync);
        app.MapPatch(One, UpdateAsync);
        app.MapDelete(One, DeleteAsync);
    }

    private Task ReadAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        SalesforceRow? row = SalesforceId.Normalise(context.RouteText("id")) is { } id ? table.Find(id) : null;
        if (row is null)
            throw SalesforceException.NotFound();
        if (row.Flag("IsDeleted"))
            throw new SalesforceException(404, "ENTITY_IS_DELETED", "entity is deleted");
        SalesforcePipeline.NoteItems(context, 1);
        lock (server.Org.Gate)
            server.Reading.EditBehind(WireCall.Of(context), [row]);
        IReadOnlyList<SoqlColumn> columns = Columns(table, context.Request.Query["fields"].ToString());
        return SalesforceAnswers.WriteAsync(context, writer => RecordJson.Write(writer, row, columns, context.Version()));
    }

    // The bytes themselves, as the address in a record says.
    private async Task ReadBlobAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        SalesforceRow? row = SalesforceId.Normalise(context.RouteText("id")) is { } id ? table.Find(id) : null;
        if (row is null || row.Flag("IsDeleted") || table.Fields.FindReadable(context.RouteText("field")) is not { Kind: FieldKind.Base64 } field)
            throw SalesforceException.NotFound();
        context.Response.ContentType = "application/octetstream";
        await context.Response.Body.WriteAsync(Convert.FromBase64String(row.Text(field.Name) ?? ""), context.RequestAborted);
    }

    public static IReadOnlyList<SoqlColumn> Columns(SalesforceTable table, string names) => names.Length == 0
        ? RecordJson.AllColumns(table)
        : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => RecordJson.Column(table.Fields.FindReadable(name) ?? throw new SalesforceException(
                400, "INVALID_FIELD", $"No such column '{name}' on sobject of type {table.Name}")))];

    private async Task CreateAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string id = Save(context, () => (server.Writer.PrepareCreate(table, body, WireCall.Of(context), out WriteProblem? problem), problem));
        context.Response.Headers.Location = $"/services/data/{context.Version()}/sobjects/{table.Name}/{id}";
        await SalesforceAnswers.WriteAsync(context, WriteAnswers.Saved(id), status: 201);
    }

    private async Task UpdateAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        JsonObject body = await SalesforceAnswers.ReadAsync(context);
        string id = context.RouteText("id");
        Save(context, () => (server.Writer.PrepareUpdate(table, id, body, WireCall.Of(context), out WriteProblem? problem), problem));
        context.Response.StatusCode = 204;
    }

    private Task DeleteAsync(HttpContext context)
    {
        SalesforceTable table = Find(context);
        string id = context.RouteText("id");
        Save(context, () => (server.Writer.PrepareDelete(table, id, WireCall.Of(context), out WriteProblem? problem), problem));
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    }

    private string Save(HttpContext context, Func<(PreparedWrite? Write, WriteProblem? Problem)> prepare)
    {
        SalesforcePipeline.NoteItems(context, 1);
        string id;
        lock (server.Org.Gate)
        {
            (PreparedWrite? write, WriteProblem? problem) = prepare();
            if (problem is not null)
                throw WriteAnswers.AsFailure(problem);
            id = server.Writer.Apply(write!, server.Org.AsApp);
        }

        return id;
    }

    private SalesforceTable Find(HttpContext context) =>
        server.Org.FindTable(context.RouteText("type")) ?? throw SalesforceException.NotFound();
}
