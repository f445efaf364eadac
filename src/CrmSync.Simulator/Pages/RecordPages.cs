using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Pages;

/// <summary>
/// The pages of a simulated CRM: activities at <c>/</c>, one record at <c>/records/{objectType}/{id}</c>, the style sheet at
/// <c>/pages/site.css</c>. No script; a policy that lets the browser load nothing but the style sheet.
/// </summary>
public static class RecordPages
{
    private static readonly Lazy<byte[]> Css = new(ReadCss);

    /// <summary>
    /// Adds the pages to a simulator's own routes. They answer only requests to a loopback name, and take edits only from their own
    /// forms, so that no other site that is open in the same browser can read or change a record.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, ISimulatedCrm crm)
    {
        routes.MapGet("/", context => PageGuard.AnswerAsync(context, () => List(context, crm)));
        routes.MapGet("/records/{objectType}/{id}", context => PageGuard.AnswerAsync(context, () => Show(context, crm)));
        routes.MapPost("/records/{objectType}/{id}", context => PageGuard.AnswerAsync(context, () => Change(context, crm)));
        MapStyles(routes);
    }

    /// <summary>Adds the style sheet that every page of a simulator uses.</summary>
    internal static void MapStyles(IEndpointRouteBuilder routes) => routes.MapGet("/pages/site.css",
        context => PageGuard.AnswerAsync(context, () => PageGuard.SendAsync(context, StatusCodes.Status200OK, "text/css", Css.Value)));

    private static Task List(HttpContext context, ISimulatedCrm crm)
    {
        var query = context.Request.Query;
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 1;
        return PageGuard.SendPageAsync(context, StatusCodes.Status200OK, RecordListPage.Write(crm, page, query["live"] == "1"));
    }

    private static Task Show(HttpContext context, ISimulatedCrm crm)
    {
        if (Found(context, crm) is not { } record)
            return Missing(context, crm);
        string? saved = context.Request.Query["saved"].ToString() switch
        {
            "text" => "Text saved.",
            "label" => "Label saved.",
            _ => null,
        };
        return PageGuard.SendPageAsync(context, StatusCodes.Status200OK, RecordPage.Write(crm, record, saved));
    }

    private static async Task Change(HttpContext context, ISimulatedCrm crm)
    {
        if (!PageGuard.IsOwnForm(context.Request))
        {
            await PageGuard.RefuseAsync(context, StatusCodes.Status403Forbidden,
                "Edits are taken only from this site's own forms: open the record here and save it again.");
            return;
        }

        if (Found(context, crm) is not { } record)
        {
            await Missing(context, crm);
            return;
        }

        string? done = null;
        try
        {
            if (context.Request.HasFormContentType)
                done = RecordForms.Apply(crm, record, await context.Request.ReadFormAsync(context.RequestAborted));
        }
        catch (InvalidDataException)
        {
            await PageGuard.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge,
                "The form is too large: shorten the description to under 4 MB and save it again.");
            return;
        }

        if (done is null)
            await PageGuard.RefuseAsync(context, StatusCodes.Status400BadRequest,
                "The form names no text or label of this record: open the record and use its own forms.");
        else
            context.Response.Redirect($"{PageLayout.AddressOf(record)}?saved={done}");
    }

    private static SimulatedRecord? Found(HttpContext context, ISimulatedCrm crm) =>
        context.Request.RouteValues["objectType"] is string type && context.Request.RouteValues["id"] is string id
            ? crm.Find(type, id)
            : null;

    private static Task Missing(HttpContext context, ISimulatedCrm crm)
    {
        var main = Html.Of(h => h.Add($"<h1>No such record</h1><p>It may have been deleted. <a href=\"/\">Back to the activities</a></p>"));
        return PageGuard.SendPageAsync(context, StatusCodes.Status404NotFound, PageLayout.Write(crm, "No such record", live: false, main));
    }

    private static byte[] ReadCss()
    {
        using var stream = typeof(RecordPages).Assembly.GetManifestResourceStream("pages/site.css")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
