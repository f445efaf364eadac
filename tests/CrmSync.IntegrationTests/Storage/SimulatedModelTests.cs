using System.Collections.Concurrent;
using CrmSync.Connectors.AzureOpenAI;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Jobs;
using CrmSync.Simulator.AzureOpenAI;
using CrmSync.Simulator.Hosting;
using CrmSync.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

/// <summary>Questions from the ledger to a simulated Azure OpenAI and back, over HTTP.</summary>
public sealed class SimulatedModelTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("crmsync-asks-").FullName;
    private readonly Lines _lines = new();
    private ModelSimulator _simulator = null!;
    private AzureOpenAiModel _model = null!;
    private LedgerWorld _world = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _simulator = await ModelSimulator.StartAsync(
            new ModelSimulatorOptions { ErrorRate = 0, BatchStage = TimeSpan.FromMilliseconds(20) }, TimeProvider.System, Token);
        _model = AzureOpenAiModel.Create(
            new AzureOpenAiOptions { Endpoint = _simulator.BaseAddress, Key = ModelSimulatorOptions.DefaultKey }, TimeProvider.System, _lines);
        _world = await LedgerWorld.CreateAsync(await Ledger.OpenAsync(
            new LedgerOptions { File = Path.Combine(_folder, "ledger.db") }, TimeProvider.System, NullLoggerFactory.Instance, Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        _model.Dispose();
        await _simulator.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("F10", "azure-openai.unauthorized")]
    [InlineData("F27", "azure-openai.no_deployment")]
    public async Task Ask_EndpointFailsThenHeals_WaitsAndIsAnswered_AndNoLogHoldsTheKey(string dial, string code)
    {
        var bench = new AskBench(_world, _model);
        _simulator.Dials.Turn(dial, new DialSetting { Probability = 1 });
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4), AskBench.Mail("2", 0.4, "Another text."));
        await bench.AskAsync();
        (await bench.AsksAsync()).ShouldBe([$"open:{code}", $"open:{code}"]);
        (await bench.CurrentAsync()).ShouldAllBe(decision => decision == "rules:unsure:nd");
        (await _world.CountAsync("intent")).ShouldBe(0);

        _simulator.Dials.HealAll();
        await AnsweredAsync(bench, remote: false);

        (await bench.CurrentAsync()).ShouldAllBe(decision => decision.StartsWith("hosted:"));
        (await _world.Ledger.ReadDayAsync(Token)).CostMicros.ShouldBeGreaterThan(0);
        var told = string.Join('\n', _lines.All.Concat(await _world.ListAsync<string>("select message from run_log")).Concat(await _world.ListAsync<string>("select coalesce(message, '') from ask")));
        told.ShouldNotContain(ModelSimulatorOptions.DefaultKey);
        told.ShouldNotContain("They wrote back");
    }

    [Theory]
    [InlineData("F44-missing")]
    [InlineData("F44-extra")]
    [InlineData("F44-label")]
    [InlineData("F44-truncated")]
    [InlineData("F44-refusal")]
    public async Task Ask_AnswersThatCannotBeUsed_NeverBecomeALabel(string dial)
    {
        var bench = new AskBench(_world, _model);
        _simulator.Dials.Turn(dial, new DialSetting { Probability = 1 });
        await bench.ClassifyAsync(AskBench.Mail("1", 0.4), AskBench.Mail("2", 0.4, "Another text."));
        await bench.AskAsync();
        (await _world.CountAsync("decision where decided_by = 'hosted' and label not in ('engaged', 'not-engaged', 'nd')")).ShouldBe(0);
        (await _world.CountAsync("ask where status = 'open'")).ShouldBeGreaterThan(0);
        (await _world.CountAsync("intent i where not exists (select 1 from decision d where d.id = i.decision_id and d.decided_by = 'hosted')")).ShouldBe(0);
    }

    [Fact]
    public async Task Remote_Backfill_RunsThroughFilesAndBatches()
    {
        var bench = new AskBench(_world, _model);
        await bench.BackfillAsync([.. Enumerable.Range(0, 7).Select(i => AskBench.Mail($"{i}", 0.4, $"Text number {i} about the offer."))]);
        await AnsweredAsync(bench, remote: true);
        (await _world.ListAsync<string>("select status from remote_batch")).ShouldBe(["ended"]);
        (await _world.CountAsync("decision where decided_by = 'hosted' and superseded_at is null")).ShouldBe(7);
        (await _world.Ledger.ReadDayAsync(Token)).ReservedMicros.ShouldBe(0);
    }

    private async Task AnsweredAsync(AskBench bench, bool remote)
    {
        // What waits five minutes for a person is due at once here.
        var batches = new List<BatchRef>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                batches.AddRange(await bench.GatherAsync(remote));
                foreach (var batch in batches)
                    await bench.RunIfDueAsync(batch);
                return (await _world.CountAsync("ask where status <> 'answered'")) == 0;
            },
            $"every question is answered; they are {string.Join(", ", await bench.AsksAsync())}", TimeSpan.FromSeconds(30), Token);
    }

    private sealed class Lines : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
