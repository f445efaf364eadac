using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.Hosting;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

public sealed class SalesforceConnectorTests : ConnectorContract
{
    [Fact]
    public async Task Scan_SessionEndsBetweenPages_IsRenewedOnce()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.Calls(450), SalesforceHouse.Plain with { PageSize = 100 }, pageRows: 2_000);
        house.Simulator.Dials.Turn("F9", new DialSetting { Count = 1 });

        var all = await DrainAsync(house, Everything("Task"));

        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(450);
        await LoggedAsync(() => SignIns(house), 2);
    }

    [Fact]
    public async Task AnyCall_ManyMeetAnExpiredSession_OneRenewsIt()
    {
        await using var house = (SalesforceHouse)await ReadyAsync(1);
        var id = house.Simulator.ListActivities(0, 1)[0].Id;
        var before = SignIns(house);
        house.Simulator.Dials.Turn("session", new DialSetting { Count = 1 });

        var states = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.Connector.Writer.ReadAsync("Task", [id], [house.Label.Name], Token)));

        states.ShouldAllBe(state => state.Succeeded);
        await LoggedAsync(() => SignIns(house), before + 1);
    }

    [Fact]
    public async Task Scan_LocatorIsLost_GoesOnFromItsPosition()
    {
        await using var house = await SalesforceHouse.StartAsync(
            ConnectorWorlds.Calls(450), SalesforceHouse.Plain with { PageSize = 100 }, pageRows: 2_000);
        var reader = house.Connector.Reader;
        await reader.ReadPageAsync(Everything("Task") with { To = ConnectorWorlds.Start.AddHours(-1) }, null, Token);
        house.Simulator.Calls.Clear();

        List<CrmActivity> all = [];
        string? position = null;
        do
        {
            house.Simulator.Dials.Turn("locator", new DialSetting { Count = 1 });
            var page = (await reader.ReadPageAsync(Everything("Task"), position, Token)).Value!;
            all.AddRange(page.Activities);
            position = page.Position;
        }
        while (position is not null);

        all.Count.ShouldBe(450);
        all.Select(activity => activity.ExternalId).Distinct().Count().ShouldBe(450);
    }

    [Fact]
    public async Task Scan_ArchivedRows_AreRead()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.With(
            [ConnectorWorlds.Call(1) with { OccurredAt = ConnectorWorlds.Start.AddYears(-2) }, ConnectorWorlds.Call(2)]));

        (await DrainAsync(house, Everything("Task") with { From = ConnectorWorlds.Start.AddYears(-3) })).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Write_RowLocked_RetriesThatRecordAlone()
    {
        await using var house = (SalesforceHouse)await ReadyAsync(2);
        var ids = house.Simulator.ListActivities(0, 2).Select(record => record.Id).ToList();
        house.Simulator.Dials.Turn("F17", new DialSetting { Target = ids[0], Count = 1 });
        var values = new Dictionary<string, string?> { [house.Label.Name] = "ND" };

        var results = (await house.Connector.Writer.WriteAsync("Task", [.. ids.Select(id => new RecordWrite(id, values))], Token)).Value!;

        results.Single(result => result.ExternalId == ids[0]).Failure!.Category.ShouldBe(FailureCategory.Retry);
        results.Single(result => result.ExternalId == ids[1]).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task AnyCall_OnePageOfHtml_IsReadAgainButNeverWrittenAgain()
    {
        await using var house = (SalesforceHouse)await ReadyAsync(1);
        var id = house.Simulator.ListActivities(0, 1)[0].Id;
        var before = house.WriteRequests();

        house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 503 });
        (await house.Connector.Writer.ReadAsync("Task", [id], [house.Label.Name], Token)).Succeeded.ShouldBeTrue();
        house.Simulator.Faults.Add(new Fault { Kind = FaultKind.Refuse, Status = 503 });
        var write = await house.Connector.Writer.WriteAsync(
            "Task", [new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" })], Token);

        write.Failure!.Category.ShouldBe(FailureCategory.Unknown);
        await LoggedAsync(house.WriteRequests, before + 1);
    }

    [Fact]
    public async Task AnyCall_TooManyLongRequests_WaitsSeconds()
    {
        await using var house = (SalesforceHouse)await ReadyAsync(1);
        house.Simulator.Dials.Turn("concurrent", new DialSetting { Count = 1 });

        var failure = (await house.Connector.Writer.ReadAsync("Task", [house.Simulator.ListActivities(0, 1)[0].Id], [house.Label.Name], Token)).Failure!;

        failure.Code.ShouldBe("salesforce.concurrent_limited");
        failure.NotBefore!.Value.ShouldBeLessThan(TimeProvider.System.GetUtcNow().AddSeconds(11));
    }

    [Fact]
    public async Task AnyCall_DayUsedUp_IsNotAskedAgain()
    {
        await using var house = (SalesforceHouse)await ReadyAsync(1);
        var id = house.Simulator.ListActivities(0, 1)[0].Id;
        house.Simulator.Dials.Turn("F3", new DialSetting { Count = 1 });
        await house.Connector.Writer.ReadAsync("Task", [id], [house.Label.Name], Token);
        var sent = house.Connector.RequestsSent;

        (await house.Connector.Writer.ReadAsync("Task", [id], [house.Label.Name], Token)).Failure!.Category.ShouldBe(FailureCategory.Wait);

        house.Connector.RequestsSent.ShouldBe(sent);
    }

    [Fact]
    public async Task Write_FieldThatIsNotThere_StopsBeforeSending()
    {
        await using var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1));
        var id = house.Simulator.ListActivities(0, 1)[0].Id;

        var failure = (await house.Connector.Writer.WriteAsync(
            "Task", [new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" })], Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "salesforce.field_missing"));
        failure.Message.ShouldContain(house.Label.Name);
        house.WriteRequests().ShouldBe(0);
    }

    [Fact]
    public async Task Requests_PerThousand_AreTheFewestThatTheRouteAllows()
    {
        var house = await SalesforceHouse.StartAsync(ConnectorWorlds.Calls(1_000), pageRows: 2_000);
        await using var owner = house;
        await house.Connector.Setup.ApplyAsync((await house.Connector.Setup.PlanAsync([house.Label], Token)).Value!, Token);
        await house.Connector.Reader.ReadPageAsync(Everything("Task") with { To = ConnectorWorlds.Start.AddHours(-1) }, null, Token);
        var sent = house.Connector.RequestsSent;

        var ids = (await DrainAsync(house, Everything("Task"))).Select(activity => activity.ExternalId).ToList();
        (house.Connector.RequestsSent - sent).ShouldBe(1);
        foreach (var batch in ids.Chunk(house.Connector.Writer.BatchSize))
        {
            await house.Connector.Writer.ReadAsync("Task", batch, [house.Label.Name], Token);
            await house.Connector.Writer.WriteAsync(
                "Task", [.. batch.Select(id => new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" }))], Token);
        }

        (house.Connector.RequestsSent - sent).ShouldBe(11);
    }

    private static int SignIns(SalesforceHouse house) =>
        house.Simulator.Calls.Snapshot().Count(call => call.Path.EndsWith("/oauth2/token", StringComparison.Ordinal));

    private protected override async Task<IConnectorHouse> StartAsync(SeedWorld world) => await SalesforceHouse.StartAsync(world);
}
