using System.Globalization;
using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotScanTests : HubSpotBench
{
    [Fact]
    public async Task ReadPageAsync_BigWindow_IsListedWithLinksAndWithoutOtherWindowsRows()
    {
        Options.ListFrom = 1_000;
        Options.SearchPages = 1;
        Crm.Then(200, Found(1_500, "1")).Then(200, Found(1_600));
        Crm.Then(200, """
            {"results":[
              {"id":"1","properties":{"hs_lastmodifieddate":"2026-11-10T00:00:00.000Z"},"associations":{"contacts":{"results":[{"id":"101","type":"note_to_contact"},{"id":"101","type":"x"}]}}},
              {"id":"2","properties":{"hs_lastmodifieddate":"2026-11-20T00:00:00.001Z"}},
              {"id":"3","properties":{"hs_lastmodifieddate":"2026-10-31T23:59:59.999Z"}}],
             "paging":{"next":{"after":"NDI=","link":"x"}}}
            """);
        Crm.Then(200, """
            {"results":[{"id":"4","updatedAt":"2026-11-20T00:00:00.000Z","properties":{},
              "associations":{"companies":{"results":[{"id":"7","type":"note_to_company"}],"paging":{"next":{"after":"7"}}}}}],
             "paging":{"next":{"after":"NTI="}}}
            """);
        Crm.Then(200, """{"results":[{"from":{"id":"4"},"to":[{"toObjectId":7},{"toObjectId":8}]}]}""");

        var page = (await Sut().Reader.ReadPageAsync(Window("notes"), null, Token)).Value!;

        page.Activities.Select(activity => activity.ExternalId).ShouldBe(["1", "4"]);
        page.Activities[0].Associations.ShouldBe([new Association("contact", "contacts", "101")]);
        page.Activities[1].Associations.Select(link => link.ExternalId).ShouldBe(["7", "8"]);
        page.Position.ShouldBe("list:NTI=");
        Crm.Sent[2].PathAndQuery.ShouldBe(
            "/crm/objects/2026-09/notes?limit=100&archived=false&properties=hs_timestamp,hs_createdate,hs_lastmodifieddate,hubspot_owner_id,hs_note_body" +
            "&associations=contacts,companies,deals");
        Crm.Sent[3].PathAndQuery.ShouldEndWith("&after=NDI%3D");
        Crm.Sent[4].Json.GetProperty("inputs").GetArrayLength().ShouldBe(1);

        Crm.Then(200, """{"results":[]}""");
        (await Sut().Reader.ReadPageAsync(Window("notes"), page.Position, Token)).Value!.Position.ShouldBeNull();
        Crm.Sent[^1].PathAndQuery.ShouldEndWith("&after=NTI%3D");
    }

    [Fact]
    public async Task ReadPageAsync_BigAccountButSmallWindow_IsSearched()
    {
        Options.ListFrom = 100;
        Crm.Then(200, Found(150, "5")).Then(200, Found(1_000_000)).Then(200, None);
        Crm.Otherwise = _ => ScriptedCrm.Answer(200, None);

        (await Sut().Reader.ReadPageAsync(Window("notes"), null, Token)).Value!.Activities.ShouldHaveSingleItem();
        Sent("GET ").ShouldBe(0);
    }

    [Fact]
    public async Task ReadPageAsync_ListRefusedForALinkedType_IsListedWithoutLinks()
    {
        Options.ListFrom = 1;
        Crm.Then(200, Found(1_000, "1")).Then(200, Found(1_000))
            .Then(403, """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["crm.objects.deals.read"]}}]}""")
            .Then(200, """{"results":[{"id":"1","updatedAt":"2026-11-10T00:00:00Z"}]}""")
            .Then(200, """{"results":[{"from":{"id":"1"},"to":[{"toObjectId":101}]}]}""").Then(200, """{"results":[]}""")
            .Then(403, """{"category":"MISSING_SCOPES"}""");

        var page = (await Sut().Reader.ReadPageAsync(Window("notes"), null, Token)).Value!;

        page.Activities.ShouldHaveSingleItem().Associations.ShouldBe([new Association("contact", "contacts", "101")]);
        page.Position.ShouldBeNull();
    }

    [Theory]
    [InlineData(999, null, "search", 9, "rows/200 + 1 + 3 x rows/1000")]
    [InlineData(0, null, "search", 1, "rows/200 + 1 + 3 x rows/1000")]
    [InlineData(100_000, 1_000_000L, "search", 802, "rows/200 + 2 + 3 x rows/1000")]
    [InlineData(100_000, 120_000L, "list", 1_202, "2 + all/100, all = 120000")]
    public async Task ForecastAsync_AnyWindow_CountsByTheRouteThatIsTaken(long rows, long? all, string route, long requests, string formula)
    {
        Crm.Then(200, Found(rows));
        if (all is { } everything)
            Crm.Then(200, Found(everything));

        var forecast = (await Sut().Reader.ForecastAsync(Window("calls"), Token)).Value!;

        (forecast.ObjectType, forecast.Rows, forecast.Route, forecast.Requests, forecast.Formula).ShouldBe(("calls", rows, route, requests, formula));
        forecast.AtLeast.ShouldBeGreaterThan(TimeSpan.Zero);
        Crm.Sent.ShouldAllBe(request => request.Json.GetProperty("limit").GetInt32() == 1);
    }

    [Fact]
    public async Task ForecastAsync_MoreThanOurShareOfADay_TakesDays()
    {
        Options.Budget.DailyLimit = 1_000;
        Crm.Then(200, Found(200_000)).Then(200, Found(10_000_000));

        // 1,602 requests at 500 a day: the last of them on the fourth day.
        (await Sut().Reader.ForecastAsync(Window("calls"), Token)).Value!.AtLeast.ShouldBe(TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task ReadPageAsync_SearchGivesRowsOutsideTheWindowAndTwice_KeepsEachOfItsOwnOnce()
    {
        Crm.Then(200, """
            {"results":[{"id":"1","updatedAt":"2026-11-10T00:00:00Z"},{"id":"1","updatedAt":"2026-11-10T00:00:00Z"},{"id":"2","updatedAt":"2026-12-10T00:00:00Z"},
             {"id":"3","updatedAt":"2026-10-01T00:00:00Z"},{"id":"4"},{"id":"5","archived":true}]}
            """);
        Crm.Otherwise = _ => ScriptedCrm.Answer(200, None);

        var page = (await Sut().Reader.ReadPageAsync(Window("notes"), null, Token)).Value!;

        page.Activities.Select(activity => activity.ExternalId).ShouldBe(["1", "4"]);
        Crm.Sent[1].Body.ShouldContain("\"value\":\"5\"");
    }

    [Theory]
    [InlineData("""{"total":9,"results":[{"id":"9","properties":{"hs_email_text":null}}]}""", true)]
    [InlineData(None, true)]
    [InlineData("""{"total":9,"results":[{"id":"9","properties":{"hs_email_text":"hello"}}]}""", false)]
    public async Task ReadPageAsync_MailsWithoutBodies_AreLeftOutWhereBodiesAreWithheld(string probe, bool withheld)
    {
        Crm.Then(200, """
            {"results":[{"id":"1","properties":{"hs_email_subject":"Offer","hs_email_text":"","hs_email_html":null}},{"id":"2","properties":{}}]}
            """).Then(200, None).Then(200, probe);
        Crm.Otherwise = _ => ScriptedCrm.Answer(200, None);

        var page = (await Sut().Reader.ReadPageAsync(Window("emails"), null, Token)).Value!;

        page.Activities.Count.ShouldBe(withheld ? 0 : 2);
        page.Skipped.ShouldBe(withheld ? new Dictionary<string, int> { ["email_body_withheld"] = 2 } : []);
        page.Position.ShouldBeNull();
    }

    [Fact]
    public async Task ReadPageAsync_OneMailHasABody_TheOthersAreTrulyBlank()
    {
        Crm.Then(200, """{"results":[{"id":"1","properties":{"hs_email_html":"<p>hi</p>"}},{"id":"2","properties":{}}]}""").Then(200, None);
        Crm.Otherwise = _ => ScriptedCrm.Answer(200, None);

        var page = (await Sut().Reader.ReadPageAsync(Window("emails"), null, Token)).Value!;

        page.Activities.Count.ShouldBe(2);
        Sent("/search").ShouldBe(2);
    }

    [Fact]
    public async Task ReadPageAsync_ScopeMissing_StopsThatTypeAndNamesTheScopes()
    {
        Answers(("emails", 403, """{"category":"MISSING_SCOPES","errors":[{"context":{"requiredGranularScopes":["sales-email-read"]}}]}"""), ("", 200, None));
        var sut = Sut();

        var failure = (await sut.Reader.ReadPageAsync(Window("emails"), null, Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "hubspot.scope_missing"));
        failure.Message.ShouldContain("sales-email-read");
        (await sut.Reader.ReadPageAsync(Window("notes"), null, Token)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Searches_OfEveryType_StayWithinTheBodyLimit()
    {
        Answers(("", 200, None));
        var sut = Sut();
        foreach (var type in sut.Reader.ObjectTypes)
            await sut.Reader.ReadPageAsync(Window(type), long.MaxValue.ToString(CultureInfo.InvariantCulture), Token);
        foreach (var type in sut.Records.ObjectTypes)
            await sut.Records.ReadPageAsync(Window(type), long.MaxValue.ToString(CultureInfo.InvariantCulture), Token);

        Sent("/search").ShouldBe(8);
        Crm.Sent.ShouldAllBe(request => request.Body.Length <= 3_000);
    }

    private static string Found(long total, params string[] ids) =>
        $$"""{"total":{{total}},"results":[{{string.Join(',', ids.Select(id => $$"""{"id":"{{id}}","updatedAt":"2026-11-10T00:00:00Z"}"""))}}]}""";
}
