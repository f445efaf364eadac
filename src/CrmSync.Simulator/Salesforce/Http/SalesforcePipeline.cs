using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>
/// What every call passes: the call log, faults, the API's version, the session, the quota, and the shape of errors. Pages of our own
/// (anything outside /services) are only logged.
/// </summary>
internal sealed class SalesforcePipeline(SalesforceServer server)
{
    private static readonly object ItemsKey = new();

    /// <summary>Notes how many records a call asked for or wrote.</summary>
    public static void NoteItems(HttpContext context, int items) => context.Items[ItemsKey] = items;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        Entry entry = new(server, context);
        // Written before the client can see the answer, so that whoever has an answer finds its call in the log.
        context.Response.OnStarting(entry.WriteAsync);
        try
        {
            if (context.Request.Path.StartsWithSegments("/services", StringComparison.Ordinal, out PathString rest))
                await AnswerAsync(context, rest, next);
            else
                await next(context);
        }
        catch (ConnectionDropException)
        {
            entry.Write(status: 0);
            context.Abort();
        }
        finally
        {
            entry.Write(context.Response.StatusCode);
        }
    }

    private async Task AnswerAsync(HttpContext context, PathString rest, RequestDelegate next)
    {
        if (server.Faults.TakeDrop())
            throw new ConnectionDropException();
        if (server.Faults.TakeUnavailable())
        {
            await AnswerUnavailableAsync(context);
            return;
        }

        try
        {
            Admit(context, rest);
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode is 404 or 405)
                throw NoSuchRoute(context);
        }
        catch (SalesforceException failure)
        {
            await SalesforceAnswers.WriteErrorAsync(context, failure.Status, failure.ErrorCode, failure.Message, failure.Fields);
        }
        catch (Soql.SoqlException failure)
        {
            await SalesforceAnswers.WriteErrorAsync(context, 400, failure.ErrorCode, failure.Message);
        }
        catch (Exception failure) when (failure is not (ConnectionDropException or OperationCanceledException) && !context.Response.HasStarted)
        {
            // The edge: a client that sends what nobody thought of gets Salesforce's own words for that, and the simulator lives on.
            await SalesforceAnswers.WriteErrorAsync(context, 500, "UNKNOWN_EXCEPTION", $"An unexpected error occurred: {failure.Message}");
        }
    }

    private void Admit(HttpContext context, PathString rest)
    {
        string[] segments = rest.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments is not ["data", var version, ..])
            return;
        if (ApiVersions.Refuse(version) is { } refusal)
            throw refusal;
        RequireSession(context, midPage: segments is [_, _, "query", _] or [_, _, "queryAll", _]);
        if (server.Faults.TakeLoseLocators())
            server.Cursors.LoseAll();

        bool counted = server.Usage.TryCount();
        context.Response.Headers["Sforce-Limit-Info"] = server.Usage.Header;
        if (!counted || server.Faults.TakeDailyQuota())
            throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        if (server.Faults.TakeConcurrency())
            throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
    }

    private void RequireSession(HttpContext context, bool midPage)
    {
        if (server.Faults.TakeExpireNow() || (midPage && server.Faults.TakeExpireMidPage()))
            server.Sessions.ExpireAll();
        const string scheme = "Bearer ";
        string header = context.Request.Headers.Authorization.ToString();
        bool valid = header.StartsWith(scheme, StringComparison.OrdinalIgnoreCase) && server.Sessions.Use(header[scheme.Length..].Trim());
        if (!valid)
            throw new SalesforceException(401, "INVALID_SESSION_ID", "Session expired or invalid");
    }

    private static SalesforceException NoSuchRoute(HttpContext context) => context.Response.StatusCode == 405
        ? new SalesforceException(
            405,
            "METHOD_NOT_ALLOWED",
            $"HTTP Method '{context.Request.Method}' not allowed. Allowed are {context.Response.Headers.Allow.ToString().Replace(" ", "", StringComparison.Ordinal)}")
        : SalesforceException.NotFound();

    private static async Task AnswerUnavailableAsync(HttpContext context)
    {
        context.Response.StatusCode = 503;
        context.Response.ContentType = "text/html;charset=UTF-8";
        await context.Response.WriteAsync(
            "<!DOCTYPE html><html><head><title>We are down for maintenance.</title></head><body><h1>Service Unavailable</h1></body></html>",
            context.RequestAborted);
    }

    /// <summary>One line of the call log, written once.</summary>
    private sealed class Entry(SalesforceServer server, HttpContext context)
    {
        private readonly DateTimeOffset _at = server.Clock.GetUtcNow();
        private bool _written;

        public Task WriteAsync()
        {
            Write(context.Response.StatusCode);
            return Task.CompletedTask;
        }

        public void Write(int status)
        {
            if (_written)
                return;
            _written = true;
            string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(none)";
            int items = context.Items[ItemsKey] as int? ?? 0;
            server.Calls.Add(new SimulatedCall(
                _at, context.Request.Method, route, context.Request.Path, status, context.Request.ContentLength ?? 0, items));
        }
    }
}

/// <summary>The connection is to be cut off without an answer.</summary>
internal sealed class ConnectionDropException : Exception;
