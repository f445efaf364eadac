using CrmSync.Connectors.Http;
using CrmSync.Pipeline.Jobs;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

/// <summary>Gates of several nodes on one store, on a virtual clock.</summary>
public sealed class QuotaSimulationTests
{
    private static readonly (double Limit, TimeSpan Window) Burst = (190, TimeSpan.FromSeconds(10));
    private static readonly (double Limit, TimeSpan Window) Search = (5, TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData(1, "burst", 10, 8)]
    [InlineData(3, "burst", 10, 8)]
    [InlineData(1, "search", 4, 8)]
    [InlineData(3, "search", 4, 8)]
    // A server far away and timers that ring late, as on a busy machine.
    [InlineData(1, "search", 25, 15)]
    [InlineData(3, "burst", 25, 15)]
    public void EnterAsync_BusyConnection_UsesNineTenthsOfTheLimitAndNeverMore(int gates, string bucket, int storeMs, int lateMs)
    {
        var limit = bucket == "search" ? Search : Burst;
        var run = new Simulation(seed: 7, TimeSpan.FromMilliseconds(storeMs), TimeSpan.FromMilliseconds(lateMs));
        run.Run(gates, workers: 8, bucket, TimeSpan.FromMinutes(2), (_, random) => TimeSpan.FromMilliseconds(random.Next(60, 400)));

        run.MostIn(limit.Window).ShouldBeLessThanOrEqualTo((int)limit.Limit);
        var utilisation = run.Used.Count(use => use.At < run.Begun.AddMinutes(2)) / (limit.Limit / limit.Window.TotalSeconds * 120);
        TestContext.Current.SendDiagnosticMessage($"{gates} gates, {bucket}: {utilisation:P1}, most {run.MostIn(limit.Window)}, store asked {run.Asked} times");
        utilisation.ShouldBeGreaterThanOrEqualTo(0.90);
        // About once a second and node, not once a request.
        run.Asked.ShouldBeLessThan(gates * 120 * 4);
    }

    [Fact]
    public void EnterAsync_UnevenNetwork_NoSecondAtTheCrmHoldsMoreThanFiveSearches()
    {
        var run = new Simulation(seed: 11, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(15)) { OnTheWay = random => TimeSpan.FromMilliseconds(random.Next(5, 400)) };
        run.Run(1, workers: 8, "search", TimeSpan.FromMinutes(2), (_, random) => TimeSpan.FromMilliseconds(random.Next(0, 100)));

        run.MostIn(Search.Window).ShouldBeLessThanOrEqualTo((int)Search.Limit);
        run.Used.Count.ShouldBeGreaterThan(120 * 3);
    }

