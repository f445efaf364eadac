using CrmSync.Simulator.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Everything between the socket and a route: log, versions, faults, token, quotas, errors.</summary>
internal sealed class ApiPipeline(HubSpotSimulatorOptions options, TokenGate tokens, RateGate rates, FaultPlan faults, CallLog calls, TimeProvider clock)
{
    private static readonly string[] Versions = ["v3", "v4", "2026-03", "2026-09"];
    private const string OAuthRoot = "/oauth";
    private static readonly string[] ApiRoots = ["/crm", "/account-info", "/calling", OAuthRoot];
    private long _correlations;

    public void Use(IApplicationBuilder app)
    {
        app.UseCallLog(calls, clock, IsApi);
        app.Use((context, next) =>
        {
            context.Request.Path = Undate(context.Request.Path);
            return next(context);
        });
        app.UseRouting();
        app.Use(TranslateErrorsAsync);
        app.UseFaults(faults, clock, (context, fault) => ApiErrorJson.WriteFaultAsync(context, fault, NextCorrelationId()));
        app.Use(GuardAsync);
    }

    /// <summary>Maps a route of the API; the handler gets an authenticated call.</summary>
    public static void Map(IEndpointRouteBuilder routes, string method, string pattern, Func<ApiCall, Task> handler) =>
        routes.MapMethods(pattern, [method], context => handler(context.Features.GetRequiredFeature<ApiCall>()));

    /// <summary>Brings <c>/crm/v3/objects/…</c> into the order of the dated form, <c>/crm/objects/v3/…</c>, so that one route table serves both.</summary>
    internal static PathString Undate(PathString path)
    {
        var parts = (path.Value ?? "").Split('/', 5);
        return parts.Length >= 4 && parts[1] == "crm" && parts[2] is "v3" or "v4"
            ? new PathString(string.Join('/', [parts[0], parts[1], parts[3], parts[2], .. parts[4..]]))
            : path;
    }

    private static bool IsApi(PathString path) => Array.Exists(ApiRoots, root => path.StartsWithSegments(root, StringComparison.Ordinal));

    private async Task TranslateErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ApiRefusal refusal)
        {
            await ApiErrorJson.WriteAsync(context, refusal.Error, NextCorrelationId());
        }
        catch (FormatException malformed)
        {
            await ApiErrorJson.WriteAsync(context, ApiErrors.BrokenJson(malformed.Message), NextCorrelationId());
        }
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<CallNote>() is null || IsTokenRequest(context))
            return next(context);

        var token = tokens.Authenticate(context);
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var search = route?.EndsWith("/search", StringComparison.Ordinal) == true;
        if (rates.Enter(context, token.AppId, search) is { } policy)
            return ApiErrorJson.WriteRateLimitAsync(context, policy, NextCorrelationId());
        if (route is null || (context.Request.RouteValues["version"] is string version && !Versions.Contains(version)))
            throw new ApiRefusal(ApiErrors.NoRoute(context.Request.Method, CallNote.Of(context).Path));
        context.Features.Set(new ApiCall(context, token));
        return next(context);
    }

    private static bool IsTokenRequest(HttpContext context) =>
        context.Request.Path.StartsWithSegments(OAuthRoot, StringComparison.Ordinal) && context.GetEndpoint() is RouteEndpoint;

    // Correlation ids repeat from run to run, as everything else here does.
    private string NextCorrelationId()
    {
        Span<byte> bytes = stackalloc byte[16];
        new Random(unchecked((options.Seed * 31) + (int)Interlocked.Increment(ref _correlations))).NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
