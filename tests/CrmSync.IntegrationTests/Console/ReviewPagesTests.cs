using System.Net;
using System.Text.RegularExpressions;
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
        var (cookie, page) = await OpenAsync("/models");
        page.ShouldContain("The shipped model");
        page.ShouldContain("95.8 %");
        page.ShouldContain("Corrections worth a second look");

        await PostAsync("/models?handler=Promote", cookie, page, ("model", "1"));
        (await _host.Ledger.FindActiveAsync(Token)).ShouldBe(1);
        var (_, promoted) = await OpenAsync("/models?done=promoted", cookie);
        promoted.ShouldContain("Bring back the shipped model");

        await PostAsync("/models?handler=Back", cookie, promoted);
        (await _host.Ledger.FindActiveAsync(Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Models_EvaluationInAnotherForm_IsNoError()
    {
        await _host!.Ledger.ProposeAsync(new ProposedModel("model-odd", new byte[10], "no json", "[]"), "ada", Token);
        (await OpenAsync("/models")).Page.ShouldContain("in a form that this version cannot read");
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

    private async Task<string> StandingAsync(string row)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return string.Join(", ", await Dapper.SqlMapper.QueryAsync<string>(
            db, "select k.label || ' by ' || k.actor from correction k where k.activity_id = @id and not exists (select 1 from correction_undo u where u.correction_id = k.id)", new { id = long.Parse(row, null) }));
    }

    private static string Hidden(string page, string name) =>
        WebUtility.HtmlDecode(Regex.Match(page, $"name=\"{name}\" (?:type=\"hidden\" )?value=\"([^\"]*)\"", RegexOptions.NonBacktracking).Groups[1].Value);
}
