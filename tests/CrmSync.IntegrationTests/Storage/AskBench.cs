using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Classification.Asking;
using CrmSync.Pipeline.Classification.Hosted;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Taxonomies;
using CrmSync.Tests.Testing;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>A ledger with the handlers that classify and ask, run by hand, so that a test can stop between any two commits.</summary>
internal sealed class AskBench
{
    private readonly LedgerWorld _world;
    private readonly Connection _connection;
    private readonly FakeCrm _crm = new();
    private readonly List<IBatchHandler> _handlers;

    public AskBench(LedgerWorld world, IHostedModel model, HostedOptions? options = null, AskOptions? asking = null)
    {
        _world = world;
        _connection = new Connection(world.ConnectionId, "hubspot-main", "hubspot", "Main portal", WriteMode.On, LedgerWorld.Start);
        var hosted = options ?? new HostedOptions();
        var taxonomies = new TaxonomySet([TaxonomySet.LoadShipped()["engagement"]]);
        var cascade = new CascadeHolder(new Cascade(taxonomies, [new ScriptedStep()]));
        // A batch at the endpoint is due for the next look at once.
        Asking = (asking ?? new AskOptions { Share = 1 }) with { LookAtBatchEvery = TimeSpan.FromSeconds(-1) };
        var desk = HostedDesk.Of(
            Asking, hosted, model, new Auditor(model, taxonomies, hosted, CascadeOptions.Default, null, new LedgerBudget(world.Ledger, hosted.DailyBudgetUsd)));
        var runner = new RunnerOptions { Node = "node-1", RetryDelay = TimeSpan.FromMilliseconds(1), LongestRetryDelay = TimeSpan.FromMilliseconds(1), StoppedDelay = TimeSpan.FromMilliseconds(1) };
        var clock = TimeProvider.System;
        var settling = new AskSettling(cascade, desk, new AskBackOff(new FailurePolicy(runner, clock), runner, clock));
        _handlers =
        [
            new ClassifyHandler(world.Ledger, cascade, desk, clock),
            new AskHandler(world.Ledger, desk, settling, new RemoteAsks(desk, world.Ledger, settling, clock), clock),
        ];
    }

    public AskOptions Asking { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The local step is as sure as the body says, such as "0.40 They wrote back".</summary>
    public static CrmActivity Mail(string id, double sure, string text = "They wrote back.", int minute = 0) =>
        LedgerWorld.Activity(id, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{sure:0.00} {text}"), minute);

    public async Task ClassifyAsync(params CrmActivity[] activities)
    {
        foreach (var batch in await _world.StoreAsync(activities))
            await RunAsync(batch);
    }

    /// <summary>As a backfill, whose run ends with this.</summary>
    public async Task BackfillAsync(params CrmActivity[] activities)
    {
        foreach (var batch in await _world.StoreAsync(RunKind.Backfill, activities))
            await RunAsync(batch);
    }

    public Task<IReadOnlyList<BatchRef>> GatherAsync(bool remote = false, TimeSpan? patience = null) => _world.Ledger.GatherAsync(
        new AskGathering { Share = Asking.Share, Linger = TimeSpan.Zero, RemoteBackfills = remote, SharePatience = patience ?? TimeSpan.FromHours(1) }, Token);

    /// <summary>Gathers questions and puts them.</summary>
    public async Task AskAsync(bool remote = false, TimeSpan? patience = null)
    {
        foreach (var batch in await GatherAsync(remote, patience))
            await RunAsync(batch);
    }

    /// <summary>Runs a batch to its end or its next wait.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="diesBefore">The process dies before it commits such a change.</param>
    public async Task RunAsync(BatchRef batch, Func<LedgerChange, bool>? diesBefore = null) => await RunAsync(batch, await _world.ClaimAsync(batch.Id), diesBefore);

    /// <summary>The same, where there is something to claim.</summary>
    public async Task RunIfDueAsync(BatchRef batch)
    {
        if (await _world.Ledger.ClaimAsync(batch.Id, "node-1", LedgerWorld.Lease, Token) is { } claimed)
            await RunAsync(batch, claimed, null);
    }

    private async Task RunAsync(BatchRef batch, ClaimedBatch claimed, Func<LedgerChange, bool>? diesBefore)
    {
        var context = new BatchContext(claimed, _connection, _crm, TimeProvider.System);
        await foreach (var change in _handlers.Single(handler => handler.Kind == batch.Kind).HandleAsync(context, Token))
        {
            if (diesBefore?.Invoke(change) == true)
                return;
            if (!(await _world.Ledger.CommitAsync(claimed, change with { WriteBatchSize = 100 }, LedgerWorld.Lease, Token)).Held)
                return;
        }
    }

    public Task<IReadOnlyList<string>> AsksAsync() => _world.ListAsync<string>("select status || coalesce(':' || code, '') from ask order by id");

    public Task<IReadOnlyList<string>> CurrentAsync() => _world.ListAsync<string>(
        "select d.decided_by || ':' || d.status || ':' || coalesce(d.label, '-') from decision d where d.superseded_at is null order by d.activity_id");

    private sealed class ScriptedStep : ICascadeStep
    {
        public string Name => "rules";

        public string Version => "rules-test";

        public double? ThresholdOf(string taxonomy, string? label) => 0.62;

        public bool Covers(Taxonomy taxonomy) => true;

        public IReadOnlyList<StepOpinion> Consider(CascadeInput input, IReadOnlyList<Taxonomy> open)
        {
            var sure = double.Parse(input.Content.Body.AsSpan(0, 4), System.Globalization.CultureInfo.InvariantCulture);
            return [new StepOpinion("engagement", [new("not-engaged", sure), new("nd", 1 - sure)], [])];
        }
    }
}
