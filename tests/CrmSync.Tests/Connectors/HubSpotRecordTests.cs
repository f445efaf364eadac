using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotRecordTests : HubSpotBench
{
    private const string NoScope = """{"category":"MISSING_SCOPES"}""";

    [Fact]
    public async Task ReadPageAsync_Deals_ComeWithStagesLinksAndReasons()
    {
        Crm.Then(200, """
                {"results":[{"id":"5","createdAt":"2026-01-01T00:00:00Z","properties":{"dealname":"Fernhill rollout","pipeline":"default","dealstage":"closedlost",
                  "amount":"12500.50","deal_currency_code":"EUR","closedate":"2026-11-30T22:00:00.000Z","hs_is_closed":"true","hs_is_closed_won":"false",
                  "closed_lost_reason":"Too dear","closed_won_reason":"","hubspot_owner_id":"9","createdate":"2026-01-02T00:00:00Z","hs_lastmodifieddate":"2026-11-10T00:00:00Z"}}]}
                """).Then(200, None)
            .Then(200, """{"results":[{"from":{"id":"5"},"to":[{"toObjectId":101,"associationTypes":[{"category":"USER_DEFINED","typeId":9,"label":"Champion"}]}]}]}""")
            .Then(200, """{"results":[{"from":{"id":"5"},"to":[{"toObjectId":7,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":5,"label":"Primary"}]}]}]}""")
            .Then(200, """
                {"results":[{"id":"5","propertiesWithHistory":{"dealstage":[
                  {"value":"closedlost","timestamp":"2026-11-09T00:00:00Z","sourceType":"CRM_UI","sourceId":"userId:28604240"},
                  {"value":"appointmentscheduled","timestamp":"2026-01-02T00:00:00Z","sourceType":"IMPORT"},
                  {"value":"appointmentscheduled","timestamp":"2026-02-02T00:00:00Z"},
                  {"value":"contractsent","timestamp":"2026-03-02T00:00:00Z","updatedByUserId":77}]}}]}
                """);

        var deal = (await Sut().Records.ReadPageAsync(Window("deals"), null, Token)).Value!.Records.Deals.ShouldHaveSingleItem();

        (deal.Name, deal.PipelineId, deal.StageId, deal.Amount, deal.Currency).ShouldBe(("Fernhill rollout", "default", "closedlost", 12_500.50m, "EUR"));
        (deal.IsClosed, deal.IsWon, deal.CloseReason, deal.CloseDate, deal.OwnerId).ShouldBe((true, false, "Too dear", new DateOnly(2026, 11, 30), "9"));
        deal.CreatedAt.ShouldBe(Date("2026-01-02T00:00:00Z"));
        deal.StageHistory.ShouldBe([
            new StageChange("appointmentscheduled", Date("2026-01-02T00:00:00Z")), new StageChange("contractsent", Date("2026-03-02T00:00:00Z"), "77"),
            new StageChange("closedlost", Date("2026-11-09T00:00:00Z"), "28604240"),
        ]);
        deal.Links.ShouldBe([new Association("contact", "contacts", "101", "Champion"), new Association("company", "companies", "7", "Primary")]);
        Crm.Sent[^1].Json.GetProperty("propertiesWithHistory")[0].GetString().ShouldBe("dealstage");
    }

    [Fact]
    public async Task ReadPageAsync_ManyDeals_AskHistoriesFiftyAtATime()
    {
        Crm.Then(200, $$"""{"results":[{{string.Join(',', Enumerable.Range(1, 120).Select(id => $$"""{"id":"{{id}}","updatedAt":"2026-11-10T00:00:00Z"}"""))}}]}""");
        Crm.Otherwise = _ => ScriptedCrm.Answer(200, None);

        (await Sut().Records.ReadPageAsync(Window("deals"), null, Token)).Value!.Records.Deals.Count.ShouldBe(120);

        Crm.Sent.Where(request => request.PathAndQuery.Contains("batch/read?", StringComparison.Ordinal))
            .Select(request => request.Json.GetProperty("inputs").GetArrayLength()).ShouldBe([50, 50, 20]);
    }

    [Fact]
    public async Task ReadPageAsync_Companies_AreMapped()
    {
        Crm.Then(200, """
            {"results":[{"id":"7","updatedAt":"2026-11-10T00:00:00Z","properties":{"name":"Orbit Dairy","domain":"OrbitDairy.example","industry":"FOOD_PRODUCTION",
             "numberofemployees":"80","annualrevenue":"1.5e6","country":"","state":"Bern"}}]}
            """).Then(200, None);

        var company = (await Sut().Records.ReadPageAsync(Window("companies"), null, Token)).Value!.Records.Companies.ShouldHaveSingleItem();

        (company.Name, company.Domain, company.Industry, company.Employees, company.Revenue, company.Region)
            .ShouldBe(("Orbit Dairy", "orbitdairy.example", "FOOD_PRODUCTION", 80, 1_500_000m, "Bern"));
    }

    [Fact]
    public async Task ReadPageAsync_Contacts_AreScannedByTheirOwnModifiedProperty()
    {
        Crm.Then(200, """
            {"results":[{"id":"101","updatedAt":"2027-01-01T00:00:00Z","properties":{"firstname":"Cora","lastname":null,"jobtitle":"Buyer","email":"Cora@Fernhill.example",
             "associatedcompanyid":"7","lastmodifieddate":"2026-11-10T00:00:00Z","hs_lastmodifieddate":"2027-01-01T00:00:00Z"}}]}
            """).Then(200, None);

        var person = (await Sut().Records.ReadPageAsync(Window("contacts"), null, Token)).Value!.Records.People.ShouldHaveSingleItem();

        (person.Name, person.Title, person.Email, person.CompanyId).ShouldBe(("Cora", "Buyer", "cora@fernhill.example", "7"));
        person.ModifiedAt.ShouldBe(Date("2026-11-10T00:00:00Z"));
        Crm.Sent[0].Json.GetProperty("filterGroups")[0].GetProperty("filters").EnumerateArray().Select(filter => filter.GetProperty("propertyName").GetString())
            .ShouldBe(["lastmodifieddate", "lastmodifieddate", "hs_object_id"]);
    }

    [Fact]
    public async Task ReadPageAsync_ScopeMissing_EmptiesDealsAndCompaniesButNotContacts()
    {
        Answers(("", 403, NoScope));
        var sut = Sut();

        foreach (var type in new[] { "deals", "companies" })
        {
            var page = (await sut.Records.ReadPageAsync(Window(type), null, Token)).Value!;
            (page.Records.Count, page.Position).ShouldBe((0, null));
        }

        (await sut.Records.ReadPageAsync(Window("contacts"), null, Token)).Failure!.Code.ShouldBe("hubspot.scope_missing");
    }

    [Fact]
    public async Task ReadDirectoryAsync_OwnersAndStages_AreWhole()
    {
        Crm.Then(200, """{"results":[{"id":"3","email":"Old@Seller.example","firstName":"","lastName":"","userIdIncludingInactive":33,"archived":true},{"id":"1","archived":true}]}""")
            .Then(200, """
                {"results":[{"id":"1","email":"ada.quill@seller.example","firstName":"Ada","lastName":"Quill","userId":11,
                 "teams":[{"id":"1","name":"All","primary":false},{"id":"2","name":"North","primary":true}]}],"paging":{"next":{"after":"a1"}}}
                """)
            .Then(200, """{"results":[{"id":"2","type":"QUEUE","firstName":"Inbound","lastName":"queue"}]}""")
            .Then(200, """
                {"results":[{"id":"default","label":"Sales","stages":[
                  {"id":"won","label":"Won","displayOrder":2,"metadata":{"isClosed":"true","probability":"1.0"}},
                  {"id":"new","label":"New","displayOrder":0,"metadata":{"isClosed":"false","probability":"0.2"}},
                  {"id":"lost","label":"Lost","displayOrder":3,"metadata":{"probability":"0.0"}},
                  {"id":"gone","label":"Gone","displayOrder":1,"archived":true}]}]}
                """);

        var directory = (await Sut().Records.ReadDirectoryAsync(Token)).Value!;

        directory.Owners.OrderBy(owner => owner.ExternalId).ShouldBe([
            new CrmOwner("1", "11", "Ada Quill", "ada.quill@seller.example", true) { Team = "North" },
            new CrmOwner("2", null, "Inbound queue", null, true),
            new CrmOwner("3", "33", "old@seller.example", "old@seller.example", false),
        ]);
        directory.Stages.ShouldBe([
            new CrmStage("default", "Sales", "new", "New", 0, false, false, 0.2),
            new CrmStage("default", "Sales", "won", "Won", 1, true, true, 1),
            new CrmStage("default", "Sales", "lost", "Lost", 2, true, false, 0),
        ]);
        Crm.Sent[2].PathAndQuery.ShouldEndWith("after=a1");
    }

    [Theory]
    [InlineData("owners", 0, 1)]
    [InlineData("pipelines", 1, 0)]
    public async Task ReadDirectoryAsync_ScopeMissing_EmptiesThatPart(string refused, int owners, int stages)
    {
        Answers(
            (refused, 403, NoScope), ("owners", 200, """{"results":[{"id":"1"}]}"""),
            ("pipelines", 200, """{"results":[{"id":"p","stages":[{"id":"s"}]}]}"""));

        var directory = (await Sut().Records.ReadDirectoryAsync(Token)).Value!;

        (directory.Owners.Count, directory.Stages.Count).ShouldBe((owners, stages));
    }

    [Fact]
    public async Task ReadDirectoryAsync_ServerTrouble_IsNoEmptyDirectory()
    {
        Answers(("owners", 200, """{"results":[]}"""), ("pipelines", 503, ""));

        (await Sut().Records.ReadDirectoryAsync(Token)).Failure!.Category.ShouldBe(FailureCategory.Retry);
    }
}
