using CrmSync.IntegrationTests.Connectors;
using CrmSync.IntegrationTests.Storage;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using CrmSync.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Reconciling;

/// <summary>A ledger in a file of its own.</summary>
public abstract class SqliteReconcileTests : ReconcileContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-reconcile-").FullName;

    private string File => Path.Combine(_folder, "ledger.db");

    private protected override Task<Ledger> OpenAsync() => EmptyLedger.OpenAsync(File, Token);

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        await connection.OpenAsync(Token);
        await using var command = new SqliteCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }

    private protected override void Clean() => Directory.Delete(_folder, recursive: true);
}

/// <summary>A ledger on a server.</summary>
public abstract class PostgresReconcileTests(PostgresServer server) : ReconcileContract
{
    private protected override Task<Ledger> OpenAsync() => server.OpenEmptyAsync(Token);

    private protected override async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Token);
    }
}

/// <summary>What the tests do to a simulated HubSpot.</summary>
internal static class HubSpotParts
{
    public static async Task<IConnectorHouse> StartAsync(SeedWorld world) => await HubSpotHouse.StartAsync(world, searchPages: 5);

    public static void AddLate(IConnectorHouse crm, SeedActivity call)
    {
        var simulator = ((HubSpotHouse)crm).Simulator;
        var id = simulator.Add(call).Id;
        simulator.Touch("calls", [id], ConnectorWorlds.Start.AddSeconds(30)).ShouldBe(1);
    }

    public static bool LooksAtCalls(FaultyCall call) => call.Path.EndsWith("/calls/search", StringComparison.Ordinal) || call.Path.EndsWith("/calls/batch/read", StringComparison.Ordinal);
}

/// <summary>What the tests do to a simulated Salesforce.</summary>
internal static class SalesforceParts
{
    public static async Task<IConnectorHouse> StartAsync(SeedWorld world) => await SalesforceHouse.StartAsync(
        world, SalesforceHouse.Plain with { ActivityFieldHistory = true, ActivityFieldHistoryDelay = TimeSpan.Zero, TrackedActivityFields = ["TrueAI_Engaged__c"] });

    public static void AddLate(IConnectorHouse crm, SeedActivity call) => ((SalesforceHouse)crm).Simulator.AddLate(call, ConnectorWorlds.Start.AddSeconds(30));

    public static bool LooksAtCalls(FaultyCall call) => call.Path.EndsWith("/queryAll", StringComparison.Ordinal);
}

public sealed class HubSpotSqliteReconcileTests : SqliteReconcileTests
{
    private protected override Task<IConnectorHouse> StartAsync(SeedWorld world) => HubSpotParts.StartAsync(world);

    private protected override void AddLate(IConnectorHouse crm, SeedActivity call) => HubSpotParts.AddLate(crm, call);

    private protected override void Delete(IConnectorHouse crm, string id) => ((HubSpotHouse)crm).Simulator.Archive("calls", id);

    private protected override FaultPlan Faults(IConnectorHouse crm) => ((HubSpotHouse)crm).Simulator.Faults;

    private protected override bool LooksAtCalls(FaultyCall call) => HubSpotParts.LooksAtCalls(call);

    // The list of ids ends with an empty page.
    private protected override int DirectRead => 5;

    [Fact]
    public async Task Compare_MoreThanTenThousandWithOneTimestamp_FindsTheThreeThatAreLost()
    {
        const int Many = 10_450;
        await using var house = await OpenHouseAsync(calls: 1);
        var simulator = ((HubSpotHouse)house.Crm).Simulator;
        for (var number = 1; number < Many; number++)
            simulator.Add(ConnectorWorlds.Call(number));
        simulator.Touch("calls").ShouldBe(Many);
        await house.PollAsync();
        (await house.AskAsync<long>("select count(*) from activity")).Single().ShouldBe(Many);
        var lost = Ids(house, 3);
        await LoseAsync(house, lost);

        var calls = await house.CompareAsync(new ReconcileAsk { Labels = 0 });

        (calls.State, calls.CrmCount, calls.Missing, calls.Repaired).ShouldBe((CompletenessState.Repaired, Many, 3, 3));
        (await house.ItemsAsync(calls)).Select(item => item.ExternalId).ShouldBe(lost, ignoreOrder: true);
    }

