using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Engine;

/// <summary>What every job engine keeps: schedules, start and stop.</summary>
public abstract partial class JobEngineContract
{
    private static readonly Recurrence EverySecond = Recurrence.Parse("every 1s", "UTC");
    private static readonly Recurrence EveryFiveSeconds = Recurrence.Parse("every 5s", "UTC");
    private static readonly Recurrence NewYear = Recurrence.Parse("@yearly", "Europe/Berlin");

    [Fact]
    public async Task SetRecurring_Interval_FiresRepeatedlyAndNeverEarly()
    {
        var asked = TimeProvider.System.GetUtcNow();
        await Engine.SetRecurringAsync(new RecurringJob("fresh-poll", EverySecond), Token);

        var due = EverySecond.NextAfter(asked)!.Value;
        for (var fire = 0; fire < 3; fire++)
        {
            var (key, at) = await _calls.NextScheduleAsync();
            key.ShouldBe("fresh-poll");
            at.ShouldBeGreaterThanOrEqualTo(due);
            due = EverySecond.NextAfter(due)!.Value;
        }
    }

    [Fact]
    public async Task SetRecurring_TimeMissedSinceTheLastRun_RunsOnceAtOnce()
    {
        var now = TimeProvider.System.GetUtcNow();
        await Engine.SetRecurringAsync(new RecurringJob("missed", NewYear, now.AddYears(-5)), Token);
        await Engine.SetRecurringAsync(new RecurringJob("not-missed", NewYear, now), Token);
        (await _calls.NextScheduleAsync()).Key.ShouldBe("missed");

        await PassAsync(TimeSpan.FromSeconds(1));

        _calls.SchedulesWaiting.ShouldBe(0);
    }

    [Fact]
    public async Task SetRecurring_OtherRhythmForTheSameKey_ReplacesIt()
    {
        await Engine.SetRecurringAsync(new RecurringJob("nightly", NewYear), Token);
        await Engine.SetRecurringAsync(new RecurringJob("nightly", EverySecond), Token);
        await _calls.NextScheduleAsync();
        await _calls.NextScheduleAsync();

        await Engine.SetRecurringAsync(new RecurringJob("nightly", NewYear), Token);
        await PassAsync(TimeSpan.FromMilliseconds(300));
        _calls.ForgetSchedules();
        await PassAsync(TimeSpan.FromMilliseconds(2200));

        _calls.SchedulesWaiting.ShouldBe(0);
    }

    [Fact]
    public async Task SetRecurring_SameRhythmAgainAndAgain_KeepsFiring()
    {
        for (var fire = 0; fire < 3; fire++)
        {
            await Engine.SetRecurringAsync(new RecurringJob("fresh-poll", EverySecond), Token);
            (await _calls.NextScheduleAsync()).Key.ShouldBe("fresh-poll");
        }
    }

    [Fact]
    public async Task SetRecurring_RunLongerThanTheRhythm_NeverTwiceAtOnceAndMadeUpOnce()
    {
        var running = 0;
        var most = 0;
        var release = new TaskCompletionSource();
        _calls.OnSchedule = async (_, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            await release.Task.WaitAsync(token);
            Interlocked.Decrement(ref running);
        };
        await Engine.SetRecurringAsync(new RecurringJob("slow", EverySecond), Token);
        await _calls.NextScheduleAsync();

        await PassAsync(TimeSpan.FromMilliseconds(2500));
        _calls.SchedulesWaiting.ShouldBe(0);
        release.SetResult();

        await _calls.NextScheduleAsync();
        await _calls.NextScheduleAsync();
        most.ShouldBe(1);
    }

    [Fact]
    public async Task SetRecurring_CallbackThrows_FiresAgain()
    {
        _calls.OnSchedule = (_, _) => throw new InvalidOperationException("on purpose");
        await Engine.SetRecurringAsync(new RecurringJob("faulty", EverySecond), Token);

        await _calls.NextScheduleAsync();
        await _calls.NextScheduleAsync();
    }

    [Fact]
    public async Task RemoveRecurring_WhileItFires_StopsIt()
    {
        await Engine.SetRecurringAsync(new RecurringJob("gone", EverySecond), Token);
        await _calls.NextScheduleAsync();

        await Engine.RemoveRecurringAsync("gone", Token);
        await Engine.RemoveRecurringAsync("never-was", Token);
        await PassAsync(TimeSpan.FromMilliseconds(300));
        _calls.ForgetSchedules();
        await PassAsync(TimeSpan.FromMilliseconds(2200));

        _calls.SchedulesWaiting.ShouldBe(0);
    }

    [Fact]
    public async Task RemoveRecurring_FromItsOwnRun_StopsIt()
    {
        _calls.OnSchedule = (key, token) => Engine.RemoveRecurringAsync(key, token);
        await Engine.SetRecurringAsync(new RecurringJob("unknown-to-the-ledger", EverySecond), Token);
        await _calls.NextScheduleAsync();

        await PassAsync(TimeSpan.FromMilliseconds(2200));

        _calls.SchedulesWaiting.ShouldBe(0);
    }

