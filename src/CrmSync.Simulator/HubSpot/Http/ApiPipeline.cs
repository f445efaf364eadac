using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot.Faults;
using CrmSync.Simulator.HubSpot.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace CrmSync.Simulator.HubSpot.Http;

/// <summary>Everything between the socket and a route: log, versions, faults, token, quotas, errors.</summary>
internal sealed class ApiPipeline(HubSpotSimulatorOptions options, TokenGate tokens, RateGate rates, FaultPlan faults, FaultBoard dials,
    DailyQuota quota, CallLog calls, TimeProvider clock)
{
    /// <summary>Where the routes of the other account stand (fault F31); no client calls it by this name.</summary>
    public const string OtherRoot = "/-other-account";

    private static readonly string[] Versions = ["v3", "v4", "2026-03", "2026-09"];
    private static readonly string[] OAuthVersions = ["v1", "v3", "2026-03", "2026-09"];
    private const string OAuthRoot = "/oauth";
    private static readonly string[] ApiRoots = ["/crm", "/account-info", "/calling", OAuthRoot];
    private long _correlations;

    public void Use(IApplicationBuilder app)
    {
        app.UseCallLog(calls, clock, IsApi);
        app.Use((context, next) =>
        {
            var path = Undate(context.Request.Path);
            context.Request.Path = IsElsewhere(context, path) ? OtherRoot + path : path;
            return next(context);
        });
        app.UseRouting();
        app.Use(TranslateErrorsAsync);
        app.UseFaults(faults, clock, (context, fault) =>
            ApiErrorJson.WriteFaultAsync(context, fault, NextCorrelationId(), options.RateLimitNamesCategory));
        app.Use(GuardAsync);
    }

    /// <summary>Maps a route of the API; the handler gets an authenticated call.</summary>
    public static void Map(IEndpointRouteBuilder routes, string method, string pattern, Func<ApiCall, Task> handler) =>
        routes.MapMethods(pattern, [method], context => handler(context.Features.GetRequiredFeature<ApiCall>()));

    /// <summary>
    /// Brings <c>/crm/v3/objects/…</c> into the order of the dated form, <c>/crm/objects/v3/…</c>, so that one route table serves both.
    /// </summary>
    internal static PathString Undate(PathString path)
    {
        var parts = (path.Value ?? "").Split('/', 5);
        return parts.Length >= 4 && parts[1] == "crm" && parts[2] is "v3" or "v4"
            ? new PathString(string.Join('/', [parts[0], parts[1], parts[3], parts[2], .. parts[4..]]))
            : path;
    }

    /// <summary>Template of the route that a call found; empty where it found none.</summary>
    public static string TemplateOf(HttpContext context) =>
        (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } text
            ? text.StartsWith(OtherRoot, StringComparison.Ordinal) ? text[OtherRoot.Length..] : text : "";

    private bool IsElsewhere(HttpContext context, PathString path) =>
        dials.On(DialCode.OtherPortal) is not null && IsApi(path) && !path.StartsWithSegments(OAuthRoot, StringComparison.Ordinal)
        && dials.Draw(DialCode.OtherPortal, context.Request.Method, "", path.Value ?? "");

    private static bool IsApi(PathString path) => Array.Exists(ApiRoots, root => path.StartsWithSegments(root, StringComparison.Ordinal));

    private async Task TranslateErrorsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ApiRefusal refusal)
        {
            // Counts the calls that the taken scope would have let through.
            if (refusal.Error is { Category: "MISSING_SCOPES" } && dials.On(DialCode.ScopeRemoved) is not null)
                dials.Draw(DialCode.ScopeRemoved, context.Request.Method, TemplateOf(context), CallNote.Of(context).Path);
            await ApiErrorJson.WriteAsync(context, refusal.Error, NextCorrelationId());
        }
        catch (FormatException malformed)
        {
            await ApiErrorJson.WriteAsync(context, ApiErrors.BrokenJson(malformed.Message), NextCorrelationId());
        }
    }

    private Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<CallNote>() is not { } note)
            return next(context);
        if (IsTokenRequest(context))
            return HasVersion(context, OAuthVersions) ? next(context)
                : throw new ApiRefusal(ApiErrors.NoRoute(context.Request.Method, note.Path));

        var token = tokens.Authenticate(context);
        var (method, route) = (context.Request.Method, TemplateOf(context));
        if (dials.Draw(DialCode.TokenExpires, method, route, note.Path))
        {
            tokens.Expire(token);
            throw new ApiRefusal(ApiErrors.Expired(options));
        }
        var search = route.EndsWith("/search", StringComparison.Ordinal);
        var policy = quota.Refuses(method, route, note.Path) ? RateGate.Daily : rates.Enter(context, token, search);
        if (policy is not null)
            return ApiErrorJson.WriteRateLimitAsync(context, policy, NextCorrelationId(), options.RateLimitNamesCategory);
        if (route.Length == 0 || !HasVersion(context, Versions))
            throw new ApiRefusal(ApiErrors.NoRoute(method, note.Path));
        context.Features.Set(new ApiCall(context, token, dials, ChangeSource.App(token.AppId, options)));
        return next(context);
    }

    private static bool HasVersion(HttpContext context, string[] versions) =>
        context.Request.RouteValues["version"] is not string version || versions.Contains(version);

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
