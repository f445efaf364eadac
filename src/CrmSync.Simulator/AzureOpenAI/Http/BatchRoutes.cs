using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Batches: create, list, look up, cancel.</summary>
internal sealed class BatchRoutes(ModelFiles files, ModelWork work, ModelSimulatorOptions options, TimeProvider clock)
{
    private const int MostPerPage = 100;
    private static readonly string[] Endpoints = ["/v1/chat/completions", "/chat/completions", "/v1/embeddings", "/embeddings"];
    private readonly Lock _lock = new();
    private readonly List<ModelBatch> _batches = [];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/openai/v1/batches", CreateAsync);
        routes.MapGet("/openai/v1/batches", context =>
        {
            JsonObject page;
            lock (_lock)
                page = ModelList.Page([.. _batches.AsEnumerable().Reverse().Select(Shown)], context.Request.Query, MostPerPage);
            return ModelBody.SendAsync(context, page);
        });
        routes.MapGet("/openai/v1/batches/{id}", context => Answer(context, _ => { }));
        routes.MapPost("/openai/v1/batches/{id}/cancel", context => Answer(context, batch => batch.Cancel(clock.GetUtcNow())));
    }

    private async Task CreateAsync(HttpContext context)
    {
        var body = await ModelBody.ReadAsync(context);
        var endpoint = ModelBody.Text(body, "endpoint");
        if (endpoint is null || !Endpoints.Contains(endpoint))
            throw new ModelRefusal(ModelErrors.Invalid($"Invalid value for 'endpoint'. Supported values are: {string.Join(", ", Endpoints)}.", "endpoint"));
        if (ModelBody.Text(body, "completion_window") != "24h")
            throw new ModelRefusal(ModelErrors.Invalid("Invalid value for 'completion_window'. Supported values are: '24h'.", "completion_window"));
        var file = files.Find(ModelBody.Text(body, "input_file_id")) is { Purpose: "batch" } found ? found
            : throw new ModelRefusal(ModelErrors.Invalid($"Invalid input_file_id: no batch file '{ModelBody.Text(body, "input_file_id")}'.", "input_file_id"));
        JsonObject shown;
        lock (_lock)
        {
            var number = Hash.Mixed(Hash.Of(string.Create(CultureInfo.InvariantCulture, $"batch {options.Seed} {_batches.Count}")));
            var batch = new ModelBatch($"batch_{number:x16}", file, endpoint, body["metadata"], clock.GetUtcNow(), options.BatchStage);
            batch.Validate(name => work.Find(name) is not null);
            _batches.Add(batch);
            shown = Shown(batch);
        }
        await ModelBody.SendAsync(context, shown);
    }

    private Task Answer(HttpContext context, Action<ModelBatch> change)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        JsonObject shown;
        lock (_lock)
        {
            var batch = _batches.Find(other => other.Id == id) ?? throw new ModelRefusal(ModelErrors.NotFound("batch", id));
            change(batch);
            shown = Shown(batch);
        }
        return ModelBody.SendAsync(context, shown);
    }

    private JsonObject Shown(ModelBatch batch) => batch.ToJson(clock.GetUtcNow(), files, body => work.Answer(batch.Endpoint, body));
}
