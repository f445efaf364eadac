using CrmSync.Pipeline.Erasure;
using CrmSync.Pipeline.Jobs;
using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.Segments.Review;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Storage;

public abstract partial class LedgerContract
{
    private const string Canary = "canary-7Q1Z";

    private static readonly Association Ada = new("contact", "contacts", "501");

    private static readonly string[] TextTables =
    [
        "activity where evidence like '%{0}%' or dead_message like '%{0}%'", "activity_text where subject || body like '%{0}%'",
        "correction_text where subject || body || evidence like '%{0}%'", "hosted_reason where sentence like '%{0}%'",
        "crm_person where name || coalesce(title, '') || coalesce(email, '') like '%{0}%'", "outcome where coalesce(remote_message, '') like '%{0}%'",
        "decision where reason || evidence like '%{0}%'", "ask where coalesce(message, '') like '%{0}%'", "run_log where message like '%{0}%'",
        "audit where coalesce(before, '') || coalesce(after, '') || subject like '%{0}%'",
    ];

    [Fact]
    public async Task EraseAsync_Person_TakesEveryTextOfHersAndLeavesLabelsAndTombstones()
    {
        await FillWithCanariesAsync();

        var report = (await Ledger.EraseAsync(Request("contacts", "501") with { Reason = "request 17" }, Token)).Value!;

        report.ShouldBe(new ErasureReport { Person = true, Activities = 2, LearningTexts = 1, HostedReasons = 1, Withdrawn = 1, BytesGone = report.BytesGone });
        foreach (var table in TextTables)
            (await World.CountAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, table, Canary))).ShouldBe(0, table);
        (await World.CountAsync("activity_text")).ShouldBe(1);
        (await World.ListAsync<string>("select external_id || ':' || status from activity order by external_id")).ShouldBe(["1:erased", "2:erased", "3:decided"]);
        (await World.CountAsync("decision where superseded_at is null")).ShouldBe(3);
        (await World.ListAsync<string>("select status || coalesce(':' || code, '') from intent order by id")).ShouldBe(["rejected:x", "superseded:activity.erased", "pending"]);
        (await World.ListAsync<string>("select object_type || '/' || external_id || ' ' || actor || ' ' || reason || ' ' || activities from erasure")).ShouldBe(["contacts/501 ada request 17 2"]);
        (await World.ListAsync<string>("select actor || ' ' || subject || ' ' || after || ' ' || reason from audit where action = 'erasure'"))
            .ShouldBe(["ada hubspot-main/contacts/501 erased request 17"]);
        (await World.CountAsync("crm_person where name = '' and title is null and email is null and erased_at is not null")).ShouldBe(1);
    }

    [Fact]
    public async Task EraseAsync_ActivityThatASegmentQuotes_TakesTheQuoteOutOfEveryVersion()
    {
        await FillWithCanariesAsync();
        var companies = await CompaniesAsync(1);
        var ids = await World.ListAsync<long>("select id from activity order by external_id");
        await ProposeAsync(Found("s01", "Bills", companies) with
        {
            Description = new SegmentDescription([], [new DescribedQuote(companies[0], ids[0], $"We met {Canary}."), new DescribedQuote(companies[0], ids[2], "Ten tools.")], null),
        });
        await Ledger.DecideAsync(Order("bills"), SegmentState.Approved, Token);

        await Ledger.EraseAsync(Request("contacts", "501"), Token);

        (await World.CountAsync("segment_version")).ShouldBe(2);
        (await World.CountAsync($"segment_version where description like '%{Canary}%'")).ShouldBe(0);
        (await World.CountAsync("segment_version where description like '%Ten tools.%'")).ShouldBe(2);
    }

    [Fact]
    public async Task ForecastErasureAsync_SaysWhatWouldGoAndChangesNothing()
    {
        await FillWithCanariesAsync();
        (await Ledger.ForecastErasureAsync(Request("contacts", "501"), Token)).Value
            .ShouldBe(new ErasureReport { Person = true, Activities = 2, LearningTexts = 1, HostedReasons = 1, Withdrawn = 1 });
        (await World.CountAsync("erasure")).ShouldBe(0);
        (await World.CountAsync("audit where action = 'erasure'")).ShouldBe(0);
        (await World.CountAsync("activity_text")).ShouldBe(3);
    }

    [Fact]
    public async Task EraseAsync_Again_ChangesNothing()
    {
        await FillWithCanariesAsync();
        await Ledger.EraseAsync(Request("contacts", "501"), Token);
        var again = (await Ledger.EraseAsync(Request("contacts", "501"), Token)).Value!;
        again.ShouldBe(new ErasureReport { IsRepeat = true, BytesGone = again.BytesGone });
        (await World.ListAsync<long>("select activities from erasure")).ShouldBe([2L]);
    }

    [Fact]
    public async Task EraseAsync_ThenEverythingIsReadAgain_NothingComesBack()
    {
        await FillWithCanariesAsync();
        await Ledger.EraseAsync(Request("contacts", "501"), Token);
        var batches = await World.StoreAsync(
            RunKind.Backfill,
            [
                LedgerWorld.Activity("1", $"{Canary} changed", 9, Ada), LedgerWorld.Activity("2", $"{Canary} without her link", 9),
                LedgerWorld.Activity("8", $"{Canary} never seen before", 9, Ada), LedgerWorld.Activity("9", "Somebody else's", 9),
            ]);
        await RecordsAsync(new CrmRecords { People = [Person() with { ModifiedAt = LedgerWorld.Start.AddHours(1) }] });

        batches.Count.ShouldBe(1);
        (await World.ListAsync<string>("select external_id from activity a join activity_text t on t.activity_id = a.id order by external_id")).ShouldBe(["3", "9"]);
        (await World.ListAsync<string>("select content_hash || status from activity where external_id = '8'")).ShouldBe(["erased"]);
        (await World.CountAsync("crm_person where name = '' and email is null")).ShouldBe(1);
        foreach (var table in TextTables)
            (await World.CountAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, table, Canary))).ShouldBe(0, table);
    }

    [Fact]
    public async Task EraseAsync_LinkToThePersonIsFoundLater_TheActivityLosesItsText()
    {
        await FillWithCanariesAsync();
        await Ledger.EraseAsync(Request("contacts", "501"), Token);
        var id = (await World.ListAsync<long>("select id from activity where external_id = '3'")).Single();
        await StoredAsync("calls", new LedgerChange { Links = [new ActivityLinks(id, [Ada])] }, RunKind.PollLinks);
        (await World.ListAsync<string>("select status from activity where external_id = '3'")).ShouldBe(["erased"]);
        (await World.CountAsync("activity_text")).ShouldBe(0);
        (await World.ListAsync<string>("select status from intent where activity_id = " + id)).ShouldBe(["superseded"]);
    }

    [Fact]
    public async Task EraseAsync_PersonWhomTheLedgerNeverSaw_IsKeptOut()
    {
        await FillWithCanariesAsync();
        await Ledger.EraseAsync(Request("contacts", "777"), Token);
        await RecordsAsync(new CrmRecords { People = [Person() with { ExternalId = "777" }] });
        (await World.CountAsync("crm_person where external_id = '777'")).ShouldBe(0);
    }

    [Fact]
    public async Task EraseAsync_WhileARunnerWrites_TheWriteEndsAndTheAnswerOfAClassifierIsDropped()
    {
        await World.LabelAsync("1", 0, "ENGAGED");
        var write = await World.GatherWriteAsync();
        var intent = (await Ledger.ReadIntentsAsync(write.Id, Token)).ShouldHaveSingleItem();
        var classify = await World.ClaimAsync((await World.StoreAsync(LedgerWorld.Activity("1", Canary, 1)))[0].Id);
        var work = await Ledger.ReadActivitiesAsync(classify.Id, Token);

        (await Ledger.EraseAsync(Request("calls", "1"), Token)).Value!.UnderWay.ShouldBe(1);
        await World.CommitAsync(classify, new LedgerChange { Decisions = [.. work.Select(one => LedgerWorld.Decision(one, "ND"))], Ending = new BatchEnding.Completed() });
        await World.CommitAsync(write, new LedgerChange { Intents = [Change(intent, IntentStatus.Applied)], Ending = new BatchEnding.Completed() });

        (await World.IntentsAsync()).ShouldBe(["applied:ENGAGED"]);
        (await World.CountAsync("decision")).ShouldBe(1);
        (await World.CountAsync("activity_text")).ShouldBe(0);
    }

    [Fact]
    public async Task EraseAsync_OnASharedRecord_TheNextLabelTakesThePlace()
    {
        await PlaceOnDealsAsync();
        await LabelOnDealAsync("1", "ENGAGED");
        await LabelOnDealAsync("2", "ND");
        (await World.ListAsync<string>("select status || ':' || value from intent order by id")).ShouldBe(["superseded:ENGAGED", "pending:ND"]);
        await Ledger.EraseAsync(Request("calls", "2"), Token);
        (await World.ListAsync<string>("select status || ':' || value from intent order by id")).ShouldBe(["superseded:ENGAGED", "superseded:ND", "pending:ENGAGED"]);
    }

    [Theory]
    [InlineData("contatcs", "erasure.unknown_type")]
    [InlineData("companies", "erasure.not_personal")]
    public async Task EraseAsync_TypeThatCannotBeErased_IsRefused(string type, string code)
    {
        await FillWithCanariesAsync();
        var company = new CrmCompany
        {
            ObjectType = "companies", ExternalId = "7", Name = "Tallyfern", CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
        };
        await RecordsAsync(new CrmRecords { Companies = [company] });
        (await Ledger.EraseAsync(Request(type, "1"), Token)).Failure!.Code.ShouldBe(code);
        (await Ledger.ForecastErasureAsync(Request(type, "1"), Token)).Failure!.Code.ShouldBe(code);
        (await World.CountAsync("erasure")).ShouldBe(0);
    }

    private protected ErasureRequest Request(string type, string id) => new(
        new Connection(World.ConnectionId, "hubspot-main", "hubspot", "Main portal", WriteMode.On, LedgerWorld.Start), type, id, "ada");

    /// <summary>Two activities and a person full of canaries, in every table that holds text; and an activity of somebody else.</summary>
    private protected async Task FillWithCanariesAsync()
    {
        await RecordsAsync(new CrmRecords { People = [Person()] });
        foreach (var (id, body, links) in new[] { ("1", Canary, new[] { Ada }), ("2", $"{Canary} again", [Ada]), ("3", "Somebody else's", Array.Empty<Association>()) })
        {
            var batch = (await World.StoreAsync(LedgerWorld.Activity(id, body, 0, links)))[0];
            await World.DecideAsync(batch, work => [LedgerWorld.Decision(work, "ENGAGED") with { HostedReason = id is "1" ? $"She says {Canary}." : null }], 0);
        }
        await AlterAsync("update intent set status = 'rejected', code = 'x' where id = 1");
        await AlterAsync($"insert into outcome (intent_id, status, at, remote_message) values (1, 'rejected', 0, 'duplicate of {Canary}')");
        await AlterAsync(
            "insert into correction_text (activity_id, content_hash, type, evidence, subject, body) select t.activity_id, 'x', 'call', '{}', t.subject, t.body from activity_text t where t.activity_id = 1");
    }

    private static CrmPerson Person() => new()
    {
        ObjectType = "contacts", ExternalId = "501", Name = $"Ada {Canary}", Title = $"Head of {Canary}", Email = $"{Canary}@tallyfern.example",
        CreatedAt = LedgerWorld.Start, ModifiedAt = LedgerWorld.Start,
    };

    private Task PlaceOnDealsAsync() => Ledger.SavePlacesAsync(
        World.ConnectionId, new Dictionary<string, LabelPlace> { ["calls"] = new(LabelPlaceKind.Linked, ["deals"], "On deals.") }, Token);

    private async Task LabelOnDealAsync(string id, string value)
    {
        var activity = LedgerWorld.Activity(id, $"Text {id}", 0, new Association("deal", "deals", "9")) with { OccurredAt = LedgerWorld.Start.AddHours(int.Parse(id, System.Globalization.CultureInfo.InvariantCulture)) };
        await World.DecideAsync((await World.StoreAsync(activity))[0], work => [LedgerWorld.Decision(work, value)]);
    }
}
