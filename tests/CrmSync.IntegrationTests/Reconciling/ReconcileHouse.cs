using System.Runtime.CompilerServices;
using CrmSync.IntegrationTests.Connectors;
using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.Reconciling;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.Hosting;
using CrmSync.Storage;
using CrmSync.Storage.Reading;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Reconciling;

/// <summary>A real ledger, a real connector and a simulated CRM, with everything between them that a host has but the engine: the test runs the batches itself.</summary>
internal sealed class ReconcileHouse : IConnectorCatalog, IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(10);
    private readonly BatchRunner _runner;
    private readonly PollStarter _polls;
    private readonly ReconcileStarter _starter;
    private readonly ReconcileHandler _comparison;

    private ReconcileHouse(Ledger ledger, IConnectorHouse crm, Connection connection, bool labels)
    {
        Ledger = ledger;
        Crm = crm;
        Connection = connection;
        // Polls are two seconds ahead of the CRM and comparisons two hours, so that all that a test has done lies before the watermark and before the horizon.
        var soon = new MovableClock(TimeProvider.System);
        soon.Advance(TimeSpan.FromSeconds(2));
        var ahead = new MovableClock(TimeProvider.System);
        ahead.Advance(TimeSpan.FromHours(2));
        var options = new ReconcileOptions { LeafRows = 40 };
        var running = new RunnerOptions { Node = "test", Lease = Lease, RetryDelay = TimeSpan.FromMilliseconds(50) };
        var policy = new FailurePolicy(running, TimeProvider.System);
        var meter = new RequestMeter();
        var directory = new ConnectionDirectory(ledger, this);
        _comparison = new ReconcileHandler(ledger, new WindowComparison(ledger, options, policy, meter), new LabelComparison(ledger, policy, meter));
        _runner = new BatchRunner(
            ledger, directory, new BatchGate(new AccountGuard(ledger), policy, TimeProvider.System),
            [
                new ScanHandler(ledger, new Relabeller(ledger, TaxonomySet.LoadShipped()), policy, meter), new Decider(ledger, labels ? crm.Label.Name : null),
                new WriteHandler(ledger, directory, policy, meter, new RaceWatch(new WriteBackOptions(), meter, TimeProvider.System)), _comparison,
            ],
            new BatchDispatcher(new IdleEngine()), policy, running, TimeProvider.System, NullLogger<BatchRunner>.Instance);
        _polls = new PollStarter(ledger, new PollingOptions { Settle = TimeSpan.Zero }, soon);
        _starter = new ReconcileStarter(ledger, ledger, options, ahead);
        Queries = new CompletenessQueries(ledger);
    }

    public Ledger Ledger { get; }

    public IConnectorHouse Crm { get; }

    public Connection Connection { get; }

    public CompletenessQueries Queries { get; }

    public IReadOnlyList<ICrmConnector> All => [Crm.Connector];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ICrmConnector? Find(string connectionKey) => connectionKey == Crm.Connector.Key ? Crm.Connector : null;

    public static async Task<ReconcileHouse> OpenAsync(Ledger ledger, IConnectorHouse crm, bool labels)
    {
        var connections = await ledger.RegisterConnectionsAsync(
            [new ConnectionSeed(crm.Connector.Key, crm.Connector.Kind, "Main", WriteMode.On, ConnectorWorlds.Start.AddDays(-30))], Token);
        return new ReconcileHouse(ledger, crm, connections[0], labels);
    }

    /// <summary>Reads what the CRM shows, to the end; with labels, decides and writes them.</summary>
    public async Task PollAsync()
    {
        await _polls.StartAsync(RunKind.PollSettled, Connection, Crm.Connector, "test", null, Token);
        await DrainAsync();
    }

    /// <summary>Compares every type; gives the result of calls.</summary>
    public async Task<CompletenessRow> CompareAsync(ReconcileAsk? ask = null)
    {
        var runId = await StartAsync(ask);
        await DrainAsync();
        (await Ledger.FindAsync(runId, Token))!.Status.ShouldBe(RunStatus.Completed);
        return await CallsOfAsync(runId);
    }

    public async Task<long> StartAsync(ReconcileAsk? ask = null) =>
        (await _starter.StartAsync(Connection, Crm.Connector, ask ?? new ReconcileAsk(), "ada", null, Token)).RunId.ShouldNotBeNull();

    public async Task<CompletenessRow> CallsOfAsync(long runId) => (await Queries.ReadRunAsync(runId, Token)).Single(row => row.ObjectType == Crm.CallType);

    /// <summary>A process that dies after some steps of the comparison of calls: what it committed stays, what it held is given back.</summary>
    public async Task DieInMidComparisonAsync(long runId, Func<LedgerChange, bool> dies)
    {
        var batchId = (await AskAsync<long>($"select batch_id from completeness where run_id = {runId} and object_type = '{Crm.CallType}'")).Single();
        var batch = (await Ledger.ClaimAsync(batchId, "doomed", Lease, Token)).ShouldNotBeNull();
        var context = new BatchContext(batch, Connection, Crm.Connector, TimeProvider.System);
        await foreach (var change in _comparison.HandleAsync(context, Token))
        {
            change.Ending.ShouldBeNull("the test means to die before the end");
            (await Ledger.CommitAsync(batch, change, Lease, Token)).Held.ShouldBeTrue();
            if (dies(change))
                break;
        }
        await Ledger.ReleaseAsync("doomed", Token);
    }

    /// <summary>Runs everything that is due or will be, as an engine and the sweep would.</summary>
    public async Task DrainAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            foreach (var batch in await Ledger.TakeDueAsync(TimeProvider.System.GetUtcNow().AddMinutes(1), 8, 500, Token))
                await _runner.RunAsync(batch.Id, CancellationToken.None, Token);
            var made = await Ledger.GatherAsync(new Dictionary<long, int> { [Connection.Id] = Crm.Connector.Writer.BatchSize }, TimeSpan.Zero, Token);
            foreach (var batch in made)
                await _runner.RunAsync(batch.Id, CancellationToken.None, Token);
            if (made.Count == 0 && (await AskAsync<long>("select count(*) from batch where status in ('available', 'scheduled', 'retryable', 'running')")).Single() == 0)
                return;
            await timer.WaitForNextTickAsync(Token);
        }
    }

    public async Task<IReadOnlyList<T>> AskAsync<T>(string sql)
    {
        await using var connection = await Ledger.OpenReadAsync(Token);
        return [.. await connection.QueryAsync<T>(sql)];
    }

    public async Task<IReadOnlyList<CompletenessItemRow>> ItemsAsync(CompletenessRow row) => await Queries.ReadItemsAsync(row.Id, null, 1_000, Token);

    public async ValueTask DisposeAsync() => await Crm.DisposeAsync();

    /// <summary>Decides that everybody took part; without a property it leaves activities undecided, which is enough to be complete.</summary>
    private sealed class Decider(IWorkReader work, string? property) : IBatchHandler
    {
        public BatchKind Kind => BatchKind.Classify;

        public async IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var activities = await work.ReadActivitiesAsync(context.Batch.Id, cancellationToken);
            yield return new LedgerChange
            {
                Decisions =
                [
                    .. activities.Select(activity => new DecisionRow(
                        activity.ActivityId, activity.ContentHash,
                        new LabelDecision("engagement", "1", "engaged", property is null ? DecisionStatus.Unsure : DecisionStatus.Decided, 0.9, "rules", [], "rules-1"),
                        property is null ? null : new PlannedWrite(property, "ENGAGED"))),
                ],
                Ending = new BatchEnding.Completed(),
            };
        }
    }

    /// <summary>Remembers nothing: whatever is handed over is found again in the ledger, as after a crash.</summary>
    private sealed class IdleEngine : IJobEngine
    {
        public string Name => "idle";

        public Task StartAsync(IJobCallbacks callbacks, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task EnqueueAsync(EngineJob job, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task CancelAsync(long batchId, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task SetRecurringAsync(RecurringJob job, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task RemoveRecurringAsync(string key, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task TriggerAsync(string key, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
