using System.Text.Json.Nodes;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Files: upload, list, look up, content, delete.</summary>
internal sealed class FileRoutes(ModelFiles files)
{
    private const int MostPerPage = 10_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/openai/v1/files", UploadAsync);
        routes.MapGet("/openai/v1/files", context => ModelBody.SendAsync(context, ModelList.Page(
            [.. files.List(context.Request.Query["purpose"]).Select(file => file.ToJson())], context.Request.Query, MostPerPage)));
        routes.MapGet("/openai/v1/files/{id}", context => ModelBody.SendAsync(context, Existing(context).ToJson()));
        routes.MapGet("/openai/v1/files/{id}/content", context =>
        {
            var file = Existing(context);
            context.Response.ContentType = "application/octet-stream";
            context.Response.ContentLength = file.Content.Length;
            return context.Response.Body.WriteAsync(file.Content, context.RequestAborted).AsTask();
        });
        routes.MapDelete("/openai/v1/files/{id}", context =>
        {
            var file = Existing(context);
            files.Remove(file.Id);
            return ModelBody.SendAsync(context, new JsonObject { ["id"] = file.Id, ["object"] = "file", ["deleted"] = true });
        });
    }

    private async Task UploadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            throw new ModelRefusal(ModelErrors.Invalid("The request must be multipart/form-data with 'purpose' and 'file'.", "file"));
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        if (form["purpose"] != "batch")
            throw new ModelRefusal(ModelErrors.Invalid($"'{form["purpose"]}' is not one of ['batch'] - 'purpose' (others are not served by the simulated service).", "purpose"));
        if (form.Files.GetFile("file") is not { } file)
            throw new ModelRefusal(ModelErrors.Invalid("'file' is a required property.", "file"));
        if (!file.FileName.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase))
            throw new ModelRefusal(ModelErrors.Invalid("Invalid file format for Batch API. Must be .jsonl", "file"));
        using var content = new MemoryStream();
        await file.CopyToAsync(content, context.RequestAborted);
        CallNote.Of(context).RequestBytes = content.Length;
        await ModelBody.SendAsync(context, files.Add(file.FileName, "batch", content.ToArray()).ToJson());
    }

    private ModelFile Existing(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return files.Find(id) ?? throw new ModelRefusal(ModelErrors.NotFound("File object", id));
    }
}
