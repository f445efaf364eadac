using CrmSync.Pipeline.Alerts;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Reading;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string Told = "select e.state || ' ' || d.channel || ' ' || d.status from alert_delivery d join alert_event e on e.id = d.event_id order by d.id";

    [Fact]
    public async Task Alerts_ChangeOfState_IsToldOnceAndARepeatIsNot()
    {
        var ops = new FakeChannel("ops");
        (await SaveAsync(AlertState.Fine, ops)).ShouldBeEmpty();
        (await SaveAsync(AlertState.Broken, ops)).ShouldHaveSingleItem();
        (await SaveAsync(AlertState.Broken, ops)).ShouldBeEmpty();
        await SendAsync(ops);
        await SendAsync(ops);
        (await SaveAsync(AlertState.Fine, ops)).ShouldHaveSingleItem();
        await SendAsync(ops);
        ops.Sent.Select(message => message.State).ShouldBe([AlertState.Broken, AlertState.Fine]);
        (await World.ListAsync<string>(Told)).ShouldBe(["broken ops sent", "fine ops sent"]);
        (await Ledger.ListAlertsAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(AlertState.Fine);
        var events = await Ledger.ListEventsAsync(10, Token);
        events.Select(one => one.State).ShouldBe([AlertState.Fine, AlertState.Broken]);
        events[0].Deliveries.ShouldHaveSingleItem().ShouldBe(("ops", "sent", null));
    }

    [Fact]
    public async Task Alerts_TwoNodesFindTheSame_TheChangeIsToldOnce()
    {
        var ops = new FakeChannel("ops");
        await SaveAsync(AlertState.Fine, ops);
        var changes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SaveAsync(AlertState.Broken, ops), Token)));
        changes.Sum(found => found.Count).ShouldBe(1);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SendAsync(ops), Token)));
        ops.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Alerts_FineAgainDuringQuietHours_NothingIsTold()
    {
        var ops = new FakeChannel("ops") { Quiet = QuietNow() };
        await SaveAsync(AlertState.Broken, ops);
        await SendAsync(ops);
        ops.Sent.ShouldBeEmpty();
        await SaveAsync(AlertState.Fine, ops);
        (await World.ListAsync<string>(Told)).ShouldBe(["broken ops overtaken", "fine ops overtaken"]);
        await AlterAsync("update alert_delivery set not_before = 0");
        ops.Quiet = null;
        await SendAsync(ops);
        ops.Sent.ShouldBeEmpty();
    }

    [Fact]
    public async Task Alerts_BrokenWhenQuietHoursEnd_IsToldThen()
    {
        var ops = new FakeChannel("ops") { Quiet = QuietNow() };
        await SaveAsync(AlertState.Broken, ops);
        (await World.CountAsync($"alert_delivery where not_before > {Now + 1_000_000}")).ShouldBe(1);
        // A back-off that ends within the quiet hours waits for their end, too, and that is no try.
        await AlterAsync("update alert_delivery set not_before = 0");
        await SendAsync(ops);
        (await World.CountAsync($"alert_delivery where not_before > {Now + 1_000_000} and attempt = 0 and status = 'pending'")).ShouldBe(1);
        await AlterAsync("update alert_delivery set not_before = 0");
        ops.Quiet = null;
        await SendAsync(ops);
        ops.Sent.ShouldHaveSingleItem().State.ShouldBe(AlertState.Broken);
    }

    [Fact]
    public async Task Alerts_ReceiverFails_IsTriedAgainLaterAndOvertakenByTheNextChange()
    {
        var ops = new FakeChannel("ops") { Fails = true };
        await SaveAsync(AlertState.Broken, ops);
        await SendAsync(ops);
        await SendAsync(ops);
        (await World.ListAsync<string>("select status || ' ' || attempt || ' ' || error from alert_delivery")).ShouldBe(["pending 1 It did not take it. Look there."]);
        (await World.CountAsync($"alert_delivery where not_before > {Now + 20_000} and not_before < {Now + 40_000}")).ShouldBe(1);
        await SaveAsync(AlertState.Fine, ops);
        (await World.ListAsync<string>(Told)).ShouldBe(["broken ops overtaken", "fine ops overtaken"]);
    }

    [Fact]
    public async Task Alerts_GivenUp_IsFailedWithItsReason()
    {
        var ops = new FakeChannel("ops") { Fails = true };
        await SaveAsync(AlertState.Broken, ops);
        await AlterAsync("update alert_delivery set attempt = 19");
        await SendAsync(ops);
        (await World.ListAsync<string>(Told)).ShouldBe(["broken ops failed"]);
    }

    [Fact]
    public async Task Alerts_Channels_GetTheKindsThatTheyWant()
    {
        var all = new FakeChannel("all");
        await SaveAsync(AlertState.Broken, all, new FakeChannel("quota") { Kinds = [AlertKind.Quota] }, new FakeChannel("both") { Kinds = [AlertKind.Quota, AlertKind.Connection] });
        (await World.ListAsync<string>(Told)).ShouldBe(["broken all pending", "broken both pending"]);
        await SendAsync(all);
        (await World.ListAsync<string>("select channel || ' ' || status from alert_delivery order by id")).ShouldBe(["all sent", "both failed"]);
    }

    [Fact]
    public async Task Alerts_Test_IsHistoryAndAudit()
    {
        await Ledger.RecordTestAsync("ops", "A test.", null, "ada", Token);
        await Ledger.RecordTestAsync("ops", "A test.", "Refused.", "ada", Token);
        (await Ledger.ListEventsAsync(10, Token)).Select(one => (one.State, one.Deliveries.Single().Status)).ShouldBe([(AlertState.Test, "failed"), (AlertState.Test, "sent")]);
        (await Ledger.ListAlertsAsync(Token)).ShouldBeEmpty();
        (await World.CountAsync("audit where action = 'alert.test' and subject = 'ops'")).ShouldBe(2);
    }

    [Fact]
    public async Task Signs_HeldWork_IsSeenWithItsReasonAndTheLastSuccess()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var scan = await World.StartScanAsync(RunKind.PollFresh);
        await World.CommitAsync(scan, new LedgerChange { Ending = new BatchEnding.Snooze(TimeProvider.System.GetUtcNow().AddMinutes(5), "hubspot.token_revoked", "It was revoked.") });
        await AlterAsync("update intent set status = 'rejected'");
        await World.StoreAsync(LedgerWorld.Activity("2"));
        await Ledger.SeedAsync([new ScheduleRow("hubspot-main/poll-fresh", "poll_fresh", World.ConnectionId, "every 15s", "UTC", true), new ScheduleRow("off", "poll_gone", null, "every 15s", "UTC", false)], Token);
        await AlterAsync(
            "insert into completeness (run_id, connection_id, object_type, from_at, to_at, state, sentence, started_at) values (1, 1, 'calls', 0, 1, 'incomplete', 'Two are missing.', 0), (1, 1, 'calls', 0, 1, 'checking', '', 0)");

        var signs = await Ledger.ReadSignsAsync(LedgerWorld.Start, Token);

        var connection = signs.Connections.ShouldHaveSingleItem();
        var held = connection.Held.ShouldHaveSingleItem();
        (held.IsWriting, held.Code, held.Message).ShouldBe((false, "hubspot.token_revoked", "It was revoked."));
        held.LastSuccessAt.ShouldNotBeNull();
        (connection.Settled, connection.Rejected).ShouldBe((1, 1));
        connection.OldestDueAt.ShouldNotBeNull();
        signs.Schedules.ShouldHaveSingleItem().Key.ShouldBe("hubspot-main/poll-fresh");
        signs.Completeness.ShouldHaveSingleItem().IsIncomplete.ShouldBeTrue();
        (signs.At - TimeProvider.System.GetUtcNow()).Duration().ShouldBeLessThan(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Mixes_CountWhatHappenedLatelyAndBefore()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ENGAGED");
        await World.LabelAsync("3", 0, null);
        await AlterAsync($"update activity set occurred_at = {Now - Day} where external_id <> '2'");
        await AlterAsync($"update activity set occurred_at = {Now - (20 * Day)} where external_id = '2'");
        var mix = (await Ledger.ReadMixesAsync(Token)).ShouldHaveSingleItem();
        (mix.ConnectionKey, mix.Taxonomy).ShouldBe(("hubspot-main", "engagement"));
        mix.Counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value.Lately, pair.Value.Before)).ShouldBe([("ENGAGED", 1L, 1L), ("abstained", 1L, 0L)]);
    }

    [Fact]
    public async Task Budgets_RequestsAndCost_AreLookedAhead()
    {
        var now = TimeProvider.System.GetUtcNow();
        var slot = now.ToUnixTimeMilliseconds() / 900_000 * 900_000;
        await AlterAsync($"insert into quota_day (connection_key, slot_at, used) values ('hubspot-main', {slot}, 300), ('hubspot-main', {slot - (5 * 3_600_000)}, 100), ('hubspot-main', {slot - (40 * 3_600_000)}, 7), ('other', {slot}, 9)");
        await AlterAsync("insert into quota_notice (connection_key, day_limit, day_closed_until_at, closed_until_at, noticed_at) values ('hubspot-main', 2000, 0, 0, 0)");
        var day = await new BudgetQueries(Ledger).ReadRequestsAsync("hubspot-main", new QuotaDay(now.AddHours(-12), now.AddHours(12), 1_000_000, 0.5, false), now, Token);
        (day.Allowance, day.Used, day.PerHour, day.AtEnd).ShouldBe((1_000, 400, 100, 1_600));
        day.ReachedAt!.Value.ShouldBe(now.AddHours(6), TimeSpan.FromSeconds(1));
        var none = await new BudgetQueries(Ledger).ReadRequestsAsync("unknown", new QuotaDay(now.AddHours(-12), now.AddHours(12), 100, 0.5, false), now, Token);
        (none.Allowance, none.Used, none.ReachedAt).ShouldBe((50, 0, null));

        await AlterAsync($"insert into hosted_day (day_at, cost_micros, reserved_micros, updated_at) values ({now.ToUnixTimeMilliseconds() / Day * Day}, 1500000, 500000, 0)");
        var noon = new DateTimeOffset(now.UtcDateTime.Date.AddHours(12), TimeSpan.Zero);
        var hosted = await new BudgetQueries(Ledger).ReadHostedAsync(3_000_000, noon, Token);
        (hosted.Used, hosted.AtEnd, hosted.ReachedAt).ShouldBe((2_000_000, 4_000_000, noon.AddHours(6)));
    }

    private static QuietHours QuietNow()
    {
        var now = TimeOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return new QuietHours(TimeZoneInfo.Utc, now.AddHours(-1), now.AddHours(1));
    }

    private Task<IReadOnlyList<AlertVerdict>> SaveAsync(AlertState state, params FakeChannel[] channels) => Ledger.SaveVerdictsAsync(
        [new AlertVerdict("connection/hubspot-main", AlertKind.Connection, World.ConnectionId, state, $"It is {state}.", "Mend it.")], channels, Token);

    private Task SendAsync(params FakeChannel[] channels) =>
        new AlertSender(Ledger, channels, TimeProvider.System, NullLogger<AlertSender>.Instance).SendDueAsync(Token);

    private protected sealed class FakeChannel(string key) : IAlertChannel
    {
        private readonly Lock _gate = new();

        public List<AlertMessage> Sent { get; } = [];

        public bool Fails { get; init; }

        public string Key => key;

        public string Description => "fake";

        public IReadOnlyList<AlertKind> Kinds { get; init; } = [];

        public QuietHours? Quiet { get; set; }

        public Task<Result<bool>> SendAsync(AlertMessage message, CancellationToken cancellationToken)
        {
            if (Fails)
                return Task.FromResult<Result<bool>>(new Failure(FailureCategory.Retry, "x", "It did not take it.", "Look there."));
            lock (_gate)
                Sent.Add(message);
            return Task.FromResult<Result<bool>>(true);
        }
    }
}
