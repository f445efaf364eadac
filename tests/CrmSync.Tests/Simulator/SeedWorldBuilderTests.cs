using System.Text.Json;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Simulator;

public sealed class SeedWorldBuilderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 18, 13, 20, 0, TimeSpan.Zero);

    private static SeedWorld Build(string crm, int activities = 360, int seed = 1, int? companies = null) =>
        SeedWorldBuilder.Build(new() { Crm = crm, Now = Now, Activities = activities, Seed = seed, Companies = companies });

    [Theory]
    [InlineData("hubspot", 360)]
    [InlineData("salesforce", 5_000)]
    public void Build_SameOptions_SameWorld(string crm, int activities) =>
        JsonSerializer.Serialize(Build(crm, activities)).ShouldBe(JsonSerializer.Serialize(Build(crm, activities)));

    [Fact]
    public void Build_OtherSeed_OtherWorld() =>
        JsonSerializer.Serialize(Build("hubspot", seed: 1)).ShouldNotBe(JsonSerializer.Serialize(Build("hubspot", seed: 2)));

    [Fact]
    public void Build_Defaults_SixHundredDifferentActivitiesOfTheOwnCrm()
    {
        var (hubspot, salesforce) = (Build("hubspot"), Build("salesforce"));

        hubspot.Activities.Count.ShouldBeGreaterThanOrEqualTo(350);
        salesforce.Activities.Count.ShouldBeGreaterThanOrEqualTo(350);
        var ids = hubspot.Activities.Concat(salesforce.Activities).Select(a => a.SourceId).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count);
        var crms = AuthoredRows.All.ToDictionary(r => r.Id, r => r.Crm);
        hubspot.Activities.ShouldAllBe(a => crms[a.SourceId] == "hubspot");
        salesforce.Activities.ShouldAllBe(a => crms[a.SourceId] == "salesforce");
        hubspot.Companies.Count.ShouldBe(60);
    }

    [Theory]
    [InlineData("hubspot", 0, 1)]
    [InlineData("hubspot", 360, null)]
    [InlineData("salesforce", 360, 1)]
    [InlineData("salesforce", 12_000, null)]
    public void Build_AnySize_ReferencesPointAtEachOther(string crm, int activities, int? companies)
    {
        var world = Build(crm, activities, companies: companies);

        world.Activities.Count.ShouldBe(activities);
        world.Companies.ShouldAllBe(c => c.Owner >= 0 && c.Owner < world.Owners.Count);
        world.Contacts.GroupBy(c => c.Company).ShouldAllBe(g => g.Count() >= 1 && g.Count() <= 3 && g.Key < world.Companies.Count);
        world.Contacts.Select(c => c.Email).Distinct().Count().ShouldBe(world.Contacts.Count);
        world.Companies.Select(c => c.Domain).Distinct().Count().ShouldBe(world.Companies.Count);
        world.Deals.ShouldAllBe(d => world.Contacts[d.Contact].Company == d.Company && d.Owner < world.Owners.Count && d.Amount > 0);
        foreach (var activity in world.Activities)
        {
            activity.Owner.ShouldBeInRange(0, world.Owners.Count - 1);
            if (activity.Company is { } company)
                company.ShouldBeInRange(0, world.Companies.Count - 1);
            if (activity.Contact is { } contact)
                world.Contacts[contact].Company.ShouldBe(activity.Company!.Value);
            if (activity.Deal is { } deal)
                world.Deals[deal].Company.ShouldBe(activity.Company!.Value);
        }
    }

    [Fact]
    public void Build_Defaults_OldestFirstInBusinessHoursAndPast()
    {
        foreach (var world in (SeedWorld[])[Build("hubspot"), Build("salesforce", 8_000)])
        {
            world.Activities.Zip(world.Activities.Skip(1)).ShouldAllBe(p => p.First.OccurredAt <= p.Second.OccurredAt);
            foreach (var activity in world.Activities)
            {
                activity.OccurredAt.DayOfWeek.ShouldNotBeOneOf(DayOfWeek.Saturday, DayOfWeek.Sunday);
                activity.OccurredAt.Hour.ShouldBeInRange(7, 22);
                (activity.EndsAt ?? activity.OccurredAt).ShouldBeLessThanOrEqualTo(Now);
                activity.OccurredAt.ShouldBeGreaterThanOrEqualTo(Now.AddDays(-366));
                (activity.EndsAt > activity.StartsAt).ShouldBe(activity.Type == "meeting");
            }
        }
    }

    [Fact]
    public void Build_Deals_StageHistoryRisesAndClosedOnesCarryAReason()
    {
        foreach (var deal in Build("hubspot", 5_000).Deals.Concat(Build("salesforce").Deals))
        {
            deal.Stages.ShouldNotBeEmpty();
            deal.Stages[0].Stage.ShouldBe("Discovery");
            deal.Stages[0].At.ShouldBe(deal.CreatedAt);
            deal.Stages.Zip(deal.Stages.Skip(1)).ShouldAllBe(p => p.First.At < p.Second.At);
            deal.Stages.ShouldAllBe(s => s.At <= Now);
            deal.Stages.SkipLast(1).ShouldAllBe(s => !s.Stage.StartsWith("Closed", StringComparison.Ordinal));
            var closed = deal.Stages[^1].Stage.StartsWith("Closed", StringComparison.Ordinal);
            (deal.ClosedReason is not null).ShouldBe(closed);
            if (closed)
                deal.CloseDate.ShouldBe(deal.Stages[^1].At);
        }
    }

    [Fact]
    public void Build_Deals_MostReportsMatchTheirActivitiesAndSomeDoNot()
    {
        var world = Build("hubspot", 5_000);
        int honest = 0, dishonest = 0;
        foreach (var onDeal in world.Activities.Where(a => a is { Deal: not null, Stage: not (null or "Follow-Up") }).GroupBy(a
            => a.Deal!.Value))
        {
            var stages = world.Deals[onDeal.Key].Stages;
            var shown = onDeal.OrderBy(a => a.OccurredAt).Last();
            var reported = stages.Last(s => s.At <= shown.OccurredAt).Stage;
            if (reported == shown.Stage)
                honest++;
            else
                dishonest++;
        }

        var share = (double)dishonest / (honest + dishonest);
        share.ShouldBeInRange(0.03, 0.30);
    }

    [Theory]
    [InlineData("hubspot", 360)]
    [InlineData("salesforce", 20_000)]
    public void Build_Deals_ActivitiesFollowTheStagesInOrder(string crm, int activities)
    {
        string[] order = ["Discovery", "Demo", "Negotiation", "Closed"];
        var onDeals = Build(crm, activities).Activities.Where(a => a is { Deal: not null, Stage: not (null or "Follow-Up") });
        foreach (var onDeal in onDeals.GroupBy(a => a.Deal))
        {
            var steps = onDeal.Select(a => Array.IndexOf(order, a.Stage!.Split(' ')[0])).ToList();
            steps.ShouldBe(steps.Order());
            onDeal.Where(a => a.Stage!.StartsWith("Closed", StringComparison.Ordinal)).Select(a
                => a.Stage).Distinct().Count().ShouldBeLessThan(2);
        }
    }

    [Fact]
    public void Build_Deals_AllOutcomesOccur()
    {
        var last = Build("hubspot").Deals.Select(d => d.Stages[^1].Stage).ToHashSet();
        last.ShouldContain("Closed Won");
        last.ShouldContain("Closed Lost");
        last.ShouldContain("Negotiation");
        last.ShouldContain("Demo");
    }

    [Fact]
    public void Build_SubjectNamesACompany_RecordHangsOnIt()
    {
        var world = Build("hubspot");
        var names = world.Companies.Select(c => c.Name).ToHashSet();
        var named = world.Activities.Where(a => CompanyMention.Find(a.Subject) is { } name && names.Contains(name)).ToList();

        named.Count.ShouldBeGreaterThan(5);
        named.ShouldAllBe(a => world.Companies[a.Company!.Value].Name == CompanyMention.Find(a.Subject));
    }

    [Fact]
    public void Build_MoreThanAuthored_TextsVaryAndTruthStays()
    {
        var truth = new SeedTruth();
        var world = Build("hubspot", 20_000);
        var different = new HashSet<(string, string)>();
        foreach (var activity in world.Activities)
        {
            different.Add((activity.Subject, activity.Body));
            truth.TryFind(activity.SourceId, out var engagement, out var stage).ShouldBeTrue();
            (engagement, stage).ShouldBe((activity.Engagement, activity.Stage));
        }

        // Real exports lost 24 % of their rows when exact duplicates were dropped.
        different.Count.ShouldBeGreaterThan(20_000 * 70 / 100);
    }

    [Fact]
    public void Build_Texts_NeverCarryTheAuthorsTruth()
    {
        var why = AuthoredRows.All.ToDictionary(r => r.Id, r => r.Why);
        foreach (var activity in Build("hubspot", 4_000).Activities)
        {
            foreach (var text in (string?[])[activity.Subject, activity.Body, activity.Disposition, activity.Status, activity.Outcome])
            {
                (text ?? "").ShouldNotContain(why[activity.SourceId]);
                (text ?? "").ShouldNotContain(activity.SourceId);
            }
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(3650)]
    public void Build_ShortAndLongHistories_StayWithinTheirSpan(int span)
    {
        var world = SeedWorldBuilder.Build(new() { Crm = "salesforce", Now = Now, Activities = 2_000, Span = TimeSpan.FromDays(span) });
        world.Activities.ShouldAllBe(a => a.OccurredAt >= Now.AddDays(-span - 1) && a.OccurredAt <= Now);
        world.Deals.Count.ShouldBeLessThan(2_000);
        world.Deals.ShouldAllBe(d => d.Stages.Zip(d.Stages.Skip(1)).All(p => p.First.At < p.Second.At));
    }

    [Fact]
    public void Activities_ReadTwiceByIndex_AreEqual()
    {
        var activities = Build("salesforce", 4_000).Activities;
        activities[3_999].ShouldBe(activities[3_999]);
        activities.Skip(100).First().ShouldBe(activities[100]);
    }

    [Theory]
    [InlineData("pipedrive", 10, 365)]
    [InlineData("hubspot", -1, 365)]
    [InlineData("hubspot", 1_000_001, 365)]
    [InlineData("hubspot", 10, 7)]
    public void Build_OptionOutOfRange_SaysWhich(string crm, int activities, int span)
    {
        var fault = Should.Throw<ArgumentException>(() => SeedWorldBuilder.Build(
            new() { Crm = crm, Now = Now, Activities = activities, Span = TimeSpan.FromDays(span) }));
        fault.Message.ShouldContain("use");
    }

    [Fact]
    public void TryFind_UnknownRow_False() => new SeedTruth().TryFind("zz-1", out _, out _).ShouldBeFalse();
}
