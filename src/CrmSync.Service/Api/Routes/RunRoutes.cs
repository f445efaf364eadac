using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Routes;

/// <summary>Runs with their logs, and the batches of work that they consist of.</summary>
internal static class RunRoutes
{
    private const string Tag = "Runs and jobs";
    private static readonly IReadOnlyList<string> States = ["running", "paused", "completed", "failed", "cancelled"];
    private static readonly IReadOnlyList<string> Kinds =
        [.. Enum.GetValues<RunKind>().Select(kind => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()))];

    private static readonly ApiParameter State = new("state", $"One of {string.Join(", ", States)}.");
    private static readonly ApiParameter Kind = new("kind", $"One of {string.Join(", ", Kinds)}.");
    private static readonly ApiParameter JobState = new("state", $"One of {string.Join(", ", JobEntry.States)}; discarded ones are the dead letters.");
    private static readonly ApiParameter OfRun = new("run", "Id of a run.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs", ListAsync)
            .Is("listRuns", Tag, "Runs, the newest first", ApiRole.Viewer, [ApiParameters.Connection, Kind, State, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<ApiRun>>();
        routes.MapGet("/runs/{id}", async (string id, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                return Results.Ok(await FindAsync(ledger, ApiQuery.Id(id), cancellationToken));
            })
            .Is("getRun", Tag, "One run", ApiRole.Viewer).Refuses(ApiErrors.BadParameter, ApiErrors.NotFound).Produces<ApiRun>();
        routes.MapGet("/runs/{id}/log", LinesAsync)
            .Is("listRunLog", Tag, "What a run said, the newest first", ApiRole.Viewer, ApiParameters.Page)
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor, ApiErrors.NotFound).Produces<ApiPage<RunLineRow>>();
        routes.MapPatch("/runs/{id}", ChangeAsync)
            .Is("changeRun", Tag, "Holds a run (paused), lets it go on (running), or ends it for good (cancelled); asking twice is harmless", ApiRole.Operator)
            .Accepts<RunChange>("application/json").Refuses(ApiErrors.BadParameter, ApiErrors.BadBody, ApiErrors.TooLarge, ApiErrors.NotFound, ApiErrors.Conflict).Produces<ApiRun>();
        routes.MapGet("/jobs", JobsAsync)
            .Is("listJobs", Tag, "Batches of work, the newest first; dead letters are the discarded ones", ApiRole.Viewer, [ApiParameters.Connection, OfRun, JobState, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<JobRow>>();
        routes.MapGet("/queues", async (HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                var batches = (await ledger.Overview.ReadAsync(cancellationToken)).Batches;
                return Results.Ok(new ApiPage<QueueRow>([.. batches.Select(row => new QueueRow(row.Kind, row.Status, row.Count, row.Size))], null));
            })
            .Is("listQueues", Tag, "Open batches by kind and state; at most a few seconds old", ApiRole.Viewer).Refuses(ApiErrors.BadParameter).Produces<ApiPage<QueueRow>>();
        routes.MapGet("/dead-letters", DeadLettersAsync)
            .Is("listDeadLetters", Tag, "Work that was given up, grouped by reason, the most frequent first", ApiRole.Viewer, ApiParameters.Connection)
            .Refuses(ApiErrors.BadParameter, ApiErrors.NoConnection).Produces<ApiPage<DeadLetterRow>>();
    }

    /// <summary>A run that has to be there.</summary>
    public static async Task<ApiRun> FindAsync(LedgerReader ledger, long id, CancellationToken cancellationToken) =>
        ApiRun.Of(await ledger.Lists.Runs.FindAsync(id, cancellationToken) ?? throw new ApiRefusal(ApiErrors.NotFound, $"There is no run {id}."));

    private static Task<IResult> ListAsync(HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var (connection, kind, state) = (ApiQuery.Text(request, "connection"), ApiQuery.Word(request, "kind", Kinds), ApiQuery.Word(request, "state", States));
        return IdPages.AnswerAsync(
            request, $"runs?{connection}&{kind}&{state}", (before, size) => ledger.Lists.Runs.PageAsync(connection, kind, state, before, size, cancellationToken), ApiRun.Of);
    }

    private static async Task<IResult> LinesAsync(string id, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var run = ApiQuery.Id(id);
        await FindAsync(ledger, run, cancellationToken);
        return await IdPages.AnswerAsync(request, $"runs/{run}/log", (before, size) => ledger.Lists.Runs.LinesAsync(run, before, size, cancellationToken), RunLineRow.Of);
    }

    private static async Task<IResult> ChangeAsync(string id, HttpRequest request, LedgerReader ledger, IRunStore runs, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var run = ApiQuery.Id(id);
        var wanted = (await ApiBody.ReadAsync<RunChange>(request, cancellationToken)).State switch
        {
            "paused" => RunStatus.Paused,
            "running" => RunStatus.Running,
            "cancelled" => RunStatus.Cancelled,
            _ => throw new ApiRefusal(ApiErrors.BadBody, "\"state\" must be paused, running or cancelled."),
        };
        var before = await FindAsync(ledger, run, cancellationToken);
        var name = wanted.ToString().ToLowerInvariant();
        if (before.State == name || await runs.ChangeAsync(run, wanted, ApiDoor.ActorOf(request.HttpContext), cancellationToken))
            return Results.Ok(await FindAsync(ledger, run, cancellationToken));
        throw new ApiRefusal(ApiErrors.Conflict, $"Run {run} is {before.State} and cannot become {name}.");
    }

    private static async Task<IResult> DeadLettersAsync(HttpRequest request, ILedgerReadConnections connections, IRunStore runs, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var known = await runs.ListConnectionsAsync(cancellationToken);
        var wanted = ApiQuery.Text(request, "connection") is { } key ? ApiQuery.Connection(known, key) : null;
        var keys = known.ToDictionary(connection => connection.Id, connection => connection.Key);
        var groups = await new DeadLetterQueries(connections).ListAsync(wanted?.Id, cancellationToken);
        return Results.Ok(new ApiPage<DeadLetterRow>([.. groups.Select(group => DeadLetterRow.Of(group, keys[group.ConnectionId]))], null));
    }

    private static Task<IResult> JobsAsync(HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var (connection, run, state) = (ApiQuery.Text(request, "connection"), ApiQuery.Number(request, "run"), ApiQuery.Word(request, "state", JobEntry.States));
        return IdPages.AnswerAsync(
            request, $"jobs?{connection}&{run}&{state}", (before, size) => ledger.Lists.Jobs.PageAsync(state, connection, run, before, size, cancellationToken), JobRow.Of);
    }
}
