using System.Text.Json;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Service.Demo;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Connectors;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using CrmSync.Simulator.HubSpot;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;

namespace CrmSync.IntegrationTests.Testing;

/// <summary>What a test wants otherwise than usual.</summary>
internal sealed record ServiceManner
{
    /// <summary>Whether the simulated CRMs hold to their limits; then the program keeps to the limits that it has by default, too.</summary>
    public bool QuotasOn { get; init; }

    /// <summary>The app through which HubSpot is connected; null for a static token.</summary>
    public HubSpotOAuthApp? HubSpotApp { get; init; }

    /// <summary>Rhythm of the fresh and of the settled polls.</summary>
    public (string Fresh, string Settled) Rhythm { get; init; } = ("every 1s", "every 2s");

    /// <summary>How soon a failed batch is tried again, and how often.</summary>
    public (string After, int Most) Tries { get; init; } = ("00:00:02", 8);

    /// <summary>The write mode at first contact.</summary>
    public WriteMode Mode { get; init; } = WriteMode.On;

    /// <summary>Whether companies share problems in what is logged about them, as in the demo.</summary>
    public bool Segments { get; init; }

    /// <summary>How far settled scans reach back behind the last one.</summary>
    public string Overlap { get; init; } = "00:01:00";
}

/// <summary>Simulated CRMs in this process, and a folder with settings for our program in another one.</summary>
internal sealed class ServiceUnderTest : IAsyncDisposable
{
    private ServiceUnderTest(SimulatedCrms crms, string folder)
    {
        Crms = crms;
        Folder = folder;
    }

    public SimulatedCrms Crms { get; }

    public string Folder { get; }

    public string LedgerFile => Path.Combine(Folder, "ledger.db");

    public static async Task<ServiceUnderTest> CreateAsync(int activities, CancellationToken cancellationToken, bool withProperties = true, string? shared = null, ServiceManner? manner = null)
    {
        manner ??= new ServiceManner();
        var options = new SimulationOptions { HubSpotPort = 0, SalesforcePort = 0, ModelPort = 0, Activities = activities, QuotasOn = manner.QuotasOn, Seed = 7, HubSpotApp = manner.HubSpotApp, Segments = manner.Segments };
        var crms = await SimulatedCrms.StartAsync(options, TimeProvider.System, cancellationToken);
        var folder = Directory.CreateTempSubdirectory("crmsync-test-").FullName;
        var service = new ServiceUnderTest(crms, folder) { Shared = shared, Manner = manner };
        if (withProperties)
            await service.SetUpPropertiesAsync(cancellationToken);
        service.WriteSettings();
        return service;
    }

    /// <summary>A PostgreSQL ledger instead of the file, for several hosts; null for the file.</summary>
    public string? Shared { get; private init; }

    public ServiceManner Manner { get; private init; } = new();

    public HostProcess StartHost() => HostProcess.Start(Folder, "run");

    /// <summary>One of several hosts: a name and a console port of its own.</summary>
    public HostProcess StartHost(string node)
    {
        var settings = Path.Combine(Folder, $"{node}.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new { CrmSync = new { Node = node, Console = new { Port = FreePort.Take() } } }));
        return HostProcess.Start(Folder, "run", "--config", settings);
    }

    /// <summary>Reads the ledger as a command beside the host would.</summary>
    public Task<Ledger> OpenLedgerAsync(CancellationToken cancellationToken) => Ledger.OpenAsync(
        Shared is null ? new LedgerOptions { File = LedgerFile, Host = false } : new LedgerOptions { ConnectionString = Shared, Host = false }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, cancellationToken);

    /// <summary>Where both connections stand; empty before the first host has registered them.</summary>
    public async Task<IReadOnlyList<SyncProgress>> ReadProgressAsync(CancellationToken cancellationToken)
    {
        await using var ledger = await OpenLedgerAsync(cancellationToken);
        var queries = new SyncQueries(ledger);
        var all = new List<SyncProgress>();
        foreach (var connection in await ledger.ListConnectionsAsync(cancellationToken))
            all.Add(await queries.ReadProgressAsync(connection.Id, cancellationToken));
        return all;
    }

    /// <summary>Whether everything that the CRMs hold is decided about and written, and nothing is under way, dead or rejected.</summary>
    public async Task<bool> IsSyncedAsync(CancellationToken cancellationToken)
    {
        var all = await ReadProgressAsync(cancellationToken);
        return all.Count == 2 && all.Sum(progress => progress.Decided) >= Crms.All.Sum(crm => crm.CountActivities())
            && all.All(progress => progress is { Queued: 0, OpenIntents: 0, Dead: 0, Rejected: 0 });
    }

    /// <summary>Asks the ledger.</summary>
    public async Task<IReadOnlyList<T>> AskAsync<T>(string sql, object? parameters, CancellationToken cancellationToken)
    {
        await using var ledger = await OpenLedgerAsync(cancellationToken);
        await using var connection = await ledger.OpenReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))];
    }

    public async ValueTask DisposeAsync()
    {
        await Crms.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private void WriteSettings()
    {
        var settings = new
        {
            CrmSync = new
            {
                Ledger = new { File = LedgerFile, ConnectionString = Shared ?? "", MasterKeyFile = Shared is null ? "" : Path.Combine(Folder, "master.keys") },
                Console = new { Port = FreePort.Take() },
                Polling = new { Manner.Rhythm.Fresh, Manner.Rhythm.Settled, Settle = "00:00:05", Manner.Overlap },
                Queues = new { LookAgainAfter = "00:00:02", RetryAfter = Manner.Tries.After, Tries = Manner.Tries.Most },
                Connections = Crms.Connections().Select(connection => new
                {
                    connection.Key, connection.Kind, connection.Name, WriteMode = $"{Manner.Mode}", connection.BackfillDays,
                    HubSpot = connection.HubSpot is { } hubSpot
                        ? new
                        {
                            BaseAddress = $"{hubSpot.BaseAddress}", hubSpot.Token, hubSpot.ClientId, hubSpot.ClientSecret, hubSpot.RefreshToken,
                            Budget = Manner.QuotasOn ? null : new { SearchPerSecond = 1000, BurstLimit = 10000 },
                        }
                        : null,
                    Salesforce = connection.Salesforce is { } salesforce ? new { LoginAddress = $"{salesforce.LoginAddress}", salesforce.ClientId, salesforce.ClientSecret } : null,
                }),
            },
        };
        File.WriteAllText(Path.Combine(Folder, "appsettings.json"), JsonSerializer.Serialize(settings, JsonSerializerOptions.Web));
    }

    private async Task SetUpPropertiesAsync(CancellationToken cancellationToken)
    {
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System);
        services.AddCrmConnectors([.. Crms.Connections().Select(connection => connection.ToOptions())]);
        await using var provider = services.BuildServiceProvider();
        var taxonomies = TaxonomySet.LoadShipped();
        foreach (var connector in provider.GetRequiredService<IConnectorCatalog>().All)
        {
            var plan = await connector.Setup.PlanAsync(LabelProperties.For(taxonomies, connector.Kind), cancellationToken);
            // HubSpot may refuse properties on some types, by its switches; anything else would leave labels without a place.
            (await connector.Setup.ApplyAsync(plan.Value!, cancellationToken)).Value!.ShouldAllBe(outcome => outcome.Failure == null || outcome.Step.Action == SetupAction.Blocked);
        }
    }
}
