using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Hosting;
using CrmSync.Service.Settings;
using CrmSync.Service.Taxonomies;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Seed;
using CrmSync.Storage;
using CrmSync.Storage.Reading;

namespace CrmSync.Service.Demo;

/// <summary>A whole host on simulated CRMs: properties set up, polling hurried, writing on.</summary>
internal sealed class DemoHost : IAsyncDisposable
{
    private readonly Ledger _ledger;
    private readonly SimulatedCrms _crms;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _following;
    private volatile WebApplication _app;

    private DemoHost(SimulatedCrms crms, Ledger ledger, WebApplication app, Func<WebApplication> create)
    {
        _crms = crms;
        _ledger = ledger;
        _app = app;
        _following = FollowAsync(create);
    }

    public static async Task<DemoHost> StartAsync(
        SimulatedCrms crms, string folder, int consolePort, CancellationToken cancellationToken)
    {
        var settings = new ServiceSettings
        {
            Ledger = { File = Path.Combine(folder, "ledger.db") },
            Console = { Port = consolePort },
            Polling = { Fresh = "every 5s", Settle = TimeSpan.FromSeconds(10) },
            Segments = { Assign = "every 10s", Learn = "every 2m" },
            Connections = crms.Connections(),
            Classification =
            {
                Hosted =
                {
                    Endpoint = crms.Model.BaseAddress.ToString(), Key = ModelSimulatorOptions.DefaultKey, Deployment = "crmsync-mini",
                    // A demo is over in a minute; what the share keeps back must not wait for an hour.
                    SharePatience = TimeSpan.FromSeconds(5),
                },
            },
        };
        var ledger = await HostFactory.OpenLedgerAsync(settings, asHost: true, cancellationToken);
        try
        {
            var shape = new HostShape
            {
                LogLevel = LogLevel.Error,
                Notice = "Demo: simulated CRMs, invented people",
                RecordLink = (key, type, id) => crms.All.FirstOrDefault(crm => crm.Kind == key) is { } crm
                    ? new Uri(crm.BaseAddress, $"records/{type}/{id}")
                    : null,
            };
            WebApplication Create()
            {
                var made = HostFactory.Create(settings, ledger, shape);
                DemoDoor.Map(made);
                return made;
            }
            var app = Create();
            await SetUpAsync(app.Services, cancellationToken);
            await app.StartAsync(cancellationToken);
            await app.Services.GetRequiredService<WorkerState>().Started.WaitAsync(cancellationToken);
            return new DemoHost(crms, ledger, app, Create);
        }
        catch
        {
            await ledger.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether everything that the CRMs hold is decided about and written, and nothing is under way.</summary>
    public async Task<(bool Done, long Settled, long Seeded)> ReadProgressAsync(CancellationToken cancellationToken)
    {
        var queries = new SyncQueries(_ledger);
        long settled = 0, seeded = 0, open = 0;
        foreach (var connection in await _ledger.ListConnectionsAsync(cancellationToken))
        {
            var progress = await queries.ReadProgressAsync(connection.Id, cancellationToken);
            settled += progress.Decided + progress.Dead;
            open += progress.OpenIntents + progress.Queued;
            seeded += CrmOf(connection).CountActivities();
        }
        return (settled >= seeded && open == 0 && (await SumHostedAsync(cancellationToken)).Open == 0, settled, seeded);
    }

    /// <summary>What the hosted model was asked, and what that cost.</summary>
    public Task<HostedTotals> SumHostedAsync(CancellationToken cancellationToken) => new HostedQueries(_ledger).SumAsync(cancellationToken);

    /// <summary>Checks every record from the CRMs' side.</summary>
    public async Task<IReadOnlyList<SyncOutcome>> CheckAsync(CancellationToken cancellationToken)
    {
        var outcomes = new List<SyncOutcome>();
        var truth = new SeedTruth();
        foreach (var connection in await _ledger.ListConnectionsAsync(cancellationToken))
        {
            outcomes.Add(await SyncCheck.CheckAsync(
                connection, CrmOf(connection), truth, Taxonomies, _ledger, cancellationToken));
        }
        return outcomes;
    }

    /// <summary>Where the console is.</summary>
    public Uri ConsoleAddress => HostFactory.AddressOf(_app);

    public Uri HubSpotAddress => _crms.HubSpot.BaseAddress;

    public Uri SalesforceAddress => _crms.Salesforce.BaseAddress;

    public TaxonomySet Taxonomies => _app.Services.GetRequiredService<TaxonomySet>();

    /// <summary>Requests sent per connection.</summary>
    public IReadOnlyDictionary<string, long> Requests =>
        _app.Services.GetRequiredService<IConnectorCatalog>().All.ToDictionary(connector => connector.Key, connector => connector.RequestsSent);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _following;
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _ledger.DisposeAsync();
        _ending.Dispose();
    }

    /// <summary>Puts the host together anew where somebody put a version of a taxonomy into use, as <c>run</c> does; the CRMs get what the version needs.</summary>
    private async Task FollowAsync(Func<WebApplication> create)
    {
        try
        {
            while (true)
            {
                await _app.Services.GetRequiredService<HostRestart>().Asked.WaitAsync(_ending.Token);
                await _app.StopAsync(_ending.Token);
                await _app.DisposeAsync();
                var next = create();
                await SetUpAsync(next.Services, _ending.Token);
                await next.StartAsync(_ending.Token);
                _app = next;
            }
        }
        catch (OperationCanceledException)
        {
            // The demo is ending.
        }
    }

    private Simulator.ISimulatedCrm CrmOf(Connection connection) => _crms.All.Single(crm => crm.Kind == connection.Kind);

    private static async Task SetUpAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var taxonomies = services.GetRequiredService<TaxonomySet>();
        foreach (var connector in services.GetRequiredService<IConnectorCatalog>().All)
        {
            var plan = await connector.Setup.PlanAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
            var outcomes = plan.Succeeded
                ? await connector.Setup.ApplyAsync(plan.Value, cancellationToken)
                : throw new InvalidOperationException(plan.Failure.ToString());
            if (!outcomes.Succeeded)
                throw new InvalidOperationException(outcomes.Failure.ToString());
            System.Console.WriteLine($"{connector.Key}: {outcomes.Value.Count(outcome => outcome.Failure is null)} set-up steps done (properties, options, access).");
        }
    }
}
