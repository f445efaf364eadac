using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Jobs;
using CrmSync.Storage.Reading.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string Acts = "select actor || ' ' || action || ' ' || coalesce(before, '-') || ' > ' || coalesce(after, '-') || coalesce(' (' || reason || ')', '') from audit order by id";

    private ScheduleQueries Schedules => new(Ledger);

    [Fact]
    public async Task CreateSchedule_SameNameTwice_GetsAKeyOfItsOwnAndHostsFollow()
    {
        var first = await Ledger.CreateScheduleAsync(Draft("Nightly check!"), "ada", Token);
        await Ledger.CreateScheduleAsync(Draft("Nightly check!"), "ada", Token);
        await Ledger.CreateScheduleAsync(Draft("夜"), "ada", Token);

        var rows = await ((IScheduleStore)Ledger).ListAsync(Token);
        rows.Select(row => row.Key).ShouldBe(["hubspot-main/nightly-check", "hubspot-main/nightly-check-2", "hubspot-main/schedule"]);
        rows[0].DueFrom.ShouldNotBeNull("what came due before it was made is not made up");
        (await Schedules.FindAsync(first, Token)).ShouldNotBeNull().Name.ShouldBe("Nightly check!");
        (await World.ListAsync<string>(Acts))[0].ShouldBe("ada schedule.create - > reconcile 30 2 * * * Europe/Berlin on");
    }

    [Fact]
    public async Task ChangeSchedule_SeenInAnOlderVersion_ChangesNothing()
    {
        var id = await Ledger.CreateScheduleAsync(Draft("Check"), "ada", Token);
        var seen = (await Schedules.FindAsync(id, Token))!;

        (await Ledger.ChangeScheduleAsync(id, seen.Version, Draft("Check") with { Recurrence = "0 4 * * *" }, "ada", Token)).ShouldBe(ScheduleAnswer.Done);
        (await Ledger.ChangeScheduleAsync(id, seen.Version, Draft("Check") with { Recurrence = "0 5 * * *" }, "tom", Token)).ShouldBe(ScheduleAnswer.Stale);
        (await Ledger.PauseScheduleAsync(id, seen.Version, "why", null, "tom", Token)).ShouldBe(ScheduleAnswer.Stale);
        (await Ledger.ChangeScheduleAsync(id, seen.Version + 1, Draft("Check") with { Recurrence = "0 4 * * *" }, "ada", Token)).ShouldBe(ScheduleAnswer.Unchanged);

        (await Schedules.FindAsync(id, Token))!.Recurrence.ShouldBe("0 4 * * *");
        (await World.ListAsync<string>(Acts)).Skip(1).ShouldBe(["ada schedule.save \"Check\" 30 2 * * * Europe/Berlin on > \"Check\" 0 4 * * * Europe/Berlin on"]);
    }

    [Fact]
    public async Task PauseSchedule_WithAnEnd_GoesOnWithTheFirstSignOfLifeAfterIt()
    {
        var id = await Ledger.CreateScheduleAsync(Draft("Check"), "ada", Token);
        (await Ledger.PauseScheduleAsync(id, 1, "quarter end", TimeProvider.System.GetUtcNow().AddDays(-1), "ada", Token)).ShouldBe(ScheduleAnswer.EndIsPast);
        (await Ledger.PauseScheduleAsync(id, 1, "quarter end", TimeProvider.System.GetUtcNow().AddDays(1), "ada", Token)).ShouldBe(ScheduleAnswer.Done);
        await Ledger.BeatAsync("host", Token);
        var held = (await Schedules.FindAsync(id, Token))!;
        (held.Enabled, held.PausedBy, held.PauseReason, held.ResumeAt is null).ShouldBe((0, "ada", "quarter end", false));
        (await ((IScheduleStore)Ledger).ListAsync(Token)).ShouldHaveSingleItem().Enabled.ShouldBeFalse();

        (await Ledger.PauseScheduleAsync(id, 2, "quarter end", TimeProvider.System.GetUtcNow().AddMilliseconds(300), "ada", Token)).ShouldBe(ScheduleAnswer.Done);
        await Eventually.IsTrueAsync(
            async () =>
            {
                await Ledger.BeatAsync("host", Token);
                return (await Schedules.FindAsync(id, Token))!.Enabled == 1;
            },
            "the pause comes to its end", TimeSpan.FromSeconds(20), Token);

        var on = (await Schedules.FindAsync(id, Token))!;
        (on.PausedBy, on.PauseReason, on.ResumeAt).ShouldBe((null, null, null));
        var last = (await World.ListAsync<string>(Acts))[^1];
        last.ShouldStartWith("schedule schedule.resume \"Check\" 30 2 * * * Europe/Berlin off until ");
        last.ShouldEndWith(" > \"Check\" 30 2 * * * Europe/Berlin on (The pause came to its end.)");
    }

    [Fact]
    public async Task ResumeSchedule_HeldByAPerson_ForgetsThePause()
    {
        var id = await Ledger.CreateScheduleAsync(Draft("Check"), "ada", Token);
        await Ledger.PauseScheduleAsync(id, 1, "quarter end", null, "ada", Token);
        (await Ledger.ResumeScheduleAsync(id, 2, "tom", Token)).ShouldBe(ScheduleAnswer.Done);
        (await Ledger.ResumeScheduleAsync(id, 3, "tom", Token)).ShouldBe(ScheduleAnswer.Unchanged);
        (await Schedules.FindAsync(id, Token))!.PauseReason.ShouldBeNull();
    }

    [Fact]
    public async Task DeleteSchedule_OfTheConfiguration_StaysAwayAndLeavesItsRuns()
    {
        var row = new ScheduleRow("hubspot-main/poll-fresh", "poll_fresh", World.ConnectionId, "every 15s", "UTC", true);
        await Ledger.SeedAsync([row], Token);
        var request = new RunRequest(RunKind.PollFresh, World.ConnectionId, "schedule", [new ScanPlan("calls", LedgerWorld.Start, LedgerWorld.Start)]) { ScheduleKey = row.Key };
        var (runId, _) = await Ledger.StartAsync(request, Token);
        var view = (await Schedules.ListAsync(Token)).ShouldHaveSingleItem();
        view.LastRunId.ShouldBe(runId);

        (await Ledger.DeleteScheduleAsync(view.Id, view.Version, "ada", Token)).ShouldBe(ScheduleAnswer.Done);
        (await Ledger.DeleteScheduleAsync(view.Id, view.Version, "ada", Token)).ShouldBe(ScheduleAnswer.Missing);
        await Ledger.SeedAsync([row], Token);

        (await ((IScheduleStore)Ledger).ListAsync(Token)).ShouldBeEmpty();
        (await Schedules.ListAsync(Token)).ShouldBeEmpty();
        (await new RunHistory(Ledger).FindAsync(runId!.Value, Token)).ShouldNotBeNull().ScheduleId.ShouldBeNull();
        (await World.ListAsync<string>(Acts))[^1].ShouldBe("ada schedule.delete every 15s UTC on > -");
    }

    [Fact]
    public async Task Start_Run_SaysWhatItWasAsked()
    {
        var from = new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero);
        await Ledger.StartAsync(
            new RunRequest(RunKind.Backfill, World.ConnectionId, "ada", [new ScanPlan("calls", from, from.AddDays(1)), new ScanPlan("notes", from, from.AddDays(1))]) { Origin = "run/7" }, Token);

        (await World.ListAsync<string>("select arguments from run")).ShouldBe(["from=2026-01-31T00:00:00Z to=2026-02-01T00:00:00Z type=calls type=notes like=run/7"]);
    }

    [Fact]
    public async Task RunLog_OfARunThatFailsAllTheTime_IsBounded()
    {
        var scan = await World.StartScanAsync(RunKind.Backfill);
        var lines = Enumerable.Range(0, 1_500).Select(_ => new LogLine(LogSeverity.Info, "x.y", "1 calls left out on purpose.")).ToList();
        await World.CommitAsync(scan, new LedgerChange { Log = lines });
        await World.CommitAsync(scan, new LedgerChange { Log = lines });

        (await World.CountAsync("run_log")).ShouldBe(2_000);
    }

    [Fact]
    public async Task DescribeNode_AfterASignOfLife_TellsVersionAndLimits()
    {
        await Ledger.BeatAsync("host", Token);
        await Ledger.DescribeNodeAsync("host", "1.2.3", new EngineOptions { PollLimit = 7 }.ToWords(), Token);

        var node = (await new QueueQueries(Ledger, TimeProvider.System).ReadAsync(Token)).Nodes.ShouldHaveSingleItem();
        (node.Version, node.LimitOf("poll"), node.LimitOf("background"), node.LimitOf("other")).ShouldBe(("1.2.3", 7, 1, null));
    }

    private ScheduleDraft Draft(string name) => new(name, "reconcile", World.ConnectionId, "30 2 * * *", "Europe/Berlin");
}
