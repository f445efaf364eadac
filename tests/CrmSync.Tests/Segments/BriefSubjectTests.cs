using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class BriefSubjectTests
{
    private static BriefSubject Subject(long id, string name, string external = "", string? domain = null) => new(id, "hubspot-main", "companies", external.Length == 0 ? $"x{id}" : external, name, domain, null);

    [Theory]
    [InlineData("hubspot-main:77", 3)]
    [InlineData("hubspot-main/77", 3)]
    [InlineData("2", 2)]
    [InlineData("ACME", 1)]
    [InlineData("acme.example", 2)]
    public void Choose_OneThatIsMeantExactly_IsChosenAmongOthers(string wanted, long id) =>
        BriefSubjects.Choose(wanted, [Subject(1, "Acme"), Subject(2, "Acme Foods", domain: "acme.example"), Subject(3, "Acme Holding", "77")]).Value!.Id.ShouldBe(id);

    [Fact]
    public void Choose_OnlyOneBeginsLikeThat_IsChosen() => BriefSubjects.Choose("brack", [Subject(4, "Brackwater Foods")]).Value!.Id.ShouldBe(4);

    [Fact]
    public void Choose_Several_ListsThemInWordsWithTheirKeys()
    {
        var failure = BriefSubjects.Choose("acme", [.. Enumerable.Range(1, 12).Select(id => Subject(id, $"Acme {id}"))]).Failure!;
        failure.Message.ShouldStartWith("'acme' may mean Acme 1 (hubspot-main:x1), Acme 2 (hubspot-main:x2),");
        failure.Message.ShouldEndWith("and 2 or more others.");
        failure.Fix.ShouldContain("connection and id");
    }

    [Fact]
    public void Choose_TwoOfOneName_ListsThose() =>
        BriefSubjects.Choose("Acme", [Subject(1, "Acme"), Subject(2, "acme"), Subject(3, "Acme Foods")]).Failure!.Message.ShouldBe("'Acme' may mean Acme (hubspot-main:x1), acme (hubspot-main:x2).");

    [Fact]
    public void Choose_None_SaysHowToName() => BriefSubjects.Choose("zzz", []).Failure!.Fix.ShouldContain("hubspot-main:1234");

    [Fact]
    public void BriefFile_WhatWasWritten_IsReadAgain()
    {
        var brief = new Brief
        {
            Account = "17", Title = "Acme <b>", Segment = new SegmentMatch("bill-payment", "Bill payment", "7 of 19 notes speak of it, 0.9 expected.", 0.83), PackVersion = 4, At = Now, Facts = ["Industry: Food."],
            Points =
            [
                new BriefPoint(BriefPart.TalkingPoint, "Say “this”.", ["values-1"], [], false, PackAuthor.Template), new BriefPoint(BriefPart.Question, "Ask that?", [], ["12"], true, PackAuthor.Model("gpt 5 mini")),
                new BriefPoint(BriefPart.Risk, "Mind it.", ["objections-1", "objections-2"], ["12", "13"], true, PackAuthor.Person("model mia")), new BriefPoint(BriefPart.Background, "So they are.", [], [], false, PackAuthor.Template),
            ],
            LeftOut = [new BriefLeftOut("vocabulary-1", PackTier.Edge, "A word…", 31)], Waiting = 2, Notices = ["Two lines wait."], Tokens = 812, Budget = 1_500,
        };

        var read = BriefFile.Read(BriefText.Json(brief)).ShouldNotBeNull();

        BriefText.Json(read).ShouldBe(BriefText.Json(brief));
        read.Points.Select(point => point.By).ShouldBe(brief.Points.Select(point => point.By));
        BriefText.Json(BriefFile.Read(BriefText.Json(brief with { Account = null, Segment = brief.Segment with { Confidence = null } }))!).ShouldContain("\"confidence\": null");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"schema":"crmsync/brief/2"}""")]
    [InlineData("""{"schema":"crmsync/brief/1","account":7}""")]
    public void BriefFile_SomethingElse_IsNull(string json) => BriefFile.Read(json).ShouldBeNull();
}