    [Fact]
    public async Task Labels_ChangedByAWorkflow_AreShownAndTeachNothing()
    {
        await using var house = await OpenHouseAsync(calls: 3, labels: true);
        var id = Ids(house, 1)[0];
        ((HubSpotHouse)house.Crm).Simulator.ChangeBy("calls", id, house.Crm.Label.Name, "ND", "AUTOMATION_PLATFORM");
        await house.PollAsync();

        var calls = await house.CompareAsync();

        (await house.ItemsAsync(calls)).ShouldHaveSingleItem().Actor.ShouldBe(ValueActor.Automation);
        calls.Sentence.ShouldContain("(0 by people)");
        (await house.Ledger.ReadEditsAsync(10, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Compare_RateLimitInMidCheck_WaitsAndFinishes()
    {
        await using var house = await OpenHouseAsync();
        await LoseAsync(house, Ids(house, 2));
        ((HubSpotHouse)house.Crm).Simulator.Faults.Add(
            new Fault { Kind = FaultKind.Refuse, Status = 429, Code = "TEN_SECONDLY_ROLLING", Route = "/batch/read", RetryAfter = TimeSpan.FromSeconds(1) });

        var calls = await house.CompareAsync();

        (calls.State, calls.Repaired).ShouldBe((CompletenessState.Repaired, 2));
        ((HubSpotHouse)house.Crm).Simulator.Faults.Pending.ShouldBe(0);
    }
}

public sealed class HubSpotPostgresReconcileTests(PostgresServer server) : PostgresReconcileTests(server), IClassFixture<PostgresServer>
{
    private protected override Task<IConnectorHouse> StartAsync(SeedWorld world) => HubSpotParts.StartAsync(world);

    private protected override void AddLate(IConnectorHouse crm, SeedActivity call) => HubSpotParts.AddLate(crm, call);

    private protected override void Delete(IConnectorHouse crm, string id) => ((HubSpotHouse)crm).Simulator.Archive("calls", id);

    private protected override FaultPlan Faults(IConnectorHouse crm) => ((HubSpotHouse)crm).Simulator.Faults;

    private protected override bool LooksAtCalls(FaultyCall call) => HubSpotParts.LooksAtCalls(call);

    // The list of ids ends with an empty page.
    private protected override int DirectRead => 5;
}

public sealed class SalesforceSqliteReconcileTests : SqliteReconcileTests
{
    private protected override Task<IConnectorHouse> StartAsync(SeedWorld world) => SalesforceParts.StartAsync(world);

    private protected override void AddLate(IConnectorHouse crm, SeedActivity call) => SalesforceParts.AddLate(crm, call);

    private protected override void Delete(IConnectorHouse crm, string id) => ((SalesforceHouse)crm).Simulator.Delete("Task", id);

    private protected override FaultPlan Faults(IConnectorHouse crm) => ((SalesforceHouse)crm).Simulator.Faults;

    private protected override bool LooksAtCalls(FaultyCall call) => SalesforceParts.LooksAtCalls(call);

    private protected override int DirectRead => 4;
}

public sealed class SalesforcePostgresReconcileTests(PostgresServer server) : PostgresReconcileTests(server), IClassFixture<PostgresServer>
{
    private protected override Task<IConnectorHouse> StartAsync(SeedWorld world) => SalesforceParts.StartAsync(world);

    private protected override void AddLate(IConnectorHouse crm, SeedActivity call) => SalesforceParts.AddLate(crm, call);

    private protected override void Delete(IConnectorHouse crm, string id) => ((SalesforceHouse)crm).Simulator.Delete("Task", id);

    private protected override FaultPlan Faults(IConnectorHouse crm) => ((SalesforceHouse)crm).Simulator.Faults;

    private protected override bool LooksAtCalls(FaultyCall call) => SalesforceParts.LooksAtCalls(call);

    private protected override int DirectRead => 4;
}
