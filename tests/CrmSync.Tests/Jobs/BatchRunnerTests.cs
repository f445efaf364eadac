using CrmSync.Pipeline.Jobs;
using CrmSync.Tests.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class BatchRunnerTests
{
    private readonly FakeLedger _ledger = new();
    private readonly IBatchStore _batches = Substitute.For<IBatchStore>();
    private readonly IJobEngine _engine = Substitute.For<IJobEngine>();
    private readonly List<LedgerChange> _saved = [];
    private readonly RunnerOptions _options = new() { Node = "test", MaximumAttempts = 3 };
    private bool _held = true;

    private BatchRunner Runner(Func<BatchContext, IAsyncEnumerable<LedgerChange>> work, int attempt = 1)
    {
        _batches.ClaimAsync(0, "", TimeSpan.Zero, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(
            new ClaimedBatch(7, BatchKind.Scan, 1, 1, 1, attempt, TimeProvider.System.GetUtcNow().AddMinutes(3)));
        _batches.CommitAsync(null!, null!, TimeSpan.Zero, Arg.Any<CancellationToken>()).ReturnsForAnyArgs(call =>
        {
            if (_held)
                _saved.Add(call.Arg<LedgerChange>());
            return new CommitResult(_held, TimeProvider.System.GetUtcNow().AddMinutes(3), [new BatchRef(8, BatchKind.Classify, DateTimeOffset.UnixEpoch, 0)]);
        });
        var policy = new FailurePolicy(_options, TimeProvider.System);
        return new BatchRunner(
            _batches, new ConnectionDirectory(_ledger, _ledger), new BatchGate(new AccountGuard(_ledger), policy, TimeProvider.System), [new Handler(work)],
            new BatchDispatcher(_engine), policy, _options, TimeProvider.System, NullLogger<BatchRunner>.Instance);
    }

    private static Task RunAsync(BatchRunner runner) => RunUntilAsync(runner, CancellationToken.None);

    private static Task RunUntilAsync(BatchRunner runner, CancellationToken stopping) => runner.RunAsync(7, stopping, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Run_HandlerYields_EachChangeIsSavedBeforeTheNextIsAskedFor()
    {
        var savedWhenResumed = new List<int>();
        async IAsyncEnumerable<LedgerChange> Work()
        {
            for (var i = 0; i < 3; i++)
            {
                await Task.Yield();
                yield return LedgerChange.Renewal;
                savedWhenResumed.Add(_saved.Count);
            }
        }

        await RunAsync(Runner(_ => Work()));
        savedWhenResumed.ShouldBe([1, 2, 3]);
        _saved[^1].Ending.ShouldBeOfType<BatchEnding.Completed>();
    }

    [Fact]
    public async Task Run_LeaseLost_StopsAtOnceAndHandsNothingToTheEngine()
    {
        var resumed = false;
        async IAsyncEnumerable<LedgerChange> Work()
        {
            await Task.Yield();
            _held = false;
            yield return LedgerChange.Renewal;
            resumed = true;
        }

        await RunAsync(Runner(_ => Work()));
        resumed.ShouldBeFalse();
        _saved.ShouldBeEmpty();
        await _engine.DidNotReceiveWithAnyArgs().EnqueueAsync(null!, Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Run_Commit_HandsNewBatchesToTheEngineAfterwards()
    {
        await RunAsync(Runner(_ => One(new LedgerChange { Ending = new BatchEnding.Completed() })));
        await _engine.Received(1).EnqueueAsync(Arg.Is<EngineJob>(job => job.BatchId == 8 && job.Queue == JobQueue.Classify), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData(1, typeof(BatchEnding.Retry))]
    [InlineData(3, typeof(BatchEnding.Discard))]
    public async Task Run_HandlerThrows_CountsTheTryAndKeepsTheReason(int attempt, Type ending)
    {
        await RunAsync(Runner(_ => Throwing(), attempt));
        var change = _saved.ShouldHaveSingleItem();
        change.Ending.ShouldBeOfType(ending);
        change.Log.ShouldContain(line => line.Message.Contains("FormatException", StringComparison.Ordinal));
        change.Log.ShouldNotContain(line => line.Message.Contains("secret", StringComparison.Ordinal), "an exception's message may hold text of a record");
    }

    [Fact]
    public async Task Run_HostStops_GivesTheBatchBackAfterTheStepUnderWay()
    {
        using var stopping = new CancellationTokenSource();
        var steps = 0;
        async IAsyncEnumerable<LedgerChange> Work()
        {
            while (true)
            {
                await Task.Yield();
                steps++;
                await stopping.CancelAsync();
                yield return LedgerChange.Renewal;
            }
        }

        await RunUntilAsync(Runner(_ => Work()), stopping.Token);
        steps.ShouldBe(1);
        _saved[^1].Ending.ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe("host_stopping");
    }

    [Fact]
    public async Task Run_NothingToClaim_DoesNothing()
    {
        var runner = Runner(_ => Throwing());
        _batches.ClaimAsync(0, "", TimeSpan.Zero, Arg.Any<CancellationToken>()).ReturnsForAnyArgs((ClaimedBatch?)null);
        await RunAsync(runner);
        _saved.ShouldBeEmpty();
    }

    private static async IAsyncEnumerable<LedgerChange> One(LedgerChange change)
    {
        await Task.Yield();
        yield return change;
    }

    private static async IAsyncEnumerable<LedgerChange> Throwing()
    {
        await Task.Yield();
        throw new FormatException("secret text of a record");
#pragma warning disable CS0162 // makes this an iterator
        yield break;
#pragma warning restore CS0162
    }

    private sealed class Handler(Func<BatchContext, IAsyncEnumerable<LedgerChange>> work) : IBatchHandler
    {
        public BatchKind Kind => BatchKind.Scan;

        public IAsyncEnumerable<LedgerChange> HandleAsync(BatchContext context, CancellationToken cancellationToken) => work(context);
    }
}