    [Fact]
    public void EnterAsync_ThreeBusyNodes_NoneStarves()
    {
        var run = new Simulation(seed: 3, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5));
        run.Run(3, workers: 6, "search", TimeSpan.FromMinutes(2), (_, random) => TimeSpan.FromMilliseconds(random.Next(60, 400)));
        run.Used.CountBy(use => use.Gate).Select(share => share.Value).Min().ShouldBeGreaterThan(run.Used.Count / 6);
    }

    [Fact]
    public void EnterAsync_AnyDemand_NoWindowHoldsMoreThanTheLimit() =>
        Prop.ForAll(
            Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Gen.Choose(1, 60).ToArbitrary(), Gen.Choose(1, 4).ToArbitrary(), (seed, limit, gates) =>
            {
                var chance = new Random(seed);
                var window = TimeSpan.FromMilliseconds(chance.Next(500, 3_000));
                var run = new Simulation(seed, TimeSpan.FromMilliseconds(chance.Next(0, 60)), TimeSpan.FromMilliseconds(chance.Next(0, 80)))
                {
                    Burst = (limit, window),
                };
                run.Run(gates, chance.Next(1, 12), "burst", TimeSpan.FromSeconds(20), (_, random) => random.Next(4) switch
                {
                    0 => TimeSpan.FromMilliseconds(random.Next(0, 3_000)),
                    _ => TimeSpan.FromMilliseconds(random.Next(0, 40)),
                });
                run.Used.Count.ShouldBeGreaterThan(0);
                run.MostIn(window).ShouldBeLessThanOrEqualTo(limit);
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void EnterAsync_DayAllowance_IsUsedUpToTheLastTurnAndNotBeyond()
    {
        var run = new Simulation(seed: 5, TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5)) { DailyLimit = 400 };
        run.Run(3, workers: 4, "burst", TimeSpan.FromMinutes(10), (_, random) => TimeSpan.FromMilliseconds(random.Next(60, 400)));
        run.Used.Count.ShouldBeLessThanOrEqualTo(200);
        run.Used.Count.ShouldBeGreaterThanOrEqualTo(180);
    }

    [Fact]
    public void Close_OnOneNode_StopsAllWithinASecond()
    {
        var run = new Simulation(seed: 5, TimeSpan.FromMilliseconds(5), TimeSpan.Zero) { CloseAfter = TimeSpan.FromSeconds(10), CloseFor = TimeSpan.FromSeconds(30) };
        run.Run(3, workers: 4, "burst", TimeSpan.FromMinutes(1), (_, random) => TimeSpan.FromMilliseconds(random.Next(60, 400)));
        var closed = run.Begun.AddSeconds(10);
        run.Used.Where(use => use.At > closed.AddSeconds(1.1) && use.At < closed.AddSeconds(30)).ShouldBeEmpty();
        run.Used.ShouldContain(use => use.At >= closed.AddSeconds(30));
    }

    private sealed class Simulation(int seed, TimeSpan storeDelay, TimeSpan latest)
    {
        private readonly VirtualTime _time = new(seed, latest);

        public (double Limit, TimeSpan Window) Burst { get; init; } = QuotaSimulationTests.Burst;

        public long DailyLimit { get; init; } = 1_000_000;

        public Func<Random, TimeSpan>? OnTheWay { get; init; }

        public TimeSpan? CloseAfter { get; init; }

        public TimeSpan CloseFor { get; init; }

        public DateTimeOffset Begun { get; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public List<(DateTimeOffset At, int Gate)> Used { get; } = [];

        public int Asked { get; private set; }

        public void Run(int gates, int workers, string bucket, TimeSpan length, Func<int, Random, TimeSpan> work)
        {
            var store = new DistantStore(new InProcessQuotaStore(_time), storeDelay, _time, () => Asked++);
            var all = Enumerable.Range(0, gates).Select(_ => new QuotaGate(
                "crm", store, new QuotaLimits(Burst, Search, new DayMeter(DailyLimit, 0.5, now => (now.Date, now.Date.AddDays(1)))), _time)).ToList();
            _time.Run(() => Task.WhenAll(all.SelectMany((gate, at) => Enumerable.Range(0, workers).Select(worker => WorkAsync(
                gate, at, bucket == "search" ? QuotaBucket.Search : QuotaBucket.Burst, _time.GetUtcNow() + length, new Random(seed + (100 * at) + worker), work)))
                .Append(CloseAsync(all[0]))));
        }

        public int MostIn(TimeSpan window)
        {
            var turns = Used.Select(use => use.At).Order().ToList();
            return turns.Select((turn, first) => turns.Skip(first).TakeWhile(other => other - turn < window).Count()).Max();
        }

        private async Task WorkAsync(
            QuotaGate gate, int number, QuotaBucket bucket, DateTimeOffset end, Random random, Func<int, Random, TimeSpan> work)
        {
            while (_time.GetUtcNow() < end)
            {
                try
                {
                    using (await gate.EnterAsync(bucket, CancellationToken.None))
                    {
                        if (OnTheWay is not null)
                            await Task.Delay(OnTheWay(random), _time);
                        Used.Add((_time.GetUtcNow(), number));
                    }
                    await Task.Delay(work(number, random), _time);
                }
                catch (QuotaWaitException wait)
                {
                    wait.NotBefore.ShouldBeGreaterThan(_time.GetUtcNow());
                    await Task.Delay(wait.NotBefore - _time.GetUtcNow(), _time);
                }
            }
        }

        private async Task CloseAsync(QuotaGate gate)
        {
            if (CloseAfter is not { } after)
                return;
            await Task.Delay(after, _time);
            gate.CloseAll(_time.GetUtcNow() + CloseFor);
        }
    }

    private sealed class DistantStore(IQuotaStore inner, TimeSpan delay, TimeProvider time, Action asked) : IQuotaStore
    {
        public async Task<QuotaGrant> TakeAsync(QuotaAsk ask, CancellationToken cancellationToken)
        {
            asked();
            await Task.Delay(delay / 2, time, cancellationToken);
            var grant = await inner.TakeAsync(ask, cancellationToken);
            await Task.Delay(delay / 2, time, cancellationToken);
            return grant;
        }

        public Task ReturnAsync(string connectionKey, int turns, CancellationToken cancellationToken) =>
            inner.ReturnAsync(connectionKey, turns, cancellationToken);

        public Task CloseAsync(string connectionKey, string? bucket, DateTimeOffset until, CancellationToken cancellationToken) =>
            inner.CloseAsync(connectionKey, bucket, until, cancellationToken);

        public Task ObserveAsync(QuotaNotice notice, CancellationToken cancellationToken) => inner.ObserveAsync(notice, cancellationToken);

        public Task<QuotaStanding> ReadAsync(string connectionKey, DateTimeOffset dayStart, CancellationToken cancellationToken) =>
            inner.ReadAsync(connectionKey, dayStart, cancellationToken);
    }
}
