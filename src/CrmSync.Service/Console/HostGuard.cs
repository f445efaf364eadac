namespace CrmSync.Service.Console;

/// <summary>Refuses requests that name a host which this console does not answer to, so that no foreign site can point its own name at it and read along.</summary>
internal sealed class HostGuard(RequestDelegate next, ConsoleOptions options)
{
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
            $"This console answers only to {string.Join(", ", options.AllowedHosts)}. Open it under one of these names, or add the one that you use under CrmSync:Console:Hosts.\n",
            context.RequestAborted);
    }
}
