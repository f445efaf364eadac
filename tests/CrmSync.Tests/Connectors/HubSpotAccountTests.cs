using CrmSync.Pipeline.Model;
using Shouldly;
using Xunit;

namespace CrmSync.Tests.Connectors;

public sealed class HubSpotAccountTests : HubSpotBench
{
    [Fact]
    public async Task AnyCall_TokenOfAnotherAccount_IsStoppedBeforeAnyOtherRequest()
    {
        Answers(("account-info", 200, """{"portalId":44,"uiDomain":"app-eu1.hubspot.com"}"""));
        var sut = Sut();
        sut.Expect("33");

        var read = (await sut.Reader.ReadPageAsync(Window("notes"), null, Token)).Failure!;
        var write = (await sut.Writer.WriteAsync("notes", [new("1", new Dictionary<string, string?> { ["l"] = "x" })], Token)).Failure!;

        (read.Category, read.Code, write.Code).ShouldBe((FailureCategory.Stop, "hubspot.wrong_account", "hubspot.wrong_account"));
        read.Message.ShouldContain("44");
        Crm.Sent.Select(request => request.PathAndQuery).ShouldBe(["/account-info/2026-09/details"]);
        sut.RecordLink("notes", "1").ShouldBeNull();
    }

    [Fact]
    public async Task IdentifyAsync_SameToken_IsAskedOnce()
    {
        Answers(("account-info", 200, """{"portalId":33,"uiDomain":"app-eu1.hubspot.com","timeZone":"Europe/Berlin"}"""), ("", 200, None));
        var sut = Sut();

        (await sut.IdentifyAsync(Token)).Value!.Id.ShouldBe("33");
        sut.Expect("33");
        await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
        (await sut.IdentifyAsync(Token)).Value!.Id.ShouldBe("33");
        Sent("account-info").ShouldBe(1);

        Options.Token = "pat-na1-rotated";
        await sut.Writer.ReadAsync("notes", ["1"], ["l"], Token);
        Sent("account-info").ShouldBe(2);
    }

    [Fact]
    public async Task IdentifyAsync_AnswerWithoutAnId_IsNoAccount()
    {
        Answers(("account-info", 200, "{}"));

        (await Sut().IdentifyAsync(Token)).Failure!.Code.ShouldBe("http.unreadable_answer");
    }
}
