using CrmSync.Pipeline.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Routes;

/// <summary>The write-back log.</summary>
internal static class LogRoutes
{
    private const string Tag = "Write-back log";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/log", ListAsync)
            .Is("listLog", Tag, "Writes with what became of them, the newest change first", ApiRole.Viewer, [.. ApiParameters.Log, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<LogRow>>();
        routes.MapGet("/log/{id}", FindAsync)
            .Is("getWrite", Tag, "One write with everything that became of it", ApiRole.Viewer)
            .Refuses(ApiErrors.BadParameter, ApiErrors.NotFound).Produces<LogStory>();
    }

    private static async Task<IResult> ListAsync(HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        var filter = ApiQuery.LogFilter(request.KnownParts(), ApiParameters.Page);
        var list = $"log?{filter.ToQueryString()}";
        var page = await ledger.WriteLog.PageAsync(filter, new PageRequest(ApiQuery.Cursor(request, list), null, ApiQuery.Limit(request)), cancellationToken);
        var rows = await ledger.Lists.Log.FindAsync([.. page.Rows.Select(row => row.Id)], cancellationToken);
        return Results.Ok(new ApiPage<LogRow>([.. rows.Select(LogRow.Of)], page.Older is { } next ? ApiCursor.Write(next, list) : null));
    }

    private static async Task<IResult> FindAsync(string id, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var rows = await ledger.Lists.Log.FindAsync([ApiQuery.Id(id)], cancellationToken);
        if (rows is not [var row])
            throw new ApiRefusal(ApiErrors.NotFound, $"There is no write {ApiQuery.Short(id)}.");
        return Results.Ok(new LogStory(LogRow.Of(row), [.. (await ledger.Lists.Log.OutcomesAsync(row.Id, cancellationToken)).Select(OutcomeRow.Of)]));
    }
}
