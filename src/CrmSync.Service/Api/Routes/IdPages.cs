using CrmSync.Service.Api.Rows;
using CrmSync.Storage.Reading;
using CrmSync.Storage.Reading.Lists;

namespace CrmSync.Service.Api.Routes;

/// <summary>Answers with a page of a list that is ordered by id.</summary>
internal static class IdPages
{
    /// <param name="request">Holds limit and cursor.</param>
    /// <param name="list">List and filter, as text.</param>
    /// <param name="read">Reads rows below an id.</param>
    /// <param name="map">Makes them fit to be shown.</param>
    public static async Task<IResult> AnswerAsync<TEntry, TRow>(HttpRequest request, string list, Func<long?, int, Task<IdPage<TEntry>>> read, Func<TEntry, TRow> map)
    {
        var page = await read(ApiQuery.Cursor(request, list)?.Id, ApiQuery.Limit(request));
        return Results.Ok(new ApiPage<TRow>([.. page.Rows.Select(map)], page.Next is { } next ? ApiCursor.Write(new PageCursor(0, next), list) : null));
    }
}
