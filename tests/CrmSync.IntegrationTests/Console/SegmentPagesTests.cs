using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>Segments as a person without script reviews them.</summary>
public sealed class SegmentPagesTests : IAsyncLifetime
{
    private const string Hostile = "<script>alert(1)</script>\u202Egnp";

    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync()
    {
        _host = await ConsoleHost.StartAsync(async seed =>
        {
            await seed.ConnectionsAsync();
            await seed.CompaniesAsync([.. Enumerable.Range(1, 80).Select(number => number == 1 ? Hostile : $"Company {number}")]);
            await seed.SegmentEditsAsync();
        });
        await SegmentSeed.ProposeAsync(_host.Ledger, Token);
    }

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task List_OfProposals_TellsTermsSizeStabilityAndWhenItWasFound()
    {
        var page = await WordsAsync("/segments");
        page.ShouldContain("Bill payment, entities");
        page.ShouldContain("bill payment, legal entities");
        page.ShouldContain(">60 <svg");
        page.ShouldContain("92 %");
        page.ShouldContain("Small one");
        page.ShouldContain("too few");
        page.ShouldContain("fewer than 20");
        page.ShouldNotContain("secret quote");
    }

    [Fact]
    public async Task List_OfAnEmptyLedger_SaysHowTheyAreFound()
    {
        await using var empty = await ConsoleHost.StartAsync(seed => seed.ConnectionsAsync());
        var page = WebUtility.HtmlDecode(await empty.Client.GetStringAsync("/segments", Token));
        page.ShouldContain("No segments yet");
        page.ShouldContain("needs 20 accounts or more");
        page.ShouldContain("operators may start it");
        (await empty.Client.GetAsync("/segments/none", Token)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Segment_TakenOutOfUse_IsSaidAndCanBeTakenBack()
    {
        (await PostAsync("Approve")).ShouldContain("Take it out of use");
        var retired = await PostAsync("Retire", ("reason", "nobody asks any more"));
        retired.ShouldContain("Out of use. Its name is taken off its accounts at the next assignment.");
        retired.ShouldContain("nobody asks any more");
        (await WordsAsync("/segments")).ShouldNotContain("Bill payment, entities");
        (await PostAsync("Undo")).ShouldContain("The last change is taken back");
        (await WordsAsync("/segments")).ShouldContain("Bill payment, entities");
    }

    [Fact]
    public async Task Search_OrderedTwice_StartsOnceAndSaysSo()
    {
        (await SearchAsync("/segments")).ShouldContain("The search starts within a second or two");
        (await ListAsync("select kind || ' ' || status || ' by ' || requested_by from run where kind = 'segment_fit'")).Count.ShouldBe(1);
        (await Client.GetStringAsync("/segments", Token)).ShouldNotContain("Search now");
        (await SearchAsync("/segments/bill-payment-entities")).ShouldContain("A search is under way already");
        (await ListAsync("select kind from run where kind = 'segment_fit'")).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(3, null, "It runs: reading, 42 % done, 12,345 activities read.")]
    [InlineData(1, null, "It ended without a result; the run tells why.")]
    [InlineData(1, 0, "It read 812 accounts with 12,345 activities and found no group. That is a valid answer")]
    [InlineData(1, 2, "It found 2 segments among 812 accounts with 12,345 activities.")]
    public async Task List_AfterASearch_TellsWhatBecameOfIt(int run, int? segments, string sentence)
    {
        await using var host = await ConsoleHost.StartAsync(async seed =>
        {
            await seed.ConnectionsAsync();
            await seed.SegmentSearchAsync(run, segments);
        });
        var page = WebUtility.HtmlDecode(await host.Client.GetStringAsync("/segments", Token));
        page.ShouldContain(sentence);
        page.ShouldContain($"href=\"/jobs/runs/{run}\"");
        page.Contains("A remark <b>of</b> the search.", StringComparison.Ordinal).ShouldBe(segments is not null);
    }

    [Fact]
    public async Task Segment_Page_ShowsReasonsEvidenceAndQuotesWithTheirActivities()
    {
        var page = await WordsAsync("/segments/bill-payment-entities");
        page.ShouldContain("7 of 19 notes speak of it, 0.9 expected");
        page.ShouldContain("we pay in ten copies");
        page.ShouldContain("href=\"/activities/11\"");
        page.ShouldContain("in 31 accounts here, in 4 elsewhere");
        page.ShouldContain("Approving writes “Bill payment, entities” to 60 accounts at the next assignment");
        page.ShouldContain("https://crm.example/companies/2");
        (await WordsAsync("/segments/small-one")).ShouldNotContain("secret quote", Case.Sensitive, "four accounts are too few for a quote");
    }

    [Fact]
    public async Task Segment_Accounts_AreReadInPagesAndByScore()
    {
        var first = await WordsAsync("/segments/bill-payment-entities");
        var lower = WebUtility.HtmlDecode(Regex.Match(first, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value);
        Regex.Count(first, "name=\"account\"").ShouldBe(50);
        var second = await WordsAsync(lower);
        Regex.Count(second, "name=\"account\"").ShouldBe(10);
        second.ShouldContain("rel=\"prev\"");

        var few = await WordsAsync("/segments/bill-payment-entities?least=21&most=30");
        Regex.Count(few, "name=\"account\"").ShouldBe(10);
        few.ShouldNotContain("class=\"pager\"");
        (await WordsAsync("/segments/bill-payment-entities?least=500")).ShouldContain("No account of that score.");
    }

    [Fact]
    public async Task Segment_HostileNames_AreShownAsText()
    {
        await PostAsync("Rename", ("name", "<img src=x onerror=alert(2)>"));
        foreach (var path in new[] { "/segments", "/segments/bill-payment-entities" })
        {
            var page = await Client.GetStringAsync(path, Token);
            page.ShouldContain("&lt;img src=x");
            page.ShouldNotContain("<img src=x");
            page.ShouldNotContain("<script>alert");
            page.ShouldNotContain("\u202E");
        }
        (await Client.GetStringAsync("/segments/bill-payment-entities", Token)).ShouldContain("&lt;script&gt;alert(1)");
    }

    [Fact]
    public async Task Segment_ApproveRenameRejectUndo_SayWhatHappenedAndLeaveVersions()
    {
        (await PostAsync("Approve", ("reason", "looks right"))).ShouldContain("Its name is written to its accounts at the next assignment.");
        (await PostAsync("Approve")).ShouldContain("It was so already");
        (await PostAsync("Rename", ("name", " Bill payers "))).ShouldContain("<h1 class=\"subject\">Bill payers</h1>");
        var undone = await PostAsync("Undo", ("reason", "the old name was better"));
        undone.ShouldContain("The last change is taken back");
        undone.ShouldContain("<h1 class=\"subject\">Bill payment, entities</h1>");
        (await PostAsync("Reject")).ShouldContain("Say why it is no segment");
        var rejected = await PostAsync("Reject", ("reason", "it is a rep’s habit"));
        rejected.ShouldContain("No account is assigned to it from now on.");
        rejected.ShouldContain("it is a rep’s habit");
        (await ListAsync("select action || ' by ' || actor || coalesce(': ' || reason, '') from audit where action like 'segment.%' and actor <> 'search' order by id")).ShouldBe(
        [
            "segment.approve by Test Admin: looks right", "segment.rename by Test Admin", "segment.undo by Test Admin: the old name was better",
            "segment.reject by Test Admin: it is a rep’s habit",
        ]);
        (await WordsAsync("/segments")).ShouldNotContain("Bill payment, entities");
        (await WordsAsync("/segments?show=all")).ShouldContain("Bill payment, entities");
    }

    [Fact]
    public async Task Segment_ChangedSinceItWasShown_IsRefused()
    {
        using var answer = await Client.SendFormAsync("/segments/small-one", "/segments/small-one?handler=Approve", ("seen", "7"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.WordsAsync()).ShouldContain("Somebody changed segment \"Small one\" since you looked at it");
        (await ListAsync("select state from segment where key = 'small-one'")).ShouldBe(["proposed"]);
    }

    [Fact]
    public async Task Segment_MergeAndItsUndo_MoveAccountsThereAndBack()
    {
        (await PostAsync("Merge", ("into", ""))).ShouldContain("Choose the segment that takes it in.");
        var target = await PostAsync("Merge", ("into", "small-one"));
        target.ShouldContain("<h1 class=\"subject\">Small one</h1>");
        target.ShouldContain("Merged into it");
        target.ShouldContain("<dt>Accounts</dt><dd>64</dd>");
        (await WordsAsync("/segments/bill-payment-entities")).ShouldContain("part of Small one");

        await PostAsync("Undo");
        (await ListAsync("select key || ' ' || state from segment order by id")).ShouldBe(["bill-payment-entities proposed", "small-one proposed"]);
    }

    [Fact]
    public async Task Segment_TickedAccounts_AreSplitOffOrSaidToBelongTogetherOrNever()
    {
        (await PostAsync("Split", ("name", "Two of them"))).ShouldContain("Name 1 to 10,000 accounts");
        var made = await PostAsync("Split", ("name", "Two of them"), ("account", "5"), ("account", "6"));
        made.ShouldContain("<h1 class=\"subject\">Two of them</h1>");
        made.ShouldContain("A person put it there.");
        (await ListAsync("select cast(company_id as text) from segment_member where by_person = 1 order by 1")).ShouldBe(["5", "6"]);

        (await PostAsync("Together", ("account", "2"))).ShouldContain("Tick exactly two accounts");
        (await PostAsync("Together", ("account", "2"), ("account", "3"))).ShouldContain("From the next search on the two accounts stand in the same segment");
        (await PostAsync("Apart", ("account", "2"), ("other", "79"))).ShouldContain("never share a segment.");
        (await PostAsync("Apart", ("account", "2"), ("other", "nobody"))).ShouldContain("There is no account of that id in the connection hubspot-main.");
        (await SaidAsync()).ShouldBe(["must 2 3 active", "cannot 2 79 active"]);

        var page = await WordsAsync("/segments/bill-payment-entities");
        page.ShouldContain("What was said of its accounts");
        (await PostAsync("Settle", ("link", Regex.Match(page, "name=\"link\" value=\"(\\d+)\"").Groups[1].Value), ("answer", "back"))).ShouldContain("Later searches heed it.");
        (await SaidAsync()).ShouldBe(["must 2 3 active", "cannot 2 79 removed"]);
    }

    [Fact]
    public async Task Candidates_OfEditsInTheCrm_WaitForAReviewer()
    {
        (await WordsAsync("/segments")).ShouldContain("Edits in the CRM suggest");
        var links = await ListAsync("select cast(id as text) from segment_constraint order by id");

        foreach (var (link, answer) in new[] { (links[0], "yes"), (links[1], "no") })
        {
            using var sent = await Client.SendFormAsync("/segments", "/segments?handler=Settle", ("link", link), ("answer", answer));
            sent.Headers.Location!.ToString().ShouldBe("/segments?done=settled");
        }
        (await SaidAsync("crm")).ShouldBe(["must 70 71 active", "cannot 72 73 dismissed"]);
    }

    [Theory]
    [InlineData("Approve")]
    [InlineData("Reject")]
    [InlineData("Rename")]
    [InlineData("Merge")]
    [InlineData("Split")]
    [InlineData("Undo")]
    [InlineData("Together")]
    [InlineData("Apart")]
    [InlineData("Settle")]
    public async Task Segment_Acts_AreRefusedToViewersAndWithoutTheFormsToken(string handler)
    {
        using var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync("/segments/bill-payment-entities", Token)).ShouldNotContain("handler=" + handler);
        using var answer = await viewer.SendFormAsync("/account", $"/segments/bill-payment-entities?handler={handler}", ("seen", "1"), ("name", "X"), ("reason", "X"), ("into", "small-one"), ("account", "2"), ("account", "3"));
        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using var bare = new FormUrlEncodedContent([new("seen", "1"), new("name", "X"), new("reason", "X"), new("into", "small-one")]);
        using var without = await Client.PostAsync($"/segments/bill-payment-entities?handler={handler}", bare, Token);
        without.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await ListAsync("select state || version || name from segment where key = 'bill-payment-entities'")).ShouldBe(["proposed1Bill payment, entities"]);
    }

    private Task<IReadOnlyList<string>> SaidAsync(string source = "person") =>
        ListAsync($"select kind || ' ' || first_id || ' ' || second_id || ' ' || state from segment_constraint where source = '{source}' order by id");

    private async Task<string> WordsAsync(string path)
    {
        using var answer = await Client.GetAsync(path, Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
        return await answer.WordsAsync();
    }

    // Sends a button of the first segment's page, and reads where it leads; a refusal is the page itself.
    private async Task<string> PostAsync(string handler, params (string Name, string Value)[] fields)
    {
        const string Page = "/segments/bill-payment-entities";
        var seen = Regex.Match(await Client.GetStringAsync(Page, Token), "name=\"seen\" value=\"(\\d+)\"").Groups[1].Value;
        using var answer = await Client.SendFormAsync(Page, $"{Page}?handler={handler}", [.. fields, ("seen", seen)]);
        return answer.StatusCode is HttpStatusCode.Redirect ? await WordsAsync(answer.Headers.Location!.ToString()) : await answer.WordsAsync();
    }

    private async Task<string> SearchAsync(string from)
    {
        using var answer = await Client.SendFormAsync(from, "/segments?handler=Search");
        return answer.StatusCode is HttpStatusCode.Redirect ? await WordsAsync(answer.Headers.Location!.ToString()) : await answer.WordsAsync();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string sql)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return [.. await Dapper.SqlMapper.QueryAsync<string>(db, sql)];
    }
}
