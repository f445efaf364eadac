using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Http;

namespace CrmSync.Simulator.Salesforce.Http;

/// <summary>Refusals of the shared faults in Salesforce's shape. <see cref="Fault.Code"/> is its errorCode where one is given.</summary>
internal static class FaultAnswers
{
    private const string Maintenance =
        "<!DOCTYPE html><html><head><title>We are down for maintenance.</title></head><body><h1>Service Unavailable</h1></body></html>";

    public static Task WriteAsync(HttpContext context, Fault fault, ApiUsage usage)
    {
        if (context.Request.Path.StartsWithSegments("/services/data", StringComparison.Ordinal))
            context.Response.Headers["Sforce-Limit-Info"] = usage.Header;
        if (fault is { Status: 502 or 503 or 504 or 406 or 420, Code: null })
        {
            context.Response.ContentType = "text/html;charset=UTF-8";
            return context.Response.WriteAsync(Maintenance, context.RequestAborted);
        }

        (string code, string message) = fault switch
        {
            { Code: "ConcurrentRequests" } => ("REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
            { Code: { } given } => (given, "The request was refused."),
            { Status: 401 } => ("INVALID_SESSION_ID", "Session expired or invalid"),
            { Status: 429 } => ("SERVER_UNAVAILABLE", "Too many requests; try again in a moment."),
            { Status: 403 } => ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
            { Status: 404 } => ("NOT_FOUND", "The requested resource does not exist"),
            _ => ("UNKNOWN_EXCEPTION", "An unexpected error occurred."),
        };
        return SalesforceAnswers.WriteErrorAsync(context, fault.Status, code, message);
    }
}
