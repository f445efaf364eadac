using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task TakeAsync_ManyTakersAtOnce_NoWindowHoldsMoreThanTheLimit(int seed)
    {
        const int limit = 100;
        var window = TimeSpan.FromMilliseconds(500);
        // The turns are exact on the database's clock; each grant tells them on this process's, and a busy machine stretches the moment between reading the one and the other.
        var breath = TimeSpan.FromMilliseconds(50);
        var turns = (await Task.WhenAll(Enumerable.Range(0, 4).Select(taker => Task.Run(() => TakeAsync(new Random((seed * 10) + taker)), Token))))
            .SelectMany(taken => taken).Order().ToList();

        turns.Count.ShouldBeGreaterThan(150);
        for (var first = 0; first + limit < turns.Count; first++)
            (turns[first + limit] - turns[first]).ShouldBeGreaterThanOrEqualTo(window - breath);

        async Task<List<DateTimeOffset>> TakeAsync(Random chance)
        {
            List<DateTimeOffset> taken = [];
            for (var ask = 0; ask < 40; ask++)
            {
                var grant = await Ledger.TakeAsync(Ask(1 + chance.Next(20)) with { Limit = limit, Window = window }, Token);
                taken.AddRange(Enumerable.Range(0, grant.Count).Select(turn => grant.FirstAt + (grant.Interval * turn)));
                if (grant.Count > 0)
                    taken[^1].ShouldBeLessThan(TimeProvider.System.GetUtcNow() + QuotaPace.Reach + TimeSpan.FromMilliseconds(20));
            }

            return taken;
        }
    }

    [Fact]
    public async Task TakeAsync_SlowLimit_SaysWhenToAskAgain()
    {
        var slow = Ask(1) with { Limit = 1, Window = TimeSpan.FromSeconds(10) };
        (await Ledger.TakeAsync(slow, Token)).Count.ShouldBe(1);
        var grant = await Ledger.TakeAsync(slow, Token);
        (grant.Count, grant.DaySpent).ShouldBe((0, false));
        (grant.FirstAt - TimeProvider.System.GetUtcNow()).ShouldBeInRange(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task TakeAsync_DayAllowance_IsSharedByBucketsAndNeverOverdrawn()
    {
        var ask = Ask(7) with { DayAllowance = 10 };
        (await Ledger.TakeAsync(ask, Token)).Count.ShouldBe(7);
        (await Ledger.TakeAsync(ask with { Bucket = "search" }, Token)).Count.ShouldBe(3);
        var spent = await Ledger.TakeAsync(ask, Token);
        (spent.Count, spent.DaySpent, spent.FirstAt).ShouldBe((0, true, ask.DayEnd));
        (await Ledger.TakeAsync(ask with { ConnectionKey = "other" }, Token)).Count.ShouldBe(7);

        await Ledger.ReturnAsync("crm", 4, Token);
        (await Ledger.TakeAsync(ask, Token)).Count.ShouldBe(4);
        (await Ledger.ReadAsync("crm", ask.DayStart, Token)).UsedToday.ShouldBe(10);
        // Another day begins: what was counted before it does not count.
        (await Ledger.TakeAsync(ask with { DayStart = TimeProvider.System.GetUtcNow().AddHours(1) }, Token)).Count.ShouldBe(7);
    }

    [Fact]
    public async Task TakeAsync_ManyTakersOfOneDay_GetExactlyTheAllowance()
    {
        var ask = Ask(20) with { DayAllowance = 333, Limit = 100_000 };
        var grants = await Task.WhenAll(Enumerable.Range(0, 30).Select(taker =>
            Task.Run(() => Ledger.TakeAsync(ask with { Bucket = taker % 2 == 0 ? "burst" : "search" }, Token), Token)));
        grants.Sum(grant => grant.Count).ShouldBe(333);
    }

    [Theory]
    [InlineData("burst")]
    [InlineData(null)]
    public async Task CloseAsync_Bucket_GivesNoTurnBeforeTheInstant(string? bucket)
    {
        var until = TimeProvider.System.GetUtcNow().AddSeconds(30);
        await Ledger.TakeAsync(Ask(1), Token);
        await Ledger.CloseAsync("crm", bucket, until, Token);
        await Ledger.CloseAsync("crm", bucket, until.AddSeconds(-20), Token);

        var grant = await Ledger.TakeAsync(Ask(1), Token);
        grant.Count.ShouldBe(0);
        (grant.FirstAt - until).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        (await Ledger.TakeAsync(Ask(1) with { Bucket = "search" }, Token)).Count.ShouldBe(bucket is null ? 0 : 1);
        (await Ledger.ReadAsync("crm", until, Token)).ClosedUntil.ShouldNotBeNull();
    }

    [Fact]
    public async Task ObserveAsync_NothingLeft_ClosesTheDayAndIsToldToPeople()
    {
        var end = TimeProvider.System.GetUtcNow().AddHours(5);
        (await Ledger.ReadAsync("crm", end, Token)).ShouldBe(new QuotaStanding(0, null, null, null));
        await Ledger.ObserveAsync(new QuotaNotice("crm", 625_000, 7, end), Token);
        (await Ledger.TakeAsync(Ask(1), Token)).Count.ShouldBe(1);
        await Ledger.ObserveAsync(new QuotaNotice("crm", null, 0, end), Token);

        var grant = await Ledger.TakeAsync(Ask(1), Token);
        (grant.Count, grant.DaySpent).ShouldBe((0, true));
        (grant.FirstAt - end).Duration().ShouldBeLessThan(TimeSpan.FromSeconds(1));
        var standing = await Ledger.ReadAsync("crm", end.AddDays(-1), Token);
        (standing.UsedToday, standing.DayLimit, standing.DayRemaining).ShouldBe((1, 625_000, 0));
    }

    private static QuotaAsk Ask(int wanted) => new("crm", "burst", 190, TimeSpan.FromSeconds(10), wanted)
    {
        DayAllowance = 1_000_000,
        DayStart = TimeProvider.System.GetUtcNow().AddHours(-20),
        DayEnd = TimeProvider.System.GetUtcNow().AddHours(4),
    };
}
