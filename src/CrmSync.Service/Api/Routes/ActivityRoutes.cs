using CrmSync.Pipeline.Access;
using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Api.Routes;

/// <summary>Activities and the decisions about them. Texts are for reviewers and above; a viewer's key gets null in their place.</summary>
internal static class ActivityRoutes
{
    private const string Tag = "Activities and decisions";
    private static readonly ApiParameter Former = new("former", "true: decisions whose place another took count, too.");

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/activities", ListAsync)
            .Is("listActivities", Tag, "Activities, the newest first", ApiRole.Viewer, [.. ApiParameters.Activities, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<ActivityItem>>();
        routes.MapGet("/activities/{id}", FindAsync)
            .Is("getActivity", Tag, "One activity from its text to the CRM's reply", ApiRole.Viewer)
            .Refuses(ApiErrors.BadParameter, ApiErrors.NotFound).Produces<ActivityStory>();
        routes.MapGet("/decisions", DecisionsAsync)
            .Is("listDecisions", Tag, "Decisions, the newest first", ApiRole.Viewer, [.. ApiParameters.Activities, Former, .. ApiParameters.Page])
            .Refuses(ApiErrors.BadParameter, ApiErrors.BadCursor).Produces<ApiPage<DecisionRow>>();
    }

    private static async Task<IResult> ListAsync(HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        var filter = ApiQuery.ActivityFilter(request.KnownParts(), ApiParameters.Page);
        var list = $"activities?{filter.ToQueryString()}";
        var page = await ledger.Activities.PageAsync(filter, new PageRequest(ApiQuery.Cursor(request, list), null, ApiQuery.Limit(request)), cancellationToken);
        var keys = (await ledger.Activities.ConnectionsAsync(cancellationToken)).ToDictionary(connection => connection.Id, connection => connection.Key);
        var withTexts = ApiDoor.Has(request.HttpContext, ApiRole.Reviewer);
        return Results.Ok(new ApiPage<ActivityItem>(
            [.. page.Rows.Select(row => ActivityItem.Of(row, keys[row.ConnectionId], withTexts))], page.Older is { } next ? ApiCursor.Write(next, list) : null));
    }

    private static async Task<IResult> FindAsync(string id, HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        request.KnownParts();
        var story = await ledger.Stories.FindAsync(ApiQuery.Id(id), cancellationToken) ?? throw new ApiRefusal(ApiErrors.NotFound, $"There is no activity {ApiQuery.Short(id)}.");
        var writes = await ledger.Lists.Log.FindAsync([.. story.Intents.Select(intent => intent.Id)], cancellationToken);
        return Results.Ok(ActivityStory.Of(story, writes, ApiDoor.Has(request.HttpContext, ApiRole.Reviewer)));
    }

    private static async Task<IResult> DecisionsAsync(HttpRequest request, LedgerReader ledger, CancellationToken cancellationToken)
    {
        var filter = ApiQuery.ActivityFilter(request.KnownParts(), [Former, .. ApiParameters.Page]);
        var former = ApiQuery.Flag(request, "former");
        return await IdPages.AnswerAsync(
            request, $"decisions?{filter.ToQueryString()}&{former}",
            (before, size) => ledger.Lists.Decisions.PageAsync(filter, former, before, size, cancellationToken), DecisionRow.Of);
    }
}
