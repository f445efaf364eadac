using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Jobs;

public sealed class EngineOptionsTests
{
    [Fact]
    public void Faults_Defaults_None() => new EngineOptions().Faults().ShouldBeEmpty();

    [Fact]
    public void ThrowIfInvalid_SeveralFaults_NamesThemAll()
    {
        var options = new EngineOptions { PollLimit = 0, WriteBackLimit = 65, StopGrace = TimeSpan.FromHours(1) };

        var message = Should.Throw<ArgumentException>(options.ThrowIfInvalid).Message;

        message.ShouldContain("PollLimit is 0");
        message.ShouldContain("WriteBackLimit is 65");
        message.ShouldContain("StopGrace is 01:00:00");
    }

    [Fact]
    public void FirstDue_LastRunLongAgo_IsInThePast()
    {
        var now = new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
        var daily = Recurrence.Parse("@daily", "UTC");

        new RecurringJob("a", daily).FirstDue(now).ShouldBe(now.AddHours(12));
        new RecurringJob("a", daily, now.AddDays(-3)).FirstDue(now)!.Value.ShouldBeLessThan(now);
        new RecurringJob("a", daily, now.AddDays(3)).FirstDue(now).ShouldBe(now.AddHours(12));
    }
}
