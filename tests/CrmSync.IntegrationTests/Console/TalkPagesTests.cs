using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Segments.Briefs;
using CrmSync.Pipeline.Segments.Conversations;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Briefs and conversations as a person without script uses them.</summary>
public sealed class TalkPagesTests : IAsyncLifetime
{
    private ConsoleHost? _host;
    private IReadOnlyDictionary<int, long> _companies = new Dictionary<int, long>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsoleHost.StartAsync();
        _companies = await TalkSeed.PlantAsync(_host.Ledger);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Brief_AccountsAreFoundByHowTheirNamesBegin()
    {
        var page = await WordsAsync("/brief?q=brackwater");
        Regex.Count(page, "class=\"subject\" href=\"/brief/\\d+\"").ShouldBe(TalkSeed.PerSegment);
        page.ShouldContain("Bill payment");
        page.ShouldContain("https://crm.example/companies/1");
        (await WordsAsync("/brief?q=%3Cscript%3E")).ShouldContain("No account begins with “<script>”.");
        (await Client.GetStringAsync("/brief?q=%3Cscript%3E", Token)).ShouldNotContain("“<script>");
        (await WordsAsync("/brief")).ShouldContain("No brief was made yet.");
        (await WordsAsync("/")).ShouldContain("href=\"/brief\"");
    }

    [Fact]
    public async Task Brief_MadeByAViewer_ShowsPointsWithTheirLinesAndWhatWasLeftOut()
    {
        using var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        var address = $"/brief/{_companies[2]}";
        (await viewer.GetStringAsync(address, Token)).ShouldContain("No brief yet");

        using var sent = await viewer.SendFormAsync(address, address, ("tokens", "1500"));
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        var made = sent.Headers.Location!.ToString();
        var page = WebUtility.HtmlDecode(await viewer.GetStringAsync(made, Token));

        page.ShouldContain("Brackwater 2");
        page.ShouldContain("2 of 2 notes speak of it, 0.1 expected.");
        page.ShouldContain("Ask how many tools the quibblefern runs in.");
        page.ShouldContain("/segments/bill-payment/pack#line-questions-");
        page.ShouldContain("this account spoke of it");
        page.ShouldContain("1 line of the pack waits for a person and was not used.");
        page.ShouldContain("<meter min=\"0\" max=\"1500\"");
        page.ShouldNotContain(TalkSeed.ColdCanary);
        var markdown = await viewer.GetAsync(Regex.Match(page, "href=\"([^\"]+format=markdown)\"").Groups[1].Value, Token);
        markdown.Content.Headers.ContentDisposition!.FileName!.ShouldContain("brief-bill-payment-");
        (await markdown.Content.ReadAsStringAsync(Token)).ShouldStartWith("# Brackwater 2");
        var json = await viewer.GetStringAsync(Regex.Match(page, "href=\"([^\"]+format=json)\"").Groups[1].Value, Token);
        BriefFile.Read(json)!.Lines.ShouldNotBeEmpty();
        (await ListAsync("select actor || ' ' || subject from audit where action = 'brief.make'")).ShouldHaveSingleItem().ShouldEndWith($" account/{_companies[2]}");
        (await viewer.GetStringAsync("/brief", Token)).ShouldContain("/brief/given/1");
    }

    [Fact]
    public async Task Brief_SmallBudget_ListsWhatHadNoRoomOrSaysHowMuchIsNeeded()
    {
        var address = $"/brief/{_companies[1]}";
        using var few = await Client.SendFormAsync(address, address, ("tokens", "160"));
        var page = await (few.StatusCode is HttpStatusCode.Redirect ? await Client.GetAsync(few.Headers.Location, Token) : few).WordsAsync();
        page.ShouldMatch("lines had no room|which hold every critical line");
    }

