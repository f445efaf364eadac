namespace CrmSync.Service.Console;

/// <summary>Refuses requests that name a host which this console does not answer to, so that no foreign site can point its own name at it and read along.</summary>
internal sealed class HostGuard(RequestDelegate next, ConsoleOptions options)
{
    private static readonly Texts T = Texts.Of(typeof(HostGuard));

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (options.AllowedHosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase)
            || options.OpenPaths.Any(path => request.Path.StartsWithSegments(path, StringComparison.Ordinal)))
            return next(context);
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(
            T["ThisConsoleAnswersOnlyToOpenIt", string.Join(", ", options.AllowedHosts)] + "\n",
            context.RequestAborted);
    }
}
