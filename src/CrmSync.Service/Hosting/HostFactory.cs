using System.Net;
using CrmSync.Connectors;
using CrmSync.Connectors.Alerts;
using CrmSync.Engine;
using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Retention;
using CrmSync.Pipeline.Review;
using CrmSync.Pipeline.Segments.Accounts;
using CrmSync.Pipeline.Segments.Conversations;
using CrmSync.Pipeline.Settings;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Service.Api;
using CrmSync.Service.Auth;
using CrmSync.Service.Auth.SignOn;
using CrmSync.Service.Console;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;
using CrmSync.Service.Webhooks;
using CrmSync.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Logging.Abstractions;

namespace CrmSync.Service.Hosting;

/// <summary>What a process of ours is.</summary>
internal sealed record HostShape
{
    /// <summary>Serves the console and the health endpoints.</summary>
    public bool WithConsole { get; init; } = true;

    /// <summary>Whether schedules fire; a command that became the host for one run wants that run alone.</summary>
    public bool WithSchedules { get; init; } = true;

    /// <summary>A line at the foot of the console's menu.</summary>
    public string? Notice { get; init; }

    /// <summary>Address of a record by connection key, object type and id, where the connector knows none.</summary>
    public Func<string, string, string, Uri?>? RecordLink { get; init; }

    /// <summary>Lowest level of log lines on standard output.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>Puts a host together: the composition root.</summary>
internal static class HostFactory
{
    /// <summary>How long a host that is told to end may take to finish what it has begun.</summary>
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(40);

    /// <summary>Builds a host around an open ledger, which stays the caller's.</summary>
    public static WebApplication Create(ServiceSettings settings, Ledger ledger, HostShape shape)
    {
        // The content root is where the program is, so that it does not matter from which folder it is started.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, ApplicationName = "crmsync" });
        builder.Configuration.Sources.Clear();
        // The program listens to signals itself (Program.cs), so that simulators and ledger end after the worker and not with it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        AddLogging(builder.Logging, shape.LogLevel);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // "localhost" means both loopback addresses; a free port can be asked for on one of them only.
            if (shape.WithConsole && settings.Console.ListenAddress is { } address)
                kestrel.Listen(address, settings.Console.Port);
            else if (shape.WithConsole && settings.Console.Port > 0)
                kestrel.ListenLocalhost(settings.Console.Port);
            else
                kestrel.Listen(IPAddress.Loopback, 0);
        });
        AddServices(builder.Services, settings, ledger, shape);

