using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class DemoTrafficTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 13, 20, 0, TimeSpan.Zero);
    private readonly StandingClock _clock = new(Now);
    private readonly FakeCrm _hubspot;
    private readonly FakeCrm _salesforce;
    private readonly SeedWorld _hubspotWorld = SeedWorldBuilder.Build(new() { Crm = "hubspot", Now = Now, Activities = 120 });
    private readonly SeedWorld _salesforceWorld = SeedWorldBuilder.Build(new() { Crm = "salesforce", Now = Now, Activities = 120 });

    public DemoTrafficTests()
    {
        (_hubspot, _salesforce) = (new("hubspot", _clock), new("salesforce", _clock));
        _hubspot.Load(_hubspotWorld);
        _salesforce.Load(_salesforceWorld);
    }

    private DemoTraffic CreateSut(int seed = 7) => new([_hubspot, _salesforce], [_hubspotWorld, _salesforceWorld], _clock, seed);

    private List<TrafficStep> Steps(DemoTraffic traffic, int count)
    {
        List<TrafficStep> steps = [];
        for (var i = 0; i < count; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(4));
            steps.Add(traffic.Step());
        }

        return steps;
    }

    [Fact]
    public void Step_SameSeed_SameSteps()
    {
        var first = Steps(CreateSut(), 200);
        var again = new DemoTrafficTests();
        again.Steps(again.CreateSut(), 200).ShouldBe(first);
    }

    [Fact]
    public void Step_Many_AddsToBothAndEditsSome()
    {
        var steps = Steps(CreateSut(), 400);

        steps.Count(s => s.Kind == TrafficKind.Added).ShouldBeInRange(240, 360);
        steps.Count(s => s.Kind == TrafficKind.Edited).ShouldBeInRange(40, 160);
        steps.Count(s => s.Crm == "hubspot").ShouldBeInRange(140, 260);
        (_hubspot.CreatedTexts + _salesforce.CreatedTexts).ShouldBe(steps.Count(s => s.Kind == TrafficKind.Edited));
    }

    [Fact]
    public void Step_NewActivities_AreUnusedRowsLoggedNowWithValidReferences()
    {
        Steps(CreateSut(), 300);

        var used = _hubspotWorld.Activities.Select(a => a.SourceId).ToHashSet();
        _hubspot.Added.ShouldAllBe(a => !used.Contains(a.SourceId));
        _hubspot.Added.Select(a => a.SourceId).Distinct().Count().ShouldBe(_hubspot.Added.Count);
        _hubspot.Added.ShouldAllBe(a => a.OccurredAt > Now && a.OccurredAt <= _clock.GetUtcNow());
        foreach (var activity in _hubspot.Added)
        {
            if (activity.Contact is { } contact)
                _hubspotWorld.Contacts[contact].Company.ShouldBe(activity.Company!.Value);
            if (activity.Deal is { } deal)
                _hubspotWorld.Deals[deal].Company.ShouldBe(activity.Company!.Value);
        }
    }

    [Fact]
    public void Step_AfterAllRowsAreUsed_ComesBackReworded()
    {
        Steps(new DemoTraffic([_hubspot], [_hubspotWorld], _clock, 7), 1_400);

        var again = _hubspot.Added.GroupBy(a => a.SourceId).Where(g => g.Count() > 1 && g.First().Body.Length > 60).ToList();
        again.ShouldNotBeEmpty();
        again.ShouldAllBe(g => g.Select(a => a.Body).Distinct().Count() == g.Count());
    }

    [Fact]
    public void Step_Meetings_SomeEndInTheNearFuture()
    {
        Steps(CreateSut(), 3_000);

        var meetings = _hubspot.Added.Concat(_salesforce.Added).Where(a => a.Type == "meeting").ToList();
        var running = meetings.Where(m => m.EndsAt > m.OccurredAt).ToList();
        running.Count.ShouldBeInRange(3, meetings.Count / 3);
        running.ShouldAllBe(m => m.EndsAt <= m.OccurredAt.AddMinutes(5) && m.StartsAt < m.EndsAt);
    }

    [Fact]
    public void Step_NothingLabelled_NoLabelIsTouched() =>
        Steps(CreateSut(), 400).ShouldAllBe(s => s.Kind != TrafficKind.Relabelled);

    [Fact]
    public void Step_Labelled_APersonOverrulesRarely()
    {
        foreach (var record in _hubspot.ListActivities(0, 1_000))
            _hubspot.Set(record.ObjectType, record.Id, "trueai_engaged", "ND", "app");
        foreach (var record in _salesforce.ListActivities(0, 1_000))
            _salesforce.Set(record.ObjectType, record.Id, "TrueAI_Engaged__c", "ENGAGED", "app");

        var relabelled = Steps(CreateSut(), 200).Where(s => s.Kind == TrafficKind.Relabelled).ToList();

        relabelled.Count.ShouldBeInRange(1, 8);
        foreach (var step in relabelled)
        {
            var (crm, property, before) = step.Crm == "hubspot"
                ? (_hubspot, "trueai_engaged", "ND")
                : (_salesforce, "TrueAI_Engaged__c", "ENGAGED");
            var change = crm.History(step.ObjectType, step.Id, property)[^1];
            change.By.ShouldBe("person");
            change.Value.ShouldBeOneOf("ENGAGED", "NOT ENGAGED", "ND");
            change.Value.ShouldNotBe(before);
        }
    }

    [Fact]
    public async Task RunAsync_UntilCancelled_StepsEveryTwoToSixSecondsAndEndsQuietly()
    {
        using var stop = new CancellationTokenSource();
        _clock.Delayed = count =>
        {
            if (count == 20)
                stop.Cancel();
        };

        await CreateSut().RunAsync(stop.Token).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        _clock.Delays.Count.ShouldBeGreaterThanOrEqualTo(20);
        _clock.Delays.ShouldAllBe(d => d >= TimeSpan.FromSeconds(2) && d <= TimeSpan.FromSeconds(6));
        (_hubspot.Added.Count + _salesforce.Added.Count).ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Create_WorldMissing_SaysSo() =>
        Should.Throw<ArgumentException>(() => new DemoTraffic([_hubspot, _salesforce], [_hubspotWorld], _clock, 1))
            .Message.ShouldContain("worlds");
}
