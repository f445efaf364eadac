using CrmSync.Pipeline.Polling;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task AddAsync_SecondDelivery_WakesNobody()
    {
        (await Ledger.LastAtAsync(World.ConnectionId, Token)).ShouldBeNull();
        (await Ledger.AddAsync(World.ConnectionId, [Notice("a"), Notice("b"), Notice("a")], Token)).Select(notice => notice.Key).ShouldBe(["a", "b"]);
        (await Ledger.AddAsync(World.ConnectionId, [Notice("c"), Notice("b"), Notice("'; --\"")], Token))
            .Select(notice => notice.Key).ShouldBe(["c", "'; --\""]);
        (await Ledger.AddAsync(World.ConnectionId, [], Token)).ShouldBeEmpty();
        (TimeProvider.System.GetUtcNow() - (await Ledger.LastAtAsync(World.ConnectionId, Token))!.Value).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task AddAsync_SameDeliveryOnTwoNodes_IsNewToOne()
    {
        var events = Enumerable.Range(0, 50).Select(number => Notice($"event-{number}")).ToList();
        var added = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Ledger.AddAsync(World.ConnectionId, events, Token), Token)));
        added.Sum(list => list.Count).ShouldBe(50);
    }

    private static WebhookEvent Notice(string key) => new(key, "calls", "7", LedgerWorld.Start, WebhookEventKind.Changed);
}
