using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Routes;

/// <summary>Connections with their write modes, proof of completeness, and schedules.</summary>
internal static class ConnectionRoutes
{
    private const string Tag = "Connections and schedules";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connections", async (HttpRequest request, IRunStore runs, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                return Results.Ok(new ApiPage<ConnectionRow>([.. (await runs.ListConnectionsAsync(cancellationToken)).Select(ConnectionRow.Of)], null));
            })
            .Is("listConnections", Tag, "Connections with their write modes", ApiRole.Viewer).Refuses(ApiErrors.BadParameter).Produces<ApiPage<ConnectionRow>>();
        routes.MapPatch("/connections/{key}", ChangeAsync)
            .Is("changeConnection", Tag, "Sets the write mode, with a reason and the end of a pause. Asking twice is harmless", ApiRole.Operator)
            .Accepts<ConnectionChange>("application/json").Refuses(ApiErrors.BadParameter, ApiErrors.BadBody, ApiErrors.TooLarge, ApiErrors.NoConnection, ApiErrors.Conflict)
            .Produces<ConnectionAnswer>();
        routes.MapGet("/completeness", (HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                var connection = ApiQuery.Text(request, "connection");
                return IdPages.AnswerAsync(
                    request, $"completeness?{connection}", (before, size) => ledger.Lists.Completeness.PageAsync(connection, before, size, cancellationToken), ComparisonRow.Of);
            })
            .Is("listCompleteness", Tag, "Comparisons with the CRM, the newest first", ApiRole.Viewer, [ApiParameters.Connection, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<ComparisonRow>>();
        routes.MapGet("/schedules", async (HttpRequest request, IScheduleStore schedules, TimeProvider time, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                var now = time.GetUtcNow();
                return Results.Ok(new ApiPage<ApiSchedule>([.. (await schedules.ListAsync(cancellationToken)).Select(row => ApiSchedule.Of(row, now))], null));
            })
            .Is("listSchedules", Tag, "Schedules", ApiRole.Viewer).Refuses(ApiErrors.BadParameter).Produces<ApiPage<ApiSchedule>>();
        // The key holds a slash (hubspot-main/poll-fresh), which the route takes as it comes.
        routes.MapPatch("/schedules/{**key}", ScheduleAsync)
            .Is("changeSchedule", Tag, "Changes rhythm, zone or state of a schedule; running hosts follow within seconds", ApiRole.Admin)
            .Accepts<ScheduleChange>("application/json").Refuses(ApiErrors.BadParameter, ApiErrors.BadBody, ApiErrors.TooLarge, ApiErrors.NotFound).Produces<ApiSchedule>();
    }

    private static async Task<IResult> ChangeAsync(string key, HttpRequest request, IRunStore runs, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var order = await ApiBody.ReadAsync<ConnectionChange>(request, cancellationToken);
        var connection = ApiQuery.Connection(await runs.ListConnectionsAsync(cancellationToken), key);
        var mode = order.WriteMode switch
        {
            "preview" => WriteMode.Preview,
            "approve" => WriteMode.Approve,
            "on" => WriteMode.On,
            "paused" => WriteMode.Paused,
            "resume" => (WriteMode?)null,
            _ => throw Bad("\"writeMode\" must be preview, approve, on, paused or resume."),
        };
        var reason = order.Reason?.Trim() is { Length: > 0 } text ? text : null;
        if (mode == WriteMode.Paused && reason is null)
            throw Bad("A pause needs a \"reason\".");
        if (mode != WriteMode.Paused && order.ResumeAt is not null)
            throw Bad("\"resumeAt\" is for paused.");
        if (reason is { Length: > 1_000 })
            throw Bad("\"reason\" is longer than 1,000 characters.");
        var change = new ModeChange(mode, ApiDoor.ActorOf(request.HttpContext)) { Reason = reason, ResumeAt = order.ResumeAt };
        var outcome = await runs.SetWriteModeAsync(connection.Id, change, cancellationToken);
        return outcome.IsRefused
            ? throw new ApiRefusal(ApiErrors.Conflict, outcome.Sentence)
            : Results.Ok(new ConnectionAnswer(ConnectionRow.Of(outcome.After), outcome.Sentence));
    }

    private static async Task<IResult> ScheduleAsync(string key, HttpRequest request, IScheduleStore schedules, TimeProvider time, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var order = await ApiBody.ReadAsync<ScheduleChange>(request, cancellationToken);
        var row = (await schedules.ListAsync(cancellationToken)).FirstOrDefault(known => known.Key == key)
            ?? throw new ApiRefusal(ApiErrors.NotFound, $"There is no schedule \"{ApiQuery.Short(key)}\".");
        var changed = row with { Recurrence = order.Rhythm ?? row.Recurrence, Zone = order.Zone ?? row.Zone, Enabled = order.Enabled ?? row.Enabled };
        if (!Recurrence.TryParse(changed.Recurrence, changed.Zone, out _, out var fault))
            throw Bad($"The schedule stays as it was: {fault}");
        if (changed != row)
            await schedules.SaveAsync(changed, ApiDoor.ActorOf(request.HttpContext), cancellationToken);
        return Results.Ok(ApiSchedule.Of(changed, time.GetUtcNow()));
    }

    private static ApiRefusal Bad(string detail) => new(ApiErrors.BadBody, detail);
}
