using CrmSync.Pipeline.Jobs;
using CrmSync.Tests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class BatchGateTests
{
    private readonly FakeLedger _ledger = new();
    private readonly FakeCrm _crm = new();

    private BatchGate Gate() =>
        new(new AccountGuard(_ledger), new FailurePolicy(new RunnerOptions { Node = "test" }, TimeProvider.System), TimeProvider.System);

    private BatchContext Context(BatchKind kind) =>
        new(new ClaimedBatch(1, kind, 1, null, 1, 1, DateTimeOffset.MaxValue), _ledger.Connection, _crm, TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Enter_FirstToken_BindsTheConnectionToItsAccountAndTellsTheConnector()
    {
        (await Gate().EnterAsync(Context(BatchKind.Scan), Token)).ShouldBeNull();
        _ledger.BoundAccount.ShouldBe("1");
        _crm.Expected.ShouldBe("1");
    }

    [Theory]
    [InlineData(BatchKind.Scan)]
    [InlineData(BatchKind.Write)]
    public async Task Enter_TokenOfAnotherAccount_WaitsForAPersonAndNamesBothAccounts(BatchKind kind)
    {
        _ledger.BoundAccount = "1";
        _crm.Account = "2";
        var ending = (await Gate().EnterAsync(Context(kind), Token)).ShouldBeOfType<BatchEnding.Snooze>();
        ending.Code.ShouldBe("pipeline.wrong_account");
        ending.Message.ShouldContain("account 1");
        ending.Message.ShouldContain("account 2");
        _crm.Expected.ShouldBe("1");
    }

    [Fact]
    public async Task Enter_DecidingWithATokenOfAnotherAccount_GoesOnBecauseItNeedsNoCrm()
    {
        _ledger.BoundAccount = "1";
        _crm.Account = "2";
        (await Gate().EnterAsync(Context(BatchKind.Classify), Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Enter_CrmThatWantsOneWriteAtATime_LetsTheNextInWhenTheFirstHasLeft()
    {
        _crm.ParallelBatches = 1;
        var gate = Gate();
        var first = Context(BatchKind.Write);
        (await gate.EnterAsync(first, Token)).ShouldBeNull();
        (await gate.EnterAsync(Context(BatchKind.Write), Token)).ShouldBeOfType<BatchEnding.Snooze>().Code.ShouldBe(BatchGate.TurnCode);
        gate.Leave(first);
        (await gate.EnterAsync(Context(BatchKind.Write), Token)).ShouldBeNull();
    }
}
