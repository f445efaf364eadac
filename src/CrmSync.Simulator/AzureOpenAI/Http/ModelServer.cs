using System.Globalization;
using System.Text.Json.Nodes;
using CrmSync.Simulator.AzureOpenAI.Answers;
using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.AzureOpenAI.Http;

/// <summary>Everything between the socket and an answer: log, faults, keys, quotas, routes, errors.</summary>
internal sealed class ModelServer(
    ModelSimulatorOptions options, ModelWork work, ModelQuota quota, ModelDials dials, FaultBoard board, FaultPlan plan, CallLog calls, TimeProvider clock)
{
    private const string Root = "/openai";
    private const int AnswerAllowance = 1024;
    private long _requests;

    public void Map(WebApplication app)
    {
        app.UseCallLog(calls, clock, IsApi);
        app.UseRouting();
        app.Use(TranslateErrorsAsync);
        app.UseFaults(plan, clock, WriteFaultAsync, board);
        app.Use(GuardAsync);
        app.MapPost(ModelDials.ChatRoute, ChatAsync);
        app.MapPost("/openai/v1/embeddings", EmbedAsync);
        app.MapGet("/openai/v1/models", context => ModelBody.SendAsync(context, new JsonObject
        {
            ["object"] = "list", ["data"] = new JsonArray([.. work.Deployments.Select(Shown)]),
        }));
        app.MapGet("/openai/v1/models/{name}", context =>
        {
            var name = (string)context.Request.RouteValues["name"]!;
            return ModelBody.SendAsync(context, Shown(work.Find(name) ?? throw new ModelRefusal(ModelErrors.NotFound("model", name))));
        });
        var files = new ModelFiles(clock, options.Seed);
        new FileRoutes(files).Map(app);
        new BatchRoutes(files, work, options, clock).Map(app);
    }

    private static bool IsApi(PathString path) => path.StartsWithSegments(Root, StringComparison.Ordinal);

    private async Task ChatAsync(HttpContext context)
    {
        var request = ChatRequest.Read(await ModelBody.ReadAsync(context));
        var deployment = work.Existing(request.Model, embeds: false, context.Request.Path);
        quota.Charge(context, deployment, request.PromptTokens + (request.Choices * (request.MostTokens ?? AnswerAllowance)), "ChatCompletions_Create");
        CallNote.Of(context).Items = PromptReader.Read(request.Question.LastUserText, options.Marking).Items.Count;
        var completion = work.Chat.Answer(request, deployment);
        if (request.Stream)
            await ChatStream.SendAsync(context, completion, request.StreamUsage);
        else
            await ModelBody.SendAsync(context, completion.ToJson());
    }

    private async Task EmbedAsync(HttpContext context)
    {
        var request = EmbeddingRequest.Read(await ModelBody.ReadAsync(context));
        var deployment = work.Existing(request.Model, embeds: true, context.Request.Path);
        quota.Charge(context, deployment, request.Tokens, "Embeddings_Create");
        CallNote.Of(context).Items = request.Inputs.Count;
        await ModelBody.SendAsync(context, request.Answer(deployment));
    }

    private async Task TranslateErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ModelRefusal refusal) when (!context.Response.HasStarted)
        {
            await ModelBody.RefuseAsync(context, refusal.Error);
        }
        catch (InvalidDataException) when (!context.Response.HasStarted)
        {
            await ModelBody.RefuseAsync(context, ModelErrors.Invalid("The form could not be read.", "file"));
        }
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<CallNote>() is not { } note)
            return next(context);
        var headers = context.Response.Headers;
        var id = Guid($"{options.Seed} {Interlocked.Increment(ref _requests)}");
        headers["x-request-id"] = id;
        headers["apim-request-id"] = id;
        headers["x-ms-region"] = "Simulated";
        Authenticate(context.Request);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        if (dials.Lost(context.Request.Method, route ?? "", note.Path) is { } lost)
            throw new ModelRefusal(lost);
        return route is null ? throw new ModelRefusal(ModelErrors.NoRoute()) : next(context);
    }

    private void Authenticate(HttpRequest request)
    {
        const string scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        var bearer = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) ? header[scheme.Length..].Trim() : null;
        if (bearer is not null && options.TokensWithoutRole.Contains(bearer))
            throw new ModelRefusal(ModelErrors.NoRole());
        var known = options.ApiKeys.Contains(request.Headers["api-key"].ToString())
            || (bearer is not null && (options.ApiKeys.Contains(bearer) || options.EntraTokens.Contains(bearer)));
        if (!known)
            throw new ModelRefusal(ModelErrors.NotAuthenticated());
    }

    private static Task WriteFaultAsync(HttpContext context, Fault fault)
    {
        if (fault.RetryAfter is { } wait)
            ModelQuota.WriteWait(context.Response.Headers, wait);
        return ModelBody.RefuseAsync(context, fault.Status switch
        {
            401 => ModelErrors.NotAuthenticated(),
            403 => ModelErrors.NoRole(),
            404 => ModelErrors.NoDeployment(),
            429 => ModelErrors.TooFast(context.Request.Path.Value?.EndsWith("/embeddings", StringComparison.Ordinal) == true ? "Embeddings_Create" : "ChatCompletions_Create", "token", (int)Math.Ceiling(fault.RetryAfter?.TotalSeconds ?? 60)),
            >= 500 => ModelErrors.Busy(fault.Status),
            _ => ModelErrors.Invalid("There was a problem with the request.") with { Status = fault.Status },
        });
    }

    private static JsonObject Shown(ModelDeployment deployment) => new()
    {
        ["id"] = deployment.Name, ["object"] = "model", ["created"] = 1_767_225_600, ["owned_by"] = "organization-owner", ["status"] = "succeeded",
        ["capabilities"] = new JsonObject { ["chat_completion"] = deployment.Dimensions is null, ["embeddings"] = deployment.Dimensions is not null },
        ["model"] = deployment.Model,
    };

    private static string Guid(string text)
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, Hash.Mixed(Hash.Of(text)));
        BitConverter.TryWriteBytes(bytes[8..], Hash.Mixed(Hash.Of(text) + 1));
        return new Guid(bytes).ToString("D", CultureInfo.InvariantCulture);
    }
}
