using System.Text.Json;
using CrmSync.Simulator.HubSpot.Properties;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Pipelines of deals and tickets, to be read (fact sheet §9): metadata are texts, built-in ones were created at the epoch.</summary>
internal static class PipelineRoutes
{
    private const string Route = "/crm/pipelines/{version}/{type}";
    private static readonly string Epoch = HubSpotTime.Format(0);

    private sealed record Pipeline(string Id, string Label, DealStage[] Stages, bool OfTickets);

    public static void Map(IEndpointRouteBuilder routes)
    {
        ApiPipeline.Map(routes, "GET", Route, call => AnswerList(call, PipelinesOf(call), Write));
        ApiPipeline.Map(routes, "GET", Route + "/{id}", call => AnswerOne(call, Find(call), Write));
        ApiPipeline.Map(routes, "GET", Route + "/{id}/stages", call =>
        {
            var pipeline = Find(call);
            return AnswerList(call, pipeline.Stages, (json, stage) => WriteStage(json, pipeline, stage));
        });
        ApiPipeline.Map(routes, "GET", Route + "/{id}/stages/{stage}", call =>
        {
            var pipeline = Find(call);
            var stage = Array.Find(pipeline.Stages, s => s.Id == call.Route("stage"))
                ?? throw new ApiRefusal(ApiErrors.NoObject(call.Route("stage")));
            return AnswerOne(call, stage, (json, s) => WriteStage(json, pipeline, s));
        });
    }

    private static Pipeline[] PipelinesOf(ApiCall call)
    {
        var type = call.Type;
        Scopes.RequireSchemaRead(call.Token, type);
        return type == HubSpotObjectType.Deals ? [new Pipeline(DealPipeline.Id, DealPipeline.Label, DealPipeline.Stages, false)]
            : type == HubSpotObjectType.Tickets ? [new Pipeline(TicketPipeline.Id, TicketPipeline.Label, TicketPipeline.Stages, true)] : [];
    }

    private static Pipeline Find(ApiCall call) => Array.Find(PipelinesOf(call), p => p.Id == call.Route("id"))
        ?? throw new ApiRefusal(ApiErrors.NoObject(call.Route("id")));

    private static Task AnswerOne<T>(ApiCall call, T one, Action<Utf8JsonWriter, T> write) => call.AnswerAsync(200, json => write(json, one));

    private static Task AnswerList<T>(ApiCall call, T[] list, Action<Utf8JsonWriter, T> write) => call.AnswerAsync(200, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var one in list)
            write(json, one);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Pipeline pipeline)
    {
        json.WriteStartObject();
        json.WriteString("label", pipeline.Label);
        json.WriteNumber("displayOrder", 0);
        json.WriteString("id", pipeline.Id);
        json.WriteStartArray("stages");
        foreach (var stage in pipeline.Stages)
            WriteStage(json, pipeline, stage);
        json.WriteEndArray();
        WriteRest(json);
    }

    private static void WriteStage(Utf8JsonWriter json, Pipeline pipeline, DealStage stage)
    {
        json.WriteStartObject();
        json.WriteString("label", stage.Label);
        json.WriteNumber("displayOrder", Array.IndexOf(pipeline.Stages, stage));
        json.WriteStartObject("metadata");
        if (pipeline.OfTickets)
            json.WriteString("ticketState", stage.IsClosed ? "CLOSED" : "OPEN");
        else
            json.WriteString("probability", stage.Probability);
        json.WriteString("isClosed", stage.IsClosed ? "true" : "false");
        json.WriteEndObject();
        json.WriteString("id", stage.Id);
        WriteRest(json);
    }

    private static void WriteRest(Utf8JsonWriter json)
    {
        json.WriteString("createdAt", Epoch);
        json.WriteString("updatedAt", Epoch);
        json.WriteBoolean("archived", false);
        json.WriteEndObject();
    }
}
