using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Polling;
using CrmSync.Tests.Connectors;
using CrmSync.Tests.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Polling;

public sealed class PollWakerTests
{
    private readonly FakeLedger _ledger = new();
    private readonly JumpingClock _clock = new();
    private readonly KnownNotices _notices = new();

    private PollWaker Waker() => new(
        _notices, new ConnectionDirectory(_ledger, _ledger), new PollStarter(_ledger, new PollingOptions(), _clock),
        new BatchDispatcher(Substitute.For<IJobEngine>()), _clock, NullLogger<PollWaker>.Instance);

    private static WebhookEvent Notice(string key, WebhookEventKind kind = WebhookEventKind.Changed) => new(key, "notes", "1", DateTimeOffset.UnixEpoch, kind);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Notice_BurstOfChanges_StartsOneFreshPollAfterTheIndexHadTime()
    {
        var waker = Waker();
        (await waker.NoticeAsync(1, [Notice("a"), Notice("b")], Token)).ShouldBe(2);
        await waker.StartDueAsync(Token);
        _ledger.Started.ShouldBeEmpty();
        _clock.Advance(TimeSpan.FromSeconds(3));
        await waker.StartDueAsync(Token);
        await waker.StartDueAsync(Token);
        _ledger.Started.ShouldHaveSingleItem().Kind.ShouldBe(RunKind.PollFresh);
        _ledger.Started[0].RequestedBy.ShouldBe("notice");
    }

    [Fact]
    public async Task Notice_SeenBeforeOrOurOwnWrite_WakesNobody()
    {
        var waker = Waker();
        await waker.NoticeAsync(1, [Notice("a", WebhookEventKind.Echo)], Token);
        (await waker.NoticeAsync(1, [Notice("a")], Token)).ShouldBe(0);
        _clock.Advance(TimeSpan.FromHours(1));
        await waker.StartDueAsync(Token);
        _ledger.Started.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(WebhookEventKind.Linked, RunKind.PollLinks)]
    [InlineData(WebhookEventKind.Gone, RunKind.PollGone)]
    public async Task Notice_LinkOrDeletion_StartsThePollThatSeesIt(WebhookEventKind kind, RunKind run)
    {
        var waker = Waker();
        await waker.NoticeAsync(1, [Notice("a", kind)], Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await waker.StartDueAsync(Token);
        _ledger.Started.ShouldHaveSingleItem().Kind.ShouldBe(run);
    }

    [Fact]
    public async Task Notice_WhileAScanIsUnderWay_PollsAgainAfterIt()
    {
        var waker = Waker();
        _ledger.ScansAreOpen = true;
        await waker.NoticeAsync(1, [Notice("a")], Token);
        _clock.Advance(TimeSpan.FromSeconds(3));
        await waker.StartDueAsync(Token);
        _ledger.ScansAreOpen = false;
        _clock.Advance(TimeSpan.FromSeconds(3));
        await waker.StartDueAsync(Token);
        _ledger.Started.Count.ShouldBe(2);
    }

    private sealed class KnownNotices : IWebhookStore
    {
        private readonly HashSet<string> _keys = [];

        public Task<IReadOnlyList<WebhookEvent>> AddAsync(long connectionId, IReadOnlyList<WebhookEvent> events, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<WebhookEvent>>([.. events.Where(notice => _keys.Add(notice.Key))]);

        public Task<DateTimeOffset?> LastAtAsync(long connectionId, CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);
    }
}
