using System.Text;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Simulator.Seed;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Connectors;

/// <summary>What every connector owes the pipeline, over real HTTP. A new CRM derives from this and passes.</summary>
public abstract class ConnectorContract
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Setup_PlanApplyPlan_LeavesNothingToDo()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(1));
        var setup = house.Connector.Setup;

        var plan = (await setup.PlanAsync([house.Label], Token)).Value!;
        plan.IsEmpty.ShouldBeFalse();
        plan.Steps.ShouldNotContain(step => step.Action == SetupAction.Blocked);
        var outcomes = (await setup.ApplyAsync(plan, Token)).Value!;
        outcomes.ShouldAllBe(outcome => outcome.Failure == null);
        outcomes.Count.ShouldBe(plan.Steps.Count(step => step.Action != SetupAction.Keep));

        var again = (await setup.PlanAsync([house.Label], Token)).Value!;
        again.IsEmpty.ShouldBeTrue();
        again.Steps.ShouldAllBe(step => step.Action == SetupAction.Keep);
        (await setup.ApplyAsync(plan, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);
    }

    [Fact]
    public async Task Setup_OneMoreOption_IsAddedAndTheOthersStay()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(1));
        var setup = house.Connector.Setup;
        await setup.ApplyAsync((await setup.PlanAsync([house.Label], Token)).Value!, Token);
        // The new list has lost one: an option that somebody else still uses is never removed.
        var wider = house.Label with { Options = [house.Label.Options[0], new LabelOption("LATER", "New.")] };

        var plan = (await setup.PlanAsync([wider], Token)).Value!;
        var open = plan.Steps.Where(step => step.Action != SetupAction.Keep).ToList();
        open.ShouldNotBeEmpty();
        open.ShouldAllBe(step => step.Action == SetupAction.AddOptions && step.Subject == house.Label.Name);
        (await setup.ApplyAsync(plan, Token)).Value!.ShouldAllBe(outcome => outcome.Failure == null);

        (await setup.PlanAsync([wider], Token)).Value!.IsEmpty.ShouldBeTrue();
        (await setup.PlanAsync([house.Label], Token)).Value!.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Scan_AtRest_GivesEverythingExactlyOnce()
    {
        await using var house = await StartAsync(ConnectorWorlds.With(
            [.. Enumerable.Range(0, 450).Select(ConnectorWorlds.Call), .. Enumerable.Range(0, 30).Select(ConnectorWorlds.Meeting)]));

        List<CrmActivity> all = [];
        foreach (var type in house.Connector.Reader.ObjectTypes)
            all.AddRange(await DrainAsync(house, Everything(type)));

        all.Count.ShouldBe(480);
        all.Select(activity => (activity.ObjectType, activity.ExternalId)).Distinct().Count().ShouldBe(480);
        all.ShouldAllBe(activity => house.Crm.Find(activity.ObjectType, activity.ExternalId) != null);
    }

    [Fact]
    public async Task Scan_RowsChangeUnderneath_LosesNothing()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(650));
        var seen = new Dictionary<string, string>();
        var window = Everything(house.CallType) with { To = TimeProvider.System.GetUtcNow() };
        string? position = null;
        var page = 0;
        do
        {
            var read = (await house.Connector.Reader.ReadPageAsync(window, position, Token)).Value!;
            foreach (var activity in read.Activities)
                seen[activity.ExternalId] = activity.Content.Subject;
            position = read.Position;
            // One that was read and one that was not leave the window, and a new one appears.
            var ids = house.Crm.ListActivities(0, 650).Select(record => record.Id).ToList();
            house.Crm.EditText(house.CallType, ids[0], $"Edited {page}", "first");
            house.Crm.EditText(house.CallType, ids[^(1 + page)], $"Edited {page}", "last");
            house.Crm.Add(ConnectorWorlds.Call(1_000 + page) with { OccurredAt = TimeProvider.System.GetUtcNow() });
            page++;
        }
        while (position is not null);

        page.ShouldBeGreaterThan(2);
        foreach (var activity in await DrainAsync(house, Everything(house.CallType) with { From = window.To }))
            seen[activity.ExternalId] = activity.Content.Subject;
        var expected = house.Crm.ListActivities(0, 2_000);
        expected.Count.ShouldBe(650 + page);
        seen.Count.ShouldBe(expected.Count);
        expected.ShouldAllBe(record => seen[record.Id] == record.Subject);
    }

    [Fact]
    public async Task Scan_Activities_ArriveWithEvidenceAndAssociations()
    {
        await using var house = await StartAsync(ConnectorWorlds.With([ConnectorWorlds.Call(1), ConnectorWorlds.Meeting(1)]));

        var call = (await DrainAsync(house, Everything(house.CallType))).ShouldHaveSingleItem();
        call.Content.Type.ShouldBe(ActivityType.Call);
        call.Content.Subject.ShouldBe("Call 1");
        call.Content.Body.ShouldContain("Spoke about item 1");
        call.Content.Evidence.Direction.ShouldBe(ActivityDirection.Outbound);
        call.Content.Evidence.Disposition.ShouldBe("Connected");
        call.Content.Evidence.Status.ShouldNotBeNull();
        call.Content.Evidence.Duration.ShouldBe(TimeSpan.FromSeconds(61));
        call.OwnerId.ShouldNotBeNull();
        call.OccurredAt.ShouldBe(ConnectorWorlds.Start);
        call.Associations.Select(link => link.Role).Order().ShouldBe(["company", "contact", "deal"]);
        call.Associations.ShouldAllBe(link => house.Crm.Find(link.ObjectType, link.ExternalId) != null);

        var meeting = (await DrainAsync(house, Everything(house.MeetingType))).ShouldHaveSingleItem();
        meeting.Content.Type.ShouldBe(ActivityType.Meeting);
        meeting.Content.Evidence.StartsAt.ShouldBe(ConnectorWorlds.Start.AddHours(1));
        meeting.Content.Evidence.EndsAt.ShouldBe(ConnectorWorlds.Start.AddHours(2));
        meeting.Content.Evidence.Duration.ShouldBe(TimeSpan.FromHours(1));
    }

    [Fact]
    public async Task Write_ThenRead_GivesWhatWasWritten()
    {
        await using var house = await ReadyAsync(3);
        var (writer, names, label) = (house.Connector.Writer, house.Connector.Writer.Names, house.Label.Name);
        var id = house.Crm.ListActivities(0, 1)[0].Id;
        var at = new DateTimeOffset(2026, 11, 20, 12, 34, 56, TimeSpan.Zero);
        var values = new Dictionary<string, string?>
        {
            [label] = "ENGAGED", [names.Shadow(label)] = "ENGAGED", [names.Confidence(label)] = "0.93", [names.Reason] = "They asked “when?” 😀",
            [names.LabelledAt] = names.FormatInstant(at), [names.Version] = "sales/3 rules/1",
        };

        var results = (await writer.WriteAsync(house.CallType, [new RecordWrite(id, values)], Token)).Value!;
        results.ShouldHaveSingleItem().Failure.ShouldBeNull();
        var state = (await writer.ReadAsync(house.CallType, [id], [.. values.Keys], Token)).Value![id];
        state.Values.ShouldBe(values, ignoreOrder: true);
        state.ModifiedAt.ShouldNotBeNull();
        house.Crm.Find(house.CallType, id)!.Properties[label].ShouldBe("ENGAGED");

        await writer.WriteAsync(house.CallType, [new RecordWrite(id, new Dictionary<string, string?> { [label] = null })], Token);
        (await writer.ReadAsync(house.CallType, [id], [label], Token)).Value![id].Values[label].ShouldBeNull();
    }

    [Fact]
    public async Task Write_MixedResults_AreToldRecordByRecord()
    {
        await using var house = await ReadyAsync(3);
        var ids = house.Crm.ListActivities(0, 2).Select(record => record.Id).ToList();
        var gone = house.VanishedCall();
        var good = new RecordWrite(ids[0], new Dictionary<string, string?> { [house.Label.Name] = "ND" });

        var results = (await house.Connector.Writer.WriteAsync(
            house.CallType, [house.RefusedWrite(ids[1]), new RecordWrite(gone, good.Values), good], Token)).Value!;

        results.Count.ShouldBe(3);
        results.Single(result => result.ExternalId == ids[0]).Failure.ShouldBeNull();
        results.Single(result => result.ExternalId == ids[1]).Failure!.Category.ShouldBe(FailureCategory.Reject);
        results.Single(result => result.ExternalId == gone).Failure!.Category.ShouldBe(FailureCategory.Gone);
        house.Crm.Find(house.CallType, ids[0])!.Properties[house.Label.Name].ShouldBe("ND");
        house.Crm.Find(house.CallType, ids[1])!.Properties.GetValueOrDefault(house.Label.Name).ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task Read_VanishedRecord_IsAbsent()
    {
        await using var house = await ReadyAsync(2);
        var id = house.Crm.ListActivities(0, 1)[0].Id;

        var states = (await house.Connector.Writer.ReadAsync(house.CallType, [house.VanishedCall(), id], [house.Label.Name], Token)).Value!;

        states.Keys.ShouldBe([id]);
    }

    [Fact]
    public async Task AnyCall_WrongCredentials_StopsWithOneSentence()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(1));
        var connector = house.WithWrongCredentials();
        using var owner = connector as IDisposable;

        var failure = (await connector.Reader.ReadPageAsync(Everything(house.CallType), null, Token)).Failure!;

        failure.Category.ShouldBe(FailureCategory.Stop);
        failure.Message.Count(character => character == '.').ShouldBe(1);
        failure.Message.ShouldEndWith(".");
        failure.Message.ShouldContain(connector.Key);
        failure.Fix.ShouldNotBeEmpty();
        (await connector.CheckAsync(Token)).ShouldHaveSingleItem().State.ShouldBe(HealthState.Fail);
    }

    [Fact]
    public async Task AnyCall_UnreachableHost_IsRetried()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(1));
        var connector = house.Unreachable();
        using var owner = connector as IDisposable;

        var read = (await connector.Reader.ReadPageAsync(Everything(house.CallType), null, Token)).Failure!;
        var write = (await connector.Writer.WriteAsync(
            house.CallType, [new RecordWrite(house.VanishedCall(), new Dictionary<string, string?> { [house.Label.Name] = "ND" })], Token)).Failure!;

        (read.Category, read.Code).ShouldBe((FailureCategory.Retry, "http.unreachable"));
        (write.Category, write.Code).ShouldBe((FailureCategory.Retry, "http.unreachable"));
    }

    [Fact]
    public async Task AnyCall_RateLimit_Waits()
    {
        await using var house = await ReadyAsync(1);
        house.RefuseForRateLimit();

        var failure = (await house.Connector.Writer.ReadAsync(house.CallType, [house.Crm.ListActivities(0, 1)[0].Id], [house.Label.Name], Token)).Failure!;

        failure.Category.ShouldBe(FailureCategory.Wait);
        failure.NotBefore!.Value.ShouldBeGreaterThan(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Write_ConnectionBreaksAfterIt_IsUnknownAndSentOnce()
    {
        await using var house = await ReadyAsync(1);
        var id = house.Crm.ListActivities(0, 1)[0].Id;
        // Warm connections are where a client is tempted to repeat by itself.
        await house.Connector.Writer.ReadAsync(house.CallType, [id], [house.Label.Name], Token);
        var before = house.WriteRequests();
        house.DropAfterWrite();

        var failure = (await house.Connector.Writer.WriteAsync(
            house.CallType, [new RecordWrite(id, new Dictionary<string, string?> { [house.Label.Name] = "ND" })], Token)).Failure!;

        failure.Category.ShouldBe(FailureCategory.Unknown);
        (await house.Connector.Writer.ReadAsync(house.CallType, [id], [house.Label.Name], Token)).Value![id].Values[house.Label.Name].ShouldBe("ND");
        await LoggedAsync(house.WriteRequests, before + 1);
    }

    [Fact]
    public async Task Windows_CountsAndIds_AreThoseOfAScanAndEndBeforeTheirEnd()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(210));
        var windows = house.Connector.Windows;
        var scanned = await DrainAsync(house, Everything(house.CallType));
        // Seventy calls share each of three minutes; the end of a window is not in it.
        var first = new CompareWindow(house.CallType, ConnectorWorlds.Start, ConnectorWorlds.Start.AddMinutes(1));

        (await windows.CountAsync(first, Token)).Value.ShouldBe(new WindowCount(70, IsExact: true));
        (await windows.CountAsync(first with { Until = first.Until.AddSeconds(1) }, Token)).Value.Rows.ShouldBe(140);
        (await windows.CountAsync(first with { From = first.From.AddSeconds(1) }, Token)).Value.Rows.ShouldBe(0);
        var all = await IdsAsync(house, first with { Until = first.Until.AddHours(1) });
        all.Select(row => (row.ExternalId, row.ModifiedAt)).Distinct().ShouldBe(scanned.Select(activity => (activity.ExternalId, activity.ModifiedAt)), ignoreOrder: true);
        (await IdsAsync(house, first)).Select(row => row.ExternalId).Distinct().Count().ShouldBe(70);
    }

    [Fact]
    public async Task Windows_DirectRead_GivesWhatAScanGivesAndLeavesVanishedOnesOut()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(3));
        var scanned = await DrainAsync(house, Everything(house.CallType));
        var gone = house.VanishedCall();

        var read = (await house.Connector.Windows.ReadByIdsAsync(house.CallType, [gone, .. scanned.Select(activity => activity.ExternalId), "no id at all"], Token)).Value!;

        read.Existing.ShouldBe(scanned.Select(activity => activity.ExternalId), ignoreOrder: true);
        read.Activities.Select(activity => (activity.ExternalId, activity.Content.ComputeHash(), activity.ModifiedAt, activity.Associations.Count))
            .ShouldBe(scanned.Select(activity => (activity.ExternalId, activity.Content.ComputeHash(), activity.ModifiedAt, activity.Associations.Count)), ignoreOrder: true);
        (await house.Connector.Windows.ReadByIdsAsync(house.CallType, [], Token)).Value!.Existing.ShouldBeEmpty();
    }

    [Fact]
    public async Task Windows_RateLimit_Waits()
    {
        await using var house = await StartAsync(ConnectorWorlds.Calls(1));
        house.RefuseForRateLimit();

        var counted = await house.Connector.Windows.CountAsync(new CompareWindow(house.CallType, ConnectorWorlds.Start, ConnectorWorlds.Start.AddDays(1)), Token);

        counted.Failure!.Category.ShouldBe(FailureCategory.Wait);
    }

    [Fact]
    public async Task Scan_HugeDamagedBody_ArrivesSafe()
    {
        var body = "begin\0" + string.Concat(Enumerable.Repeat("wide 😀 text ", 170_000)) + "\ud800 end\udc00";
        await using var house = await StartAsync(ConnectorWorlds.With([ConnectorWorlds.Call(1) with { Body = body }]));

        var activity = (await DrainAsync(house, Everything(house.CallType))).ShouldHaveSingleItem();

        activity.Content.Body.Length.ShouldBeGreaterThan(30_000);
        activity.Content.Body.ShouldNotContain('\0');
        var strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
        strict.GetString(strict.GetBytes(activity.Content.Body)).ShouldBe(activity.Content.Body);
        activity.Content.Body.ShouldContain("wide 😀 text");
    }

    [Fact]
    public async Task Check_HealthyConnection_PassesEverything()
    {
        await using var house = await ReadyAsync(1);

        var checks = await house.Connector.CheckAsync(Token);

        checks.Count.ShouldBeGreaterThan(3);
        checks.ShouldAllBe(check => check.State == HealthState.Pass);
    }

    private protected abstract Task<IConnectorHouse> StartAsync(SeedWorld world);

    /// <summary>A house with calls whose label properties are set up.</summary>
    private protected async Task<IConnectorHouse> ReadyAsync(int calls)
    {
        var house = await StartAsync(ConnectorWorlds.Calls(calls));
        var plan = await house.Connector.Setup.PlanAsync([house.Label], Token);
        var outcomes = await house.Connector.Setup.ApplyAsync(plan.Value!, Token);
        outcomes.Value!.ShouldAllBe(outcome => outcome.Failure == null);
        return house;
    }

    /// <summary>Waits until a count of the CRM's call log is what it should be: the log is written when a call ends, which the client may see first.</summary>
    private protected static async Task LoggedAsync(Func<int> count, int expected)
    {
        var deadline = TimeProvider.System.GetUtcNow().AddSeconds(5);
        while (count() < expected && TimeProvider.System.GetUtcNow() < deadline)
            await Task.Yield();
        count().ShouldBe(expected);
    }

    private protected static ScanWindow Everything(string type) => new(type, ConnectorWorlds.Start.AddDays(-1), TimeProvider.System.GetUtcNow().AddMinutes(1));

    private protected static async Task<List<IdStamp>> IdsAsync(IConnectorHouse house, CompareWindow window)
    {
        List<IdStamp> all = [];
        string? position = null;
        do
        {
            var page = await house.Connector.Windows.ReadIdsAsync(window, position, Token);
            page.Failure.ShouldBeNull();
            all.AddRange(page.Value!.Rows);
            position = page.Value!.Position;
        }
        while (position is not null);
        return all;
    }

    private protected static async Task<List<CrmActivity>> DrainAsync(IConnectorHouse house, ScanWindow window)
    {
        List<CrmActivity> all = [];
        string? position = null;
        do
        {
            var page = await house.Connector.Reader.ReadPageAsync(window, position, Token);
            page.Failure.ShouldBeNull();
            all.AddRange(page.Value!.Activities);
            position = page.Value!.Position;
        }
        while (position is not null);
        return all;
    }
}
