using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Review;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Review and models as a person without script uses them: links, buttons, forms.</summary>
public sealed class ReviewPagesTests : IAsyncLifetime
{
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync() => _host = await ConsoleHost.StartAsync(async seed =>
    {
        await seed.ConnectionsAsync();
        await seed.ActivitiesAsync(60, TimeSpan.FromMinutes(50));
    });

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Review_OneAnswer_IsStoredShownAndCanBeTakenBack()
    {
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        var row = Hidden(page, "row");
        page.ShouldContain("Least sure");
        page.ShouldContain("data-key=\"1\"");
        page.ShouldContain("accesskey=\"1\"");

        var after = await PostAsync("/review", cookie, page, ("row", row), ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("skip", ""), ("label", "nd"));
        after.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var (_, next) = await OpenAsync(after.Headers.Location!.ToString(), cookie);
        next.ShouldContain("Saved:");
        Hidden(next, "row").ShouldNotBe(row, "the next row of the queue");
        (await _host!.Ledger.FindAsync([new ActivityName(long.Parse(row, null), null, null, null)], Token)).ShouldHaveSingleItem();
        (await StandingAsync(row)).ShouldBe("nd by Test Admin");

        var undone = await PostAsync("/review?handler=Undo", cookie, next, ("correction", "1"), ("taxonomy", "engagement"), ("skip", ""));
        (await OpenAsync(undone.Headers.Location!.ToString(), cookie)).Page.ShouldContain("What stood before stands again");
        (await StandingAsync(row)).ShouldBe("");
    }

    [Fact]
    public async Task Review_Skip_GoesOnWithoutAnAnswerAndNeedsNoScript()
    {
        var (_, page) = await OpenAsync("/review?taxonomy=engagement");
        var skip = WebUtility.HtmlDecode(Regex.Match(page, "href=\"([^\"]+)\" accesskey=\"s\"").Groups[1].Value);

        var (_, next) = await OpenAsync(skip);

        Hidden(next, "row").ShouldNotBe(Hidden(page, "row"));
        next.ShouldContain($"value=\"{Hidden(page, "row")}\"", Case.Sensitive, "the form remembers what was put aside");
    }

    [Fact]
    public async Task Review_FormWithoutItsToken_IsRefused()
    {
        var (_, page) = await OpenAsync("/review?taxonomy=engagement");
        using var form = new FormUrlEncodedContent([new("row", Hidden(page, "row")), new("taxonomy", "engagement"), new("label", "nd")]);

        using var answer = await Client.PostAsync("/review", form, Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await StandingAsync(Hidden(page, "row"))).ShouldBe("");
    }

