using System.Globalization;
using System.Net;
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
    private const string Policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static readonly Lazy<byte[]> Css = new(ReadCss);

    /// <summary>
    /// Adds the pages to a simulator's own routes. They answer only requests to a loopback name, and take edits only from their own
    /// forms, so that no other site that is open in the same browser can read or change a record.
    /// </summary>
    public static void Map(IEndpointRouteBuilder routes, ISimulatedCrm crm)
    {
        routes.MapGet("/", context => Guarded(context, () => List(context, crm)));
        routes.MapGet("/records/{objectType}/{id}", context => Guarded(context, () => Show(context, crm)));
        routes.MapPost("/records/{objectType}/{id}", context => Guarded(context, () => Change(context, crm)));
        routes.MapGet("/pages/site.css", context => Guarded(context, () => Send(context, StatusCodes.Status200OK, "text/css", Css.Value)));
    }

    private static Task List(HttpContext context, ISimulatedCrm crm)
    {
        var query = context.Request.Query;
        var page = int.TryParse(query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 1;
        return SendPage(context, StatusCodes.Status200OK, RecordListPage.Write(crm, page, query["live"] == "1"));
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
        return SendPage(context, StatusCodes.Status200OK, RecordPage.Write(crm, record, saved));
    }

    private static async Task Change(HttpContext context, ISimulatedCrm crm)
    {
        if (!IsOwnForm(context.Request))
        {
            await Refuse(context, StatusCodes.Status403Forbidden,
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
            await Refuse(context, StatusCodes.Status413PayloadTooLarge,
                "The form is too large: shorten the description to under 4 MB and save it again.");
            return;
        }

        if (done is null)
            await Refuse(context, StatusCodes.Status400BadRequest,
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
        return SendPage(context, StatusCodes.Status404NotFound, PageLayout.Write(crm, "No such record", live: false, main));
    }

    /// <summary>A name that leads elsewhere today may lead here tomorrow: only loopback names are this site.</summary>
    private static Task Guarded(HttpContext context, Func<Task> answer)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        // Not "no-referrer": that would blank the Origin of the site's own forms.
        headers["Referrer-Policy"] = "same-origin";
        var host = context.Request.Host.Host.Trim('[', ']');
        var own = host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
        return own
            ? answer()
            : Refuse(context, StatusCodes.Status421MisdirectedRequest,
                "This simulated CRM answers only on this machine: open it as http://localhost and its port.");
    }

    private static bool IsOwnForm(HttpRequest request) =>
        string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    private static Task SendPage(HttpContext context, int status, string html) =>
        Send(context, status, "text/html", System.Text.Encoding.UTF8.GetBytes(html));

    private static Task Refuse(HttpContext context, int status, string sentence) =>
        Send(context, status, "text/plain", System.Text.Encoding.UTF8.GetBytes(sentence));

    private static Task Send(HttpContext context, int status, string type, byte[] content)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type + "; charset=utf-8";
        context.Response.ContentLength = content.Length;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }

    private static byte[] ReadCss()
    {
        using var stream = typeof(RecordPages).Assembly.GetManifestResourceStream("pages/site.css")!;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }
}
