using CrmSync.Service.Console.Jobs;
using CrmSync.Storage.Reading.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class RunAdvanceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Of_RunThatWasCounted_TellsShareAndWhatIsLeft()
    {
        var advance = RunAdvance.Of(Run(TimeSpan.FromMinutes(2)) with { Expected = 1_000, Seen = 250 }, null, [], Now);

        (advance.Share, advance.Left, advance.Words).ShouldBe((0.25, TimeSpan.FromMinutes(6), "250 of about 1,000 rows read"));
    }

    [Fact]
    public void Of_RunThatReadsMoreThanWasCounted_StaysBelowTheEnd() =>
        RunAdvance.Of(Run(TimeSpan.FromMinutes(2)) with { Expected = 1_000, Seen = 1_400 }, null, [], Now).ShouldSatisfyAllConditions(
            advance => advance.Share.ShouldBe(1), advance => advance.Left.ShouldBeNull());

    [Fact]
    public void Of_RunThatIsHeldOrHasJustBegun_PromisesNoEnd()
    {
        RunAdvance.Of(Run(TimeSpan.FromMinutes(2)) with { State = "paused", Expected = 1_000, Seen = 250 }, null, [], Now).Left.ShouldBeNull();
        RunAdvance.Of(Run(TimeSpan.FromSeconds(1)) with { Expected = 1_000, Seen = 250 }, null, [], Now).Left.ShouldBeNull();
    }

    [Fact]
    public void Of_Act_GoesByItsPlace() =>
        RunAdvance.Of(Run(TimeSpan.FromMinutes(1)) with { Kind = "retry" }, new RunAct { UpToId = 200, Position = 50, Done = 3, LeftOut = 1 }, [], Now)
            .ShouldSatisfyAllConditions(advance => advance.Share.ShouldBe(0.25), advance => advance.Words.ShouldBe("4 rows dealt with"));

    [Fact]
    public void Of_RunThatNobodyCounted_GoesByItsJobs()
    {
        RunBatchCount[] batches = [new() { Kind = "scan", State = "completed", Count = 3 }, new() { Kind = "write", State = "available", Count = 1 }];

        RunAdvance.Of(Run(TimeSpan.FromMinutes(1)), null, batches, Now).ShouldSatisfyAllConditions(
            advance => advance.Share.ShouldBe(0.75), advance => advance.Words.ShouldBe("3 of 4 jobs done so far"));
        RunAdvance.Of(Run(TimeSpan.FromMinutes(1)), null, [], Now).Share.ShouldBeNull();
        RunAdvance.Of(Run(TimeSpan.FromMinutes(1)) with { State = "failed" }, null, batches, Now).Share.ShouldBe(1);
    }

    private static RunCard Run(TimeSpan ago) => new() { Id = 1, Kind = "backfill", State = "running", StartedAt = (Now - ago).ToUnixTimeMilliseconds() };
}
