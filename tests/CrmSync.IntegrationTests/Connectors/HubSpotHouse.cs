using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Seed;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>A simulated HubSpot account and its connector.</summary>
internal sealed class HubSpotHouse(HubSpotSimulator simulator, HubSpotConnector connector) : IConnectorHouse
{
    public HubSpotSimulator Simulator => simulator;

    public ISimulatedCrm Crm => simulator;

    public ICrmConnector Connector => connector;

    public string CallType => "calls";

    public string MeetingType => "meetings";

    public LabelProperty Label { get; } = new("engagement", "trueai_engaged", "Engaged", "Whether the prospect took part.",
        [new("ENGAGED", "Took part."), new("NOT ENGAGED", "Did not."), new("ND", "Cannot be told.")]);

    /// <summary>Quotas and lag off, properties allowed everywhere; a bad value is told record by record. A test changes what it is about.</summary>
    public static HubSpotSimulatorOptions Calm => new HubSpotSimulatorOptions
    {
        PropertyPermissions = new Dictionary<string, PropertyPermission>(), QuotasOn = false, IndexLag = TimeSpan.Zero, BadValueInBatch = BadValueInBatch.FailsItsRecord,
    };

    public static async Task<HubSpotHouse> StartAsync(SeedWorld world, HubSpotSimulatorOptions? simulated = null, int searchPages = 1, bool paced = false)
    {
        var simulator = await HubSpotSimulator.StartAsync(simulated ?? Calm, TimeProvider.System, TestContext.Current.CancellationToken);
        simulator.Load(world);
        var options = Options(simulator.BaseAddress);
        options.SearchPages = searchPages;
        if (paced)
            options.Budget = new HubSpotBudget();
        return new HubSpotHouse(simulator, Create(options));
    }

    public ICrmConnector WithWrongCredentials()
    {
        var options = Options(simulator.BaseAddress);
        options.Token = "pat-of-another-house";
        return Create(options);
    }

    // Port 1 on this machine: nobody listens there.
    public ICrmConnector Unreachable() => Create(Options(new Uri("http://127.0.0.1:1")));

    public string VanishedCall()
    {
        var id = simulator.Add(ConnectorWorlds.Call(900)).Id;
        simulator.Archive("calls", id);
        return id;
    }

    public void RefuseForRateLimit() => simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 429, Code = "TEN_SECONDLY_ROLLING" });

    public void DropAfterWrite() => simulator.Faults.Add(new Fault { Kind = FaultKind.DropAfterApply, Route = "/batch/update" });

    public RecordWrite RefusedWrite(string callId) => new(callId, new Dictionary<string, string?> { [Label.Name] = "NO SUCH OPTION" });

    public int WriteRequests() => simulator.Calls.Snapshot().Count(call => call.Path.EndsWith("/batch/update", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        connector.Dispose();
        await simulator.DisposeAsync();
    }

    private static HubSpotOptions Options(Uri address) => new()
    {
        BaseAddress = address,
        Token = HubSpotToken.DefaultValue,
        Budget = new HubSpotBudget { BurstLimit = 1_000_000, SearchPerSecond = 1_000_000, DailyLimit = 100_000_000, DayShare = 1 },
    };

    private static HubSpotConnector Create(HubSpotOptions options) =>
        HubSpotConnector.Create(options, "hubspot-test", TimeProvider.System, NullLoggerFactory.Instance);
}