    [Fact]
    public async Task Trigger_BetweenTwoTimes_RunsOnceMoreAndTheRhythmStays()
    {
        await Engine.SetRecurringAsync(new RecurringJob("rhythm", EveryFiveSeconds), Token);
        var first = (await _calls.NextScheduleAsync()).At;
        var nextDue = EveryFiveSeconds.NextAfter(first)!.Value;
        await PassAsync(TimeSpan.FromMilliseconds(700));

        await Engine.TriggerAsync("rhythm", Token);

        (await _calls.NextScheduleAsync()).At.ShouldBeLessThan(nextDue);
        (await _calls.NextScheduleAsync()).At.ShouldBeInRange(nextDue, nextDue.AddMilliseconds(4900));
    }

    [Fact]
    public async Task Trigger_FarFromItsTime_RunsNow()
    {
        await Engine.SetRecurringAsync(new RecurringJob("yearly", NewYear), Token);

        await Engine.TriggerAsync("yearly", Token);

        (await _calls.NextScheduleAsync()).Key.ShouldBe("yearly");
    }

    [Fact]
    public async Task Trigger_UnknownKey_SaysWhich() =>
        (await Should.ThrowAsync<KeyNotFoundException>(() => Engine.TriggerAsync("nowhere", Token))).Message.ShouldContain("nowhere");

    [Fact]
    public async Task Stop_WhileAJobRuns_WaitsForIt()
    {
        var release = new TaskCompletionSource();
        var ended = false;
        _calls.OnBatch = async (_, token) =>
        {
            await release.Task.WaitAsync(token);
            ended = true;
        };
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Background), Token);
        await Engine.EnqueueAsync(new EngineJob(2, JobQueue.Background), Token);
        await _calls.NextBatchAsync();

        var stop = Engine.StopAsync(Token);
        stop.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await RecordingCallbacks.WithinPatience(stop);

        ended.ShouldBeTrue();
    }

    [Fact]
    public async Task Stop_BatchAsksForMoreWhileItIsWaitedFor_IsTakenAndNotStarted()
    {
        var release = new TaskCompletionSource();
        Exception? refusal = null;
        _calls.OnBatch = async (_, token) =>
        {
            await release.Task.WaitAsync(token);
            refusal = await Record.ExceptionAsync(() => Engine.EnqueueAsync(new EngineJob(2, JobQueue.Poll), token));
        };
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Background), Token);
        await _calls.NextBatchAsync();

        var stop = Engine.StopAsync(Token);
        release.SetResult();
        await RecordingCallbacks.WithinPatience(stop);

        refusal.ShouldBeNull();
        _calls.BatchesWaiting.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_PatienceEnds_TellsRunningJobsToEnd()
    {
        var told = new TaskCompletionSource();
        _calls.OnBatch = async (_, token) =>
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }
            catch (OperationCanceledException)
            {
                told.TrySetResult();
            }
        };
        await Engine.EnqueueAsync(new EngineJob(1, JobQueue.Background), Token);
        await _calls.NextBatchAsync();

        await RecordingCallbacks.WithinPatience(Engine.StopAsync(new CancellationToken(canceled: true)));

        told.Task.IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Enqueue_AfterStop_IsRefusedInClearWords()
    {
        await Engine.StopAsync(Token);

        (await Should.ThrowAsync<InvalidOperationException>(() => Engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll), Token)))
            .Message.ShouldContain("has stopped");
        await Should.ThrowAsync<InvalidOperationException>(() => Engine.SetRecurringAsync(new RecurringJob("a", NewYear), Token));
        await Should.ThrowAsync<InvalidOperationException>(() => Engine.StartAsync(_calls, Token));
        await Engine.StopAsync(Token);
    }

    [Fact]
    public async Task Enqueue_BeforeStart_IsRefusedInClearWords()
    {
        var engine = await CreateAsync(new EngineOptions());

        (await Should.ThrowAsync<InvalidOperationException>(() => engine.EnqueueAsync(new EngineJob(1, JobQueue.Poll), Token)))
            .Message.ShouldContain("not started");
        await engine.StopAsync(Token);
    }

    [Fact]
    public async Task Start_WrongOptions_NamesEveryFault()
    {
        var engine = await CreateAsync(new EngineOptions { PollLimit = 0, BackgroundLimit = 1000 });

        var fault = (await Should.ThrowAsync<ArgumentException>(() => engine.StartAsync(_calls, Token))).Message;

        fault.ShouldContain("PollLimit is 0");
        fault.ShouldContain("BackgroundLimit is 1000");
    }

    // "Nothing happens" has no event of its own; the bare timer says when the time for it is over.
    private static Task PassAsync(TimeSpan span) => Task.Delay(span, TimeProvider.System, Token);
}
