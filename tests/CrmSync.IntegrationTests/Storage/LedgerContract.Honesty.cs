using CrmSync.Pipeline.Classification;
using CrmSync.Pipeline.Honesty;
using CrmSync.Pipeline.Model;
using CrmSync.Storage.Reading;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string Summary =
        "select d.external_id || ':' || coalesce(h.reported, '-') || '/' || coalesce(h.shown, '-') || ':' || h.verdict || ':' || h.stake from deal_honesty h join crm_deal d on d.id = h.deal_id order by d.external_id";

    private HonestyBook Honesty => new(Ledger, TimeProvider.System);

    private HonestyQueries Deals => new LedgerReader(Ledger, TimeProvider.System).Honesty;

    [Fact]
    public async Task Honesty_DecisionsLinksAndRecords_EachAskForTheDealAgain()
    {
        await JudgeAsync();
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [Deal("1", "nego", 1_000), Deal("2", "disc", null)] });
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:negotiation/-:no_evidence:-1", "2:discovery/-:no_evidence:-1"]);

        await StageAsync("a", 1, "discovery", "1");
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:negotiation/discovery:ahead:100000", "2:discovery/-:no_evidence:-1"]);

        // The same call turns out to belong to the other deal.
        await StageAsync("a", 2, "discovery", "2");
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:negotiation/-:no_evidence:-1", "2:discovery/discovery:agrees:-1"]);

        await RecordsAsync(new CrmRecords { Deals = [Deal("2", "nego", 7) with { ModifiedAt = LedgerWorld.Start.AddHours(9) }] });
        await JudgeAsync();
        (await World.ListAsync<string>(Summary))[1].ShouldBe("2:negotiation/discovery:ahead:700");

        await GoneAsync("a");
        await JudgeAsync();
        (await World.ListAsync<string>(Summary))[1].ShouldBe("2:negotiation/-:no_evidence:-1");
        (await Ledger.IsDueAsync(DealJudge.Version, Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task Honesty_AskedAgainWhileItIsJudged_StaysAskedFor()
    {
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [Deal("1", "disc", 5)] });
        await Ledger.CatchUpAsync(DealJudge.Version, 10, Token);
        var due = await Ledger.ReadDueAsync(10, Token);
        await StageAsync("a", 1, "demo", "1");
        var books = await Ledger.ReadStageBooksAsync(Token);
        await Ledger.SaveAsync([.. due.Select(item => new JudgedDeal(item, DealJudge.Judge(item.Deal!, books[World.ConnectionId], TimeProvider.System.GetUtcNow())))], Token);

        (await World.ListAsync<string>(Summary)).ShouldBe(["1:discovery/-:no_evidence:-1"], "what was read before the call came");
        (await Ledger.ReadDueAsync(10, Token)).ShouldHaveSingleItem();
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:discovery/demo:behind:500"]);
    }

    [Fact]
    public async Task Honesty_OtherRules_AskForEveryDealInSteps()
    {
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [.. Enumerable.Range(1, 5).Select(id => Deal($"{id}", "disc", 5))] });
        await JudgeAsync();
        (await Ledger.IsDueAsync(DealJudge.Version, Token)).ShouldBeFalse();

        (await Ledger.IsDueAsync(DealJudge.Version + 1, Token)).ShouldBeTrue();
        (await Ledger.CatchUpAsync(DealJudge.Version + 1, 2, Token)).ShouldBeTrue();
        (await World.CountAsync("deal_due")).ShouldBe(2);
        while (await Ledger.CatchUpAsync(DealJudge.Version + 1, 2, Token))
        {
        }

        (await World.CountAsync("deal_due")).ShouldBe(5);
    }

    [Fact]
    public async Task Honesty_MeaningOfAStage_IsGuessedUntilSomebodySaysIt()
    {
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [Deal("1", "odd", 5)] });
        await StageAsync("a", 1, "demo", "1");
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:-/demo:unmapped:-1"]);

        (await Ledger.SetStageAsync(World.ConnectionId, "default", "odd", new StageChoice("default", "odd", SalesStage.Negotiation), "ada", Token)).ShouldBeTrue();
        (await Ledger.SetStageAsync(World.ConnectionId, "default", "nowhere", new StageChoice("default", "nowhere", null), "ada", Token)).ShouldBeFalse();
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:negotiation/demo:ahead:500"]);
        (await Ledger.ListStagesAsync(Token)).Single(stage => stage.Stage.StageId == "odd").SetBy.ShouldBe("ada");

        await Ledger.SetStageAsync(World.ConnectionId, "default", "odd", new StageChoice("default", "odd", null), "tom", Token);
        await Ledger.SetStageAsync(World.ConnectionId, "default", "odd", null, "tom", Token);
        await JudgeAsync();
        (await World.ListAsync<string>(Summary)).ShouldBe(["1:-/demo:unmapped:-1"]);
        (await World.ListAsync<string>("select actor || ':' || subject || ':' || before || '>' || after from audit where action = 'honesty.stage' order by id"))
            .ShouldBe(["ada:hubspot-main/Sales/Etappe:guess>negotiation", "tom:hubspot-main/Sales/Etappe:negotiation>none", "tom:hubspot-main/Sales/Etappe:none>guess"]);
    }

    [Fact]
    public async Task Honesty_OwnersAndCompanies_FollowTheirRecords()
    {
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [Deal("1", "disc", 5) with { Links = [new Association("company", "companies", "7")] }] });
        await JudgeAsync();
        (await Places()).ShouldBe(["1:3|3|||2026-03"]);

        await DirectoryAsync([new CrmOwner("3", null, "Ada Thorn", "Ada@tallyfern.example", true) { Team = "North", Region = "EMEA" }], Stages);
        await JudgeAsync();
        (await Places()).ShouldBe(["ada@tallyfern.example|Ada Thorn|North|EMEA|2026-03"]);

        await RecordsAsync(new CrmRecords
        {
            Companies = [new CrmCompany { ObjectType = "companies", ExternalId = "7", Name = "Brackwater", Region = "Kent", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start }],
        });
        await JudgeAsync();
        (await Places()).ShouldBe(["ada@tallyfern.example|Ada Thorn|North|Kent|2026-03"]);

        Task<IReadOnlyList<string>> Places() => World.ListAsync<string>("select rep || '|' || rep_name || '|' || team || '|' || region || '|' || month from deal_honesty");
    }

    [Fact]
    public async Task Honesty_Lists_PageByMoneyAndCountPerStage()
    {
        await StagesAsync();
        await RecordsAsync(new CrmRecords { Deals = [.. Enumerable.Range(1, 7).Select(id => Deal($"{id}", id == 7 ? "disc" : "nego", id * 10) with { Currency = id < 3 ? "USD" : "EUR" })] });
        foreach (var id in Enumerable.Range(1, 7))
            await StageAsync($"a{id}", 1, "discovery", $"{id}");
        await JudgeAsync();
        await Ledger.CountLooseAsync(Token);

        var filter = HonestyFilter.Parse([new("kind", "disagrees")], out var faults);
        faults.ShouldBeEmpty();
        var first = await Deals.PageAsync(filter, new PageRequest(null, null, 4), Token);
        first.Rows.Select(row => row.ExternalId).ShouldBe(["6", "5", "4", "3"]);
        first.Rows[0].Evidence.ShouldHaveSingleItem().Stage.ShouldBe("discovery");
        var second = await Deals.PageAsync(filter, new PageRequest(first.Older, null, 4), Token);
        second.Rows.Select(row => row.ExternalId).ShouldBe(["2", "1"]);
        (await Deals.PageAsync(filter, new PageRequest(null, second.Newer, 4), Token)).Rows.Select(row => row.ExternalId).ShouldBe(["6", "5", "4", "3"]);
        (await Deals.CountAsync(filter with { Currency = "USD" }, Token)).Value.ShouldBe(2);
        (await Deals.CountAsync(filter with { Owner = "-" }, Token)).Value.ShouldBe(0);
        foreach (var list in HonestyFilter.Lists)
            (await Deals.CountAsync(HonestyFilter.All with { List = list }, Token)).Value.ShouldBe(list switch { "claims" => 6, "stale" or "silent" => 7, _ => 0 }, list);

        foreach (var by in Enum.GetValues<DealDimension>())
        {
            var whole = RollUp.Of("", "", await Deals.CellsAsync(by, HonestyFilter.All, Token));
            (whole.Deals, whole.Agreeing.Count).ShouldBe((7, 1));
            whole.Money.Select(money => (money.Currency, money.AtStake)).ShouldBe([("EUR", 18_000), ("USD", 3_000)]);
        }

        var choices = await Deals.ChoicesAsync(Token);
        choices.Currencies.ShouldBe(["EUR", "USD"]);
        choices.Owners.ShouldBe([("1:3", "3")]);
        choices.Months.ShouldBe(["2026-03"]);
        (await Deals.TeamsAsync(HonestyFilter.All, Token)).ShouldHaveSingleItem().Value.ShouldBe("");
        (await Deals.FreshnessAsync(Token)).ShouldSatisfyAllConditions(fresh => fresh.Waiting.Value.ShouldBe(0), fresh => fresh.WithoutDeal.ShouldBe(0), fresh => fresh.Activities.ShouldBe(7));
        var all = new List<string>();
        await foreach (var row in Deals.StreamAsync(HonestyFilter.All, Token))
            all.Add(row.ExternalId);
        all.Count.ShouldBe(7);
    }

    private static readonly IReadOnlyList<CrmStage> Stages =
    [
        new("default", "Sales", "disc", "Discovery", 0, false, false, 0.2), new("default", "Sales", "nego", "Negotiation", 1, false, false, 0.7),
        new("default", "Sales", "odd", "Etappe", 2, false, false, null),
    ];

    private Task StagesAsync() => DirectoryAsync([], Stages);

    private Task JudgeAsync() => Honesty.UpdateAsync(TimeSpan.FromMinutes(1), Token);

    private static CrmDeal Deal(string id, string stage, decimal? amount) => new()
    {
        ObjectType = "deals", ExternalId = id, Name = $"Deal {id}", PipelineId = "default", StageId = stage, Amount = amount, CloseDate = new DateOnly(2026, 3, 31), OwnerId = "3",
        CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start.AddHours(2), StageHistory = [new StageChange(stage, LedgerWorld.Start)],
    };

    // A version of a call on a deal, with its stage decided.
    private async Task StageAsync(string call, int minute, string stage, string deal)
    {
        foreach (var batch in await World.StoreAsync(LedgerWorld.Activity(call, $"Version {minute}", minute, new Association("deal", "deals", deal))))
        {
            await World.DecideAsync(batch, work =>
            [
                LedgerWorld.Decision(work, "ENGAGED"),
                LedgerWorld.Decision(work, stage, taxonomy: "stage") with { Decision = new LabelDecision("stage", "1", stage, DecisionStatus.Decided, 0.9, "rules", [], "rules-1") },
            ]);
        }
    }
}