        var app = builder.Build();
        if (shape.WithConsole)
        {
            // First of all: everything after it wants to know who really asks, and how.
            if (settings.Console.Proxies.Count > 0)
                app.UseForwardedHeaders();
            app.MapConsole();
            app.MapApi();
            HealthEndpoints.Map(app);
            WebhookEndpoint.Map(app);
        }
        return app;
    }

    /// <summary>Opens the ledger that the settings name, bringing its schema up to date.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="asHost">Whether this process works on it; a second host of an embedded ledger is refused.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static Task<Ledger> OpenLedgerAsync(ServiceSettings settings, bool asHost, CancellationToken cancellationToken) =>
        Ledger.OpenAsync(
            settings.Ledger.ConnectionString.Length > 0
                ? new LedgerOptions { ConnectionString = settings.Ledger.ConnectionString, MasterKeyFile = settings.Ledger.MasterKeyFile, Host = asHost }
                : new LedgerOptions { File = settings.Ledger.File, MasterKeyFile = settings.Ledger.MasterKeyFile, Host = asHost },
            TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);

    /// <summary>Where a started host listens.</summary>
    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .First().Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal).Replace("localhost", "127.0.0.1", StringComparison.Ordinal));

    public static TaxonomySet LoadTaxonomies(ServiceSettings settings) =>
        settings.Classification.TaxonomyFolder.Length > 0
            ? TaxonomySet.LoadFolder(settings.Classification.TaxonomyFolder)
            : TaxonomySet.LoadShipped();

    public static string NodeName(ServiceSettings settings) => settings.Node.Length > 0 ? settings.Node : Environment.MachineName;

    private static void AddServices(IServiceCollection services, ServiceSettings settings, Ledger ledger, HostShape shape)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton(shape);
        services.AddLedger(ledger);
        // Before anything is put together: taxonomies stand in rules, models and pages alike.
        var inUse = TaxonomiesInUse.ReadAsync(LoadTaxonomies(settings), ledger, CancellationToken.None).GetAwaiter().GetResult();
        services.AddSingleton(inUse);
        services.AddSingleton(inUse.Set);
        services.AddSingleton<ICascadeFactory>(provider => new CascadeFactory(settings.Classification, provider.GetRequiredService<TaxonomySet>(), provider.GetRequiredService<ChangedSettings>()));
        services.AddReview(new AuditOptions());
        services.AddOutboundGate(settings.Outbound.ToOptions());
        services.AddCrmConnectors([.. settings.Connections.Select(connection => connection.ToOptions())]);
        services.AddHostedModel(settings);
        // Several nodes share one ledger, so they share one set of schedules, too; a single node needs no tables for its engine (decision 0001).
        var shared = settings.Ledger.ConnectionString;
        services.AddQuartzJobEngine(settings.Queues.ToOptions(), shared.Length > 0 ? QuartzStore.Postgres(shared) : null);
        var runner = new RunnerOptions
        {
            Node = NodeName(settings), StoppedDelay = settings.Queues.LookAgainAfter, RetryDelay = settings.Queues.RetryAfter, MaximumAttempts = settings.Queues.Tries,
        };
        services.AddPipeline(runner, settings.Polling.ToOptions(), new SweepOptions(), settings.WriteBack.ToOptions(), settings.Reconcile.ToOptions(), settings.WriteBack.ToNotes());
        services.AddRetention(settings.ToRetention());
        services.AddHonesty();
        services.AddSegments(settings.Segments.ToNumbers());
        services.AddTalks(settings.Segments.ToBriefs(), settings.Segments.ToConversations());
        services.AddAlertChannels(settings.Alerts.Channels);
        services.AddRuntimeSettings(settings);
        services.AddAlerts();
        services.AddSingleton<WorkerState>();
        services.AddSingleton<ScheduleBook>();
        services.AddSingleton<TaxonomyBook>();
        services.AddSingleton<ConnectionBook>();
        services.AddSingleton<FirstLook>();
        services.AddSingleton<Keepers>();
        services.AddHostedService<Worker>();
        services.Configure<HostOptions>(options =>
        {
            options.ShutdownTimeout = ShutdownTimeout;
            // The commands look at the worker themselves and say in a sentence why it could not start.
            options.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.Ignore;
        });
        if (shape.WithConsole)
        {
            services.Configure<ForwardedHeadersOptions>(options =>
            {
                options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
                // As many as stand in a row, as long as each is one of ours.
                options.ForwardLimit = null;
                options.KnownProxies.Clear();
                options.KnownIPNetworks.Clear();
                foreach (var network in settings.Console.ProxyNetworks)
                    options.KnownIPNetworks.Add(network);
            });
            services.Configure<AccessOptions>(options =>
            {
                settings.SignIn.Apply(options);
                options.PublicAddress = settings.Console.PublicAddress.Length > 0 ? settings.Console.LinkAddress : null;
            });
            services.AddSignOn(settings.SignOn);
            services.AddConsole(ledger, options =>
            {
                options.Notice = shape.Notice;
                // A proxy hands notices on under the public name; their signature is checked instead.
                options.OpenPaths.Add(WebhookEndpoint.Path);
                foreach (var host in settings.Console.Hosts)
                    options.AllowedHosts.Add(host);
                if (settings.Console.PublicAddress.Length > 0)
                    options.AllowedHosts.Add(settings.Console.LinkAddress.Host);
                // So does it with the API, which shows nothing without a key.
                options.OpenPaths.Add(ApiSetup.Root);
                options.RecordLink = shape.RecordLink;
            });
            services.AddApi(settings.Api.RequestsPerMinute);
        }
    }

    private static void AddLogging(ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        // It warns that keys are stored unsealed; they are sealed as a whole by the ledger (Auth/AccessSetup).
        logging.AddFilter("Microsoft.AspNetCore.DataProtection.XmlEncryption", LogLevel.Error);
        logging.AddFilter("Quartz", LogLevel.Warning);
        logging.AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        // A person at a terminal reads lines; a log collector reads JSON.
        if (System.Console.IsOutputRedirected)
            logging.AddJsonConsole(options => { options.IncludeScopes = false; options.TimestampFormat = "O"; options.UseUtcTimestamp = true; });
        else
            logging.AddSimpleConsole(options => { options.SingleLine = true; options.TimestampFormat = "HH:mm:ss "; });
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