    [Theory]
    [InlineData("engaged", "other", "has changed since it was shown")]
    [InlineData("no-such-label", null, "has no label")]
    public async Task Review_AnswerThatCannotBeTaken_SaysWhyAndStoresNothing(string label, string? content, string sentence)
    {
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        var row = Hidden(page, "row");

        var answer = await PostAsync("/review", cookie, page, ("row", row), ("taxonomy", "engagement"), ("content", content ?? Hidden(page, "content")), ("label", label));

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadAsStringAsync(Token)).ShouldContain(sentence);
        (await StandingAsync(row)).ShouldBe("");
    }

    [Fact]
    public async Task Models_PromoteAndBringBack_AreButtons()
    {
        var evaluation = new ModelEvaluation("rules-1", 3000, 40, [new ModelComparison("stage", 240, 230, 220, 0.01, "Stage: the proposed one is better.")])
        {
            Suspects = [new SuspectLabel(1, "stage", "demo", "discovery", -0.6)],
        };
        await _host!.Ledger.ProposeAsync(new ProposedModel("model-abc", new byte[3_000_000], """{"odd":1}""", evaluation.ToJson()), "ada", Token);
        var (cookie, page) = await OpenAsync("/evaluation");
        page.ShouldContain("The shipped model");
        page.ShouldContain("95.8 %");
        page.ShouldContain("Corrections worth a second look");

        await PostAsync("/evaluation?handler=Promote", cookie, page, ("model", "1"), ("reason", "better on calls"));
        (await _host.Ledger.FindActiveAsync(Token)).ShouldBe(1);
        var (_, promoted) = await OpenAsync("/evaluation?done=promoted", cookie);
        promoted.ShouldContain("Bring back the shipped model");

        await PostAsync("/evaluation?handler=Back", cookie, promoted, ("reason", "it was not"));
        (await _host.Ledger.FindActiveAsync(Token)).ShouldBeNull();
        (await ListAsync("select action || ' by ' || actor || ': ' || reason from audit where action like 'model.%' and reason is not null order by id"))
            .ShouldBe(["model.promote by Test Admin: better on calls", "model.roll_back by Test Admin: it was not"]);
    }

    [Fact]
    public async Task Review_TwoReviewers_NeverGetTheSameRowUnlessTheyAskForIt()
    {
        var other = await OtherAsync();
        var (_, mine) = await OpenAsync("/review?taxonomy=engagement");
        var theirs = await other.GetStringAsync("/review?taxonomy=engagement", Token);

        Hidden(theirs, "row").ShouldNotBeEmpty();
        Hidden(theirs, "row").ShouldNotBe(Hidden(mine, "row"));
        (await other.GetStringAsync("/review?taxonomy=engagement", Token)).ShouldContain($"name=\"row\" value=\"{Hidden(theirs, "row")}\"", Case.Sensitive, "one's own row stays one's own");
        (await other.GetStringAsync($"/review?taxonomy=engagement&row={Hidden(mine, "row")}", Token)).ShouldContain("Test Admin is looking at this row, too.");
    }

    [Fact]
    public async Task Review_SecondPerson_JudgesBlindlyAndADifferenceIsSettled()
    {
        var other = await OtherAsync();
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        await PostAsync("/review?handler=Share", cookie, page, ("share", "100"), ("taxonomy", "engagement"));
        var row = Hidden(page, "row");
        await PostAsync("/review", cookie, page, ("row", row), ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("label", "nd"));
        (await OpenAsync("/review?taxonomy=engagement&queue=second-look")).Page.ShouldContain("Nothing waits for you here", Case.Sensitive, "nobody judges twice");

        var blind = await other.GetStringAsync("/review?taxonomy=engagement&queue=second-look", Token);
        Hidden(blind, "row").ShouldBe(row);
        blind.ShouldContain("Another person has judged it");
        blind.ShouldNotContain("Answer so far");
        blind.ShouldNotContain("as it stands");
        blind.ShouldNotContain("Latest corrections");
        using var second = await other.SendFormAsync(
            "/review?taxonomy=engagement&queue=second-look", "/review", ("row", row), ("taxonomy", "engagement"), ("queue", "second-look"), ("content", Hidden(blind, "content")), ("second", Hidden(blind, "second")), ("label", "engaged"));
        second.Headers.Location!.ToString().ShouldContain("note=differed");
        (await StandingAsync(row)).ShouldBe("nd by Test Admin", "the second answer only measures");

        var (_, disputes) = await OpenAsync("/review?taxonomy=engagement&queue=disagreements");
        disputes.ShouldContain("Two people differ");
        disputes.ShouldContain("inconclusive, too few rows");
        var settled = await PostAsync("/review?handler=Settle", cookie, disputes, ("dispute", Hidden(disputes, "dispute")), ("taxonomy", "engagement"), ("label", "engaged"));
        settled.Headers.Location!.ToString().ShouldContain("note=settled");
        (await StandingAsync(row)).ShouldBe("nd by Test Admin, engaged by Test Admin");
        (await OpenAsync("/review?taxonomy=engagement&queue=disagreements")).Page.ShouldContain("Nothing to settle.");
    }

    [Fact]
    public async Task Review_UndoMyLast_TakesBackTheNewestAnswerAndShowsItsRowAgain()
    {
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        var row = Hidden(page, "row");
        await PostAsync("/review", cookie, page, ("row", row), ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("label", "nd"));

        var undone = await PostAsync("/review?handler=Undo", cookie, page, ("taxonomy", "engagement"));
        undone.Headers.Location!.ToString().ShouldContain($"row={row}");
        (await StandingAsync(row)).ShouldBe("");
        (await PostAsync("/review?handler=Undo", cookie, page, ("taxonomy", "engagement"))).Headers.Location!.ToString().ShouldContain("undone=nothing");
    }

    [Fact]
    public async Task Review_AnswersKeptHere_AreNotMeantForTheCrmAndTheChoiceIsRemembered()
    {
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        page.ShouldContain("Your answers are written to the CRM.");
        await PostAsync("/review?handler=Writes", cookie, page, ("write", "false"), ("taxonomy", "engagement"));

        (_, page) = await OpenAsync("/review?taxonomy=engagement");
        page.ShouldContain("Your answers stay here");
        var row = Hidden(page, "row");
        await PostAsync("/review", cookie, page, ("row", row), ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("label", "nd"));
        (await ListAsync($"select coalesce(write_property, 'nothing') from decision where activity_id = {row} and decided_by = 'person'")).ShouldBe(["nothing"]);
    }

    [Fact]
    public async Task Story_CorrectHere_StoresTheAnswerAndTellsOfIt()
    {
        var (cookie, page) = await OpenAsync("/activities/3");
        page.ShouldContain("What is right?");

        var saved = await PostAsync("/activities/3?handler=Correct", cookie, page, ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("label", "nd"));
        saved.Headers.Location!.ToString().ShouldBe("/activities/3?note=saved");
        (await OpenAsync("/activities/3?note=saved")).Page.ShouldContain("Your answer stands from now on.");
        (await StandingAsync("3")).ShouldBe("nd by Test Admin");
    }

    [Fact]
    public async Task Evaluation_RolesAndOldAddress_AreKept()
    {
        var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        using var old = await viewer.GetAsync("/models", Token);
        old.Headers.Location!.ToString().ShouldBe("/evaluation");
        (await viewer.GetStringAsync("/evaluation", Token)).ShouldNotContain("Promote</button>");
        using var refused = await viewer.SendFormAsync("/account", "/evaluation?handler=Train");
        refused.StatusCode.ShouldNotBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Evaluation_WhatPeopleSaid_BecomesFiguresAndSaysThatFewRowsAreInconclusive()
    {
        var (cookie, page) = await OpenAsync("/review?taxonomy=engagement");
        await PostAsync("/review", cookie, page, ("row", Hidden(page, "row")), ("taxonomy", "engagement"), ("content", Hidden(page, "content")), ("label", "nd"));

        var said = (await OpenAsync("/evaluation?taxonomy=engagement&rows=said&weeks=52")).Page;

        said.ShouldContain("Confusion matrix");
        said.ShouldContain("Inconclusive: one row says little.");
        (await OpenAsync("/evaluation?taxonomy=engagement&rows=drawn")).Page.ShouldContain("Nobody has judged a row that was drawn by chance");
    }

    [Fact]
    public async Task Activities_Words_AreFoundMarkedAndExported()
    {
        while (await _host!.Ledger.TakeInAsync(25, Token) > 0)
        {
        }

        var found = (await OpenAsync("/activities?q=APPROVAL+%22scr%C3%A9en+to%22&label.stage=demo")).Page;
        found.ShouldContain("<mark>approval</mark> <mark>screen to</mark>");
        found.ShouldContain("<option value=\"demo\" selected");
        (await OpenAsync("/activities?q=%22to+screen%22")).Page.ShouldContain("No activity matches");
        (await OpenAsync("/activities?q=%3F%3F")).Page.ShouldContain("No activity matches");
        var file = await Client.GetStringAsync("/activities?handler=Export&rows=activities&q=appro", Token);
        file.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeGreaterThan(1);
        file.ShouldNotContain("approval", Case.Insensitive, "texts stay out of the file");
    }

    [Fact]
    public async Task Models_EvaluationInAnotherForm_IsNoError()
    {
        await _host!.Ledger.ProposeAsync(new ProposedModel("model-odd", new byte[10], "no json", "[]"), "ada", Token);
        (await OpenAsync("/evaluation")).Page.ShouldContain("in a form that this version cannot read");
    }

    private async Task<(string Cookie, string Page)> OpenAsync(string path, string? cookie = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie is not null)
            if (cookie.Length > 0)
            request.Headers.Add("Cookie", cookie);
        using var answer = await Client.SendAsync(request, Token);
        var page = await answer.Content.ReadAsStringAsync(Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, page);
        var set = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.First().Split(';')[0] : cookie ?? "";
        return (set, page);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string cookie, string page, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (cookie.Length > 0)
            request.Headers.Add("Cookie", cookie);
        request.Content = new FormUrlEncodedContent(
            fields.Select(field => KeyValuePair.Create(field.Name, field.Value)).Append(new("__RequestVerificationToken", Hidden(page, "__RequestVerificationToken"))));
        return await Client.SendAsync(request, Token);
    }

    private async Task<HttpClient> OtherAsync() => await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Reviewer));

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }

    private async Task<string> StandingAsync(string row)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return string.Join(", ", await Dapper.SqlMapper.QueryAsync<string>(
            db, "select k.label || ' by ' || k.actor from correction k where k.activity_id = @id and not exists (select 1 from correction_undo u where u.correction_id = k.id)", new { id = long.Parse(row, null) }));
    }

    private static string Hidden(string page, string name) =>
        WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{name}\" (?:type=\"hidden\" )?value=\"([^\"]*)\"", RegexOptions.NonBacktracking).Groups[1].Value);
}
