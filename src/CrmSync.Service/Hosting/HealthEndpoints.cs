using CrmSync.Pipeline.Jobs;

namespace CrmSync.Service.Hosting;

/// <summary>
/// <c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: the worker runs and the ledger answers; 503 with a sentence where not.
/// </summary>
internal static class HealthEndpoints
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz/live", () => Results.Text("alive")).AllowAnonymous();
        routes.MapGet("/healthz/ready", async (WorkerState worker, IRunStore runs, TimeProvider clock, CancellationToken cancellationToken) =>
        {
            if (worker.Stopping)
                return NotReady("The host is stopping.");
            if (!worker.Started.IsCompletedSuccessfully)
                return NotReady("The worker has not started yet.");
            if (worker.AliveAt is { } at && clock.GetUtcNow() - at > Silence)
                return NotReady("The worker has given no sign of life for half a minute; the ledger may be out of reach.");
            await runs.ListConnectionsAsync(cancellationToken);
            return Results.Text("ready");
        }).AllowAnonymous();
    }

    private static IResult NotReady(string sentence) => Results.Text(sentence, statusCode: StatusCodes.Status503ServiceUnavailable);
}
