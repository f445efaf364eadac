using System.Text.Encodings.Web;
using System.Text.Unicode;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Auth;
using CrmSync.Service.Console.Evaluation;
using CrmSync.Service.Console.Jobs;
using CrmSync.Service.Console.Labels;
using CrmSync.Service.Console.Live;
using CrmSync.Service.Console.Overview;
using CrmSync.Service.Console.Review;
using CrmSync.Service.Console.Segments;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.ApplicationParts;
using Microsoft.AspNetCore.Mvc.Controllers;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.WebEncoders;

namespace CrmSync.Service.Console;

/// <summary>The two doors of the console.</summary>
public static class ConsoleSetup
{
    /// <summary>
    /// Registers the console's pages and who may use them. The host has a <see cref="TaxonomySet"/> and the stores of accounts registered (<see cref="AccessSetup"/>); an <see cref="IConnectorCatalog"/> makes links to CRM records where
    /// there is one.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="ledger">Opens connections for reading; stays the caller's.</param>
    /// <param name="configure">Host names, notice.</param>
    public static IServiceCollection AddConsole(this IServiceCollection services, ILedgerReadConnections ledger, Action<ConsoleOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Configure(configure ?? (_ => { }));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(provider => new LedgerReader(ledger, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton(provider => LabelCatalog.From(provider.GetRequiredService<TaxonomySet>()));
        services.AddHostedService(provider => new PastLabels(provider.GetRequiredService<LabelCatalog>(), provider.GetService<ITaxonomyStore>()));
        services.TryAddSingleton<Assets>();
        services.TryAddSingleton<RunOrders>();
        services.TryAddSingleton<EstimateDesk>();
        services.TryAddSingleton<ReviewRoom>();
        services.TryAddSingleton<EvaluationRoom>();
        services.TryAddSingleton<TrainingRoom>();
        services.TryAddSingleton<ConnectionChecks>();
        // Made when a page first asks for it: a console of a ledger alone has nothing that drafts.
        services.TryAddSingleton(provider => ActivatorUtilities.CreateInstance<PackRoom>(provider));
        services.TryAddSingleton(HostedDesk.Empty);
        services.TryAddSingleton<OverviewSigns>();
        services.TryAddSingleton<LiveWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveWatch>());
        services.TryAddSingleton(provider => new CrmLinks(provider.GetService<IConnectorCatalog>(), provider.GetRequiredService<IOptions<ConsoleOptions>>().Value));
        // Letters of all scripts stay readable in the page's source; everything that means something in HTML is still encoded.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddAccess();
        var roles = new HandlerRoles();
        services.AddLocalization();
        services.AddMvcCore().AddViewLocalization();
        services.AddTransient<PageTexts>();
        services.AddRazorPages(options =>
            {
                options.RootDirectory = "/Console/Pages";
                options.Conventions.AddFolderApplicationModelConvention("/", roles.Apply);
                options.Conventions.ConfigureFilter(roles);
            })
            .ConfigureApplicationPartManager(manager =>
            {
                // The entry assembly is the service itself, or a test, or another host: the pages come from here in every case, and once.
                manager.ApplicationParts.Clear();
                // There are no controllers; looking for them would load every type of this assembly at start.
                foreach (var provider in manager.FeatureProviders.OfType<ControllerFeatureProvider>().ToList())
                    manager.FeatureProviders.Remove(provider);
                var assembly = typeof(ConsoleSetup).Assembly;
                foreach (var part in ApplicationPartFactory.GetApplicationPartFactory(assembly).GetApplicationParts(assembly))
                    manager.ApplicationParts.Add(part);
            });
        return services;
    }

    /// <summary>
    /// Puts the guards in front and maps pages and assets. Call it before mapping anything else that must stand behind the same guards (host names, headers).
    /// </summary>
    public static WebApplication MapConsole(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var options = app.Services.GetRequiredService<IOptions<ConsoleOptions>>().Value;
        app.UseMiddleware<HostGuard>(options);
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler("/trouble");
        app.UseStatusCodePagesWithReExecute("/refused");
        // Programs that call read the status; people read a page. (A branch of its own would not know the routes to it.)
        app.Use((context, next) =>
        {
            if (options.OpenPaths.Any(path => context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal)) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
            return next(context);
        });
        app.UseAccess();
        app.MapGet("/assets/{file}", (string file, HttpContext context, Assets assets) => assets.Serve(file, context)).AllowAnonymous();
        LiveStream.Map(app);
        app.MapRazorPages();
        app.MapFallbackToPage("{*path}", "/NotFound");
        return app;
    }
}
