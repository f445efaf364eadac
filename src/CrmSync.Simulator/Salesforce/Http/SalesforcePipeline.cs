using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce.Soql;
using CrmSync.Simulator.Salesforce.Trouble;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>
/// What every call passes: the call log, faults, compression, the API's version, the session, the quota, and the shape of errors. Pages of our
/// own (anything outside /services) go through untouched.
/// </summary>
internal sealed class SalesforcePipeline(SalesforceServer server)
{
    private const string Root = "/services";
    private static readonly object PartOfAnother = new();
    private RequestDelegate _inner = _ => Task.CompletedTask;

    public void Use(WebApplication app)
    {
        app.UseCallLog(server.Calls, server.Clock, path => path.StartsWithSegments(Root, StringComparison.Ordinal));
        // Composite calls send their parts in here again: they are not logged and meet no fault of the wire.
        app.Use(next => _inner = next);
        app.UseRouting();
        app.UseFaults(server.Faults, server.Clock, (context, fault) => FaultAnswers.WriteAsync(context, fault, server.Usage));
        app.Use(Compression.InvokeAsync);
        app.Use(AnswerAsync);
    }

    /// <summary>Notes how many records a call asked for or wrote.</summary>
    public static void NoteItems(HttpContext context, int items) => CallNote.Of(context).Items = items;

    /// <summary>Answers a part of a composite call, as the caller's own request would be.</summary>
    /// <param name="part">Method, path, query, body; its answer's body is a stream of the caller.</param>
    /// <param name="counted">Whether it counts against the daily allocation.</param>
    public Task RunPartAsync(HttpContext part, bool counted)
    {
        part.Items[PartOfAnother] = counted;
        return _inner(part);
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal, out PathString rest))
        {
            await next(context);
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
        catch (SoqlException failure)
        {
            await SalesforceAnswers.WriteErrorAsync(context, 400, failure.ErrorCode, failure.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && !context.Response.HasStarted)
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
        if (context.Request.Path.Value!.Length + (context.Request.QueryString.Value?.Length ?? 0) > server.Options.LongestAddress)
            throw new SalesforceException(414, "URI_TOO_LONG", "The length of the URI exceeds the limit.");
        if (version == ApiVersions.Latest)
            context.Request.RouteValues["version"] = version = ApiVersions.NameOf(server.Options.NewestApiVersion);
        if (ApiVersions.Refuse(version, server.Options.NewestApiVersion) is { } refusal)
            throw refusal;
        if (context.Items.TryGetValue(PartOfAnother, out object? counted))
        {
            if (counted is true && !server.Usage.TryCount())
                throw DayUsedUp;
            return;
        }

        RequireSession(context, midPage: segments is [_, _, "query", _] or [_, _, "queryAll", _]);
        server.Bulk.Advance();
        bool free = server.Usage.TryCount();
        context.Response.Headers["Sforce-Limit-Info"] = server.Usage.Header;
        WireCall call = WireCall.Of(context);
        if (!free || server.Dials.Draw("F3", call))
            throw DayUsedUp;
        if (server.Dials.Draw("concurrent", call))
            throw new SalesforceException(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
        if (server.Dials.On("F12") is { Target: null } && server.Dials.Draw("F12", call))
            throw new SalesforceException(403, "API_DISABLED_FOR_ORG", "API is not enabled for this Organization or Partner");
    }

    private static SalesforceException DayUsedUp => new(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");

    private void RequireSession(HttpContext context, bool midPage)
    {
        WireCall call = WireCall.Of(context);
        if (server.Dials.Draw("session", call) || (midPage && server.Dials.Draw("F9", call)))
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
            $"HTTP Method '{context.Request.Method}' not allowed. Allowed are {context.Response.Headers.Allow}")
        : SalesforceException.NotFound();
}
