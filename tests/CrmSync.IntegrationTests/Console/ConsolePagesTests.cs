using System.IO.Compression;
using System.Net;
using System.Text.RegularExpressions;
using CrmSync.Service.Console;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

public sealed class ConsolePagesTests(ConsolePagesTests.Filled filled) : IClassFixture<ConsolePagesTests.Filled>
{
    private const long Hostile = 1_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/?handler=Live")]
    [InlineData("/log")]
    [InlineData("/log?outcome=applied&label=stage:demo&connection=hubspot-main&from=2026-11-21T00:00Z")]
    [InlineData("/log/2")]
    [InlineData("/log/1000000")]
    [InlineData("/log/acts?act=undo")]
    [InlineData("/log/acts?act=force&outcome=kept&scope=all")]
    [InlineData("/activities")]
    [InlineData("/activities?type=call&label=engagement:engaged&answer=decided")]
    [InlineData("/activities/1")]
    [InlineData("/activities/1000000")]
    [InlineData("/review")]
    [InlineData("/review?taxonomy=stage&row=1000000")]
    [InlineData("/review?queue=second-look")]
    [InlineData("/review?queue=disagreements")]
    [InlineData("/review?queue=suspects")]
    [InlineData("/evaluation")]
    [InlineData("/evaluation?rows=said&taxonomy=stage")]
    [InlineData("/evaluation/compare")]
    [InlineData("/activities?q=demo+%22approval+screen%22&label.stage=demo&by=rules&owner=77&from=2026-11-01T00:00Z")]
    [InlineData("/activities/1?all=yes&q=thursday")]
    [InlineData("/connections")]
    public async Task Get_AnyPage_IsDrawnUnderTheStrictPolicyWithNothingInline(string path)
    {
        using var response = await filled.Client.GetAsync(path, Token);
        var html = await response.Content.ReadAsStringAsync(Token);

        response.StatusCode.ShouldBe(HttpStatusCode.OK, html);
        Header(response, "Content-Security-Policy").ShouldBe(SecurityHeaders.Policy);
        Header(response, "X-Content-Type-Options").ShouldBe("nosniff");
        Header(response, "Referrer-Policy").ShouldBe("no-referrer");
        Header(response, "Cache-Control").ShouldBe("no-store");
        Regex.Count(html, "<script", RegexOptions.IgnoreCase).ShouldBe(Regex.Count(html, "<script src=\"/assets/[a-z.0-9]+\" defer blocking=\"render\"></script>"), html);
    }

