using CrmSync.Connectors;
using CrmSync.Connectors.HubSpot;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.HubSpot;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

public sealed class HubSpotRecordsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_OfTheWorld_AreRead()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1));
        var records = house.Connector.Records;

        var deal = (await ReadAsync(records, "deals")).Deals.ShouldHaveSingleItem();
        (deal.Name, deal.Amount, deal.IsClosed).ShouldBe(("Fernhill rollout", 12_500m, false));
        deal.StageHistory.ShouldHaveSingleItem().StageId.ShouldBe(deal.StageId);
        deal.Links.Select(link => link.Role).Distinct().Order().ShouldBe(["company", "contact"]);
        var companies = (await ReadAsync(records, "companies")).Companies;
        companies.Single(company => company.Domain == "fernhill.example").Employees.ShouldBe(120);
        var people = (await ReadAsync(records, "contacts")).People;
        people.Single(person => person.Email == "cora@fernhill.example").Title.ShouldBe("Buyer");
        var directory = (await records.ReadDirectoryAsync(Token)).Value!;
        directory.Owners.ShouldContain(owner => owner.Name == "Ada Quill" && owner.Team == "North");
        directory.Stages.ShouldContain(stage => stage.StageId == deal.StageId && stage.PipelineId == deal.PipelineId);
        directory.Stages.ShouldContain(stage => stage.IsWon);
    }

    [Fact]
    public async Task Scan_BigWindow_GoesByTheListAndGivesWhatSearchGives()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1_250));
        var listing = Options(house.Simulator);
        listing.ListFrom = 1_000;
        using var lister = Create(listing);
        var window = new ScanWindow("calls", ConnectorWorlds.Start.AddDays(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));

        var forecast = (await lister.Reader.ForecastAsync(window, Token)).Value!;
        var before = lister.RequestsSent;
        var listed = await DrainAsync(lister.Reader, window);
        var requests = lister.RequestsSent - before;
        var searched = await DrainAsync(house.Connector.Reader, window);

        (forecast.Route, forecast.Rows).ShouldBe(("list", 1_250));
        // Two searches to choose, thirteen pages; where a page holds just a hundred, the last one may be empty.
        requests.ShouldBeInRange(forecast.Requests, forecast.Requests + 1);
        listed.Select(Key).Order().ShouldBe(searched.Select(Key).Order());

        static string Key(CrmActivity activity) =>
            $"{activity.ExternalId} {activity.Content.ComputeHash()} {string.Join(',', activity.Associations.Select(link => $"{link.ObjectType}/{link.ExternalId}").Order())}";
    }

    [Fact]
    public async Task Forecast_Search_IsWhatTheScanTakes()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1_250), searchPages: 5);
        var window = new ScanWindow("calls", ConnectorWorlds.Start.AddDays(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));
        var forecast = (await house.Connector.Reader.ForecastAsync(window, Token)).Value!;
        var before = house.Connector.RequestsSent;

        await DrainAsync(house.Connector.Reader, window);

        forecast.Route.ShouldBe("search");
        (house.Connector.RequestsSent - before).ShouldBe(forecast.Requests);
    }

    [Fact]
    public async Task Gone_ArchivedActivities_AreFound()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(4));
        var ids = house.Simulator.ListActivities(0, 4).Select(record => record.Id).ToList();
        ids[1..3].ForEach(id => house.Simulator.Archive("calls", id));
        house.Simulator.Restore("calls", ids[2]);
        var now = TimeProvider.System.GetUtcNow();

        (await DrainGoneAsync(house.Connector.Reader, new ScanWindow("calls", now.AddHours(-1), now.AddHours(1)))).ShouldBe([ids[1]]);
        (await DrainGoneAsync(house.Connector.Reader, new ScanWindow("calls", now.AddDays(-2), now.AddDays(-1)))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Links_MadeLater_AreReadAnew()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.With([ConnectorWorlds.Meeting(1)]));
        var meeting = house.Simulator.ListActivities(0, 1)[0].Id;
        var deal = (await ReadAsync(house.Connector.Records, "deals")).Deals[0].ExternalId;
        house.Simulator.Associate("meetings", meeting, "deals", deal);

        var links = (await house.Connector.Reader.ReadLinksAsync("meetings", [meeting, "999999999"], Token)).Value!;

        links[meeting].ShouldContain(new Association("deal", "deals", deal));
        links[meeting].Select(link => link.Role).Order().ShouldBe(["company", "contact", "deal"]);
    }

    [Fact]
    public async Task Origins_PersonAndProgram_AreTold()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(3));
        await SetUpAsync(house);
        var ids = house.Simulator.ListActivities(0, 3).Select(record => record.Id).ToList();
        var (writer, label) = (house.Connector.Writer, house.Label.Name);
        await writer.WriteAsync("calls", [.. ids.Take(2).Select(id => new RecordWrite(id, new Dictionary<string, string?>
        {
            [label] = "ND", [writer.Names.Shadow(label)] = "ND",
        }))], Token);
        house.Simulator.EditProperty("calls", ids[0], label, "ENGAGED");

        var origins = (await writer.ReadOriginsAsync("calls", ids, label, Token)).Value!;

        origins[ids[0]].Actor.ShouldBe(ValueActor.Human);
        origins[ids[0]].Who.ShouldNotBeNull();
        origins[ids[1]].Actor.ShouldBe(ValueActor.Automation);
        origins.ContainsKey(ids[2]).ShouldBeFalse();
    }

    [Theory]
    [InlineData(PropertyPermission.Deny403)]
    [InlineData(PropertyPermission.Deny400)]
    public async Task Labels_OfATypeThatRefusesProperties_StandOnTheDeal(PropertyPermission refusal)
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with
        {
            PropertyPermissions = new Dictionary<string, PropertyPermission> { ["calls"] = refusal },
        });
        await SetUpAsync(house);

        var place = (await house.Connector.Setup.ReadPlacesAsync([house.Label], Token)).Value!["calls"];
        (place.Kind, place.ObjectTypes[0]).ShouldBe((LabelPlaceKind.Linked, "deals"));
        var deal = (await ReadAsync(house.Connector.Records, "deals")).Deals[0].ExternalId;
        var (writer, label, person) = (house.Connector.Writer, house.Label.Name, (await ReadAsync(house.Connector.Records, "contacts")).People[0].ExternalId);
        foreach (var (type, id) in new[] { ("deals", deal), ("contacts", person) })
        {
            var values = new Dictionary<string, string?> { [label] = "ND", [writer.Names.SourceActivity] = "calls/1" };
            (await writer.WriteAsync(type, [new RecordWrite(id, values)], Token)).Value!.ShouldHaveSingleItem().Failure.ShouldBeNull();
            var state = (await writer.ReadAsync(type, [id], [.. values.Keys], Token)).Value![id];
            state.Values.ShouldBe(values, ignoreOrder: true);
            state.ModifiedAt!.Value.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-1));
        }

        (await house.Connector.CheckAsync(Token)).ShouldAllBe(check => check.State == HealthState.Pass);
    }

    [Fact]
    public async Task Removal_AfterSetUp_LeavesNothingOfOurs()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with
        {
            PropertyPermissions = new Dictionary<string, PropertyPermission> { ["notes"] = PropertyPermission.Deny403 },
        });
        await SetUpAsync(house);
        var setup = house.Connector.Setup;

        var outcomes = (await setup.ApplyAsync((await setup.PlanRemovalAsync([house.Label], Token)).Value!, Token)).Value!;

        outcomes.ShouldAllBe(outcome => outcome.Failure == null);
        (await setup.PlanRemovalAsync([house.Label], Token)).Value!.IsEmpty.ShouldBeTrue();
        // The names are archived now; set-up brings them back to life.
        await SetUpAsync(house);
        (await setup.PlanAsync([house.Label], Token)).Value!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Connector_WithAnOAuthGrant_RenewsItAndKeepsTheRotatedToken()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with
        {
            OAuthApps = [new("client", "hidden", "refresh", RotatesRefreshToken: true)],
        });
        var options = Options(house.Simulator);
        (options.Token, options.ClientId, options.ClientSecret, options.RefreshToken) = (null, "client", "hidden", "refresh");
        var stores = ConnectorStores.InProcess(TimeProvider.System);
        using (var first = HubSpotConnector.Create(options, "hubspot-test", TimeProvider.System, NullLoggerFactory.Instance, stores))
            (await ReadAsync(first.Records, "deals")).Deals.ShouldHaveSingleItem();

        // After a restart only the stored token is alive.
        house.Simulator.RevokeToken((await stores.Credentials.ReadAsync("hubspot-test", Token))!.AccessToken!);
        using var second = HubSpotConnector.Create(options, "hubspot-test", TimeProvider.System, NullLoggerFactory.Instance, stores);
        (await ReadAsync(second.Records, "deals")).Deals.ShouldHaveSingleItem();
        (await second.CheckAsync(Token))[0].State.ShouldBe(HealthState.Pass);

        options.RefreshToken = "refresh";
        using var forgetful = HubSpotConnector.Create(
            options, "hubspot-test", TimeProvider.System, NullLoggerFactory.Instance, ConnectorStores.InProcess(TimeProvider.System));
        (await forgetful.IdentifyAsync(Token)).Failure!.Code.ShouldBe("hubspot.grant_dead");
    }

    [Fact]
    public async Task Connector_TokenOfAnotherAccount_IsNoticedBeforeTheFirstWrite()
    {
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.Calls(1), HubSpotHouse.Calm with { PortalId = 42 });
        (await house.Connector.IdentifyAsync(Token)).Value!.Id.ShouldBe("42");
        using var other = Create(Options(house.Simulator));
        other.Expect("41");

        var failure = (await other.Writer.WriteAsync("calls", [new RecordWrite("1", new Dictionary<string, string?> { ["x"] = "y" })], Token)).Failure!;

        failure.Code.ShouldBe("hubspot.wrong_account");
        house.WriteRequests().ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mails_WithoutTheirScope_AreNeverDecidedAsBlank(bool blanked)
    {
        var mail = ConnectorWorlds.Call(1) with { SourceId = "e-1", Type = "email", Subject = "Offer", Body = "Here it is", Disposition = null, Duration = null };
        await using var house = await HubSpotHouse.StartAsync(ConnectorWorlds.With([mail]));
        house.Simulator.PutToken(new HubSpotToken("pat-no-mails",
            ["crm.objects.contacts.read", "crm.objects.companies.read", "crm.objects.deals.read"])
        { ReadsMailsWithoutText = blanked });
        var options = Options(house.Simulator);
        options.Token = "pat-no-mails";
        using var sut = Create(options);
        var window = new ScanWindow("emails", ConnectorWorlds.Start.AddDays(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));

        var page = await sut.Reader.ReadPageAsync(window, null, Token);

        if (blanked)
        {
            page.Value!.Activities.ShouldBeEmpty();
            page.Value!.Skipped["email_body_withheld"].ShouldBe(1);
        }
        else
        {
            page.Failure!.Code.ShouldBe("hubspot.scope_missing");
        }

        (await DrainAsync(house.Connector.Reader, window)).ShouldHaveSingleItem().Content.Body.ShouldContain("Here it is");
    }

    private static async Task SetUpAsync(HubSpotHouse house) =>
        await house.Connector.Setup.ApplyAsync((await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!, Token);

    private static async Task<CrmRecords> ReadAsync(IRecordReader records, string type)
    {
        var window = new ScanWindow(type, ConnectorWorlds.Start.AddDays(-400), TimeProvider.System.GetUtcNow().AddMinutes(1));
        List<RecordPage> pages = [];
        do
        {
            var page = await records.ReadPageAsync(window, pages.LastOrDefault()?.Position, Token);
            page.Failure.ShouldBeNull();
            pages.Add(page.Value!);
        }
        while (pages[^1].Position is not null);
        return new CrmRecords
        {
            Deals = [.. pages.SelectMany(page => page.Records.Deals)],
            Companies = [.. pages.SelectMany(page => page.Records.Companies)],
            People = [.. pages.SelectMany(page => page.Records.People)],
        };
    }

    private static async Task<List<CrmActivity>> DrainAsync(IActivityReader reader, ScanWindow window)
    {
        List<CrmActivity> all = [];
        string? position = null;
        do
        {
            var page = await reader.ReadPageAsync(window, position, Token);
            page.Failure.ShouldBeNull();
            all.AddRange(page.Value!.Activities);
            position = page.Value!.Position;
        }
        while (position is not null);
        return all;
    }

    private static async Task<List<string>> DrainGoneAsync(IActivityReader reader, ScanWindow window)
    {
        List<string> all = [];
        string? position = null;
        do
        {
            var page = await reader.ReadGoneAsync(window, position, Token);
            page.Failure.ShouldBeNull();
            all.AddRange(page.Value!.Ids);
            position = page.Value!.Position;
        }
        while (position is not null);
        return all;
    }

    private static HubSpotOptions Options(HubSpotSimulator simulator) => new()
    {
        BaseAddress = simulator.BaseAddress,
        Token = HubSpotToken.DefaultValue,
        Budget = new HubSpotBudget { BurstLimit = 1_000_000, SearchPerSecond = 10_000, DailyLimit = 100_000_000, DayShare = 1 },
    };

    private static HubSpotConnector Create(HubSpotOptions options) =>
        HubSpotConnector.Create(options, "hubspot-test", TimeProvider.System, NullLoggerFactory.Instance);
}
