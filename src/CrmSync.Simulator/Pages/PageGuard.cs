using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Pages;

/// <summary>What keeps other sites that are open in the same browser from reading or changing a simulator.</summary>
internal static class PageGuard
{
    private const string Policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>Answers only a loopback name: a name that leads elsewhere today may lead here tomorrow.</summary>
    public static Task AnswerAsync(HttpContext context, Func<Task> answer)
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
            : RefuseAsync(context, StatusCodes.Status421MisdirectedRequest,
                "This simulator answers only on this machine: open it as http://localhost and its port.");
    }

    /// <summary>Whether a form of this site's own pages sent the request.</summary>
    public static bool IsOwnForm(HttpRequest request) =>
        string.Equals(request.Headers.Origin, $"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether one of this site's own pages sent the request, or no page at all: browsers name the origin of every request that changes
    /// something, scripts outside browsers name none.
    /// </summary>
    public static bool IsOwnPageOrScript(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        return site is "" or "same-origin" or "none" && (request.Headers.Origin.Count == 0 || IsOwnForm(request));
    }

    public static Task SendPageAsync(HttpContext context, int status, string html) =>
        SendAsync(context, status, "text/html", Encoding.UTF8.GetBytes(html));

    public static Task RefuseAsync(HttpContext context, int status, string sentence) =>
        SendAsync(context, status, "text/plain", Encoding.UTF8.GetBytes(sentence));

    public static Task SendAsync(HttpContext context, int status, string type, byte[] content)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type + "; charset=utf-8";
        context.Response.ContentLength = content.Length;
        return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
