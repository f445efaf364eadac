using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.HubSpot;
using CrmSync.Simulator.Seed;
using CrmSync.Tests.Connectors;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

public sealed class HubSpotConnectorTests : ConnectorContract
{
    [Fact]
    public async Task Scan_MoreThanTenThousandWithOneTimestamp_GivesEverythingExactlyOnce()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(10_450), searchPages: 5);
        house.Simulator.Touch("calls").ShouldBe(10_450);

        var all = await DrainAsync(house, Everything("calls"));

        all.Count.ShouldBe(10_450);
        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(10_450);
        all.Select(activity => activity.ModifiedAt).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Scan_ManyLinks_FollowsTheInnerPages()
    {
        await using var house = await HubSpotHouse.StartAsync(
            ConnectorWorlds.Calls(3), HubSpotHouse.Calm with { AssociationPageSize = 1 });
        var call = house.Simulator.ListActivities(0, 1)[0].Id;
        var contacts = (await DrainAsync(house, Everything("calls"))).SelectMany(activity => activity.Associations)
            .Where(link => link.Role == "contact").Select(link => link.ExternalId).Distinct().ToList();
        var other = Enumerable.Range(1, 5).Select(step => (long.Parse(contacts[0], null) + step).ToString(System.Globalization.CultureInfo.InvariantCulture))
            .First(id => house.Simulator.Find("contacts", id) is not null);
        house.Simulator.Associate("calls", call, "contacts", other);

        var activity = (await DrainAsync(house, Everything("calls"))).Single(found => found.ExternalId == call);

        activity.Associations.Count(link => link.Role == "contact").ShouldBe(2);
    }

    [Theory]
    [InlineData(PropertyPermission.Deny403)]
    [InlineData(PropertyPermission.Deny400)]
    public async Task Setup_TypeThatTakesNoProperties_IsBlockedAndTheOthersAreDone(PropertyPermission refusal)
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with
        {
            PropertyPermissions = new Dictionary<string, PropertyPermission> { ["notes"] = refusal },
        });
        var setup = house.Connector.Setup;

        var outcomes = (await setup.ApplyAsync((await setup.PlanAsync([house.Label], Token)).Value!, Token)).Value!;

        outcomes.Where(outcome => outcome.Step.ObjectType != "notes").ShouldAllBe(outcome => outcome.Failure == null);
        outcomes.Where(outcome => outcome.Step.ObjectType == "notes" && outcome.Step.Subject != "crmsync")
            .ShouldAllBe(outcome => outcome.Failure!.Code == "hubspot.property_refused" && outcome.Step.Action == SetupAction.Blocked);
        var again = (await setup.PlanAsync([house.Label], Token)).Value!;
        again.IsEmpty.ShouldBeTrue();
        again.Steps.Where(step => step.Action == SetupAction.Blocked).Select(step => step.ObjectType).Distinct().ShouldBe(["notes"]);
    }

    [Fact]
    public async Task Setup_PropertyOfAnotherType_IsBlockedWithTheWayOut()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1));
        house.Simulator.DefineProperty("calls", house.Label.Name, "string");

        var plan = (await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!;

        var blocked = plan.Steps.Single(step => step.Action == SetupAction.Blocked);
        (blocked.ObjectType, blocked.Subject).ShouldBe(("calls", house.Label.Name));
        blocked.Sentence.ShouldContain("string");
        blocked.Sentence.ShouldContain("Rename or remove");
    }

    [Fact]
    public async Task Scan_UnderTheAccountsLimits_IsPacedAndNeverRefused()
    {
        var clock = new JumpingClock();
        var simulator = await HubSpotSimulator.StartAsync(
            new HubSpotSimulatorOptions() with { IndexLag = TimeSpan.Zero }, clock, Token);
        simulator.Load(ConnectorWorlds.With([.. Enumerable.Range(0, 4_000).Select(number =>
            ConnectorWorlds.Call(number) with { OccurredAt = clock.GetUtcNow().AddDays(-3) })]));
        using var connector = HubSpotConnector.Create(
            new HubSpotOptions { BaseAddress = simulator.BaseAddress, Token = HubSpotToken.DefaultValue }, "hubspot-test", clock, NullLoggerFactory.Instance);
        var begun = clock.GetUtcNow();

        await using var house = new HubSpotHouse(simulator, connector);
        var all = await DrainAsync(house, new("calls", begun.AddDays(-4), begun));

        all.Count.ShouldBe(4_000);
        simulator.Calls.Snapshot().ShouldNotContain(call => call.Status == 429);
        // 21 searches at 95 % of five a second.
        (clock.GetUtcNow() - begun).ShouldBeInRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Requests_PerThousand_AreTheFewestThatTheRouteAllows()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1_000), searchPages: 5);
        await house.Connector.Setup.ApplyAsync((await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!, Token);
        var sent = house.Connector.RequestsSent;

        var ids = (await DrainAsync(house, Everything("calls"))).Select(activity => activity.ExternalId).ToList();
        // Five pages of 200, the empty one that ends the scan, three associations reads.
        (house.Connector.RequestsSent - sent).ShouldBe(9);
        foreach (var batch in ids.Chunk(house.Connector.Writer.BatchSize))
        {
            await house.Connector.Writer.ReadAsync("calls", batch, [house.Label.Name], Token);
            await house.Connector.Writer.WriteAsync(
                "calls", [.. batch.Select(id => new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" }))], Token);
        }

        (house.Connector.RequestsSent - sent).ShouldBe(29);
    }

    [Fact]
    public async Task RecordLink_OtherHost_IsUnknown()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1));
        await house.Connector.CheckAsync(Token);

        house.Connector.RecordLink("calls", "1").ShouldBeNull();
    }

    private protected override async Task<IConnectorHouse> StartAsync(SeedWorld world) => await HubSpotHouse.StartAsync(world);
}
