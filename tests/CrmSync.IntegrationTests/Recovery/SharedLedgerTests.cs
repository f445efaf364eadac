using CrmSync.IntegrationTests.Storage;
using CrmSync.IntegrationTests.Testing;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Recovery;

/// <summary>Two hosts share a PostgreSQL ledger; one of them is killed in the middle, the other finishes.</summary>
public sealed class SharedLedgerTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    private const int Activities = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Run_TwoHostsOneKilled_TheOtherFinishesAndNothingIsWrittenTwice()
    {
        PostgresServer.SkipUnlessThere();
        var token = TestContext.Current.CancellationToken;
        await using var service = await ServiceUnderTest.CreateAsync(Activities, token, shared: server.ConnectionString);
        await using var first = service.StartHost("first");
        await Eventually.IsTrueAsync(async () => (await service.ReadProgressAsync(token)).Sum(progress => progress.Decided) > 0, $"the first host begins. It said: {first.Output}", Patience, token);
        await using var second = service.StartHost("second");
        await StartedAsync(second, token);
        await first.KillAsync(token);
        // Restarting under its name frees at once what the dead one held; without that the lease would run out by itself.
        await using var again = service.StartHost("first");
        await StartedAsync(again, token);
        await Eventually.IsTrueAsync(() => service.IsSyncedAsync(token), $"the hosts finish. They said: {second.Output} {again.Output}", Patience, token);
        (await second.TerminateAsync(token)).ShouldBe(0, second.Output);
        (await again.TerminateAsync(token)).ShouldBe(0, again.Output);

        await using var ledger = await service.OpenLedgerAsync(token);
        await Invariants.AssertAsync(ledger, service.Crms.All, token);
    }

    private static Task StartedAsync(HostProcess host, CancellationToken token) => Eventually.IsTrueAsync(
        () => Task.FromResult(host.Output.Contains("Console:", StringComparison.Ordinal)), $"a host starts. It said: {host.Output}", Patience, token);
}
