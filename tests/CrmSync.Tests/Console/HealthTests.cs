using CrmSync.Service.Console.Words;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Console;

public sealed class HealthTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Judge_NoConnection_SaysWhatToDo() => Health.Judge(Snapshot()).Sentence.ShouldBe("No CRM is connected yet.");

    [Fact]
    public void Judge_FreshLabels_AllIsWell()
    {
        var health = Health.Judge(Snapshot(Progress("HubSpot", 40)));

        health.ShouldSatisfyAllConditions(h => h.Tone.ShouldBe(HealthTone.Good), h => h.Sentence.ShouldBe("All is well. Labels are 40 s behind HubSpot."));
    }

    [Fact]
    public void Judge_OldestUndecidedActivity_CountsAsBehind() =>
        Health.Judge(Snapshot(Progress("HubSpot", 10) with { OldestQueuedAt = Now.AddMinutes(-4), Queued = 1200 })).Sentence
            .ShouldBe("Catching up: 1,200 to go. Labels are 4 min behind HubSpot.");

    [Fact]
    public void Judge_NeverReadToTheEnd_SaysSo() =>
        Health.Judge(Snapshot(Progress("HubSpot", 10), Progress("Salesforce", null))).Sentence.ShouldBe("Salesforce is being read for the first time.");

    [Fact]
    public void Judge_SilentHost_IsTrouble() =>
        Health.Judge(Snapshot(Progress("HubSpot", 10)) with { Nodes = [new NodeView { Name = "n", SeenAt = Now.AddMinutes(-5).ToUnixTimeMilliseconds() }] }).Tone.ShouldBe(HealthTone.Trouble);

    [Fact]
    public void Judge_LateAndNothingMoves_IsTrouble() => Health.Judge(Snapshot(Progress("HubSpot", 3600))).Tone.ShouldBe(HealthTone.Trouble);

    [Fact]
    public void Judge_LateButMoving_IsCatchingUp()
    {
        var late = Snapshot(Progress("HubSpot", 3600));

        Health.Judge(late with { Flow = late.Flow with { Decided = [.. late.Flow.Decided.Take(59), 7] } }).Tone.ShouldBe(HealthTone.Busy);
    }

    [Fact]
    public void Judge_RecentError_NeedsALook() =>
        Health.Judge(Snapshot(Progress("HubSpot", 10)) with { Problems = [Problem(isError: true, minutes: 5), Problem(isError: false, minutes: 5), Problem(isError: true, minutes: 90)] })
            .Sentence.ShouldStartWith("One thing needs a look.");

    [Fact]
    public void Judge_Preview_IsToldBesideTheSentence() =>
        Health.Judge(Snapshot(Progress("HubSpot", 10, "preview"))).Notes.ShouldHaveSingleItem().ShouldContain("HubSpot is in preview");

    [Fact]
    public void Judge_PauseWithAnEnd_SaysHowLongItLasts()
    {
        var paused = Progress("HubSpot", 10, "paused");
        Health.Judge(Snapshot(paused)).Notes.ShouldHaveSingleItem().ShouldBe("HubSpot is paused: nothing is sent until somebody resumes.");
        Health.Judge(Snapshot(paused with { Connection = paused.Connection with { ResumeAt = Now.AddMinutes(30).ToUnixTimeMilliseconds() } })).Notes
            .ShouldHaveSingleItem().ShouldBe("HubSpot is paused: nothing is sent for 30 min more.");
    }

    [Fact]
    public void Judge_StuckWrite_IsToldApartFromTheLag()
    {
        var health = Health.Judge(Snapshot(Progress("HubSpot", 10) with { Stuck = 1, OldestStuckAt = Now.AddHours(-1) }));

        health.Sentence.ShouldBe("All is well. Labels are 10 s behind HubSpot.");
        health.Notes.ShouldHaveSingleItem().ShouldContain("1 write to HubSpot was tried without an answer");
    }

    private static Problem Problem(bool isError, int minutes) => new(ProblemKind.Log, isError, $"c.{minutes}", 1, 1, Now.AddMinutes(-minutes), "It broke.");

    private static ConnectionProgress Progress(string name, int? behindSeconds, string mode = "on") => new(
        new ConnectionView { Id = 1, Key = name, Kind = "hubspot", Name = name, WriteMode = mode },
        behindSeconds is { } seconds ? [new ObjectProgress("calls", null, Now.AddSeconds(-seconds), Now)] : [], 0, 0, 0, null, null, 0, null);

    private static OverviewSnapshot Snapshot(params ConnectionProgress[] connections) => new()
    {
        At = Now, Connections = connections, Flow = new FlowView(Now.AddHours(-1), new long[60], new long[60], new long[60]), Labels = [], Hosted = new HostedView(), Batches = [], Runs = [], Problems = [],
        Nodes = [new NodeView { Name = "n", SeenAt = Now.ToUnixTimeMilliseconds() }],
    };
}
