using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private static readonly LabelPlace OnDeals = new(LabelPlaceKind.Linked, ["deals", "companies"], "Calls take no properties.");

    private const string Targets = "select status || ':' || target_type || '/' || target_id || '=' || coalesce(value, '-') from intent order by id";

    [Fact]
    public async Task Places_LinkedType_PutsTheLabelOnTheBestLinkedRecordAndNamesItsSource()
    {
        (await PlaceAsync(OnDeals)).ShouldBe(["calls"]);
        await LabelOnAsync("1", "ENGAGED", links: [Deal("9"), Deal("12"), new Association("company", "companies", "1"), new Association("contact", "contacts", "1")]);
        await LabelOnAsync("2", "ND", links: [new Association("company", "companies", "1")]);
        await LabelOnAsync("3", "ND", links: [new Association("contact", "contacts", "1")]);

        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED", "pending:companies/1=ND"]);
        var batches = await GatherAsync();
        batches.Count.ShouldBe(2);
        (await Ledger.ReadIntentsAsync(batches[0].Id, Token)).ShouldHaveSingleItem().SourceActivity.ShouldBe("calls/1");
        (await new SyncQueries(Ledger).ReadProgressAsync(World.ConnectionId, Token)).Untargeted.ShouldBe(1);
        (await Ledger.ReadPlacesAsync(World.ConnectionId, Token))["calls"].ObjectTypes.ShouldBe(["deals", "companies"]);
    }

    [Fact]
    public async Task Places_Twin_GetsACopyWhereItCanHoldOne()
    {
        var twin = new Association(Association.Twin, "EmailMessage", "e1");
        await LabelOnAsync("1", "ENGAGED", links: [twin]);
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:calls/1=ENGAGED"]);

        (await PlaceAsync(LabelPlace.OnActivity, "EmailMessage")).ShouldBeEmpty();

        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:calls/1=ENGAGED", "pending:EmailMessage/e1=ENGAGED"]);
        foreach (var batch in await GatherAsync())
            (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldAllBe(intent => intent.SourceActivity == null);
    }

    [Fact]
    public async Task Places_SharedRecord_HoldsTheLabelOfTheActivityThatHappenedLast()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("2", "ENGAGED", hour: 2);
        await LabelOnAsync("1", "ND", hour: 1);
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED"]);
        await World.WriteAsync();
        await LabelOnAsync("0", "NOT ENGAGED", hour: 0);
        (await World.ListAsync<string>(Targets)).ShouldBe(["applied:deals/9=ENGAGED"]);

        // The same word of a later activity is asked for, too: otherwise one in between could replace it.
        await LabelOnAsync("4", "ENGAGED", hour: 4);
        await World.WriteAsync(IntentStatus.Unchanged);
        await LabelOnAsync("3", "ND", hour: 3);
        (await World.ListAsync<string>(Targets)).ShouldBe(["applied:deals/9=ENGAGED", "unchanged:deals/9=ENGAGED"]);
        await LabelOnAsync("5", "ND", hour: 4);
        (await World.ListAsync<string>(Targets))[2].ShouldBe("pending:deals/9=ND");
    }

    [Fact]
    public async Task Places_SharedRecord_AbstentionTakesBackOnlyItsOwn()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", hour: 1);
        await LabelOnAsync("2", null, hour: 2);
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED"]);
        await World.WriteAsync();
        await LabelOnAsync("3", null, hour: 3);
        (await World.ListAsync<string>(Targets)).ShouldBe(["applied:deals/9=ENGAGED"]);

        await LabelOnAsync("1", null, hour: 1, minute: 5);

        (await World.ListAsync<string>(Targets)).ShouldBe(["applied:deals/9=ENGAGED", "pending:deals/9=-"]);
    }

    [Theory]
    [InlineData("ND", 2, new[] { "applied:deals/9=ENGAGED", "pending:deals/9=ND" })]
    [InlineData("ENGAGED", 2, new[] { "applied:deals/9=ENGAGED", "pending:deals/9=ENGAGED" })]
    [InlineData("ND", 0, new[] { "applied:deals/9=ENGAGED" })]
    [InlineData(null, 2, new[] { "applied:deals/9=ENGAGED" })]
    public async Task Places_SharedRecordWhileSending_TheLaterActivityFollows(string? value, int hour, string[] expected)
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", hour: 1);
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Sending)] });
        await LabelOnAsync("2", value, hour: hour);
        (await World.ListAsync<string>(Targets)).ShouldBe(["sending:deals/9=ENGAGED"]);

        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });

        (await World.ListAsync<string>(Targets)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("abstains")]
    [InlineData("unsure")]
    [InlineData("moves")]
    public async Task Places_SharedRecordLosesAWaitingLabel_TheOneThatHadGivenWayComesBack(string how)
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", hour: 1);
        await LabelOnAsync("2", "ND", hour: 2);
        if (how is "moves")
            await CommitLinksAsync(new ActivityLinks(2, []));
        else if (how is "abstains")
            await LabelOnAsync("2", null, hour: 2, minute: 1);
        else
            foreach (var batch in await World.StoreAsync(At("2", 2, 1, Deal("9"))))
                await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ND", writes: false)]);
        (await World.ListAsync<string>(Targets)).ShouldBe(["superseded:deals/9=ENGAGED", "superseded:deals/9=ND", "pending:deals/9=ENGAGED"]);
    }

    [Fact]
    public async Task Places_SharedRecordWhileSending_AnOlderActivityDoesNotOvertakeTheOneInLine()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", hour: 1);
        var batch = await World.GatherWriteAsync();
        await LabelOnAsync("3", "ND", hour: 3);
        await LabelOnAsync("2", "NOT ENGAGED", hour: 2);
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });
        (await World.ListAsync<string>(Targets)).ShouldBe(["applied:deals/9=ENGAGED", "pending:deals/9=ND"]);
    }

    [Fact]
    public async Task Links_MoveTheActivityToAnotherDeal_TheWaitingWriteFollows()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", links: [Deal("9")]);
        await CommitLinksAsync(new ActivityLinks(1, [Deal("9") with { Label = "Main" }]));
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED"]);
        (await World.ListAsync<string>("select label from activity_link")).ShouldBe(["Main"]);

        await CommitLinksAsync(new ActivityLinks(1, [Deal("5")]));

        (await World.ListAsync<string>(Targets)).ShouldBe(["superseded:deals/9=ENGAGED", "pending:deals/5=ENGAGED"]);
        (await World.ListAsync<string>("select code from outcome")).ShouldBe(["target_moved"]);
        await World.WriteAsync();
        // The same by a page: nothing but a link has changed.
        await World.StoreAsync(At("1", 0, 0, Deal("6")));
        (await World.ListAsync<string>(Targets)).ShouldBe(["superseded:deals/9=ENGAGED", "applied:deals/5=ENGAGED", "pending:deals/6=ENGAGED"]);
    }

    [Fact]
    public async Task Links_FirstOneComesLater_FindsTheLabelItsPlace()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", links: []);
        (await World.CountAsync("intent")).ShouldBe(0);
        await CommitLinksAsync(new ActivityLinks(1, [Deal("9")]), new ActivityLinks(77, [Deal("9")]));
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED"]);
        (await World.CountAsync("activity_link")).ShouldBe(1);
    }

    [Fact]
    public async Task Links_MoveWhileARunnerHoldsTheWrite_ItGivesWayWhenTheRunnerLetsGo()
    {
        await PlaceAsync(OnDeals);
        await LabelOnAsync("1", "ENGAGED", links: [Deal("9")]);
        var batch = await World.GatherWriteAsync();
        await CommitLinksAsync(new ActivityLinks(1, [Deal("5")]));
        (await World.ListAsync<string>(Targets)).ShouldBe(["pending:deals/9=ENGAGED", "pending:deals/5=ENGAGED"]);

        await World.CommitAsync(batch, new LedgerChange { Ending = new BatchEnding.Retry(LedgerWorld.Start, "http.500", "The CRM failed.") });

        (await World.ListAsync<string>(Targets)).ShouldBe(["superseded:deals/9=ENGAGED", "pending:deals/5=ENGAGED"]);
    }

    [Fact]
    public async Task SavePlacesAsync_PlaceMoves_WaitingWritesFollowAndTheSettledOnesStay()
    {
        await LabelOnAsync("1", "ENGAGED", links: [Deal("9")]);
        await World.WriteAsync();
        await LabelOnAsync("2", "ND", links: [Deal("8")]);
        (await PlaceAsync(OnDeals)).ShouldBe(["calls"]);
        (await World.ListAsync<string>(Targets)).ShouldBe(
            ["applied:calls/1=ENGAGED", "superseded:calls/2=ND", "pending:deals/9=ENGAGED", "pending:deals/8=ND"]);
        (await PlaceAsync(OnDeals)).ShouldBeEmpty();
        (await PlaceAsync(OnDeals with { Sentence = "Other words." })).ShouldBeEmpty();
        (await World.CountAsync("intent")).ShouldBe(4);
        (await World.ListAsync<string>("select sentence from label_place where replan_after_id is null")).ShouldBe(["Other words."]);

        (await PlaceAsync(LabelPlace.OnActivity)).ShouldBe(["calls"]);

        // What stands on the activity already is not asked for again.
        (await World.ListAsync<string>(Targets)).ShouldBe(
            ["applied:calls/1=ENGAGED", "superseded:calls/2=ND", "superseded:deals/9=ENGAGED", "superseded:deals/8=ND", "pending:calls/2=ND"]);
    }

    [Fact]
    public async Task SavePlacesAsync_CutOffHalfWay_IsFinishedByTheNextGathering()
    {
        foreach (var batch in await World.StoreAsync([.. Enumerable.Range(0, 1_500).Select(id => At($"{id}", 0, 0, Deal($"{id}")))]))
            await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED")], 10_000);
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var saving = Ledger.SavePlacesAsync(World.ConnectionId, new Dictionary<string, LabelPlace> { ["calls"] = OnDeals }, cut.Token);
        await cut.CancelAsync();
        await Record.ExceptionAsync(() => saving);
        if ((await World.CountAsync("label_place")) is 0)
            await Ledger.SavePlacesAsync(World.ConnectionId, new Dictionary<string, LabelPlace> { ["calls"] = OnDeals }, Token);

        for (var look = 0; look < 4; look++)
            await GatherAsync(TimeSpan.FromDays(1));

        (await World.CountAsync("intent where status = 'pending' and target_type = 'deals'")).ShouldBe(1_500);
        (await World.CountAsync("intent where status = 'superseded' and target_type = 'calls' and code = 'target_moved'")).ShouldBe(1_500);
        (await World.CountAsync("label_place where replan_after_id is null")).ShouldBe(1);
    }

    [Fact]
    public async Task ConnectionCards_OfAConnection_ShowWhereItStands()
    {
        await PlaceAsync(OnDeals);
        await Ledger.BindAccountAsync(World.ConnectionId, "portal-1", Token);
        await LabelOnAsync("1", "ENGAGED");
        await LabelOnAsync("2", "ND", links: []);
        await RecordsAsync(new CrmRecords { People = [new CrmPerson { ObjectType = "contacts", ExternalId = "5", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start }] });

        var card = (await new LedgerReader(Ledger, TimeProvider.System).Connections.ReadAsync(Token)).ShouldHaveSingleItem();

        (card.Connection.Key, card.Connection.WriteMode, card.Account, card.OpenIntents, card.Untargeted).ShouldBe(("hubspot-main", "on", "portal-1", 1, 1));
        var place = card.Places.ShouldHaveSingleItem();
        (place.ObjectType, place.Kind, place.Sentence, place.IsMoving).ShouldBe(("calls", "linked", OnDeals.Sentence, false));
        place.ObjectTypes.ShouldBe(OnDeals.ObjectTypes);
        card.Objects.Select(mark => (mark.ObjectType, mark.IsRecord, mark.Watermark)).ShouldBe(
            [("calls", false, LedgerWorld.Start.AddDays(1)), ("deals", true, LedgerWorld.Start.AddDays(1))]);
        card.Objects.ShouldAllBe(mark => mark.Age > TimeSpan.Zero);
        card.Records.Where(record => record.Count > 0).ShouldBe([new RecordCount("activity", 2), new RecordCount("person", 1)]);
    }

    private static Association Deal(string id) => new("deal", "deals", id);

    private static CrmActivity At(string id, int hour, int minute, params Association[] links) =>
        LedgerWorld.Activity(id, $"Version {minute}", minute, links) with { OccurredAt = LedgerWorld.Start.AddHours(hour) };

    private Task<IReadOnlyList<string>> PlaceAsync(LabelPlace place, string type = "calls") =>
        Ledger.SavePlacesAsync(World.ConnectionId, new Dictionary<string, LabelPlace> { [type] = place }, Token);

    private async Task LabelOnAsync(string id, string? value, int hour = 0, int minute = 0, Association[]? links = null)
    {
        foreach (var batch in await World.StoreAsync(At(id, hour, minute, links ?? [Deal("9")])))
            await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, value)]);
    }

    private async Task CommitLinksAsync(params ActivityLinks[] links)
    {
        var scan = await World.StartScanAsync(RunKind.PollLinks);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        await World.CommitAsync(scan, new LedgerChange
        {
            Links = links, Scan = new ScanProgress(work.ScanId, null, true, links.Length, 0), Ending = new BatchEnding.Completed(),
        });
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].Watermark.ShouldBe(LedgerWorld.Start.AddDays(1));
    }
}