    [Fact]
    public async Task Brief_NoSegmentFits_SaysSoInWords()
    {
        var address = $"/brief/{_companies[14]}";
        using var sent = await Client.SendFormAsync(address, address, ("tokens", "1500"));
        sent.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await sent.WordsAsync()).ShouldContain("No segment fits 'Other House 14': its activities speak of none.");
        (await Client.GetAsync("/brief/999999", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await Client.GetAsync("/brief/given/999999", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Brief_OfAProspect_IsMatchedByTheTextThatIsNotKept()
    {
        using var sent = await Client.SendFormAsync("/brief", "/brief", ("text", "Their cold chain had an excursion, wrote Marmaduke. Another excursion followed."), ("tokens", "1500"));
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect, await sent.Content.ReadAsStringAsync(Token));
        var page = await WordsAsync(sent.Headers.Location!.ToString());
        page.ShouldContain("Brief on a prospect");
        page.ShouldContain("Cold chain");
        page.ShouldContain("2 of 2 passages of the text speak of it");
        page.ShouldNotContain(TalkSeed.BillsCanary);
        (await ListAsync("select content from brief")).ShouldHaveSingleItem().ShouldNotContain("Marmaduke");

        using var refused = await Client.SendFormAsync("/brief", "/brief", ("text", "They like <b>the weather</b>."), ("tokens", "1500"));
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var again = await refused.Content.ReadAsStringAsync(Token);
        again.ShouldContain("They like &lt;b&gt;the weather&lt;/b&gt;.</textarea>", Case.Sensitive, "the text is there to be mended");
        WebUtility.HtmlDecode(again).ShouldContain("No segment fits the text about the prospect.");
    }

    [Fact]
    public async Task Brief_OfAnErasedActivity_SaysThatItsWordsAreGone()
    {
        var address = $"/brief/{_companies[3]}";
        using var sent = await Client.SendFormAsync(address, address, ("tokens", "1500"));
        await _host!.Ledger.EraseAsync(new Pipeline.Erasure.ErasureRequest((await _host.Ledger.ListConnectionsAsync(Token))[0], "calls", "3-0", "ada"), Token);
        (await WordsAsync(sent.Headers.Location!.ToString())).ShouldContain("Its words are gone");
    }

    [Fact]
    public async Task Ask_Question_IsAnsweredWithLinksToLinesAndActivitiesAndKept()
    {
        using var sent = await Client.SendFormAsync("/segments/bill-payment/ask", "/segments/bill-payment/ask?handler=Ask", ("question", "Who has no consolidated view, ask ada@brackwater.example?"));
        sent.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        sent.Headers.Location!.ToString().ShouldMatch("^/segments/bill-payment/ask#m\\d+$");

        var page = await WordsAsync("/segments/bill-payment/ask");
        page.ShouldContain("Who has no consolidated view, ask [email 1]?");
        page.ShouldContain("found and cited, without a model");
        page.ShouldMatch("<a class=\"cite\" href=\"#m\\d+-c1\">\\[1\\]</a>");
        page.ShouldMatch("href=\"/segments/bill-payment/pack#line-values-[0-9a-f]+\"");
        page.ShouldMatch("href=\"/activities/\\d+\"");
        page.ShouldNotContain(TalkSeed.ColdCanary);
        (await WordsAsync("/segments/bill-payment")).ShouldContain("href=\"/segments/bill-payment/ask\"");
        (await Client.GetAsync("/segments/nothing/ask", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Ask_EmptyOrTooLongQuestion_IsRefusedInWords()
    {
        using var empty = await Client.SendFormAsync("/segments/bill-payment/ask", "/segments/bill-payment/ask?handler=Ask", ("question", "  "));
        empty.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await empty.WordsAsync()).ShouldContain("The question is empty. Write what you want to know.");
        using var tooLong = await Client.SendFormAsync("/segments/bill-payment/ask", "/segments/bill-payment/ask?handler=Ask", ("question", new string('x', 9_000)));
        (await tooLong.WordsAsync()).ShouldContain("Ask in fewer words.");
    }

    [Fact]
    public async Task Ask_MarkedMessage_BecomesAProposalOnce()
    {
        var message = (await _host!.Ledger.ReadMessagesAsync(TalkSeed.Bills, null, 1, Token))[0];
        (string, string)[] fields = [("message", message.Id), ("section", "objections"), ("tier", "critical"), ("topic", "Ownership"), ("text", "Nobody owns it; ask who would. Call +44 20 7946 0958.")];
        (await MarkAsync(fields)).ShouldContain("It is proposed for the pack");
        (await MarkAsync(fields)).ShouldContain("It was proposed for this section before.");
        (await MarkAsync(("message", message.Id), ("section", "nowhere"), ("tier", "common"), ("text", "X"))).ShouldContain("Choose the section where it belongs");
        var cold = (await _host.Ledger.ReadMessagesAsync(TalkSeed.Cold, null, 1, Token))[0];
        (await MarkAsync(("message", cold.Id), ("section", "values"), ("tier", "common"), ("text", "X"))).ShouldContain("The message is not in this thread");

        var proposal = (await _host.Ledger.ReadProposalsAsync(TalkSeed.Bills, true, Token)).ShouldHaveSingleItem();
        var line = proposal.Change.ShouldBeOfType<Pipeline.Segments.Packs.PackChange.Add>().Line;
        (line.Text, line.Topic, line.Tier).ShouldBe(("Nobody owns it; ask who would. Call [phone 1].", "Ownership", Pipeline.Segments.Packs.PackTier.Critical));
        proposal.Reason.ShouldContain("Test Admin");
    }

    [Fact]
    public async Task Ask_LongThread_IsReadInParts()
    {
        foreach (var number in Enumerable.Range(1, 12))
        {
            await _host!.Ledger.AppendAsync(
                new ThreadMessage("", TalkSeed.Bills, ThreadRole.Person, "ada", ConsoleHost.Now, $"Question number {number}?"),
                new ThreadMessage("", TalkSeed.Bills, ThreadRole.Specialist, "template", ConsoleHost.Now, "<i>So.</i>"), null, Token);
        }
        var newest = await WordsAsync("/segments/bill-payment/ask");
        newest.ShouldContain("Question number 12?");
        newest.ShouldNotContain("Question number 2?");
        (await Client.GetStringAsync("/segments/bill-payment/ask", Token)).ShouldNotContain("<i>So.");
        var older = await WordsAsync(Regex.Match(newest, "href=\"([^\"]+)\" rel=\"prev\"").Groups[1].Value);
        older.ShouldContain("Question number 2?");
        older.ShouldNotContain("rel=\"prev\"");
        older.ShouldContain("Newest messages");
    }

    [Theory]
    [InlineData("Ask")]
    [InlineData("Mark")]
    public async Task Ask_Acts_AreRefusedToViewersAndWithoutTheFormsToken(string handler)
    {
        using var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync("/segments/bill-payment/ask", Token)).ShouldNotContain("handler=" + handler);
        using var answer = await viewer.SendFormAsync("/account", $"/segments/bill-payment/ask?handler={handler}", ("question", "Why?"), ("message", "1"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using var bare = new FormUrlEncodedContent([new("question", "Why?"), new("message", "1")]);
        using var without = await Client.PostAsync($"/segments/bill-payment/ask?handler={handler}", bare, Token);
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("select text from thread_message where author = 'Test Admin'")).ShouldBeEmpty();
    }

    private async Task<string> MarkAsync(params (string Name, string Value)[] fields)
    {
        using var answer = await Client.SendFormAsync("/segments/bill-payment/ask", "/segments/bill-payment/ask?handler=Mark", fields);
        return answer.StatusCode is HttpStatusCode.Redirect ? await WordsAsync(answer.Headers.Location!.ToString()) : await answer.WordsAsync();
    }

    private async Task<string> WordsAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.WordsAsync();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }
}
