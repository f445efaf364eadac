using System.Net;
using CrmSync.Service.Console;

namespace CrmSync.Service.Auth;

/// <summary>
/// Keeps passwords and sessions off plain connections: where people come in is served under https, or to a browser on this very machine. Behind a proxy that was not
/// declared nobody knows which it is, so that is refused, too.
/// </summary>
internal sealed class SecureDoor(RequestDelegate next)
{
    private static readonly Texts T = Texts.Of(typeof(SecureDoor));
    private static readonly string[] Doors = ["/sign-in", "/sign-on", "/invitation", "/demo"];
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"];

    public Task InvokeAsync(HttpContext context)
    {
        if (!Doors.Any(door => context.Request.Path.StartsWithSegments(door, StringComparison.OrdinalIgnoreCase)) || Fault(context) is not { } fault)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(fault + "\n", context.RequestAborted);
    }

    private static string? Fault(HttpContext context)
    {
        if (context.Request.IsHttps)
            return null;
        if (ProxyHeaders.Any(context.Request.Headers.ContainsKey))
            return T["ThisCameThroughAProxyThatCrmSync"];
        var here = context.Connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(remote) && context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]";
        return here
            ? null
            : T["NobodyCanSignInOverAPlain"];
    }
}