    [Fact]
    public async Task Connections_ComparedWithTheCrm_ShowsTheProofOfEachTypeAndMarksWhatIsIncomplete()
    {
        var html = await filled.Client.GetStringAsync("/connections", Token);

        html.ShouldContain("calls: complete as of 2026-11-20 02:23 UTC, 12,345 activities.");
        html.ShouldMatch("<p class=\"banner banner-warning\">\\s*notes: not complete");
        html.ShouldContain("Not compared yet", Case.Sensitive, "the other connection");
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/log")]
    [InlineData("/activities")]
    [InlineData("/log/1000000")]
    [InlineData("/log/acts?act=retry&scope=rows&row=1000000")]
    [InlineData("/activities/1000000")]
    [InlineData("/review?row=1000000")]
    [InlineData("/activities/1000000?all=yes&q=%22reversed+WWWW%22")]
    [InlineData("/activities?q=%3Cscript%3E")]
    public async Task Get_HostileText_IsShownAsText(string path)
    {
        var html = await filled.Client.GetStringAsync(path, Token);

        html.ShouldNotContain("<script>");
        html.ShouldNotContain("<img src=x");
        html.ShouldNotContain("<style");
        html.ShouldNotContain(" style=");
        html.ShouldNotContain('\u202E');
        html.ShouldNotMatch(" on[a-z]+=\"");
    }

    [Fact]
    public async Task Story_HostedAnswer_ShowsSentenceAsTextTokensAndCost()
    {
        var source = await filled.Client.GetStringAsync("/activities/1", Token);
        var html = WebUtility.HtmlDecode(source);

        source.ShouldContain("&lt;script&gt;alert(11)&lt;/script&gt; They asked for a price.");
        html.ShouldContain("812 tokens sent, 55 received, $0.000413.");
        html.ShouldContain("The hosted model is asked: The day's budget for the hosted model is spent. It is asked again.");
    }

    [Fact]
    public async Task Overview_HostedModel_ShowsTodaysCostAndWhatWaits()
    {
        var html = WebUtility.HtmlDecode(await filled.Client.GetStringAsync("/", Token));

        html.ShouldContain("$1.23");
        html.ShouldContain("98,765");
        html.ShouldContain("1 met a failure and are put again: The day's budget for the hosted model is spent.");
    }

    [Fact]
    public async Task Story_HostileText_NamesInvisibleCharactersAndKeepsEveryLetter()
    {
        var source = await filled.Client.GetStringAsync($"/activities/{Hostile}", Token);
        var html = WebUtility.HtmlDecode(source);

        html.ShouldContain("U+202E ×2");
        html.ShouldContain("U+200B");
        html.ShouldContain("<img src=x onerror=alert(2)>");
        source.ShouldContain("&lt;img src=x");
        html.ShouldContain(new string('W', 10_000));
    }

    [Fact]
    public async Task Raw_OfAHostileText_IsAFileAndNoPage()
    {
        using var response = await filled.Client.GetAsync($"/activities/{Hostile}?handler=Raw", Token);

        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        response.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        Header(response, "X-Content-Type-Options").ShouldBe("nosniff");
    }

    [Theory]
    [InlineData("/activities/77777777")]
    [InlineData("/activities/abc")]
    [InlineData("/nowhere")]
    [InlineData("/log/77777777")]
    public async Task Get_UnknownAddress_IsAFriendly404(string path)
    {
        using var response = await filled.Client.GetAsync(path, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("There is nothing at this address");
    }

    [Theory]
    [InlineData("/", "evil.example")]
    [InlineData("/assets/base.css", "evil.example:80")]
    [InlineData("/", "localhost.evil.example")]
    public async Task Get_UnderAForeignHostName_IsRefused(string path, string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
        using var response = await filled.Client.SendAsync(request, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("answers only to localhost");
    }

    [Theory]
    [InlineData("localhost:5080")]
    [InlineData("[::1]:5080")]
    [InlineData("127.0.0.1")]
    public async Task Get_UnderALoopbackName_IsAnswered(string host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/activities") { Headers = { Host = host } };
        using var response = await filled.Client.SendAsync(request, Token);

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("gzip, deflate, br", true)]
    [InlineData("br, gzip;q=0", false)]
    [InlineData("", false)]
    public async Task Assets_AreCompressedForThoseWhoTakeIt(string accepted, bool zipped)
    {
        var path = Regex.Match(await filled.Client.GetStringAsync("/log", Token), "/assets/pages\\.[0-9a-f]{12}\\.css", RegexOptions.NonBacktracking).Value;
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accepted.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        using var response = await filled.Client.SendAsync(request, Token);

        Header(response, "Vary").ShouldBe("Accept-Encoding");
        response.Content.Headers.ContentEncoding.ShouldBe(zipped ? ["gzip"] : []);
        using var content = await response.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(zipped ? new GZipStream(content, CompressionMode.Decompress) : content);
        (await reader.ReadToEndAsync(Token)).ShouldContain("grid-template-columns");
    }

    [Fact]
    public async Task Assets_AreKeptForGoodUnderAHashedName()
    {
        var page = await filled.Client.GetStringAsync("/log", Token);
        var path = Regex.Match(page, "/assets/labels\\.[0-9a-f]{12}\\.css", RegexOptions.NonBacktracking).Value;
        using var first = await filled.Client.GetAsync(path, Token);
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await filled.Client.SendAsync(again, Token);

        first.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.Headers.CacheControl!.MaxAge.ShouldBe(TimeSpan.FromDays(365));
        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Fact]
    public async Task Log_FilledForm_RoundTripsItsFilters()
    {
        var html = await filled.Client.GetStringAsync("/log?connection=hubspot-main&label=stage%3Ademo&outcome=applied&from=2026-11-21T09%3A30&record=&code=", Token);

        html.ShouldMatch("<option value=\"hubspot-main\" selected");
        html.ShouldMatch("<option value=\"stage:demo\" selected");
        html.ShouldMatch("<option value=\"applied\" selected");
        html.ShouldContain("value=\"2026-11-21T09:30\"");
        html.ShouldNotContain("banner-warning");
    }

    [Fact]
    public async Task Log_Records_LinkToTheCrmUnderSafeSchemesOnly()
    {
        var html = await filled.Client.GetStringAsync("/log", Token);

        html.ShouldContain("href=\"https://crm.example/");
        html.ShouldContain("rel=\"noopener noreferrer external\"");
        html.ShouldNotContain("javascript:");
    }

    [Fact]
    public async Task Log_UnknownOutcome_IsNamedAndNotHidden()
    {
        var html = await filled.Client.GetStringAsync("/log?outcome=lost", Token);

        html.ShouldContain("banner-warning");
        html.ShouldContain("is no outcome");
    }

    [Fact]
    public async Task Log_FollowingOlderLinks_ShowsEveryWriteOnce()
    {
        List<string> seen = [];
        for (var path = "/log"; path.Length > 0;)
        {
            var html = await filled.Client.GetStringAsync(path, Token);
            seen.AddRange(Regex.Matches(html, "<td class=\"when\"", RegexOptions.NonBacktracking).Select(match => match.Value));
            path = WebUtility.HtmlDecode(Regex.Match(html, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value);
        }

        seen.Count.ShouldBe(filled.Writes);
    }

    [Fact]
    public async Task Overview_OfAnEmptyLedger_SaysWhatToDo()
    {
        await using var host = await ConsoleHost.StartAsync();

        (await host.Client.GetStringAsync("/", Token)).ShouldContain("No CRM is connected yet.");
        (await host.Client.GetStringAsync("/log", Token)).ShouldContain("Nothing has been written yet");
        (await host.Client.GetStringAsync("/activities", Token)).ShouldContain("No activity has been read yet");
    }

    [Fact]
    public async Task Pages_OfALedgerThatIsGone_SayItInASentence()
    {
        var host = await ConsoleHost.StartAsync();
        await using (host)
        {
            host.BreakLedger();
            using var response = await host.Client.GetAsync("/log", Token);
            var html = await response.Content.ReadAsStringAsync(Token);

            response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
            html.ShouldContain("This page could not be drawn");
            html.ShouldNotContain("   at ");
            Header(response, "Content-Security-Policy").ShouldBe(SecurityHeaders.Policy);
        }
    }

    private static string Header(HttpResponseMessage response, string name) => string.Join(", ", response.Headers.GetValues(name));

    /// <summary>A busy ledger with one hostile activity, shared by the tests that only look.</summary>
    public sealed class Filled : IAsyncLifetime
    {
        private ConsoleHost? _host;

        public HttpClient Client => _host!.Client;

        public int Writes { get; private set; }

        public async ValueTask InitializeAsync()
        {
            _host = await ConsoleHost.StartAsync(async seed =>
            {
                await seed.ConnectionsAsync();
                await seed.ComparisonsAsync();
                await seed.ActivitiesAsync(160, TimeSpan.FromMinutes(50));
                await seed.ProblemsAsync();
                await seed.HostedAsync(1);
                await seed.HostileAsync(Hostile);
                Writes = await seed.CountAsync("intent");
            });
        }

        public ValueTask DisposeAsync() => _host!.DisposeAsync();
    }
}
