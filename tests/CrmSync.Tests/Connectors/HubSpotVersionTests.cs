using CrmSync.Pipeline.Model;
using CrmSync.Pipeline.WriteBack;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotVersionTests : HubSpotBench
{
    private static readonly IReadOnlyList<RecordWrite> Writes = [new("1", new Dictionary<string, string?> { ["l"] = "x" })];

    [Theory]
    [InlineData(404, "")]
    [InlineData(410, "{}")]
    [InlineData(400, """{"message":"API version 2026-09 is not supported."}""")]
    public async Task AnyCall_VersionUnknown_GoesOnWithTheFallBackForGood(int status, string body)
    {
        Answers(("2026-09", status, body), ("GET /crm/objects/2026-03/contacts", 200, None), ("2026-03", 200, """{"results":[{"id":"1","properties":{}}]}"""));
        var sut = Sut();

        (await sut.Writer.WriteAsync("notes", Writes, Token)).Value!.ShouldHaveSingleItem().Failure.ShouldBeNull();
        await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);

        Crm.Sent.Select(request => request.PathAndQuery).ShouldBe([
            "/crm/objects/2026-09/notes/batch/update", "/crm/objects/2026-09/contacts?limit=1", "/crm/objects/2026-03/contacts?limit=1",
            "/crm/objects/2026-03/notes/batch/update", "/crm/objects/2026-03/notes/batch/read?archived=false",
        ]);
    }

    [Fact]
    public async Task AnyCall_OneRouteUnknown_IsNoReasonToFallBack()
    {
        Answers(("/contacts?limit=1", 403, """{"category":"MISSING_SCOPES"}"""), ("2026", 404, ""));
        var sut = Sut();

        (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!.Code.ShouldBe("hubspot.address_wrong");
        Sent("2026-03").ShouldBe(0);
    }

    [Fact]
    public async Task AnyCall_NothingAtTheAddress_StopsAndAsksVersionsOnlyOnce()
    {
        Answers(("", 404, "<html>"));
        var sut = Sut();

        for (var call = 0; call < 3; call++)
        {
            var failure = (await sut.Writer.WriteAsync("notes", Writes, Token)).Failure!;
            (failure.Category, failure.Code).ShouldBe((FailureCategory.Stop, "hubspot.address_wrong"));
        }

        // Three writes, and one look at each version.
        Crm.Sent.Count.ShouldBe(5);
    }

    [Fact]
    public async Task AnyCall_RecordGone_IsNoQuestionOfTheVersion()
    {
        Answers(("", 404, """{"category":"OBJECT_NOT_FOUND"}"""));

        (await Sut().Writer.ReadAsync("notes", ["1"], ["l"], Token)).Failure!.Category.ShouldBe(FailureCategory.Gone);
        Crm.Sent.Count.ShouldBe(1);
    }

    [Fact]
    public async Task AnyCall_AccountIsAskedFirst_FallsBackWithThatQuestion()
    {
        Answers(
            ("account-info/2026-03", 200, """{"portalId":33}"""), ("GET /crm/objects/2026-03/contacts", 200, None), ("2026-09", 404, ""),
            ("2026-03", 200, None));
        var sut = Sut();
        sut.Expect("33");

        (await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token)).Succeeded.ShouldBeTrue();
        Crm.Sent[^1].PathAndQuery.ShouldBe("/crm/objects/2026-03/notes/batch/read?archived=false");
        Sent("account-info/2026-03").ShouldBe(1);
    }

    [Fact]
    public async Task CheckAsync_AfterAFallBack_Warns()
    {
        Answers(
            ("2026-09", 404, ""), ("account-info", 200, """{"portalId":33}"""),
            ("associations", 200, """{"results":[]}"""), ("properties", 404, """{"category":"OBJECT_NOT_FOUND"}"""), ("", 200, None));

        var checks = await Sut().CheckAsync(Token);

        var version = checks.Single(check => check.Name == "API version");
        version.State.ShouldBe(HealthState.Warn);
        version.Sentence.ShouldContain("2026-03");
        checks.Single(check => check.Name == "Properties").State.ShouldBe(HealthState.Warn);
    }
}
