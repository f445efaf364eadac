using CrmSync.Connectors.HubSpot;
using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using CrmSync.Service.Settings;
using CrmSync.Simulator;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Pages;
using CrmSync.Simulator.Salesforce;
using CrmSync.Simulator.Seed;

namespace CrmSync.Service.Demo;

/// <summary>How the simulated services are set up.</summary>
internal sealed record SimulationOptions
{
    public int HubSpotPort { get; init; } = 5081;

    public int SalesforcePort { get; init; } = 5082;

    public int ModelPort { get; init; } = 5083;

    /// <summary>Seed of worlds, ids and shuffles.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Activities per CRM.</summary>
    public int Activities { get; init; } = 360;

    /// <summary>Whether companies join that share an operational problem in what is logged about them.</summary>
    public bool Segments { get; init; }

    /// <summary>Whether the simulators refuse what is beyond their rate limits.</summary>
    public bool QuotasOn { get; init; } = true;

    /// <summary>The app through which HubSpot is connected; null for a static token.</summary>
    public HubSpotOAuthApp? HubSpotApp { get; init; }
}

/// <summary>Both simulated CRMs, seeded, and the simulated model service, all listening on loopback.</summary>
internal sealed class SimulatedCrms : IAsyncDisposable
{
    // A little under the year after which Salesforce archives activities and hides them from a rep's lists.
    private static readonly TimeSpan History = TimeSpan.FromDays(360);

    private readonly HubSpotOAuthApp? _hubSpotApp;

    private SimulatedCrms(
        HubSpotSimulator hubSpot, SalesforceSimulator salesforce, ModelSimulator model, IReadOnlyList<SeedWorld> worlds, HubSpotOAuthApp? hubSpotApp)
    {
        _hubSpotApp = hubSpotApp;
        HubSpot = hubSpot;
        Salesforce = salesforce;
        Model = model;
        Worlds = worlds;
    }

    public HubSpotSimulator HubSpot { get; }

    public SalesforceSimulator Salesforce { get; }

    /// <summary>Azure OpenAI; its answers come from the labels of both worlds.</summary>
    public ModelSimulator Model { get; }

    /// <summary>The world of each of <see cref="All"/>, in the same order.</summary>
    public IReadOnlyList<SeedWorld> Worlds { get; }

    public IReadOnlyList<ISimulatedCrm> All => [HubSpot, Salesforce];

    public static async Task<SimulatedCrms> StartAsync(SimulationOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        // History ends a little before now, so that the first settled scan sees all of it.
        var now = clock.GetUtcNow().AddMinutes(-2);
        SeedWorld Build(string crm) =>
            SeedWorldBuilder.Build(new SeedWorldOptions { Crm = crm, Seed = options.Seed, Now = now, Activities = options.Activities, Span = History, Segments = options.Segments });
        IReadOnlyList<SeedWorld> worlds = [Build("hubspot"), Build("salesforce")];

        await using var started = new StartedSoFar();
        var model = started.Keep(await ModelSimulator.StartAsync(
            new ModelSimulatorOptions { Port = options.ModelPort, Seed = options.Seed, QuotasOn = options.QuotasOn }, clock, cancellationToken));
        var hubSpot = started.Keep(await HubSpotSimulator.StartAsync(
            new HubSpotSimulatorOptions
            {
                Port = options.HubSpotPort, Seed = options.Seed, QuotasOn = options.QuotasOn, OAuthApps = options.HubSpotApp is { } app ? [app] : [],
                MapPages = MapPages(clock),
            },
            clock, cancellationToken));
        var salesforce = started.Keep(await SalesforceSimulator.StartAsync(
            new SalesforceSimulatorOptions
            {
                Port = options.SalesforcePort, Seed = options.Seed, QuotasOn = options.QuotasOn,
                MapPages = MapPages(clock),
            },
            clock, cancellationToken));
        hubSpot.Load(worlds[0]);
        salesforce.Load(worlds[1]);
        started.Done();
        return new SimulatedCrms(hubSpot, salesforce, model, worlds, options.HubSpotApp);
    }

    /// <summary>Connections to these simulators, with writing on.</summary>
    public List<ConnectionSettings> Connections() =>
    [
        new ConnectionSettings
        {
            Key = "hubspot", Kind = "hubspot", Name = "HubSpot (simulated)", WriteMode = WriteMode.On, BackfillDays = 730,
            HubSpot = _hubSpotApp is { } app
                ? new HubSpotOptions { BaseAddress = HubSpot.BaseAddress, ClientId = app.ClientId, ClientSecret = app.ClientSecret, RefreshToken = app.RefreshToken }
                : new HubSpotOptions { BaseAddress = HubSpot.BaseAddress, Token = HubSpotToken.DefaultValue },
        },
        new ConnectionSettings
        {
            Key = "salesforce", Kind = "salesforce", Name = "Salesforce (simulated)", WriteMode = WriteMode.On, BackfillDays = 730,
            Salesforce = new SalesforceOptions { LoginAddress = Salesforce.BaseAddress, ClientId = "sim-client", ClientSecret = "sim-secret" },
        },
    ];

    public async ValueTask DisposeAsync()
    {
        await Salesforce.DisposeAsync();
        await HubSpot.DisposeAsync();
        await Model.DisposeAsync();
    }

    private static Action<IEndpointRouteBuilder, ISimulatedCrm> MapPages(TimeProvider clock) => (routes, crm) =>
    {
        RecordPages.Map(routes, crm);
        SimulatorPages.Map(routes, crm, clock);
    };

    /// <summary>Stops what has started where a later one does not start.</summary>
    private sealed class StartedSoFar : IAsyncDisposable
    {
        private readonly Stack<IAsyncDisposable> _started = [];

        public T Keep<T>(T one)
            where T : IAsyncDisposable
        {
            _started.Push(one);
            return one;
        }

        public void Done() => _started.Clear();

        public async ValueTask DisposeAsync()
        {
            while (_started.TryPop(out var one))
                await one.DisposeAsync();
        }
    }
}
