using System.Text.Json;
using System.Text.Json.Serialization;
using CrmSync.Storage;

namespace CrmSync.Service.Api;

/// <summary>What a refused request gets (RFC 9457).</summary>
/// <param name="Type">Address of the code's description.</param>
/// <param name="Title">What happened.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Permanent code.</param>
/// <param name="Detail">What exactly, with the way out.</param>
/// <param name="TraceId">What the service's log calls this request.</param>
internal sealed record Problem(
    string Type, string Title, int Status, string Code, string Detail, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TraceId = null);

/// <summary>Writes refusals, and turns exceptions into them at one place.</summary>
internal static partial class Problems
{
    public const string ContentType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, ApiError error, string? detail = null)
    {
        var problem = new Problem(
            $"urn:crmsync:{error.Code}", error.Title, error.Status, error.Code, $"{detail ?? error.Title} {error.Fix}",
            error == ApiErrors.Unexpected ? context.TraceIdentifier : null);
        context.Response.StatusCode = error.Status;
        return context.Response.WriteAsJsonAsync(problem, ApiJson.Options, ContentType, context.RequestAborted);
    }

    /// <summary>The edge of all routes: the one broad catch.</summary>
    public static async ValueTask<object?> GuardAsync(EndpointFilterInvocationContext invocation, EndpointFilterDelegate next)
    {
        try
        {
            return await next(invocation);
        }
        catch (Exception fault) when (!invocation.HttpContext.RequestAborted.IsCancellationRequested)
        {
            return new Answer(fault);
        }
    }

    /// <summary>Answers with what went wrong; what nobody foresaw is logged.</summary>
    public static Task TellAsync(HttpContext context, Exception fault)
    {
        switch (fault)
        {
            case ApiRefusal refusal:
                return WriteAsync(context, refusal.Error, refusal.Detail);
            case LedgerException ledger when ledger.Code.StartsWith("act.", StringComparison.Ordinal):
                // The ledger asks the rules of acts in the transaction that starts one.
                return WriteAsync(context, ApiErrors.Refused, ledger.Message);
            case LedgerException ledger:
                return WriteAsync(context, ApiErrors.NoLedger, ledger.Message);
            default:
                Failed(context.RequestServices.GetRequiredService<ILogger<ApiError>>(), fault, context.Request.Method, context.GetEndpoint()?.DisplayName ?? "", context.TraceIdentifier);
                return WriteAsync(context, ApiErrors.Unexpected);
        }
    }

    // The route's name, never the address: that holds filters, and may hold anything.
    [LoggerMessage(2100, LogLevel.Error, "{Method} {Route} failed; the answer names the trace {Trace}")]
    private static partial void Failed(ILogger logger, Exception fault, string method, string route, string trace);

    private sealed class Answer(Exception fault) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => TellAsync(httpContext, fault);
    }
}

/// <summary>How the API writes and reads JSON.</summary>
internal static class ApiJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web));

    /// <summary>Sets what the answers' options share.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        // Letters of all scripts stay readable; what means something in HTML is still escaped.
        options.Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All);
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        return options;
    }
}
