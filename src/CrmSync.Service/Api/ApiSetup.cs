using CrmSync.Service.Api.Access;
using CrmSync.Service.Api.OpenApi;
using CrmSync.Service.Api.Routes;

namespace CrmSync.Service.Api;

/// <summary>The two doors of the HTTP API (decision 0016).</summary>
internal static class ApiSetup
{
    /// <summary>Where it lives; the version is part of the address.</summary>
    public const string Root = "/api/v1";

    /// <summary>Registers what the API needs beside the ledger and the console.</summary>
    /// <param name="services">The host's services; the ledger's interfaces and the console's reader are among them.</param>
    /// <param name="requestsPerMinute">Of one key.</param>
    public static IServiceCollection AddApi(this IServiceCollection services, int requestsPerMinute) => services
        .AddSingleton<KeyChecker>()
        .ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions))
        .AddRateLimiter(options => ApiRate.Configure(options, requestsPerMinute))
        .AddOpenApi(ApiDocument.Configure);

    /// <summary>Maps routes and guards. Call it after the console, behind whose guards it stands, too.</summary>
    public static WebApplication MapApi(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(Root, StringComparison.Ordinal),
            // The key first, because the rate is counted by key; the refusal last, so that guessing keys is slowed down, too.
            branch => branch.Use((context, next) => ApiDoor.IdentifyAsync(context, next)).UseRateLimiter().Use((context, next) => ApiDoor.AuthorizeAsync(context, next)));
        var routes = app.MapGroup(Root).AllowAnonymous().AddEndpointFilter(Problems.GuardAsync);
        LogRoutes.Map(routes);
        ActivityRoutes.Map(routes);
        RunRoutes.Map(routes);
        ActRoutes.Map(routes);
        CorrectionRoutes.Map(routes);
        ConnectionRoutes.Map(routes);
        ExportRoutes.Map(routes);
        app.MapOpenApi($"{Root}/openapi.json").AllowAnonymous();
        // The console's page for what is not there would answer a program with HTML.
        routes.Map("/{**rest}", RefuseAsync).DisableAntiforgery().ExcludeFromDescription();
        return app;
    }

    // Routing passes a route by whose body has another type than the one that the route takes; its sender should learn of the type.
    private static Task RefuseAsync(HttpContext context) => context.Request is { ContentType: not null } request && !request.HasJsonContentType()
        ? Problems.WriteAsync(context, ApiErrors.BadBody, "The Content-Type is not application/json.")
        : Problems.WriteAsync(context, ApiErrors.NoRoute, $"There is no {context.Request.Method} at this address.");
}
