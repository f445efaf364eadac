using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotLinkTests : HubSpotBench
{
    [Fact]
    public async Task ReadLinksAsync_MixedAnswer_TellsNoneFromGone()
    {
        Crm.Then(207, """
            {"results":[{"from":{"id":"1"},"to":[{"toObjectId":101,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":202,"label":null}]}]}],
             "errors":[{"category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["2"]}},
                       {"category":"OBJECT_NOT_FOUND","context":{"fromObjectId":["3"]}}]}
            """).Then(200, None).Then(403, """{"category":"MISSING_SCOPES"}""");

        var links = (await Sut().Reader.ReadLinksAsync("notes", ["1", "2", "3"], Token)).Value!;

        links.Keys.Order().ShouldBe(["1", "2"]);
        links["1"].ShouldBe([new Association("contact", "contacts", "101")]);
        links["2"].ShouldBeEmpty();
    }

    [Fact]
    public async Task ReadLinksAsync_NothingMayBeSeen_FailsInsteadOfTakingAllLinksAway()
    {
        Answers(("", 403, """{"category":"MISSING_SCOPES"}"""));

        (await Sut().Reader.ReadLinksAsync("notes", ["1"], Token)).Failure!.Code.ShouldBe("hubspot.scope_missing");
    }

    [Fact]
    public async Task ReadLinksAsync_Labels_AreReadAndThePrimaryCompanyIsKnown()
    {
        Crm.Then(200, None).Then(200, """
            {"results":[{"from":{"id":"1"},"to":[
              {"toObjectId":7,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":5,"label":null},{"category":"USER_DEFINED","typeId":36,"label":"Bill payer"}]},
              {"toObjectId":"8","associationTypes":[{"category":"USER_DEFINED","typeId":5,"label":"Partner"}]}]}]}
            """).Then(200, None);

        var links = (await Sut().Reader.ReadLinksAsync("notes", ["1"], Token)).Value!["1"];

        links.Select(link => link.Label).ShouldBe(["Primary; Bill payer", "Partner"]);
    }

    [Theory]
    [InlineData("""{"results":[],"errors":[{"category":"RATE_LIMITS","context":{"fromObjectId":["1"]}}]}""", "hubspot.associations_incomplete")]
    [InlineData("""{"results":[{"from":{"id":"1"},"to":[{"toObjectId":9}],"paging":{"next":{"after":"again"}}}]}""", "hubspot.associations_incomplete")]
    [InlineData("{}", "http.unreadable_answer")]
    public async Task ReadLinksAsync_IncompleteAnswer_IsTriedLater(string answer, string code)
    {
        Answers(("", 200, answer));

        var failure = (await Sut().Reader.ReadLinksAsync("notes", ["1"], Token)).Failure!;

        (failure.Category, failure.Code).ShouldBe((FailureCategory.Retry, code));
    }

    [Fact]
    public async Task ReadGoneAsync_ArchivedAndMerged_AreFoundPageByPage()
    {
        Crm.Then(200, """
                {"results":[{"id":"1","archived":true,"archivedAt":"2026-11-10T00:00:00Z","properties":{"hs_merged_object_ids":"11;12"}},
                            {"id":"2","archived":true,"archivedAt":"2026-09-10T00:00:00Z"},{"id":"3","archived":true},{"id":"4","archived":false}],
                 "paging":{"next":{"after":"c1"}}}
                """)
            .Then(200, """{"results":[{"id":"5","archived":true,"archivedAt":"2026-11-11T00:00:00Z"}]}""")
            .Then(200, """{"results":[{"id":"20","properties":{"hs_merged_object_ids":"21;20"}}]}""")
            .Then(200, None);
        var sut = Sut();

        var first = (await sut.Reader.ReadGoneAsync(Window("notes"), null, Token)).Value!;
        var second = (await sut.Reader.ReadGoneAsync(Window("notes"), first.Position, Token)).Value!;
        var third = (await sut.Reader.ReadGoneAsync(Window("notes"), second.Position, Token)).Value!;

        first.Ids.Order().ShouldBe(["1", "11", "12", "3", "5"]);
        second.Ids.ShouldBe(["21"]);
        (third.Ids.Count, third.Position).ShouldBe((0, null));
        Crm.Sent[0].PathAndQuery.ShouldContain("archived=true");
        Crm.Sent[1].PathAndQuery.ShouldEndWith("after=c1");
        Crm.Sent[2].Body.ShouldContain("HAS_PROPERTY");
    }

    [Fact]
    public async Task ReadGoneAsync_TypeKnowsNoMerging_IsDone()
    {
        Crm.Then(200, """{"results":[]}""").Then(400, """{"category":"VALIDATION_ERROR"}""");
        var sut = Sut();
        var first = (await sut.Reader.ReadGoneAsync(Window("notes"), null, Token)).Value!;

        (await sut.Reader.ReadGoneAsync(Window("notes"), first.Position, Token)).Value!.Position.ShouldBeNull();
    }

    [Fact]
    public async Task ReadGoneAsync_TroubleHalfWay_GoesOnFromThere()
    {
        Crm.Then(200, """{"results":[{"id":"1","archived":true}],"paging":{"next":{"after":"c1"}}}""").Then(429, """{"policyName":"TEN_SECONDLY_ROLLING"}""");

        var page = (await Sut().Reader.ReadGoneAsync(Window("notes"), null, Token)).Value!;

        page.Ids.ShouldBe(["1"]);
        page.Position.ShouldBe("archived:c1");
    }
}
