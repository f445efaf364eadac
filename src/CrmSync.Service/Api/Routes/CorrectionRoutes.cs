using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Review;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Routes;

/// <summary>What people say about labels.</summary>
internal static class CorrectionRoutes
{
    private const string Tag = "Corrections";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/corrections", (HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken) =>
            {
                request.KnownParts();
                return IdPages.AnswerAsync(request, "corrections", (before, size) => ledger.Lists.Corrections.PageAsync(before, size, cancellationToken), CorrectionRow.Of);
            })
            .Is("listCorrections", Tag, "Corrections, the newest first, those taken back included", ApiRole.Viewer, ApiParameters.Page)
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<CorrectionRow>>();
        routes.MapPost("/corrections", StoreAsync)
            .Is("correct", Tag, "Says what an activity's label should be; it stands over automatic decisions, and the CRM gets it", ApiRole.Reviewer)
            .Accepts<CorrectionOrder>("application/json").Refuses(ApiErrors.BadParameter, ApiErrors.BadBody, ApiErrors.TooLarge, ApiErrors.Refused)
            .Produces<CorrectionRow>(StatusCodes.Status201Created);
        routes.MapPost("/corrections/{id}/undo", UndoAsync)
            .Is("undoCorrection", Tag, "Takes a correction back; what stood before stands again. Asking twice is harmless", ApiRole.Reviewer)
            .Refuses(ApiErrors.BadParameter, ApiErrors.NotFound, ApiErrors.Conflict).Produces<CorrectionRow>();
    }

    private static async Task<IResult> StoreAsync(HttpRequest request, LedgerReader ledger, CorrectionDesk desk, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var order = await ApiBody.ReadAsync<CorrectionOrder>(request, cancellationToken);
        var answer = new PersonAnswer(ApiQuery.Id(order.ActivityId ?? "", "activityId"), order.Taxonomy ?? "", order.Label, order.ContentHash);
        var stored = await desk.CorrectAsync(answer, CorrectionSource.Console, ApiDoor.ActorOf(request.HttpContext), cancellationToken);
        if (!stored.Succeeded)
            throw new ApiRefusal(ApiErrors.Refused, $"{stored.Failure.Message} {stored.Failure.Fix}");
        return Results.Created((string?)null, await FindAsync(ledger, stored.Value, cancellationToken));
    }

    private static async Task<IResult> UndoAsync(string id, HttpRequest request, LedgerReader ledger, ICorrectionStore store, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var correction = ApiQuery.Id(id);
        return await store.UndoAsync(correction, ApiDoor.ActorOf(request.HttpContext), cancellationToken) switch
        {
            UndoOutcome.Undone or UndoOutcome.UndoneForTraining or UndoOutcome.AlreadyUndone => Results.Ok(await FindAsync(ledger, correction, cancellationToken)),
            UndoOutcome.NotTheLast => throw new ApiRefusal(ApiErrors.Conflict, "A later correction of the same label stands; take that back first."),
            UndoOutcome.Unknown => throw new ApiRefusal(ApiErrors.NotFound, $"There is no correction {correction}."),
        };
    }

    private static async Task<CorrectionRow> FindAsync(LedgerReader ledger, long id, CancellationToken cancellationToken) =>
        CorrectionRow.Of(await ledger.Reviews.FindCorrectionAsync(id, cancellationToken) ?? throw new ApiRefusal(ApiErrors.NotFound, $"There is no correction {id}."));
}
