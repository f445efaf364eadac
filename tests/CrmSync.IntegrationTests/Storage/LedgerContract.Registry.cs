using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task RegisterConnectionsAsync_Again_TakesTheNameAndKeepsWhatTheLedgerDecided()
    {
        await World.SetModeAsync(WriteMode.Paused);
        var seed = new ConnectionSeed("hubspot-main", "hubspot", "Renamed", WriteMode.On, LedgerWorld.Start);
        var again = (await Ledger.RegisterConnectionsAsync([seed], Token)).ShouldHaveSingleItem();
        (again.Id, again.Key, again.Name, again.WriteMode, again.BackfillFrom)
            .ShouldBe((World.ConnectionId, "hubspot-main", "Renamed", WriteMode.Paused, LedgerWorld.Start.AddYears(-1)));
        (await Ledger.ListConnectionsAsync(Token)).ShouldBe([again]);
    }

    [Fact]
    public async Task RegisterConnectionsAsync_KeyChangesItsKind_IsRefusedAndNothingIsStored()
    {
        var error = await Should.ThrowAsync<InvalidOperationException>(() => Ledger.RegisterConnectionsAsync(
            [
                new ConnectionSeed("a-new-one", "hubspot", "New", WriteMode.On, LedgerWorld.Start),
                new ConnectionSeed("hubspot-main", "salesforce", "Changed", WriteMode.On, LedgerWorld.Start),
            ],
            Token));
        error.Message.ShouldContain("\"hubspot-main\" is a hubspot connection");
        (await Ledger.ListConnectionsAsync(Token)).ShouldHaveSingleItem().Name.ShouldBe("Main portal");
    }

    [Fact]
    public async Task Schedules_SeededOnce_KeepWhatAnOperatorMadeOfThem()
    {
        var row = new ScheduleRow("hubspot-main/poll-fresh", "poll_fresh", World.ConnectionId, "every 15s", "UTC", true);
        var records = new ScheduleRow("records", "poll_records", null, "* * * * *", "Europe/Berlin", true);
        await Ledger.SeedAsync([row, records], Token);
        await Ledger.SaveAsync(row with { Recurrence = "every 60s", Enabled = false }, "ada", Token);
        await Ledger.SeedAsync([row, records], Token);

        (await Ledger.ListAsync(Token)).ShouldBe([row with { Recurrence = "every 60s", Enabled = false }, records]);
        (await World.ListAsync<string>("select actor || ' ' || before || ' > ' || after from audit")).ShouldBe(["ada every 15s UTC on > every 60s UTC off"]);
        await Ledger.MarkFiredAsync(records.Key, Token);
        (await World.CountAsync("schedule where last_fired_at is not null")).ShouldBe(1);
        var (runId, _) = await Ledger.StartAsync(
            new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", [new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start)]) { ScheduleKey = row.Key }, Token);
        (await World.CountAsync($"run where id = {runId} and schedule_id is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task Nodes_AreAliveUntilTheyStopOrFallSilent()
    {
        (await Ledger.IsAnyNodeAliveAsync("me", TimeSpan.FromSeconds(15), Token)).ShouldBeFalse();
        await Ledger.BeatAsync("host", Token);
        (await Ledger.IsAnyNodeAliveAsync("me", TimeSpan.FromSeconds(15), Token)).ShouldBeTrue();
        (await Ledger.IsAnyNodeAliveAsync("host", TimeSpan.FromSeconds(15), Token)).ShouldBeFalse();
        (await Ledger.IsAnyNodeAliveAsync("me", TimeSpan.Zero, Token)).ShouldBeFalse();
        await Ledger.StopNodeAsync("host", Token);
        (await Ledger.IsAnyNodeAliveAsync("me", TimeSpan.FromSeconds(15), Token)).ShouldBeFalse();
        await Ledger.BeatAsync("host", Token);
        (await Ledger.IsAnyNodeAliveAsync("me", TimeSpan.FromSeconds(15), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task OpenReadAsync_CannotWrite()
    {
        await using var reader = await Ledger.OpenReadAsync(Token);
        await Should.ThrowAsync<System.Data.Common.DbException>(() => Dapper.SqlMapper.ExecuteAsync(reader, "delete from connection"));
    }
}
