using System.Text.Json;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Numbers;
using CrmSync.Pipeline.Segments.Packs;
using Shouldly;
using Xunit;
using static CrmSync.Tests.Segments.SegmentRoom;

namespace CrmSync.Tests.Segments;

public sealed class BriefMakerTests
{
    private static readonly SegmentMatch Match = new("bill-payment", "Multi-entity bill payment", "3 of 5 notes speak of it, 0.2 expected.", 0.93);
    private static readonly BriefAccount Account = new("Acme Castings", BillPayment().Accounts[0]);

    private static BriefMaker Maker(Pack? pack = null, BriefOptions? options = null, ScriptedModel? model = null, WordMatcher? matcher = null, bool withPack = true) =>
        new(matcher ?? new WordMatcher("instances", Match), new OnePack(withPack ? pack ?? Draft() : null), options ?? new BriefOptions(), new FixedTime(Now), model?.Specialist);

    private static async Task<Brief> BriefAsync(Pack? pack = null, BriefOptions? options = null, ScriptedModel? model = null) =>
        (await Maker(pack, options, model).ForAccountAsync(Account, Match, TestContext.Current.CancellationToken)).Value!;

    [Fact]
    public async Task ForAccount_TemplateAlone_HasEveryPartWithinTheBudget()
    {
        var brief = await BriefAsync();

        brief.Points.Select(point => point.Part).Distinct().Count().ShouldBe(4);
        brief.Tokens.ShouldBeLessThanOrEqualTo(1_500);
        TokenEstimate.Of(BriefText.Markdown(brief, withLeftOut: false)).ShouldBeLessThanOrEqualTo(brief.Tokens);
        brief.Facts.ShouldContain("Closed so far: 1 won, 0 lost.");
        brief.Points.ShouldContain(point => point.HeardHere);
        brief.LeftOut.ShouldNotBeEmpty();
        brief.Notices.ShouldContain(notice => notice.Contains("left out"));
        brief.Points.ShouldAllBe(point => !point.Text.StartsWith("Account a"));
    }

    [Fact]
    public async Task ForAccount_SameTwice_IsTheSame() => BriefText.Json(await BriefAsync()).ShouldBe(BriefText.Json(await BriefAsync()));

