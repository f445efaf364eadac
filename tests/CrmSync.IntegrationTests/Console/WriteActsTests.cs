using System.Net;
using System.Text.RegularExpressions;
using CrmSync.IntegrationTests.Testing;
using CrmSync.Pipeline.Access;
using CrmSync.Pipeline.Jobs;
using Shouldly;
using Xunit;

namespace CrmSync.IntegrationTests.Console;

/// <summary>The write-back log as somebody without script uses it: one write, files, and acts on what is ticked or all that matches.</summary>
public sealed class WriteActsTests : IAsyncLifetime
{
    private ConsoleHost? _host;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private HttpClient Client => _host!.Client;

    public async ValueTask InitializeAsync() => _host = await ConsoleHost.StartAsync(
        async seed =>
        {
            await seed.ConnectionsAsync();
            await seed.ActivitiesAsync(160, TimeSpan.FromMinutes(50));
        },
        role: ApiRole.Operator);

    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    [Fact]
    public async Task Write_Kept_ShowsWhoDecidedWhatTheCrmHoldsAndTheOtherWritesOfTheLabel()
    {
        var id = await FirstAsync("outcome=kept");
        var html = WebUtility.HtmlDecode(await Client.GetStringAsync($"/log/{id}", Token));

        html.ShouldContain("A person set another value; it stays.");
        html.ShouldContain("Rules, rules-1");
        html.ShouldContain("correlation id");
        html.ShouldContain("This label of this record over time");
        html.ShouldContain($"/log/acts?act=force&scope=rows&row={id}");
        html.ShouldNotContain("act=undo", Case.Sensitive, "there is nothing to take back");
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("jsonl", "application/x-ndjson")]
    public async Task Export_Filtered_HoldsTheRowsThatTheListCounts(string format, string type)
    {
        var page = await Client.GetStringAsync("/log?outcome=unchanged&by=rules&confidence=60-100", Token);
        var count = int.Parse(Regex.Match(page, "<b>([0-9]+)</b> writes?").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        using var answer = await Client.GetAsync($"/log?outcome=unchanged&by=rules&confidence=60-100&handler=Export&format={format}", Token);
        var lines = (await answer.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        answer.Content.Headers.ContentDisposition!.FileName.ShouldBe($"crmsync-log.{format}");
        count.ShouldBeGreaterThan(0);
        lines.Length.ShouldBe(format == "csv" ? count + 1 : count);
    }

    [Fact]
    public async Task Export_FilterThatCannotBeRead_IsNoFile()
    {
        using var answer = await Client.GetAsync("/log?outcome=lost&handler=Export&format=csv", Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
    }

    [Fact]
    public async Task Acts_UndoOfTickedRows_SaysHowManyAndBecomesARunOfThisPerson()
    {
        var ids = await ManyAsync("connection=hubspot-main&outcome=applied", 3);
        var kept = await FirstAsync("connection=hubspot-main&outcome=kept");
        var address = $"/log/acts?act=undo&scope=rows&{string.Join('&', ids.Append(kept).Select(id => $"row={id}"))}";
        var page = WebUtility.HtmlDecode(await Client.GetStringAsync(address, Token));
        page.ShouldContain("4 matching writes");
        page.ShouldMatch("<strong>3</strong>\\s*<span>would be changed");
        (await CountAsync("intent where purpose = 'undo'")).ShouldBe(0, "a trial leaves nothing behind");
        (await CountAsync("act")).ShouldBe(0);

        using var answer = await StartAsync(address, "undo", page, "wrong rule");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect, await answer.Content.ReadAsStringAsync(Token));
        var run = long.Parse(Regex.Match(answer.Headers.Location!.ToString(), "^/jobs/runs/([0-9]+)$").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        var act = (await _host!.Ledger.FindActAsync(run, Token)).ShouldNotBeNull();
        act.Request.Kind.ShouldBe(RunKind.Undo);
        act.Request.Actor.ShouldBe("Test Operator");
        act.Request.Reason.ShouldBe("wrong rule");
        act.Request.Filter.ShouldBe($"id={string.Join('.', ids.Append(kept).Order())}");
        (await CountAsync("audit where action = 'act.undo' and actor = 'Test Operator' and reason = 'wrong rule'")).ShouldBe(1);
    }

    [Fact]
    public async Task Acts_TheSameFormSentTwice_StartsOneRun()
    {
        var address = "/log/acts?act=undo&scope=all&connection=hubspot-main&outcome=applied";
        var page = await Client.GetStringAsync(address, Token);
        using var first = await StartAsync(address, "undo", page, "");
        using var second = await StartAsync(address, "undo", page, "");

        second.Headers.Location.ShouldBe(first.Headers.Location);
        (await CountAsync("act")).ShouldBe(1);
    }

    [Fact]
    public async Task Acts_OnAllConnections_StartsARunOnEach()
    {
        var address = "/log/acts?act=undo&scope=all&outcome=applied";
        var page = await Client.GetStringAsync(address, Token);
        using var answer = await Client.SendFormAsync(
            address, "/log/acts", ("act", "undo"), ("filter", "outcome=applied"), ("key", Hidden(page, "key")), ("connection", "hubspot-main"), ("connection", "salesforce-main"), ("reason", ""));

        answer.Headers.Location!.ToString().ShouldMatch("^/log/acts\\?act=undo&started=[0-9]+\\.[0-9]+$");
        (await Client.GetStringAsync(answer.Headers.Location, Token)).ShouldContain("one run per connection");
    }

    [Fact]
    public async Task Acts_OverwriteWithoutAReason_IsRefusedInASentence()
    {
        var address = "/log/acts?act=force&scope=all&connection=hubspot-main&outcome=kept";
        var page = await Client.GetStringAsync(address, Token);
        using var answer = await StartAsync(address, "force", page, "  ");

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.WordsAsync()).ShouldContain("needs a reason");
        (await CountAsync("act")).ShouldBe(0);
    }

    [Fact]
    public async Task Acts_FilterWithASlip_OffersNothing()
    {
        var page = WebUtility.HtmlDecode(await Client.GetStringAsync("/log/acts?act=discard&scope=all&outcome=pendin", Token));

        page.ShouldContain("\"pendin\" is no outcome");
        page.ShouldContain("Nothing was started.");
        page.ShouldNotContain("<button class=\"button primary\">");
    }

    [Fact]
    public async Task Acts_NothingTicked_SaysSo()
    {
        var page = await Client.GetStringAsync("/log/acts?act=undo&scope=rows&outcome=applied", Token);

        page.ShouldContain("No row is ticked.");
        page.ShouldNotContain("<button class=\"button primary\">");
    }

    [Fact]
    public async Task Acts_Viewer_SeesTheLogWithoutThemAndIsRefused()
    {
        var viewer = await People.Browser(_host!.Address).SignInAsync(await People.AddAsync(_host.Ledger, ApiRole.Viewer));
        (await viewer.GetStringAsync("/log", Token)).ShouldNotContain("name=\"row\"");
        using var answer = await viewer.GetAsync("/log/acts?act=undo", Token);

        answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private Task<HttpResponseMessage> StartAsync(string address, string act, string page, string reason) => Client.SendFormAsync(
        address, "/log/acts", ("act", act), ("filter", WebUtility.HtmlDecode(Hidden(page, "filter"))), ("key", Hidden(page, "key")), ("connection", "hubspot-main"), ("reason", reason));

    private async Task<long> FirstAsync(string filter) => (await ManyAsync(filter, 1))[0];

    private async Task<List<long>> ManyAsync(string filter, int count)
    {
        var html = await Client.GetStringAsync($"/log?{filter}", Token);
        var ids = Regex.Matches(html, "name=\"row\" value=\"([0-9]+)\"").Select(match => long.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).Take(count).ToList();
        ids.Count.ShouldBe(count, html);
        return ids;
    }

    private static string Hidden(string page, string name)
    {
        var value = Regex.Match(page, $"name=\"{name}\" value=\"([^\"]*)\"").Groups[1];
        value.Success.ShouldBeTrue(page);
        return WebUtility.HtmlDecode(value.Value);
    }

    private async Task<long> CountAsync(string what)
    {
        await using var db = await _host!.Ledger.OpenReadAsync(Token);
        return await Dapper.SqlMapper.ExecuteScalarAsync<long>(db, $"select count(*) from {what}");
    }
}
