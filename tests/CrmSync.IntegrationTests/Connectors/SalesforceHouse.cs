using CrmSync.Connectors.Salesforce;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Salesforce;
using CrmSync.Simulator.Seed;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>A simulated Salesforce org and its connector.</summary>
internal sealed class SalesforceHouse(SalesforceSimulator simulator, SalesforceConnector connector) : IConnectorHouse
{
    /// <summary>An org without notes of its own, so that a test finds what it put there.</summary>
    public static SalesforceSimulatorOptions Plain { get; } = new() { QuotasOn = false, ContentNotes = 0 };

    public SalesforceSimulator Simulator => simulator;

    public ISimulatedCrm Crm => simulator;

    public ICrmConnector Connector => connector;

    public string CallType => "Task";

    public string MeetingType => "Event";

    public LabelProperty Label { get; } = new("engagement", "TrueAI_Engaged__c", "Engaged", "Whether the prospect took part.",
        [new("ENGAGED", "Took part."), new("NOT ENGAGED", "Did not."), new("ND", "Cannot be told.")]);

    public static async Task<SalesforceHouse> StartAsync(SeedWorld world, SalesforceSimulatorOptions? simulated = null, int pageRows = 200,
        Action<SalesforceOptions>? configure = null)
    {
        var simulator = await SalesforceSimulator.StartAsync(
            simulated ?? Plain, TimeProvider.System, TestContext.Current.CancellationToken);
        simulator.Load(world);
        var options = Options(simulator.BaseAddress);
        options.PageRows = pageRows;
        configure?.Invoke(options);
        return new SalesforceHouse(simulator, Create(options));
    }

    public ICrmConnector WithWrongCredentials()
    {
        var options = Options(simulator.BaseAddress);
        options.ClientSecret = "of-another-house";
        return Create(options);
    }

    // Port 1 on this machine: nobody listens there.
    public ICrmConnector Unreachable() => Create(Options(new Uri("http://127.0.0.1:1")));

    // Well-formed, and nobody has it.
    public string VanishedCall() => SalesforceId.Normalise("00T000000ZZZZZZ")!;

    public void RefuseForRateLimit() => simulator.Dials.Turn("F3", new DialSetting { Count = 1 });

    public void DropAfterWrite() => simulator.Faults.Add(new Fault { Kind = FaultKind.DropAfterApply, Method = "PATCH" });

    public RecordWrite RefusedWrite(string callId)
    {
        simulator.Dials.Turn("F29", new DialSetting { Target = $"rule:{callId}" });
        return new RecordWrite(callId, new Dictionary<string, string?> { [Label.Name] = "ENGAGED" });
    }

    public int WriteRequests() => simulator.Calls.Snapshot().Count(call => call.Path.EndsWith("/composite/sobjects", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        connector.Dispose();
        await simulator.DisposeAsync();
    }

    private static SalesforceOptions Options(Uri address) => new()
    {
        LoginAddress = address,
        ClientId = "sim-client",
        ClientSecret = "sim-secret",
        Budget = new SalesforceBudget { RequestsPerSecond = 1_000_000, DailyLimit = 100_000_000, DayShare = 1 },
    };

    private static SalesforceConnector Create(SalesforceOptions options) =>
        SalesforceConnector.Create(options, "salesforce-test", TimeProvider.System, NullLoggerFactory.Instance);
}