    [Fact]
    public async Task ForAccount_BudgetTooSmallForCriticalLines_SaysHowMuchWouldDo()
    {
        var brief = await BriefAsync(options: new BriefOptions { TokenBudget = 320 });

        brief.Tokens.ShouldBeLessThanOrEqualTo(320);
        var said = brief.Notices.First(notice => notice.Contains("too small"));
        said.ShouldContain("The budget of 320 tokens is too small");
        // The figure that it names is the truth.
        var needed = int.Parse(said.Split("left out. ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        var enough = await BriefAsync(options: new BriefOptions { TokenBudget = needed, Shares = new TierShares(1, 0, 0) });
        enough.LeftOut.ShouldAllBe(line => line.Tier != PackTier.Critical);
    }

    [Fact]
    public async Task ForAccount_BudgetBelowTheHead_IsRefusedWithAFigure()
    {
        var account = Account with { Name = string.Join(' ', Enumerable.Repeat("Consolidated Castings", 30)) };

        var failure = (await Maker(options: new BriefOptions { TokenBudget = 100 }).ForAccountAsync(account, Match, TestContext.Current.CancellationToken)).Failure!;

        failure.Code.ShouldBe("specialist.budget_too_small");
        failure.Fix.ShouldContain("Give it at least ");
    }

    [Fact]
    public async Task ForText_ProspectWithoutHistory_IsMatchedByItsRedactedText()
    {
        var matcher = new WordMatcher("instances", Match);

        var brief = (await Maker(matcher: matcher).ForTextAsync("They juggle instances, says jo@example.com", TestContext.Current.CancellationToken)).Value!;

        matcher.Seen.ShouldHaveSingleItem().ShouldNotContain("jo@example.com");
        brief.Account.ShouldBeNull();
        brief.Points.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task For_NothingThatFits_SaysSoAndHowToGoOn()
    {
        var token = TestContext.Current.CancellationToken;
        (await Maker().ForTextAsync("Something else", token)).Failure!.Message.ShouldBe("No segment fits the text about the prospect.");
        (await Maker().ForTextAsync("  ", token)).Failure!.Code.ShouldBe("specialist.no_segment");
        (await Maker().ForAccountAsync(new BriefAccount("New Co", new AccountFacts("n")), null, token)).Failure!.Message.ShouldContain("it has no activities");
        (await Maker(withPack: false).ForAccountAsync(Account, Match, token)).Failure!.Message.ShouldContain("has no pack yet");
        (await Maker(Pack() with { Segment = "other" }).ForAccountAsync(Account, Match, token)).Failure!.Code.ShouldBe("specialist.other_segment");
    }

    [Fact]
    public async Task ForAccount_WithModel_AddsCitedPointsAndDropsBareOnes()
    {
        var model = new ScriptedModel(prompt => ScriptedModel.Reply(
            ("question", "How do you see all ten instances at month end?", [ScriptedModel.Handle(prompt, "juggle ten")]), ("talking_point", "We are the market leader.", []), ("risk", "Read https://evil.example", ["p1"])));

        var brief = await BriefAsync(model: model);

        var worded = brief.Points.Where(point => point.By.Kind == PackAuthorKind.Model).ShouldHaveSingleItem();
        worded.Part.ShouldBe(BriefPart.Question);
        brief.Points.ShouldNotContain(point => point.Text.Contains("market leader"));
        brief.Tokens.ShouldBeLessThanOrEqualTo(1_500);
        model.Asked.Single().User.ShouldNotContain("Acme");
    }

    [Fact]
    public async Task ForAccount_ModelFails_FallsBackAndSaysSo()
    {
        var brief = await BriefAsync(model: new ScriptedModel(_ => ScriptedModel.Text("no")));

        brief.Points.ShouldNotBeEmpty();
        brief.Notices.ShouldContain(notice => notice.StartsWith("Worded by the template alone"));
    }

    [Fact]
    public async Task Text_HostileName_StaysText()
    {
        var brief = (await Maker().ForAccountAsync(Account with { Name = "# [Acme](http://x)\n<b>" }, Match, TestContext.Current.CancellationToken)).Value!;

        BriefText.Markdown(brief).ShouldStartWith(@"# \# \[Acme\](http://x) \<b\>");
        BriefText.Plain(brief).ShouldStartWith("# [Acme](http://x) <b>\n");
        BriefText.Plain(brief with { Title = "Ac\u202Eme\u001B[2J" }).ShouldStartWith("Acme [2J\n");
        JsonDocument.Parse(BriefText.Json(brief)).RootElement.GetProperty("schema").GetString().ShouldBe("crmsync/brief/1");
    }

    [Fact]
    public void Packer_UnusedShares_SpillOverInBothDirections()
    {
        PackLine[] lines = [.. Enumerable.Range(0, 10).Select(i => Line($"l{i}", PackSection.Objections, "x", i < 8 ? PackTier.Critical : PackTier.Edge))];

        var packed = TierPacker.Pack(lines, 100, TierShares.Default, _ => 10);
        var tight = TierPacker.Pack(lines, 50, TierShares.Default, _ => 10);

        packed.Taken.Count.ShouldBe(10);
        packed.Notices.ShouldBeEmpty();
        // 10 for critical, then nothing common, so edge may use 40: both edge lines, and the rest goes back to critical.
        tight.Taken.Select(line => line.Id).ShouldBe(["l0", "l1", "l2", "l8", "l9"]);
        tight.Notices[0].ShouldBe("The budget of 50 tokens is too small: 5 of 8 critical lines are left out. 100 tokens would hold them all.");
        TierPacker.Pack(lines, 99, TierShares.Default, _ => 10).CriticalLeftOut.ShouldBeGreaterThan(0);
        TierPacker.Pack(lines, tight.Enough, TierShares.Default, _ => 10).CriticalLeftOut.ShouldBe(0);
    }

    [Fact]
    public void Packer_NoLinesOrNoBudget_StaysWithinIt()
    {
        TierPacker.Pack([], 100, TierShares.Default, _ => 10).Taken.ShouldBeEmpty();
        TierPacker.Pack([Line("a", PackSection.Values, "x")], 0, TierShares.Default, _ => 10).LeftOut.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("the", 1)]
    [InlineData("reconciliation", 5)]
    [InlineData("12345, ok", 5)]
    [InlineData("über", 3)]
    [InlineData("請求書", 9)]
    public void Tokens_StatedRule_IsKept(string text, int tokens) => TokenEstimate.Of(text).ShouldBe(tokens);

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
