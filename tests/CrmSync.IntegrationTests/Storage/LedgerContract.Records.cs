using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Polling;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    [Fact]
    public async Task Records_NewChangedSameAndOlder_OnlyNewsIsWritten()
    {
        var company = new CrmCompany
        {
            ObjectType = "companies", ExternalId = "7", Name = "Brackwater Foods", Domain = "brackwater.example", Industry = "FOOD", Employees = 420, Revenue = 12_345_678.91m,
            Region = "Kent", OwnerId = "3", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start.AddMinutes(2),
        };
        var person = new CrmPerson
        {
            ObjectType = "contacts", ExternalId = "5", Name = "Ines Calder", Title = "Head of Finance", Email = "ines@brackwater.example", CompanyId = "7",
            CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
        };
        (await RecordsAsync(new CrmRecords { Companies = [company with { Name = "Old" }, company], People = [person] })).ShouldBe(2);
        (await RecordsAsync(new CrmRecords { Companies = [company], People = [person] })).ShouldBe(0);
        (await RecordsAsync(new CrmRecords { Companies = [company with { Name = "Older", ModifiedAt = LedgerWorld.Start }] })).ShouldBe(0);
        (await World.ListAsync<string>("select name || domain || industry || employees || region || owner_external_id from crm_company"))
            .ShouldBe(["Brackwater Foodsbrackwater.exampleFOOD420Kent3"]);
        (await World.ListAsync<double>("select revenue from crm_company")).ShouldBe([12_345_678.91]);
        (await World.ListAsync<string>("select name || title || email || company_external_id from crm_person"))
            .ShouldBe(["Ines CalderHead of Financeines@brackwater.example7"]);

        (await RecordsAsync(new CrmRecords { Companies = [company with { Name = "Brackwater", Revenue = null, ModifiedAt = LedgerWorld.Start.AddMinutes(3) }] })).ShouldBe(1);

        (await World.ListAsync<string>("select name from crm_company where revenue is null and changed_at >= first_seen_at")).ShouldBe(["Brackwater"]);
    }

    [Fact]
    public async Task Records_DealHistory_OnlyGrowsAndLinksFollowTheNewestVersion()
    {
        var deal = new CrmDeal
        {
            ObjectType = "deals", ExternalId = "1", Name = "Invoices", PipelineId = "default", StageId = "demo", Amount = 50_000.5m, Currency = "EUR",
            CloseDate = new DateOnly(2026, 3, 31), CloseReason = "Price", OwnerId = "3", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start.AddHours(2),
            Links = [new Association("contact", "contacts", "5", "Decision maker"), new Association("contact", "contacts", "5", "Champion"), new Association("company", "companies", "7")],
            StageHistory = [new StageChange("discovery", LedgerWorld.Start), new StageChange("demo", LedgerWorld.Start.AddHours(2), "u1")],
        };
        await RecordsAsync(new CrmRecords { Deals = [deal] });
        await RecordsAsync(new CrmRecords
        {
            Deals = [deal with { StageId = "won", IsClosed = true, IsWon = true, ModifiedAt = LedgerWorld.Start.AddHours(3), StageHistory = [new StageChange("won", LedgerWorld.Start.AddHours(3))], Links = [new Association("company", "companies", "7")] }],
        });
        await RecordsAsync(new CrmRecords { Deals = [deal with { StageHistory = [new StageChange("discovery", LedgerWorld.Start, "u2"), new StageChange("demo", LedgerWorld.Start.AddHours(2))] }] });

        (await World.ListAsync<string>("select stage_external_id || is_closed || is_won || close_date || currency from crm_deal")).ShouldBe(["won112026-03-31EUR"]);
        (await World.ListAsync<string>("select stage_external_id || coalesce(by_external_id, '-') from crm_deal_stage order by entered_at")).ShouldBe(["discoveryu2", "demou1", "won-"]);
        (await World.ListAsync<string>("select role || external_id || coalesce(label, '-') from crm_deal_link")).ShouldBe(["company7-"]);
        await RecordsAsync(new CrmRecords { Deals = [deal with { ModifiedAt = LedgerWorld.Start.AddHours(4) }] });
        (await World.ListAsync<string>("select role || external_id || coalesce(label, '-') from crm_deal_link order by role")).ShouldBe(["company7-", "contact5Champion; Decision maker"]);
    }

    [Fact]
    public async Task Records_Drained_MoveTheWatermarkOfTheirTypeAndCountApart()
    {
        await RecordsAsync(new CrmRecords());
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["deals"].Watermark.ShouldBe(LedgerWorld.Start.AddDays(1));
        await DrainAsync(RunKind.PollSettled, LedgerWorld.Start.AddYears(-1), LedgerWorld.Start);
        var reader = new LedgerReader(Ledger, TimeProvider.System);
        (await reader.Overview.ReadAsync(Token)).Connections[0].Objects.ShouldHaveSingleItem().ObjectType.ShouldBe("calls");
        await DrainAsync(RunKind.PollGone, LedgerWorld.Start, LedgerWorld.Start.AddDays(9));
        await DrainAsync(RunKind.PollLinks, LedgerWorld.Start, LedgerWorld.Start.AddDays(9));
        (await Ledger.ReadMarksAsync(World.ConnectionId, Token))["calls"].ShouldBe(new ScanMarks(LedgerWorld.Start, null));
    }

    [Fact]
    public async Task Directory_MissingOnes_AreGoneUntilTheyAreListedAgain()
    {
        var ada = new CrmOwner("1", "u1", "Ada Thorn", "ada@tallyfern.example", true) { Team = "North", Region = "EMEA" };
        var tom = new CrmOwner("2", null, "Tom Ashby", null, false);
        var demo = new CrmStage("default", "Sales", "demo", "Demo", 1, false, false, 0.4);
        var won = new CrmStage("default", "Sales", "won", "Won", 2, true, true, null);
        (await DirectoryAsync([ada, tom], [demo, won])).ShouldBe(4);
        (await DirectoryAsync([ada], [won])).ShouldBe(0);
        (await World.ListAsync<string>("select name from crm_owner where gone_at is not null")).ShouldBe(["Tom Ashby"]);
        (await World.ListAsync<string>("select external_id from crm_stage where gone_at is not null")).ShouldBe(["demo"]);
        (await DirectoryAsync([], [])).ShouldBe(0);
        (await World.CountAsync("crm_owner where gone_at is null")).ShouldBe(1);

        (await DirectoryAsync([ada with { Team = "South" }, tom], [demo, won])).ShouldBe(3);

        (await World.ListAsync<string>("select name || coalesce(team, '-') from crm_owner where gone_at is null order by id")).ShouldBe(["Ada ThornSouth", "Tom Ashby-"]);
        (await World.CountAsync("crm_stage where gone_at is null and (probability is null or probability = 0.4)")).ShouldBe(2);
    }

    [Fact]
    public async Task Gone_ActivityVanishes_ItsWaitingWritesEndAndARestoredOneAsksAgain()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.LabelAsync("2", 0, "ND");
        await GoneAsync("1", "1", "unknown");
        await GoneAsync("1");

        (await World.ListAsync<string>(Targets)).ShouldBe(["rejected:calls/1=ENGAGED", "pending:calls/2=ND"]);
        (await World.ListAsync<string>("select status || ':' || code from outcome")).ShouldBe(["rejected:record.gone"]);
        var window = new ScanWindow("calls", LedgerWorld.Start.AddDays(-1), LedgerWorld.Start.AddDays(1));
        (await Ledger.ReadActivityKeysAsync(World.ConnectionId, window, 0, 10, Token)).ShouldHaveSingleItem().ExternalId.ShouldBe("2");

        await World.StoreAsync(LedgerWorld.Activity("1", "Version 0", 0));

        (await World.CountAsync("activity where gone_at is null")).ShouldBe(2);
        (await World.ListAsync<string>(Targets)).ShouldBe(["rejected:calls/1=ENGAGED", "pending:calls/2=ND", "pending:calls/1=ENGAGED"]);
    }

    [Fact]
    public async Task Gone_WhileARunnerWritesIt_TheRunnerSaysHowItEnded()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var batch = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(batch.Id, Token)).ShouldHaveSingleItem();
        await GoneAsync("1");
        await World.LabelAsync("1", 0, "ENGAGED");
        await World.CommitAsync(batch, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });
        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED"]);
    }

    [Fact]
    public async Task Gone_DecidedAfterwards_AsksForNoWriteOnTheMissingRecord()
    {
        var batch = (await World.StoreAsync(LedgerWorld.Activity("1")))[0];
        await GoneAsync("1");
        await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED")]);
        (await World.CountAsync("decision")).ShouldBe(1);
        (await World.CountAsync("intent")).ShouldBe(0);
    }

    private Task<long> RecordsAsync(CrmRecords records) => StoredAsync("deals", new LedgerChange { Records = records });

    private Task<long> DirectoryAsync(IReadOnlyList<CrmOwner> owners, IReadOnlyList<CrmStage> stages) =>
        StoredAsync(IRecordReader.DirectoryType, new LedgerChange { Directory = new CrmDirectory(owners, stages) });

    private Task GoneAsync(params string[] ids) => StoredAsync("calls", new LedgerChange { Gone = new GoneActivities("calls", ids) }, RunKind.PollGone);

    // Committed twice: the second commit of a step that was saved changes nothing.
    private async Task<long> StoredAsync(string type, LedgerChange change, RunKind kind = RunKind.PollRecords)
    {
        var scan = await World.StartScanAsync(kind, type);
        var work = (await Ledger.ReadScanAsync(scan.Id, Token))!;
        work.Kind.ShouldBe(kind);
        var last = change with { Scan = new ScanProgress(work.ScanId, null, true, 0, 0), Ending = new BatchEnding.Completed() };
        await World.CommitAsync(scan, change);
        await World.CommitAsync(scan, last);
        (await Ledger.CommitAsync(scan, last, LedgerWorld.Lease, Token)).Held.ShouldBeFalse();
        return (await World.RunAsync(scan.RunId!.Value)).Stored;
    }
}
